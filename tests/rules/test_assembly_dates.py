"""When events take place, in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from assembly_samples import PACIFIC, at, listing
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.assembly.dates import Calendar, ends, starts, zone_of
from newsletter_bot.model import Listing

BERLIN = ZoneInfo("Europe/Berlin")


def when(entry: Listing, language: str = "en", zone: tzinfo = PACIFIC) -> str:
    return Calendar(language, zone, date(2026, 5, 27)).when(entry)


def test_span_of_days_is_short() -> None:
    """Days within a month share its name."""
    assert "June 3–5" == when(listing(end=date(2026, 6, 5)))


def test_single_day_has_its_month() -> None:
    """One day is a month and a number."""
    assert "June 3" == when(listing())
    assert "June 3" == when(listing(end=date(2026, 6, 1)))


def test_the_first_of_a_month_is_no_plain_number_in_french() -> None:
    """French counts the first day as such, and no other."""
    assert "1er juin" == when(listing(start=date(2026, 6, 1)), "fr")
    assert "11 juin" == when(listing(start=date(2026, 6, 11)), "fr")
    assert "lundi 1er juin, 21:00" == when(listing(start=at(21, day=date(2026, 6, 1))), "fr")
    assert "31 mai – 1er juin" == when(listing(start=date(2026, 5, 31), end=date(2026, 6, 1)), "fr")


def test_span_over_months_names_both() -> None:
    """Days in two months name both, in two years the years too."""
    assert "June 30 – July 2" == when(listing(start=date(2026, 6, 30), end=date(2026, 7, 2)))
    assert "December 30, 2026 – January 2, 2027" == when(listing(start=date(2026, 12, 30), end=date(2027, 1, 2)))


def test_another_year_is_said() -> None:
    """The year is said when it is not the one of the issue."""
    assert "June 3, 2027" == when(listing(start=date(2027, 6, 3)))
    assert "June 3–5, 2027" == when(listing(start=date(2027, 6, 3), end=date(2027, 6, 5)))


def test_time_has_its_weekday() -> None:
    """An hour comes with the weekday, an end of the same evening with its hour."""
    assert "Wednesday, June 3, 18:00" == when(listing(start=at(18)))
    assert "Wednesday, June 3, 18:00–20:30" == when(listing(start=at(18), end=at(20, 30)))
    assert "Wednesday, June 3, 22:00–02:00" == when(listing(start=at(22), end=at(2, day=date(2026, 6, 4))))


def test_days_with_hours_are_days() -> None:
    """A conference with opening hours is told by its days."""
    assert "June 3–5" == when(listing(start=at(9), end=at(17, day=date(2026, 6, 5))))
    assert "June 3–4" == when(listing(start=at(0), end=at(0, day=date(2026, 6, 5))))


def test_place_with_another_clock_has_its_own_time() -> None:
    """The place's own time is told where it differs, with its day if that differs too."""
    start = at(18)

    assert "Wednesday, June 3, 18:00 (New York: 21:00)" == when(listing(start=start, zone="America/New_York"))
    assert "Wednesday, June 3, 18:00 (Tokyo: Thursday, June 4, 10:00)" == when(listing(start=start, zone="Asia/Tokyo"))
    assert "Wednesday, June 3, 18:00" == when(listing(start=start, zone="America/Tijuana"))
    assert "Wednesday, June 3, 18:00" == when(listing(start=start, zone="Nowhere/At-All"))


def test_days_far_away_are_those_of_the_place_too() -> None:
    """Several days that are others where they take place are told by both."""
    tokyo = ZoneInfo("Asia/Tokyo")
    there = listing(
        start=datetime(2026, 6, 3, 9, tzinfo=tokyo), end=datetime(2026, 6, 5, 17, tzinfo=tokyo), zone="Asia/Tokyo"
    )

    assert "June 2–5 (Tokyo: June 3–5)" == when(there)
    assert "June 3–5" == when(there, zone=BERLIN)


@pytest.mark.parametrize(
    ("zone", "aside"), [("UTC", " (UTC: 01:00)"), ("Etc/GMT-2", ""), ("EST", ""), ("Japan", " (Tokyo: 10:00)")]
)
def test_only_places_have_a_clock_of_their_own(zone: str, aside: str) -> None:
    """An offset and an abbreviation are no city: the time at home is all that is told."""
    found = when(listing(start=at(18), zone=zone))

    assert aside.rpartition(" ")[2] == (found.rpartition(" ")[2] if aside else "")
    assert bool(aside) == ("(" in found)


def test_an_hour_that_the_clock_skips_is_the_one_after_it() -> None:
    """Nobody's clock shows half past two on the night of the change."""
    assert "Sunday, March 14, 2027, 03:30" == when(listing(start=at(2, 30, day=date(2027, 3, 14))))


