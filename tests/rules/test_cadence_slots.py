"""Slots: names, periods and due times, against an independent slow definition and on the days that go wrong."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.cadence import (
    Cadence,
    due_slots,
    find_slot,
    named,
    next_due,
    next_slot,
    slot_of,
    slot_to_fill,
    slots,
)
from newsletter_bot.errors import SettingsError, UsageError
from newsletter_bot.model import Slot

ZONES = [
    "UTC",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Caracas",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Asia/Beirut",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Australia/Eucla",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
QUARTER = timedelta(minutes=15)


def a_week(**changes: object) -> Cadence:
    """Every Wednesday at nine in Los Angeles, unless told otherwise."""
    plain: dict[str, object] = {"weeks": 1, "day": 2, "zone": "America/Los_Angeles", **changes}
    return Cadence(**plain)  # type: ignore[arg-type]


def local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def slow_due(day: date, wall: time, zone: str) -> datetime:
    """The first moment that shows this wall time; one that is skipped is reckoned with the clock before the jump."""
    wanted = datetime.combine(day, wall)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=27)
    first = moment.replace(minute=0, second=0)
    steps = [first + QUARTER * number for number in range(54 * 4 + 8)]
    offsets = [local(step, zone) - step.replace(tzinfo=None) for step in steps]
    shown = [wanted.replace(tzinfo=UTC) - offset for offset in dict.fromkeys(offsets)]
    right = [moment for moment in shown if local(moment, zone) == wanted]
    if right:
        return min(right)
    jump = next(
        number
        for number in range(1, len(steps))
        if local(steps[number - 1], zone) < wanted < local(steps[number], zone)
    )
    return wanted.replace(tzinfo=UTC) - offsets[jump - 1]


def slow_period(cadence: Cadence, day: date) -> tuple[str, date, date, date]:
    """Name, first day, last day and due day of the period that holds this day, by walking day by day."""
    if cadence.monthly:
        length = calendar.monthrange(day.year, day.month)[1]
        due = day.replace(day=min(cadence.day, length))
        return day.strftime("%Y-%m"), day.replace(day=1), day.replace(day=length), due
    if cadence.weekdays:
        due = day
        while due.weekday() not in cadence.weekdays:
            due += timedelta(days=1)
        start = due
        while (start - timedelta(days=1)).weekday() not in cadence.weekdays:
            start -= timedelta(days=1)
        return due.isoformat(), start, due, due
    assert cadence.weeks is not None
    assert cadence.anchor is not None
    monday = cadence.anchor
    while monday.weekday():
        monday -= timedelta(days=1)
    span = timedelta(days=7 * cadence.weeks)
    while monday > day:
        monday -= span
    while monday + span <= day:
        monday += span
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}", monday, monday + span - timedelta(days=1), monday + timedelta(days=cadence.day)


DAYS = st.dates(date(1985, 1, 10), date(2037, 12, 20))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    """Any rhythm in any of the zones."""
    rhythm: dict[str, object] = draw(
        st.one_of(
            st.builds(
                lambda weeks, day, anchor: {"weeks": weeks, "day": day, "anchor": anchor},
                st.integers(1, 5),
                st.integers(0, 6),
                DAYS,
            ),
            st.builds(lambda day: {"monthly": True, "day": day}, st.integers(1, 31)),
            st.builds(lambda days: {"weekdays": tuple(days)}, st.sets(st.integers(0, 6), min_size=1)),
        )
    )
    grace = timedelta(hours=draw(st.integers(0, 80)))
    return Cadence(zone=draw(st.sampled_from(ZONES)), time=draw(TIMES), grace=grace, **rhythm)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=50)
@given(cadences(), DAYS)
def test_every_day_lies_in_the_period_of_the_slow_definition(cadence: Cadence, day: date) -> None:
    """The slot of a day has the name, the days and the due time that walking the calendar finds."""
    name, start, end, due_day = slow_period(cadence, day)
    due = slow_due(due_day, cadence.time, cadence.zone)

    slot = slot_of(cadence, day)

    assert (name, start, end, due) == (slot.name, slot.start, slot.end, slot.due)
    assert due + cadence.grace == slot.deadline
    assert slot == find_slot(cadence, slot.name)


@settings(deadline=None, max_examples=40)
@given(cadences(), DAYS, st.integers(1, 500))
def test_slots_cover_the_calendar_without_gap_or_overlap(cadence: Cadence, first: date, days: int) -> None:
    """Each day belongs to exactly one slot, names are not repeated, due times do not go backwards."""
    last = first + timedelta(days=days)

    found = list(slots(cadence, first, last))

    assert found[0].start <= first <= found[0].end
    assert found[-1].start <= last <= found[-1].end
    assert [slot.end + timedelta(days=1) for slot in found[:-1]] == [slot.start for slot in found[1:]]
    assert len(found) == len({slot.name for slot in found})
    assert sorted(slot.due for slot in found) == [slot.due for slot in found]


@settings(deadline=None, max_examples=50)
@given(cadences(), DAYS, st.integers(0, 24 * 60 - 1))
def test_a_moment_belongs_to_the_day_on_the_newsletters_clock(cadence: Cadence, day: date, minute: int) -> None:
    """A moment counts for the slot of the local day, wherever it was written down."""
    moment = datetime.combine(day, time(), UTC) + timedelta(minutes=minute)

    assert slot_of(cadence, local(moment, cadence.zone).date()) == slot_of(cadence, moment)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "due"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), "2026-03-08T07:30:00Z"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00Z"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45:00Z"),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), "2018-11-04T03:00:00Z"),
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), "2011-12-30T19:00:00Z"),
        ("Asia/Kathmandu", date(2026, 1, 1), time(9, 0), "2026-01-01T03:15:00Z"),
        ("Europe/Istanbul", date(2014, 11, 5), time(9, 0), "2014-11-05T07:00:00Z"),
        ("Europe/Istanbul", date(2017, 11, 8), time(9, 0), "2017-11-08T06:00:00Z"),
    ],
)
def test_due_time_that_is_skipped_or_repeated(zone: str, day: date, wall: time, due: str) -> None:
    """A skipped due time is the instant as before the change, a repeated one the first."""
    cadence = Cadence(weekdays=tuple(range(7)), time=wall, zone=zone)

    assert datetime.fromisoformat(due) == slot_of(cadence, day).due


def test_grace_is_elapsed_time() -> None:
    """A grace of 36 hours ends 36 hours after the due time, also when the clock is put back in between."""
    slot = slot_of(Cadence(weekdays=(5,), time=time(18), zone="America/New_York"), date(2026, 10, 31))

    assert "2026-10-31T18:00:00-04:00" == slot.due.isoformat()
    assert "2026-11-02T05:00:00-05:00" == slot.deadline.isoformat()


@pytest.mark.parametrize(
    ("cadence", "day", "name", "due"),
    [
        (a_week(), date(2021, 1, 3), "2020-W53", "2020-12-30T09:00:00-08:00"),
        (a_week(), date(2021, 1, 4), "2021-W01", "2021-01-06T09:00:00-08:00"),
        (a_week(), date(2024, 12, 30), "2025-W01", "2025-01-01T09:00:00-08:00"),
        (a_week(weeks=2, anchor=date(2026, 11, 25)), date(2026, 12, 6), "2026-W48", "2026-11-25T09:00:00-08:00"),
        (a_week(weeks=2, anchor=date(2020, 12, 30)), date(2021, 1, 12), "2021-W02", "2021-01-13T09:00:00-08:00"),
        (Cadence(monthly=True, day=31), date(2028, 2, 1), "2028-02", "2028-02-29T09:00:00+00:00"),
        (Cadence(weekdays=(0, 3)), date(2026, 11, 24), "2026-11-26", "2026-11-26T09:00:00+00:00"),
        (Cadence(weekdays=(0, 3)), date(2026, 11, 27), "2026-11-30", "2026-11-30T09:00:00+00:00"),
    ],
)
def test_names_and_due_times(cadence: Cadence, day: date, name: str, due: str) -> None:
    """Weeks are ISO weeks (53 and new year), n weeks follow the first issue, months end where they end."""
    slot = slot_of(cadence, day)

    assert (name, due) == (slot.name, slot.due.isoformat())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def name_of(slot: Slot | None) -> str | None:
    return slot.name if slot else None


@pytest.mark.parametrize(
    ("now", "filled", "fills"),
    [
        ("2026-11-23T12:00:00-08:00", [], "2026-W48"),
        ("2026-11-26T12:00:00-08:00", [], "2026-W48"),
        ("2026-11-28T12:00:00-08:00", [], "2026-W48"),
        ("2026-11-24T12:00:00-08:00", ["2026-W48"], "2026-W48"),
        ("2026-11-30T12:00:00-08:00", ["2026-W47"], "2026-W49"),
    ],
)
def test_by_hand_fills_the_slot_of_today(now: str, filled: list[str], fills: str) -> None:
    """Published by hand, an issue fills the slot of the current period, early, late or a second time."""
    assert fills == slot_to_fill(a_week(), at(now), filled).name


@pytest.mark.parametrize(
    ("now", "filled", "fills"),
    [
        ("2026-11-24T21:00:59+00:00", [], "2026-11-23"),
        ("2026-11-24T21:01:00+00:00", [], "2026-11-26"),
        ("2026-11-24T12:00:00+00:00", ["2026-11-23"], "2026-11-26"),
    ],
)
def test_by_hand_fills_the_overdue_slot_within_grace(now: str, filled: list[str], fills: str) -> None:
    """An overdue slot comes first while its grace lasts, to the minute, and only when it is empty."""
    assert fills == slot_to_fill(Cadence(weekdays=(0, 3)), at(now), filled).name


def test_by_hand_in_a_break_fills_the_slot_of_today() -> None:
    """An issue that comes in a break all the same fills the slot of its period; an overdue pause is never filled."""
    paused = Cadence(weekdays=(0, 3), breaks=((date(2026, 11, 23), date(2026, 11, 23)),))

    assert "2026-11-23" == slot_to_fill(paused, at("2026-11-22T12:00:00Z"), []).name
    assert "2026-11-26" == slot_to_fill(paused, at("2026-11-24T12:00:00Z"), []).name


@pytest.mark.parametrize(
    ("now", "filled", "wants", "wakes"),
    [
        ("2026-11-24T12:00:00-08:00", [], "2026-W48", "2026-W48"),
        ("2026-11-26T12:00:00-08:00", [], "2026-W48", "2026-W49"),
        ("2026-11-26T22:00:00-08:00", [], "2026-W49", "2026-W49"),
        ("2026-11-24T12:00:00-08:00", ["2026-W48"], "2026-W49", "2026-W49"),
        ("2026-12-17T12:00:00-08:00", ["2026-W51"], "2027-W01", "2027-W01"),
    ],
)
def test_next_slot(now: str, filled: list[str], wants: str, wakes: str) -> None:
    """Next is the first empty slot that can still count; the clock wakes for the next one that comes due; not in breaks."""
    cadence = a_week(breaks=((date(2026, 12, 21), date(2027, 1, 3)),))

    assert wants == name_of(next_slot(cadence, at(now), filled))
    assert wakes == name_of(next_due(cadence, at(now), filled))


def test_break_without_end() -> None:
    """A break up to the end of the calendar leaves no next slot."""
    cadence = a_week(breaks=((date(2026, 11, 1), date(9999, 12, 31)),))

    assert next_slot(cadence, at("2026-11-24T12:00:00-08:00")) is None
    assert next_due(cadence, at("2026-11-24T12:00:00-08:00")) is None


def test_end_of_the_calendar() -> None:
    """The last days that a calendar can hold end the row of slots without an error."""
    daily = Cadence(weekdays=tuple(range(7)))

    assert 3 == len(list(slots(daily, date(9999, 12, 28), date.max)))
    assert next_slot(daily, at("9999-12-30T12:00:00Z"), ["9999-12-29", "9999-12-30"]) is None
    assert "9999-12-30" == slot_to_fill(daily, at("9999-12-30T12:00:00Z"), ["9999-12-29", "9999-12-30"]).name
    assert () == due_slots(daily, at("9999-12-31T05:00:00Z"), ["9999-12-29", "9999-12-30", "9999-12-31"])


def test_long_break_is_stepped_over() -> None:
    """The slot after a break of centuries is found at once."""
    cadence = Cadence(weekdays=tuple(range(7)), breaks=((date(2026, 11, 1), date(3026, 10, 31)),))

    assert "3026-11-01" == name_of(next_slot(cadence, at("2026-11-24T12:00:00Z")))


def test_any_week_may_be_the_first_of_two() -> None:
    """Every two weeks has no phase before the first issue; then it is due in the week of that issue."""
    cadence = a_week(weeks=2)

    assert "2026-W48" == name_of(next_slot(cadence, at("2026-11-24T12:00:00-08:00")))
    assert "2026-W49" == name_of(next_slot(cadence, at("2026-11-28T12:00:00-08:00")))
    assert "2026-W51" == name_of(next_slot(cadence, at("2026-12-04T12:00:00-08:00"), ["2026-W49"]))


def test_named() -> None:
    """A slot is found by its name, one that the rules do not have by its days, and what is no name is refused."""
    assert at("2026-11-25T17:00:00Z") == named(a_week(), "2026-W48").due
    assert "2026-W48" == named(a_week(weeks=2, anchor=date(2026, 11, 16)), "2026-W48").name
    assert find_slot(a_week(), "2026-11") is None
    assert find_slot(a_week(), "Wednesday") is None
    with pytest.raises(UsageError):
        named(a_week(), "2026-W54")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"weeks": 1, "monthly": True, "day": 1},
        {"weeks": 0},
        {"weeks": 1, "day": 7},
        {"monthly": True, "day": 0},
        {"weekdays": (7,)},
        {"weeks": 1, "grace": timedelta(seconds=-1)},
        {"weeks": 1, "zone": "Mars/Olympus"},
        {"weeks": 1, "zone": "America"},
        {"weeks": 1, "zone": "../../etc/passwd"},
        {"weeks": 1, "breaks": ((date(2026, 12, 2), date(2026, 12, 1)),)},
    ],
)
def test_what_is_no_rhythm_is_refused(wrong: dict[str, object]) -> None:
    """A cadence that cannot be, a zone that does not exist or a break that ends before it starts is an error of settings."""
    with pytest.raises(SettingsError):
        Cadence(**wrong)  # type: ignore[arg-type]
