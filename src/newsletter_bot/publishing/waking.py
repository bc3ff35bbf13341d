"""When there is something to do again: the earliest moment at which anything can become due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from newsletter_bot.cadence import next_due
from newsletter_bot.model import Delivery, State, Visibility
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.preparing import filled_slots
from newsletter_bot.publishing.running import home_of


def next_wake(desk: Desk, now: datetime) -> datetime | None:
    """The next moment that asks for something: a slot, a draft's date, a retry, a look-up, a verification; None: never.

    Moments that have passed already are left out: what could be done at them has just been done.
    """
    return min((moment for moment in _moments(desk, now) if moment > now), default=None)


def _moments(desk: Desk, now: datetime) -> Iterator[datetime]:
    slot = next_due(desk.rules, now, filled_slots(desk))
    if slot:
        yield slot.due
    for entry in desk.newsroom.entries():
        if entry.ready and entry.date:
            yield entry.date
    for delivery in desk.ledger.open_deliveries():
        yield from _of_delivery(desk, delivery, now)


def _of_delivery(desk: Desk, delivery: Delivery, now: datetime) -> Iterator[datetime]:
    times = (delivery.not_before, delivery.settle_until, delivery.verify_at, delivery.release_at)
    yield from (moment for moment in times if moment)
    paused = desk.ledger.paused(delivery.publication, now)
    if paused:
        yield paused[0]
    outlet = desk.outlets.get(delivery.publication)
    home = home_of(desk, delivery.issue)
    if delivery.state is State.DUE and outlet and outlet.after and home and home.public_at:
        yield home.public_at + outlet.after
    if home and home.visibility is Visibility.SCHEDULED and home.release_at:
        yield home.release_at