def test_aware_times_move_to_the_newsletters_zone() -> None:
    """A time with an offset is shown as the newsletter's clock has it."""
    assert "Wednesday, June 3, 11:00" == when(listing(start=datetime(2026, 6, 3, 18, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Mittwoch, 3. Juni, 18:00"),
        ("fr", "mercredi 3 juin, 18:00"),
        ("es", "miércoles, 3 de junio, 18:00"),
        ("it", "mercoledì 3 giugno, 18:00"),
        ("nl", "woensdag 3 juni, 18:00"),
        ("pt-BR", "quarta-feira, 3 de junho, 18:00"),
        ("pl", "środa, 3 czerwca, 18:00"),
        ("ja", "6月3日(水曜日) 18:00"),
        ("ar", "الأربعاء، 3 يونيو، 6:00 م"),
        ("ko", "6월 3일 (수요일) 오후 6:00"),
        ("en-US", "Wednesday, June 3, 6:00\N{NO-BREAK SPACE}PM"),
        ("xx", "Wednesday, June 3, 18:00"),
        ("not a language!", "Wednesday, June 3, 18:00"),
    ],
)
def test_dates_are_in_the_newsletters_language(language: str, expected: str) -> None:
    """Weekdays, months and hours follow the language; an unknown one is English."""
    assert expected == when(listing(start=at(18)), language)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "3.–5. Juni"),
        ("es", "3–5 de junio"),
        ("it", "3–5 giugno"),
        ("ja", "6月3日～5日"),
        ("cs", "3.–5. června"),
        ("ar", "3–5 يونيو"),
        ("he", "3–5 ביוני"),
    ],
)
def test_spans_are_in_the_newsletters_language(language: str, expected: str) -> None:
    """Spans of days follow the language."""
    assert expected == when(listing(end=date(2026, 6, 5)), language)


def test_languages_with_short_spans_of_digits_are_spelt_out() -> None:
    """Where a language has only digits for a span, its two days are named."""
    assert "30. června – 2. července" == when(listing(start=date(2026, 6, 30), end=date(2026, 7, 2)), "cs")
    assert "30. prosince 2026 – 2. ledna 2027" == when(listing(start=date(2026, 12, 30), end=date(2027, 1, 2)), "cs")


def test_every_language_of_babel_can_say_when() -> None:
    """None breaks, and none shows an ISO date, whatever it lacks."""
    from babel.localedata import locale_identifiers

    spans = [(date(2026, 6, 30), date(2026, 7, 2)), (date(2026, 12, 30), date(2027, 1, 2)), (date(2027, 6, 3),) * 2]
    for language in locale_identifiers():
        told = [when(listing(start=first, end=last), language) for first, last in spans]
        told.append(when(listing(start=at(18), zone="Asia/Tokyo"), language))
        assert [] == [one for one in told if re.search(r"\d{4}-\d\d", one)]


def test_month_alone_is_declined_no_more() -> None:
    """A month as a heading stands in the form that it has alone."""
    assert "czerwiec" == Calendar("pl", BERLIN, date(2026, 5, 1)).month(date(2026, 6, 1))
    assert "June 2027" == Calendar("en", BERLIN, date(2026, 5, 1)).month(date(2027, 6, 1))
    assert "junho de 2027" == Calendar("pt", BERLIN, date(2026, 5, 1)).month(date(2027, 6, 1))
    assert "czerwiec 2027" == Calendar("pl", BERLIN, date(2026, 5, 1)).month(date(2027, 6, 1))


def test_all_day_end_is_inclusive() -> None:
    """A day is over when the next one begins, in the newsletter's zone."""
    assert datetime(2026, 6, 4, tzinfo=PACIFIC) == ends(listing(), PACIFIC)
    assert datetime(2026, 6, 6, tzinfo=PACIFIC) == ends(listing(end=date(2026, 6, 5)), PACIFIC)
    assert None is ends(listing(start=at(18)), PACIFIC)


def test_edges_of_the_calendar_hold() -> None:
    """The first and the last moments of the calendar do not break anything."""
    first = listing(start=datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), end=at(23, day=date.max))

    assert 1 == starts(first, PACIFIC).year
    assert datetime(9999, 12, 31, tzinfo=BERLIN) == ends(listing(start=date.max), BERLIN)
    assert None is zone_of("../etc/passwd")
    assert None is zone_of(None)


DATES = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@settings(max_examples=50, deadline=None)
@given(DATES, st.integers(0, 400), st.sampled_from(["en", "de", "fr", "es", "it", "nl", "sv", "pt", "pl", "ar", "zh"]))
def test_no_date_is_ever_in_digits_of_a_machine(start: date, days: int, language: str) -> None:
    """Whatever the day and the language, no ISO date is shown."""
    assert not re.search(r"\d{4}-\d\d", when(listing(start=start, end=start + timedelta(days=days)), language))
