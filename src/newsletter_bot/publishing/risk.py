"""The streak from confirmed receipts, and what the coming slot still lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from newsletter_bot.cadence import Landing, Streak, streak
from newsletter_bot.cadence.said import lasting
from newsletter_bot.model import Delivery, State, Visibility
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.preparing import shelf
from newsletter_bot.publishing.turns import next_entry

REMIND = timedelta(hours=48)


def landings(desk: Desk) -> list[Landing]:
    """Every issue that is out in public at home (without a home: anywhere), with the moment that counts."""
    by_issue = dict[str, list[Delivery]]()
    for delivery in desk.ledger.deliveries():
        by_issue.setdefault(delivery.issue, []).append(delivery)
    found = list[Landing]()
    for record in desk.ledger.issues():
        if record.imported_at:
            found.append(Landing(record.id, None, record.imported_at, imported=True))
        elif at := _public_at(by_issue.get(record.id, ()), desk.home):
            found.append(Landing(record.id, record.slot, at))
    return found


def _public_at(deliveries: Sequence[Delivery], home: str | None) -> datetime | None:
    deciding = [delivery for delivery in deliveries if delivery.publication == home] if home else deliveries
    counted = [d.public_at for d in deciding if d.public_at and d.state in (State.DELIVERED, State.SENDING)]
    return min(counted, default=None)


def streak_of(desk: Desk, now: datetime, *, remind: timedelta = REMIND) -> Streak:
    """How the writer's promise stands now."""
    return streak(desk.rules, landings(desk), now, remind=remind)


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
    records = [record for record in desk.ledger.issues() if record.slot == slot.name and not record.imported_at]
    if not records:
        if next_entry(shelf(desk), max(now, slot.due)) is None:
            yield "no draft is ready"
        return
    for record in records:
        for delivery in desk.ledger.deliveries(record.id):
            if delivery.publication == desk.home or desk.home is None:
                yield from _cause(delivery)


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
