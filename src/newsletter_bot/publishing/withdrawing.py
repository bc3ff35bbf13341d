"""Taking back: a scheduled post whose draft was withdrawn, a post that a person wants gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter_bot.errors import DeliveryError, UsageError, Vanished
from newsletter_bot.model import Delivery, Operation, State, Visibility
from newsletter_bot.planning import outcomes
from newsletter_bot.ports import Retractor, Scheduler
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.looking import receipt_of
from newsletter_bot.publishing.running import Errand
from newsletter_bot.publishing.turns import paths_of


def take_back(desk: Desk, errand: Errand) -> None:
    """Take scheduled posts of a withdrawn draft out of their platforms' queues; they wait there as drafts."""
    if not errand.withdrawn:
        return
    for delivery in desk.ledger.deliveries(errand.record.id):
        waiting = (
            delivery.state is State.DELIVERED and delivery.visibility is Visibility.SCHEDULED and not delivery.held
        )
        if waiting and delivery.publication in desk.outlets:
            _unschedule(desk, delivery)


def set_aside(desk: Desk, errand: Errand) -> None:
    """Free slot, number and notices of a withdrawn issue that nobody has: the next draft may take them."""
    record = errand.record
    deliveries = desk.ledger.deliveries(record.id)
    waiting = all(delivery.state in (State.DUE, State.REFUSED) for delivery in deliveries)
    if errand.withdrawn and record.slot and waiting and len(paths_of(record)) == 1:
        for delivery in deliveries:
            if delivery.state is State.REFUSED:
                what = "its draft was withdrawn: what was refused is tried when it is ready again"
                desk.ledger.move(delivery, outcomes.put_aside(delivery), at=desk.clock(), what=what)
        free = replace(
            record, slot="", number=0, basis="", clock=None, due=None, deadline=None, notices=(), listings=()
        )
        desk.ledger.record_issue(free)


def _unschedule(desk: Desk, delivery: Delivery) -> None:
    platform = desk.platform(delivery.publication)
    if not isinstance(platform, Scheduler):
        return
    sending = _claimed(desk, delivery, Operation.UPDATE, "taking it out of the platform's queue")
    now = desk.clock()
    try:
        receipt = platform.schedule(receipt_of(delivery), None)
    except DeliveryError as error:
        desk.ledger.move(
            sending, outcomes.put_off(sending, str(error), now=now), at=now, what=f"not taken back: {error}"
        )
        return
    after = replace(
        outcomes.absent(sending),
        remote_id=receipt.remote_id,
        visibility=receipt.visibility,
        carried=None,
        release_at=None,
    )
    desk.ledger.move(
        sending, replace(after, verify_at=None), at=now, what="taken out of the queue: its draft is not ready any more"
    )


def retract(desk: Desk, issue: str, only: Sequence[str]) -> list[tuple[Delivery, str]]:
    """Take an issue's posts back where the platforms can, and remember it; says for each what was done.

    Deliveries that never went out are only marked; one that is unconfirmed must be resolved first.
    """
    deliveries = [d for d in desk.ledger.deliveries(issue) if not only or d.publication in only]
    if not deliveries:
        raise UsageError(f"there is no issue {issue!r} to take back", fix="newsletter-bot status lists them")
    return [_retract_one(desk, delivery) for delivery in deliveries]


def _retract_one(desk: Desk, delivery: Delivery) -> tuple[Delivery, str]:
    if delivery.state is State.RETRACTED:
        return delivery, "was taken back already"
    delivery = _interrupted(desk, delivery)
    if delivery.state in (State.UNCONFIRMED, State.SENDING):
        return delivery, f"is unconfirmed: settle it first with: newsletter-bot resolve {delivery.id}"
    if delivery.state is not State.DELIVERED and delivery.remote_id is None:
        return _remembered(desk, delivery, "was never sent, and will not be")
    platform = desk.platform(delivery.publication)
    if not isinstance(platform, Retractor):
        return delivery, f"cannot be taken back by {delivery.platform}'s API: delete it there by hand ({delivery.url})"
    return _retract_there(desk, delivery, platform)


def _interrupted(desk: Desk, delivery: Delivery) -> Delivery:
    """A change or a taking back whose process is gone is safe to go on with; a creation is looked up first."""
    gone = delivery.state is State.SENDING and delivery.owner and not desk.claims.alive(delivery.owner)
    if not gone or delivery.operation is Operation.CREATE:
        return delivery
    now = desk.clock()
    settle = desk.outlets[delivery.publication].capabilities.settle
    after = outcomes.lost(delivery, "the process that was sending it ended", now=now, settle=settle)
    return desk.ledger.move(delivery, after, at=now, what="its sender is gone: answer unknown")


def _retract_there(desk: Desk, delivery: Delivery, platform: Retractor) -> tuple[Delivery, str]:
    sending = _claimed(desk, delivery, Operation.RETRACT, "taking it back")
    try:
        done = platform.retract(receipt_of(delivery))
    except Vanished:
        done = "is not there any more"
    except DeliveryError as error:
        now = desk.clock()
        failed = desk.ledger.move(
            sending, outcomes.put_off(sending, str(error), now=now), at=now, what=f"not taken back: {error}"
        )
        return failed, f"could not be taken back: {error}"
    return _remembered(desk, sending, done)


def _claimed(desk: Desk, delivery: Delivery, operation: Operation, what: str) -> Delivery:
    now = desk.clock()
    wanted = delivery.carried or delivery.promised
    claimed = outcomes.claimed(delivery, owner=desk.claims.owner, now=now, wanted=wanted, operation=operation)
    return desk.ledger.move(delivery, claimed, at=now, what=what)


def _remembered(desk: Desk, delivery: Delivery, done: str) -> tuple[Delivery, str]:
    return desk.ledger.move(delivery, outcomes.retracted(delivery), at=desk.clock(), what=done), done
