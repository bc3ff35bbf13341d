"""Durations, times, breaks, zones and the rhythm as people write them."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from settings_samples import error_of, place_of, settings_of

from newsletter_bot.settings import CadenceSettings
from newsletter_bot.settings.times import as_duration, as_written


def cadence(written: str) -> CadenceSettings:
    """The cadence with these keys."""
    return settings_of(f"cadence: {{{written}}}").cadence


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("36h", timedelta(hours=36)),
        ("3d", timedelta(days=3)),
        ("2s", timedelta(seconds=2)),
        ("15m", timedelta(minutes=15)),
        ("1w", timedelta(days=7)),
        ("1d12h", timedelta(hours=36)),
        ("250ms", timedelta(milliseconds=250)),
        ("1m500ms", timedelta(seconds=60, milliseconds=500)),
        ("0h", timedelta()),
    ],
)
def test_durations_have_units(written: str, meant: timedelta) -> None:
    """A duration is a row of numbers with units, from large to small."""
    assert meant == cadence(f"grace: {written}").grace


@pytest.mark.parametrize(
    "written", ["36", "h", "-3d", "3 d", "1h1d", "1.5h", "3 days", "999999w", "4000d", "٣d", "true"]
)
def test_what_is_no_duration_is_told(written: str) -> None:
    """A number without a unit and other things are errors that show how to write it."""
    assert (1, "cadence.grace") == place_of(f"cadence: {{grace: {written}}}")


@settings(max_examples=50, deadline=None)
@given(some.integers(0, 3660 * 86_400_000))
def test_durations_survive_writing(milliseconds: int) -> None:
    """A duration that is written is read again as the same."""
    span = timedelta(milliseconds=milliseconds)

    assert span == as_duration(as_written(span))


@pytest.mark.parametrize(
    ("written", "meant"), [("09:00", time(9)), ("'09:00'", time(9)), ("23:59:59", time(23, 59, 59)), ("00:00", time(0))]
)
def test_times_may_stand_without_quotes(written: str, meant: time) -> None:
    """A time means the same with and without quotes, though YAML 1.1 would take it for a number."""
    assert meant == cadence(f"time: {written}").time


@pytest.mark.parametrize("written", ["24:00", "9:00", "09:60", "09.00", "540", "9am", "09:00:00.5", "09:00+01:00"])
def test_what_is_no_time_is_told(written: str) -> None:
    """Hours and minutes have two digits each and exist."""
    assert (1, "cadence.time") == place_of(f"cadence: {{time: {written}}}")


def test_breaks_are_days_or_ranges() -> None:
    """Breaks are single days or ranges, may overlap, and come out in order."""
    found = cadence("breaks: [2027-01-01..2027-01-03, 2026-12-24, '2026-12-21 .. 2026-12-31']").breaks

    assert (
        (date(2026, 12, 21), date(2026, 12, 31)),
        (date(2026, 12, 24), date(2026, 12, 24)),
        (date(2027, 1, 1), date(2027, 1, 3)),
    ) == found


def test_backward_break_is_told_with_its_mend() -> None:
    """A break that ends before it begins is an error that shows it the right way round."""
    error = error_of("cadence:\n  breaks:\n    - 2026-01-01\n    - 2027-01-03..2026-12-21\n")

    assert (4, "cadence.breaks[1]") == (error.line, error.key)
    assert "2026-12-21..2027-01-03" in (error.fix or "")


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-12-21..", "21.12.2026", "2026-12-21...2026-12-22", "christmas"]
)
def test_days_that_do_not_exist_are_told(written: str) -> None:
    """A break must be made of days of the calendar."""
    assert (1, "cadence.breaks[0]") == place_of(f"cadence: {{breaks: [{written}]}}")


@pytest.mark.parametrize(
    "zone",
    ["America", "PST", "Mars/Base", "../etc/passwd", "/etc/localtime", "posixrules", "right/UTC", "Europe/", "a b"],
)
def test_zones_that_do_not_exist_are_told(zone: str) -> None:
    """Only names of the zone database are zones."""
    assert (1, "newsletter.timezone") == place_of(f"newsletter: {{timezone: '{zone}'}}")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Pacific/Apia"])
def test_zones_of_the_database_are_taken(zone: str) -> None:
    """Every zone of the database can be the newsletter's, and is the cadence's."""
    assert zone == settings_of(f"newsletter: {{timezone: {zone}}}").cadence.zone


@pytest.mark.parametrize(
    ("written", "weeks", "monthly", "weekdays", "day"),
    [
        ("every: week, day: monday", 1, False, (), 0),
        ("every: week, day: Sun", 1, False, (), 6),
        ("day: thu", 1, False, (), 3),
        ("every: week", 1, False, (), 2),
        ("every: 1 week", 1, False, (), 2),
        ("day: friday, every: 2 weeks", 2, False, (), 4),
        ("every: 13 weeks", 13, False, (), 2),
        ("every: month", None, True, (), 1),
        ("every: month, day: 31", None, True, (), 31),
        ("every: [friday, mon]", None, False, (0, 4), None),
    ],
)
def test_rhythms(written: str, weeks: int | None, monthly: bool, weekdays: tuple[int, ...], day: int | None) -> None:
    """Weeks have a weekday, months a day of the month, lists of weekdays no day."""
    found = cadence(written)

    assert (weeks, monthly, weekdays, day) == (found.every_weeks, found.monthly, found.weekdays, found.day)


@pytest.mark.parametrize(
    ("written", "key", "said"),
    [
        ("day: 3", "cadence.day", "weekdays are names"),
        ("day: wensday", "cadence.day", "wednesday"),
        ("every: month, day: 0", "cadence.day", "1 to 31"),
        ("every: month, day: 32", "cadence.day", "1 to 31"),
        ("every: month, day: friday", "cadence.day", "1 to 31"),
        ("every: [mon, thu], day: mon", "cadence.day", "takes no day"),
        ("every: week, day: [mon]", "cadence.day", "every: [monday, thursday]"),
        ("every: [mon, monday]", "cadence.every[1]", "twice"),
        ("every: [0, 3]", "cadence.every[0]", "weekdays are names"),
        ("every: []", "cadence.every", "at least 1"),
        ("every: weekly", "cadence.every", '"week"'),
        ("every: fortnight", "cadence.every", '"2 weeks"'),
        ("every: wednesday", "cadence.every", "every: [wednesday]"),
        ("every: daily", "cadence.every", "[monday, tuesday, …]"),
        ("every: 0 weeks", "cadence.every", "2 weeks"),
        ("every: 2 months", "cadence.every", "month"),
    ],
)
def test_contradictory_rhythms_are_told(written: str, key: str, said: str) -> None:
    """A rhythm and a day that do not fit are an error that says why."""
    error = error_of(f"cadence: {{{written}}}")

    assert key == error.key
    assert said in str(error)
