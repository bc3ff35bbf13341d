"""What `publish --due` may do: slots that are due, those that passed while the machine was off, and breaks."""

from datetime import date, datetime, timedelta

import pytest

from newsletter_bot.cadence import Cadence, CatchUp, due_slot, due_slots

WEDNESDAYS = Cadence(weeks=1, day=2, breaks=((date(2026, 12, 21), date(2027, 1, 3)),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def names(now: str, filled: list[str], **catch_up: object) -> list[str]:
    found = due_slots(WEDNESDAYS, at(now), filled, CatchUp(**catch_up))  # type: ignore[arg-type]
    return [due.slot.name + ("?" if due.ask else "") for due in found]


@pytest.mark.parametrize(
    ("now", "filled", "expected"),
    [
        ("2026-11-25T08:59:59Z", ["2026-W47"], []),
        ("2026-11-25T09:00:00Z", ["2026-W47"], ["2026-W48"]),
        ("2026-11-25T09:00:00Z", [], ["2026-W48"]),
        ("2026-11-25T09:05:00Z", ["2026-W47", "2026-W48"], []),
        ("2026-11-28T09:00:00Z", ["2026-W47"], ["2026-W48"]),
        ("2026-11-28T09:00:01Z", ["2026-W47"], []),
        ("2026-12-23T09:05:00Z", ["2026-W51"], []),
        ("2027-01-06T09:00:00Z", ["2026-W51"], ["2027-W01"]),
    ],
)
def test_due_from_the_due_time_to_the_limit(now: str, filled: list[str], expected: list[str]) -> None:
    """An empty slot is due from its due time up to missed_limit, both included; breaks are not."""
    assert expected == names(now, filled)


@pytest.mark.parametrize(("missed", "expected"), [("publish", ["2026-W48"]), ("skip", []), ("ask", ["2026-W48?"])])
def test_slot_that_passed_while_the_machine_was_off(missed: str, expected: list[str]) -> None:
    """First seen hours after its due time, a slot is published, left alone or asked about, as the settings say."""
    assert expected == names("2026-11-25T14:00:00Z", ["2026-W47"], missed=missed)


@pytest.mark.parametrize("missed", ["publish", "skip", "ask"])
def test_slot_that_was_attended_is_no_missed_one(missed: str) -> None:
    """A slot seen in time is filled when its draft becomes ready, hours later too, whatever is done about missed ones."""
    seen = {"2026-W48": at("2026-11-25T09:02:00Z")}

    assert ["2026-W48"] == names("2026-11-25T10:00:00Z", ["2026-W47"], missed=missed)
    assert ["2026-W48"] == names("2026-11-25T14:00:00Z", ["2026-W47"], missed=missed, seen=seen)


def test_what_was_skipped_stays_skipped() -> None:
    """A slot first seen too late is left alone at every later look."""
    assert [] == names(
        "2026-11-25T14:05:00Z", ["2026-W47"], missed="skip", seen={"2026-W48": at("2026-11-25T14:00:00Z")}
    )


def test_question_names_slot_and_command() -> None:
    """The person who is asked learns which slot passed and how to fill it."""
    found = due_slots(WEDNESDAYS, at("2026-11-25T14:00:00Z"), ["2026-W47"], CatchUp(missed="ask"))

    assert [
        (
            "2026-W48 was due Wed 25 Nov 2026 09:00 while the machine was off; "
            "run `newsletter-bot publish` to fill it all the same"
        )
    ] == [due.reason for due in found]


def test_all_that_passed_oldest_first() -> None:
    """After days of silence each slot within the limit is there, but none from before the first issue."""
    daily = Cadence(weekdays=tuple(range(7)))
    week = CatchUp(limit=timedelta(days=7))
    now = at("2026-11-25T12:00:00Z")

    assert [
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
    ] == [due.slot.name for due in due_slots(daily, now, ["2026-11-22"], week)]
    assert ["2026-11-25"] == [due.slot.name for due in due_slots(daily, now, [], week)]
    assert 4000 > len(due_slots(daily, now, ["2001-01-01"], CatchUp(limit=timedelta.max)))


def test_due_slot_is_the_oldest_that_asks_nobody() -> None:
    """The bot fills one slot at a time, and none that a person must decide about."""
    daily = Cadence(weekdays=tuple(range(7)))
    now = at("2026-11-25T09:30:00Z")

    publish = due_slot(daily, now, ["2026-11-23"])
    ask = due_slot(daily, now, ["2026-11-23"], missed="ask")
    nothing = due_slot(daily, now, ["2026-11-23"], missed="publish", limit=timedelta(0))

    assert ("2026-11-24", "2026-11-25", None) == (publish and publish.name, ask and ask.name, nothing)


def test_clock_set_back_makes_nothing_due() -> None:
    """With a clock that is a day behind, a slot that is filled is not due again."""
    assert [] == names("2026-11-24T12:00:00Z", ["2026-W47", "2026-W48"])
    assert [] == names("2026-11-18T12:00:00Z", ["2026-W47", "2026-W48"])
