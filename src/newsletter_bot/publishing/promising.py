"""What is to be done is written down before it is begun: the issue, its deliveries, and what a hand asks of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from newsletter_bot.errors import StaleError
from newsletter_bot.model import State
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.illustrating import remember_pictures
from newsletter_bot.publishing.meant import remember_meant
from newsletter_bot.publishing.preparing import Prepared
from newsletter_bot.publishing.turns import is_set_aside


def promise(desk: Desk, prepared: Prepared, *, alone: bool = False) -> None:
    """Put the issue and the duty to deliver it into the ledger, before anything is sent.

    StaleError when another process gave its number to another issue meanwhile; with ``alone`` also its slot.
    """
    desk.ledger.promise(prepared.record, list(prepared.renditions.values()), desk.clock(), alone=alone)
    remember_pictures(desk, prepared.issue)
    if prepared.before and is_set_aside(prepared.before):
        desk.ledger.record_issue(prepared.record)  # it has its slot before anything is sent
    remember_meant(desk, prepared.record.id, prepared.issue.publications)


def ask_again(desk: Desk, prepared: Prepared, wishes: Wishes) -> None:
    """What a hand asks for now of what is not out yet is written down before it is begun: cron goes on with just that."""
    for name, rendition in prepared.renditions.items():
        delivery = desk.ledger.delivery(f"{prepared.record.id}/{name}")
        waits = delivery and delivery.carried is None and delivery.state in (State.DUE, State.REFUSED)
        if delivery is None or not waits or (wishes.only and name not in wishes.only):
            continue
        if desk.ledger.rendition(delivery.promised) != rendition:
            desk.ledger.keep_rendition(rendition)
        if delivery.promised != rendition.digest:
            with suppress(StaleError):  # another process is at it
                after = replace(delivery, promised=rendition.digest)
                desk.ledger.move(delivery, after, at=desk.clock(), what=f"asked for as {rendition.visibility}")
