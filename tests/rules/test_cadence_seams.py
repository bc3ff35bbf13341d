"""A change of cadence or zone: past slots keep their rule, and at the seam no slot is lost or asked for twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter_bot.cadence import Cadence, Landing, Rules, find_slot, slot_of, slots, streak
from newsletter_bot.errors import LedgerError

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def week(day: int, zone: str = "UTC", **changes: object) -> Cadence:
    plain: dict[str, object] = {"weeks": 1, "day": day, "zone": zone, **changes}
    return Cadence(**plain)  # type: ignore[arg-type]


def changed(old: Cadence, new: Cadence, moment: str) -> Rules:
    return Rules(((START, old), (at(moment), new)))


def shown(rules: Rules, first: date, last: date) -> list[tuple[str, str, int]]:
    """Name, due time and length of the slots in these days."""
    return [
        (slot.name, f"{slot.due.astimezone(UTC):%m-%d %H:%M}", (slot.end - slot.start).days + 1)
        for slot in slots(rules, first, last)
    ]


NOVEMBER = (date(2026, 11, 16), date(2026, 12, 6))


@pytest.mark.parametrize(
    ("new", "moment", "expected"),
    [
        pytest.param(
            week(4),
            "2026-11-24T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-27 09:00", 7), ("2026-W49", "12-04 09:00", 7)],
            id="before both are due, the week is due by the new rule",
        ),
        pytest.param(
            week(4),
            "2026-11-26T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W49", "12-04 09:00", 7)],
            id="a week that has passed is not asked for twice",
        ),
        pytest.param(
            week(0),
            "2026-11-24T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W49", "11-30 09:00", 7)],
            id="a week that the new rule would have had in the past is not lost",
        ),
        pytest.param(
            week(2, "Asia/Tokyo"),
            "2026-11-25T05:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W49", "12-02 00:00", 7)],
            id="zone moved east between the two due times",
        ),
        pytest.param(
            week(2, "America/Los_Angeles"),
            "2026-11-25T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W49", "12-02 17:00", 7)],
            id="zone moved west between the two due times",
        ),
        pytest.param(
            Cadence(weekdays=(0, 3)),
            "2026-11-24T12:00Z",
            [
                ("2026-W47", "11-18 09:00", 7),
                ("2026-11-26", "11-26 09:00", 4),
                ("2026-11-30", "11-30 09:00", 4),
                ("2026-12-03", "12-03 09:00", 3),
                ("2026-12-07", "12-07 09:00", 4),
            ],
            id="from weeks to a list of weekdays, before the week was due",
        ),
        pytest.param(
            Cadence(weekdays=(0, 3)),
            "2026-11-25T12:00Z",
            [
                ("2026-W47", "11-18 09:00", 7),
                ("2026-W48", "11-25 09:00", 3),
                ("2026-11-26", "11-26 09:00", 1),
                ("2026-11-30", "11-30 09:00", 4),
                ("2026-12-03", "12-03 09:00", 3),
                ("2026-12-07", "12-07 09:00", 4),
            ],
            id="from weeks to a list of weekdays, after the week was due",
        ),
        pytest.param(
            Cadence(monthly=True, day=28),
            "2026-11-26T12:00Z",
            [
                ("2026-W47", "11-18 09:00", 7),
                ("2026-W48", "11-25 09:00", 4),
                ("2026-11", "11-28 09:00", 4),
                ("2026-12", "12-28 09:00", 31),
            ],
            id="from weeks to months",
        ),
        pytest.param(
            week(2, weeks=2, anchor=date(2026, 11, 25)),
            "2026-11-26T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W50", "12-09 09:00", 21)],
            id="from one week to two",
        ),
        pytest.param(
            week(2, breaks=((date(2026, 11, 16), date(2026, 12, 31)),)),
            "2026-11-26T12:00Z",
            [("2026-W47", "11-18 09:00", 7), ("2026-W48", "11-25 09:00", 7), ("2026-W49", "12-02 09:00", 7)],
            id="breaks change no slot",
        ),
    ],
)
def test_seam(new: Cadence, moment: str, expected: list[tuple[str, str, int]]) -> None:
    """A weekly newsletter, due on Wednesdays, changes its rule in week 48."""
    assert expected == shown(changed(week(2), new, moment), *NOVEMBER)


def test_from_months_to_weeks() -> None:
    """A month that was due ends with the change, and the next week counts."""
    rules = changed(Cadence(monthly=True, day=1), week(2), "2026-11-10T12:00Z")

    assert [
        ("2026-11", "11-01 09:00", 10),
        ("2026-W46", "11-11 09:00", 5),
        ("2026-W47", "11-18 09:00", 7),
    ] == shown(rules, date(2026, 11, 1), date(2026, 11, 22))


def test_rule_without_a_slot_leaves_none() -> None:
    """A rule under which nothing came due leaves no slot, and what was not asked for under it is not asked for later."""
    rules = Rules(
        (
            (START, week(2)),
            (at("2026-11-19T00:00Z"), Cadence(monthly=True, day=31)),
            (at("2026-11-29T00:00Z"), week(2)),
        )
    )

    assert [("2026-W47", "11-18 09:00", 7), ("2026-W49", "12-02 09:00", 14)] == shown(rules, *NOVEMBER)


def test_breaks_of_the_past_stay() -> None:
    """A break that is taken out of the settings still bridges the slots that passed in it, a new one mends no past."""
    old = week(2, breaks=((date(2026, 11, 2), date(2026, 11, 8)),))
    new = week(2, breaks=((date(2026, 11, 9), date(2026, 11, 15)),))
    rules = changed(old, new, "2026-11-16T00:00Z")
    landings = [Landing(name, name, slot.due) for name in ("2026-W44", "2026-W47") if (slot := find_slot(rules, name))]

    found = streak(rules, landings, at("2026-11-18T12:00Z"))

    assert ["kept", "break", "missed", "kept", "open"] == [state.state for state in found.slots]


CADENCES = st.one_of(
    st.builds(
        lambda weeks, day, zone: Cadence(weeks=weeks, day=day, zone=zone, anchor=date(2026, 1, 7)),
        st.integers(1, 3),
        st.integers(0, 6),
        st.sampled_from(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"]),
    ),
    st.builds(lambda day: Cadence(monthly=True, day=day, time=time(18)), st.integers(1, 31)),
    st.builds(
        lambda days, zone: Cadence(weekdays=tuple(days), zone=zone),
        st.sets(st.integers(0, 6), min_size=1),
        st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
    ),
)


@st.composite
def histories(draw: st.DrawFn) -> Rules:
    """One to four rules, changed at any minute of some months."""
    minutes = sorted(draw(st.lists(st.integers(0, 60 * 24 * 150), min_size=0, max_size=3)))
    moments = [START, *(START + timedelta(days=60, minutes=minute) for minute in minutes)]
    return Rules(tuple((moment, draw(CADENCES)) for moment in moments))


MONTH_WEEK_MONTH = Rules(
    (
        (datetime(2026, 1, 1, tzinfo=UTC), Cadence(monthly=True, day=1, time=time(18))),
        (datetime(2026, 3, 2, tzinfo=UTC), Cadence(weeks=1, day=0, anchor=date(2026, 1, 7))),
        (datetime(2026, 3, 2, 9, tzinfo=UTC), Cadence(monthly=True, day=3, time=time(18))),
    )
)


@settings(deadline=None, max_examples=50)
@example(MONTH_WEEK_MONTH)
@given(histories())
def test_seams_neither_lose_nor_double(rules: Rules) -> None:
    """Whatever the changes: each day has one slot, each slot one name and one later due day, and is found again."""
    found = list(slots(rules, date(2026, 1, 1), date(2026, 12, 31)))

    assert [slot.end + timedelta(days=1) for slot in found[:-1]] == [slot.start for slot in found[1:]]
    assert len(found) == len({slot.name for slot in found})
    assert sorted(slot.due for slot in found) == [slot.due for slot in found]
    assert all(slot.start <= slot.end for slot in found)
    assert found == [find_slot(rules, slot.name) for slot in found]
    assert found == [slot_of(rules, slot.end) for slot in found]


@settings(deadline=None, max_examples=50)
@given(histories())
def test_slots_keep_the_rule_of_their_time(rules: Rules) -> None:
    """A slot that was due by the change is due as the old rule had it; later ones as the new rule has them."""
    for (_, cadence), (change, follower) in zip(rules.entries, rules.entries[1:], strict=False):
        before = Rules(tuple(entry for entry in rules.entries if entry[0] <= change and entry[1] is not follower))
        due_before = {slot.name: slot.due for slot in slots(before, date(2026, 1, 1), date(2026, 12, 31))}
        for slot in slots(rules, date(2026, 1, 1), change.date()):
            if slot.due <= change and slot.name in due_before and cadence == before.current:
                assert due_before[slot.name] == slot.due
    last_change, latest = rules.entries[-1]
    for slot in slots(rules, last_change.date() + timedelta(days=70), date(2026, 12, 31)):
        assert slot == slot_of(latest, slot.end)


@settings(deadline=None, max_examples=30)
@given(histories())
def test_rules_survive_the_ledger(rules: Rules) -> None:
    """Rules come back from their text as they were."""
    assert rules == Rules.from_text(rules.as_text())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '[{"since": "yesterday"}]', '[{"since": "2026-01-01T00:00:00Z"}]', "7"]
)
def test_rules_that_cannot_be_read(text: str) -> None:
    """Damaged rules are an error of the ledger."""
    with pytest.raises(LedgerError):
        Rules.from_text(text)


def test_rules_follow_the_settings() -> None:
    """A change counts from now on; one that is mended before anything came due replaces the rule altogether."""
    now = at("2026-11-23T12:00Z")
    first = Rules.of(week(2), now)

    same = first.under(week(2), now + timedelta(days=30))
    mended = first.under(week(3), now + timedelta(hours=1))
    later = first.under(week(3), now + timedelta(days=3))
    twice = later.under(week(4), now + timedelta(days=3, hours=1))

    assert first is same
    assert ((now, week(3)),) == mended.entries
    assert ((now, week(2)), (now + timedelta(days=3), week(3))) == later.entries
    assert ((now, week(2)), (now + timedelta(days=3), week(4))) == twice.entries


def test_phase_is_no_change_of_rule() -> None:
    """Two weeks that took their phase from the first issue are the two weeks of the settings."""
    rules = Rules(((START, week(2, weeks=2)),)).anchored(date(2026, 11, 25))

    assert rules is rules.under(week(2, weeks=2), at("2026-12-24T12:00Z"))
    assert rules is rules.anchored(date(2026, 1, 1))


def test_clock_that_is_set_back_keeps_the_order() -> None:
    """A change seen while the clock is a day behind counts from the last known change on."""
    now = at("2026-11-26T12:00Z")
    rules = Rules(((START, week(2)), (now, week(3))))

    assert [START, now] == [since for since, _ in rules.under(week(4), now - timedelta(days=1)).entries]


def test_rules_need_a_rule() -> None:
    """There is no empty history of rules."""
    with pytest.raises(ValueError, match="without a rule"):
        Rules(())
