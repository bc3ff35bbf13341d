"""The streak from confirmed receipts, and what the coming slot still lacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from newsletter_bot.cadence import Landing, Streak, slot_starts, streak
from newsletter_bot.cadence.said import lasting
from newsletter_bot.model import Delivery, IssueRecord, State, Visibility
from newsletter_bot.ports import Landed
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.preparing import shelf
from newsletter_bot.publishing.turns import is_set_aside, queue, twin_of

REMIND = timedelta(hours=48)


def landings(desk: Desk, now: datetime) -> list[Landing]:
    """Every issue that decides a slot: out in public at home (without a home: anywhere), with the moment that counts."""
    first = desk.ledger.first_date()
    starts = slot_starts(desk.rules, first, now) if first else []
    return [
        Landing(landed.issue, None if landed.imported else landed.slot, landed.at, imported=landed.imported)
        for landed in (*desk.ledger.landings(desk.home, starts), *_at_former_homes(desk))
    ]


def _at_former_homes(desk: Desk) -> Iterator[Landed]:
    """What was out in public at another home while that one was home: slots keep the home under which they passed."""
    for name, until in desk.former_homes.items():
        for landed in desk.ledger.landings(name, ()):
            if not landed.imported and landed.at < until:
                yield landed


def streak_of(desk: Desk, now: datetime, *, remind: timedelta = REMIND) -> Streak:
    """How the writer's promise stands now."""
    return streak(desk.rules, landings(desk, now), now, remind=remind)


def missing_for(desk: Desk, now: datetime, found: Streak) -> list[str]:
    """What the coming slot lacks, and how long is left: phrases for a person, empty when all is in hand."""
    causes = list(_causes(desk, now, found))
    if causes and found.deadline:
        causes.insert(
            0, f"{lasting(found.deadline - now)} left for {found.next_slot.name if found.next_slot else 'the slot'}"
        )
    return causes


def _causes(desk: Desk, now: datetime, found: Streak) -> Iterator[str]:
    slot = found.next_slot
    if slot is None:
        return
    records = desk.ledger.issues(slot.name)
    if not records:
        if not _may_be_next(desk) or not _in_turn(desk, max(now, slot.due)):
            yield "no draft is ready"
        return
    for record in records:
        for delivery in desk.ledger.deliveries(record.id):
            if delivery.publication == desk.home or desk.home is None:
                yield from _cause(delivery)


def _may_be_next(desk: Desk) -> bool:
    """Whether there is a ready draft that is no issue under its own name: only then the long history is looked through."""
    return any(entry.ready and _is_free(desk.ledger.issue(entry.id)) for entry in desk.newsroom.entries())


def _in_turn(desk: Desk, now: datetime) -> bool:
    """Whether a ready draft would go out by the clock: one that is out already under another name would not."""
    shelved = shelf(desk)
    return any(twin_of(entry, shelved) is None for entry in queue(shelved, now))


def _is_free(record: IssueRecord | None) -> bool:
    return record is None or is_set_aside(record)


def _cause(delivery: Delivery) -> Iterator[str]:
    name = delivery.publication
    if delivery.held:
        yield f"{name} waits for a person: {delivery.held}"
    elif delivery.state is State.REFUSED:
        yield f"{name} refused it: {delivery.error}"
    elif delivery.state is State.UNCONFIRMED:
        yield f"{name}'s answer was lost; it is being looked up"
    elif delivery.state in (State.DUE, State.SENDING):
        yield f"{name} has not got it yet{f': {delivery.error}' if delivery.error else ''}"
    elif delivery.visibility is Visibility.SCHEDULED and delivery.error:
        yield f"it waits at {name}: {delivery.error}"
    elif delivery.visibility is Visibility.DRAFT:
        yield f"it waits at {name} as a draft for a person to publish it"
