"""The streak: what is kept, late, missed, a break or open, and how long the runs are."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.cadence import Cadence, Landing, Rules, Streak, slot_of, slots, streak
from newsletter_bot.model import Slot

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "cadence"
WEDNESDAYS = Cadence(weeks=1, day=2, zone="America/Los_Angeles")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def out(issue: str, slot: str, moment: str) -> Landing:
    return Landing(issue, slot, at(moment))


def came(issue: str, moment: str) -> Landing:
    return Landing(issue, None, at(moment), imported=True)


def told(found: Streak) -> list[tuple[str, str, str | None]]:
    return [(state.slot.name, state.state.value, state.issue) for state in found.slots]


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-20T09:00:00-08:00", "kept"),
        ("2026-11-25T08:58:00-08:00", "kept"),
        ("2026-11-25T09:00:59-08:00", "kept"),
        ("2026-11-25T17:00:59+00:00", "kept"),
        ("2026-11-25T09:01:00-08:00", "late"),
        ("2026-11-26T21:00:59-08:00", "late"),
        ("2026-11-26T21:01:00-08:00", "missed"),
    ],
)
def test_kept_until_due_late_until_the_grace_ends(moment: str, state: str) -> None:
    """The moment is cut to the minute; due time and deadline both still count."""
    found = streak(WEDNESDAYS, [out("issue-1", "2026-W48", moment)], at("2026-11-27T12:00:00-08:00"))

    assert ("2026-W48", state, "issue-1") == told(found)[0]


def test_open_until_the_grace_ends() -> None:
    """An empty slot is open to the last minute of its grace and missed after it; open does not end a run."""
    landings = [out("issue-1", "2026-W47", "2026-11-18T09:00:00-08:00")]

    still = streak(WEDNESDAYS, landings, at("2026-11-26T21:00:59-08:00"))
    over = streak(WEDNESDAYS, landings, at("2026-11-26T21:01:00-08:00"))

    assert [("2026-W47", "kept", "issue-1"), ("2026-W48", "open", None)] == told(still)
    assert [("2026-W47", "kept", "issue-1"), ("2026-W48", "missed", None), ("2026-W49", "open", None)] == told(over)
    assert (1, 0) == (still.current, over.current)


def test_no_history() -> None:
    """Without an issue there is no history: nothing is missed, the coming slot is open."""
    found = streak(WEDNESDAYS, [], at("2026-11-24T12:00:00-08:00"))

    assert [("2026-W48", "open", None)] == told(found)
    assert (0, 0, None, None) == (found.current, found.longest, found.since, found.last_kept)
    assert at("2026-11-26T21:00:00-08:00") == found.deadline


def test_break_bridges_and_adds_nothing() -> None:
    """A run goes on over a break; an issue that comes in it all the same is kept, however late."""
    cadence = Cadence(weeks=1, day=2, breaks=((date(2026, 11, 4), date(2026, 11, 18)),))
    landings = [
        out("a", "2026-W44", "2026-10-28T09:00Z"),
        out("b", "2026-W46", "2026-11-14T09:00Z"),
        out("c", "2026-W48", "2026-11-25T09:00Z"),
    ]

    found = streak(cadence, landings, at("2026-11-26T00:00Z"))

    assert ["kept", "break", "kept", "break", "kept", "open"] == [state.state for state in found.slots]
    assert (3, "2026-W44", "2026-W48") == (found.current, found.since, found.last_kept)


def test_break_ahead_is_shown_up_to_the_next_slot() -> None:
    """Breaks that come next are told, and the deadline is that of the slot after them."""
    cadence = Cadence(weeks=1, day=2, breaks=((date(2026, 12, 2), date(2026, 12, 9)),))

    found = streak(cadence, [out("a", "2026-W48", "2026-11-25T09:00Z")], at("2026-11-26T00:00Z"))

    assert ["kept", "break", "break", "open"] == [state.state for state in found.slots]
    assert at("2026-12-17T21:00Z") == found.deadline


def test_break_without_end_leaves_no_deadline() -> None:
    """With a break that never ends nothing is open and nothing is at risk; the run stays."""
    cadence = Cadence(weeks=1, day=2, breaks=((date(2026, 11, 26), date(9999, 12, 31)),))

    found = streak(cadence, [out("a", "2026-W48", "2026-11-25T09:00Z")], at("2027-06-01T00:00Z"))

    assert (1, None, False) == (found.current, found.deadline, found.at_risk)
    assert found.as_json()["deadline"] is None


def test_earliest_issue_decides_and_a_slot_counts_once() -> None:
    """More than one issue in a slot counts once, by the earliest, in whatever order they are told."""
    landings = [
        out("second", "2026-W48", "2026-11-26T12:00:00-08:00"),
        out("first", "2026-W48", "2026-11-25T08:00:00-08:00"),
        came("imported", "2026-11-25T08:30:00-08:00"),
    ]

    found = streak(WEDNESDAYS, landings, at("2026-11-27T00:00:00-08:00"))

    assert ("2026-W48", "kept", "first") == told(found)[0]
    assert 1 == found.current


def test_planned_issue_that_is_too_late_fills_no_other_slot() -> None:
    """An issue for a slot whose grace is over leaves it missed, and the week in which it came empty."""
    landings = [
        out("a", "2026-W47", "2026-11-18T09:00:00-08:00"),
        out("b", "2026-W48", "2026-11-30T09:00:00-08:00"),
    ]

    found = streak(WEDNESDAYS, landings, at("2026-12-05T00:00:00-08:00"))

    assert ["kept", "missed", "missed", "open"] == [state.state for state in found.slots]
    assert (0, 1) == (found.current, found.longest)


def test_imported_issue_fills_an_empty_slot_before_it_within_grace() -> None:
    """An imported issue counts as late for an empty slot whose grace lasts, then no more for its own period."""
    cadence = Cadence(weeks=1, day=6, time=time(18))
    landings = [came("a", "2026-11-15T12:00Z"), came("b", "2026-11-23T12:00Z"), came("c", "2026-11-24T05:00Z")]

    found = streak(cadence, landings, at("2026-11-25T00:00Z"))

    assert [("2026-W46", "kept", "a"), ("2026-W47", "late", "b"), ("2026-W48", "kept", "c")] == told(found)[:3]


def test_imported_issue_after_the_grace_counts_for_its_own_period() -> None:
    """One minute past the grace the slot before stays missed; a slot that has an issue takes no late one."""
    cadence = Cadence(weeks=1, day=6, time=time(18))
    late = [came("a", "2026-11-15T12:00Z"), came("b", "2026-11-24T06:01Z")]
    full = [came("a", "2026-11-15T12:00Z"), came("b", "2026-11-16T12:00Z")]

    assert [
        "kept",
        "missed",
        "kept",
    ] == [state.state for state in streak(cadence, late, at("2026-11-25T00:00Z")).slots][:3]
    assert ["kept", "kept"] == [state.state for state in streak(cadence, full, at("2026-11-17T00:00Z")).slots][:2]


def test_history_starts_with_the_first_issue() -> None:
    """Nothing was promised before the first issue, so it is late for no slot before its own."""
    found = streak(Cadence(weeks=1, day=6), [came("a", "2026-11-16T05:00Z")], at("2026-11-17T00:00Z"))

    assert [("2026-W47", "kept", "a")] == told(found)[:1]


def test_local_day_decides_for_imported_issues() -> None:
    """An issue of Sunday evening in Los Angeles belongs to that week, though it is Monday in UTC."""
    found = streak(WEDNESDAYS, [came("a", "2026-11-23T05:00:00+00:00")], at("2026-11-23T06:00:00+00:00"))

    assert ("2026-W47", "missed", "a") == told(found)[0]


def test_first_issue_sets_the_phase_of_two_weeks() -> None:
    """Every two weeks, the issue is due in the weeks counted from that of the first one, imported or planned."""
    cadence = Cadence(weeks=2, day=2)
    landings = [came("a", "2026-10-28T09:00Z"), out("b", "2026-W46", "2026-11-11T09:00Z")]

    found = streak(cadence, landings, at("2026-11-24T00:00Z"))

    assert [("2026-W44", "kept", "a"), ("2026-W46", "kept", "b"), ("2026-W48", "open", None)] == told(found)
    assert "2 weeks" == found.unit
    assert "2 x 2 weeks" == found.counted(found.current)


def test_slot_that_the_rules_have_lost_gives_its_issue_to_the_one_in_its_place() -> None:
    """An issue planned for a slot that is in no rule any more counts for the slot that holds its days."""
    found = streak(Cadence(monthly=True, day=30), [out("a", "2026-W46", "2026-11-11T09:00Z")], at("2026-11-12T00:00Z"))

    assert ("2026-11", "kept", "a") == told(found)[0]


def test_clock_set_back_loses_nothing() -> None:
    """With a clock that is a day behind, an issue that is out stays kept, and the next slot is the one after it."""
    landings = [out("a", "2026-W48", "2026-11-25T09:00:00-08:00")]

    found = streak(WEDNESDAYS, landings, at("2026-11-15T12:00:00-08:00"))

    assert [("2026-W48", "kept", "a"), ("2026-W49", "open", None)] == told(found)


@pytest.mark.parametrize(
    ("now", "at_risk"),
    [
        ("2026-11-30T08:59:00-08:00", False),
        ("2026-11-30T09:00:00-08:00", True),
        ("2026-12-03T12:00:00-08:00", True),
    ],
)
def test_at_risk(now: str, at_risk: bool) -> None:
    """A slot is at risk from the time of the first reminder to the end of its grace."""
    found = streak(WEDNESDAYS, [out("a", "2026-W48", "2026-11-25T08:00:00-08:00")], at(now))

    assert at_risk == found.at_risk
    assert at("2026-12-03T21:00:00-08:00") == found.deadline


def test_runs_and_units() -> None:
    """Current and longest run know where they start and end; ties go to the earlier one."""
    kept = ["2026-01", "2026-02", "2026-04", "2026-05", "2026-07"]
    landings = [out(name, name, f"{name}-01T00:00Z") for name in kept]

    found = streak(Cadence(monthly=True, day=5), landings, at("2026-07-20T00:00Z"))

    assert (1, 2, "2026-01", "2026-02") == (found.current, found.longest, found.longest_from, found.longest_to)
    assert [
        ("2026-01", "2026-02", 2),
        ("2026-04", "2026-05", 2),
        ("2026-07", "2026-07", 1),
    ] == [(run.first, run.last, run.length) for run in found.runs]
    assert ["1 month", "2 months"] == [found.counted(found.current), found.counted(found.longest)]


def test_json() -> None:
    """Other programs get the words of the contract."""
    landings = [out("issue-1", "2026-W48", "2026-11-25T17:00:42+00:00")]

    found = streak(WEDNESDAYS, landings, at("2026-11-26T00:00:00-08:00")).as_json(["no draft is ready"])

    assert {
        "current": 1,
        "longest": 1,
        "longest_from": "2026-W48",
        "longest_to": "2026-W48",
        "unit": "week",
        "since": "2026-W48",
        "last_kept": "2026-W48",
        "at_risk": False,
        "deadline": "2026-12-03T21:00:00-08:00",
        "missing": ["no draft is ready"],
        "slots": [
            {
                "slot": "2026-W48",
                "due": "2026-11-25T09:00:00-08:00",
                "state": "kept",
                "issue": "issue-1",
                "delivered_at": "2026-11-25T17:00:00+00:00",
            },
            {
                "slot": "2026-W49",
                "due": "2026-12-02T09:00:00-08:00",
                "state": "open",
                "issue": None,
                "delivered_at": None,
            },
        ],
    } == json.loads(json.dumps(found))


def test_reasons() -> None:
    """Each slot says in one sentence when it was due and what came."""
    cadence = Cadence(weeks=1, day=2, zone="America/Los_Angeles", breaks=((date(2026, 11, 16), date(2026, 11, 29)),))
    landings = [
        out("a", "2026-W43", "2026-10-21T08:58:00-07:00"),
        out("b", "2026-W44", "2026-10-29T10:30:00-07:00"),
        out("c", "2026-W45", "2026-11-07T09:00:00-08:00"),
        out("d", "2026-W47", "2026-11-17T09:00:00-08:00"),
    ]

    found = streak(cadence, landings, at("2026-11-30T00:00:00-08:00"))

    assert [
        "due Wed 21 Oct 2026 09:00, out at 08:58",
        "due Wed 28 Oct 2026 09:00, out at Thu 29 Oct 2026 10:30, 1 d 1 h late, within the grace of 1 d 12 h",
        "due Wed 4 Nov 2026 09:00, out at Sat 7 Nov 2026 09:00, 3 d late, after the grace of 1 d 12 h",
        "due Wed 11 Nov 2026 09:00, nothing was out until Thu 12 Nov 2026 21:00",
        "due Wed 18 Nov 2026 09:00 in a break, out all the same at Tue 17 Nov 2026 09:00",
        "due Wed 25 Nov 2026 09:00, in a break",
        "due Wed 2 Dec 2026 09:00, nothing is out yet; it counts until Thu 3 Dec 2026 21:00",
    ] == [state.reason for state in found.slots]


def slow_streak(cadence: Cadence, landings: Sequence[Landing], now: datetime) -> tuple[list[str], int, int]:
    """States, current and longest run by the words of the contract, slot by slot, with no care for speed."""

    def minute(moment: datetime) -> datetime:
        return moment.replace(second=0, microsecond=0)

    ordered = sorted(landings, key=lambda landing: landing.at)
    firsts = [slot_of(cadence, landing.at) for landing in ordered if landing.imported]
    lasts = [*firsts, slot_of(cadence, now)]
    planned = [slot for landing in ordered for slot in _called(cadence, landing)]
    first = min(slot.start for slot in [*firsts, *planned])
    last = max(slot.end for slot in [*lasts, *planned])
    history = list(slots(cadence, first, last))
    taken: dict[str, list[datetime]] = {slot.name: [] for slot in history}
    for landing in ordered:
        if not landing.imported:
            assert landing.slot is not None
            taken[landing.slot].append(landing.at)
    for landing in ordered:
        if landing.imported:
            number = next(n for n, slot in enumerate(history) if slot.name == slot_of(cadence, landing.at).name)
            before = history[number - 1] if number else None
            late = before and not before.in_break and not taken[before.name] and minute(landing.at) <= before.deadline
            taken[before.name if late and before else history[number].name].append(landing.at)
    states = []
    for slot in history:
        moment = min(taken[slot.name], default=None)
        if moment is None:
            states.append("break" if slot.in_break else "open" if minute(now) <= slot.deadline else "missed")
        elif minute(moment) <= slot.due or slot.in_break:
            states.append("kept")
        else:
            states.append("late" if minute(moment) <= slot.deadline else "missed")
    runs = "".join({"kept": "k", "late": "k", "missed": " ", "break": "", "open": ""}[state] for state in states)
    return states, len(runs.split(" ")[-1]), max(map(len, runs.split(" ")))


def _called(cadence: Cadence, landing: Landing) -> list[Slot]:
    return [slot for slot in slots(cadence, date(2019, 1, 1), date(2023, 1, 1)) if slot.name == landing.slot]


CADENCES = st.one_of(
    st.builds(
        lambda weeks, day: Cadence(weeks=weeks, day=day, zone="Europe/Berlin", anchor=date(2020, 3, 1)),
        st.integers(1, 2),
        st.integers(0, 6),
    ),
    st.builds(
        lambda day, grace: Cadence(monthly=True, day=day, zone="America/New_York", grace=timedelta(days=grace)),
        st.integers(1, 31),
        st.integers(0, 9),
    ),
    st.builds(
        lambda days, grace: Cadence(
            weekdays=tuple(days),
            zone="Asia/Kolkata",
            grace=timedelta(hours=grace),
            breaks=((date(2020, 12, 20), date(2021, 1, 6)),),
        ),
        st.sets(st.integers(0, 6), min_size=1),
        st.integers(0, 90),
    ),
)


@settings(deadline=None, max_examples=50)
@given(CADENCES, st.lists(st.tuples(st.integers(0, 60 * 24 * 120), st.booleans()), min_size=1, max_size=40), st.data())
def test_streak_is_that_of_the_slow_definition(
    cadence: Cadence, moments: list[tuple[int, bool]], data: st.DataObject
) -> None:
    """States and runs are those found by reading the contract slot by slot."""
    start = datetime(2020, 11, 1, 0, 0, 30, tzinfo=UTC)
    landings = []
    for number, (minutes, imported) in enumerate(moments):
        moment = start + timedelta(minutes=minutes)
        shift = data.draw(st.integers(-3, 3))
        slot = slot_of(cadence, moment.date() + timedelta(days=shift)).name
        landings.append(Landing(f"issue-{number}", None if imported else slot, moment, imported=imported))
    now = start + timedelta(minutes=data.draw(st.integers(0, 60 * 24 * 140)))

    found = streak(cadence, landings, now)
    states, current, longest = slow_streak(cadence, landings, now)

    assert states == [state.state for state in found.slots][: len(states)]
    assert (current, longest) == (found.current, found.longest)
    assert all(state.state in {"break", "open"} for state in found.slots[len(states) :])


def a_decade(dates: Sequence[str]) -> list[Landing]:
    return [Landing(day, None, at(f"{day}T12:00:00+00:00"), imported=True) for day in dates]


def by_calendar_week(dates: Sequence[str]) -> Streak:
    cadence = Cadence(weeks=1, day=6, time=time(23, 59), grace=timedelta(0))
    return streak(cadence, a_decade(dates), at(f"{dates[-1]}T12:00:00+00:00"))


def test_weeks_over_week_53_and_new_year() -> None:
    """A run of weeks goes through week 53 and the turn of the year; the week without an issue ends it."""
    dates = ["2020-12-16", "2020-12-23", "2021-01-01", "2021-01-05", "2021-01-11", "2021-01-29"]

    found = by_calendar_week(dates)

    assert (5, "2020-W51", "2021-W02", 1) == (found.longest, found.longest_from, found.longest_to, found.current)
    assert "2020-W53" == found.slots[2].slot.name


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no issue dates at ../shared/corpora/cadence")
@pytest.mark.parametrize("name", ["swiftweekly-dates.tsv", "bitcoinops-dates.tsv"])
def test_known_answers(name: str) -> None:
    """The runs of two real newsletters are those that were counted elsewhere."""
    answers = json.loads((CORPUS / "answers.json").read_text(encoding="utf-8"))[name]
    lines = (CORPUS / name).read_text(encoding="utf-8").splitlines()

    found = by_calendar_week([line.split("\t")[0] for line in lines if line])

    longest = [(run.first, run.last) for run in found.runs if run.length == found.longest]
    assert [(run["from"], run["to"]) for run in answers["longest"]] == longest
    assert answers["longest"][0]["weeks"] == found.longest
    assert answers["runs"] == len(found.runs)
    assert answers["weeks_spanned"] == sum(state.state != "open" for state in found.slots)
    assert answers["weeks_with_issue"] == sum(run.length for run in found.runs)
    assert (answers["current_run_at_last_issue"]["weeks"], answers["current_run_at_last_issue"]["from"]) == (
        found.current,
        found.since,
    )


def test_many_posts_in_few_slots() -> None:
    """A hundred thousand posts of ten years are one issue for each slot."""
    first = at("2016-01-06T12:00:00+00:00")
    landings = [Landing(str(n), None, first + timedelta(minutes=52 * n), imported=True) for n in range(100_000)]

    found = streak(Rules.of(WEDNESDAYS), landings, landings[-1].at)

    assert 517 == sum(state.state != "open" for state in found.slots)
    assert 517 == found.current
