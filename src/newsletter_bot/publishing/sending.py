"""One delivery, step by step: ask the rules, do it through the ports, write down what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter_bot.errors import (
    Conflict,
    LedgerError,
    Refused,
    StaleError,
    Unavailable,
    Unconfirmed,
    Undecided,
    Vanished,
)
from newsletter_bot.model import Delivery, Operation, Receipt, Rendition, State, Visibility
from newsletter_bot.planning import Decision, Situation, Step, next_step, outcomes
from newsletter_bot.ports import Outlet, Platform, Scheduler, Updater
from newsletter_bot.publishing.addresses import as_sent, resolve
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.linked import LINKING, only_links
from newsletter_bot.publishing.looking import Lookout, receipt_of, told_time, write

log = logging.getLogger(__name__)

MOST_STEPS = 8
"""More steps in a row than any delivery needs; the rest is left to the next run."""


@dataclass(frozen=True, kw_only=True)
class Courier:
    """Carries one delivery as far as it can go now.

    ``rendition`` is what should be there, ``gate`` says what else has to wait for (a time, a pause, home's address) and is
    asked before a post is created.
    """

    desk: Desk
    outlet: Outlet
    rendition: Rendition
    situation: Callable[[Delivery, datetime], Situation]
    gate: Callable[[Delivery, datetime], Decision | None]
    addresses: Callable[[], Mapping[str, str]]

    def carry(self, delivery: Delivery) -> Delivery:
        """Do the next step until there is none for now."""
        for taken in range(MOST_STEPS):
            decision = self._decide(delivery, first=taken == 0)
            if decision.step in (Step.WAIT, Step.HOLD, Step.REST) or self.desk.stopping():
                return self._waiting(delivery, decision)
            try:
                moved = self._act(delivery, decision)
            except StaleError:
                moved = self._again(delivery)
            if moved.revision == delivery.revision or moved.failures > delivery.failures:
                return moved  # what has just failed is not hammered at, whoever asked for it
            delivery = moved
        return delivery

    def _decide(self, delivery: Delivery, *, first: bool) -> Decision:
        now = self.desk.clock()
        situation = self.situation(delivery, now)
        decision = next_step(delivery, replace(situation, curious=first and not situation.patient))
        if decision.step in (Step.DELIVER, Step.UPDATE, Step.FIND, Step.INSPECT, Step.VERIFY):
            return self.gate(delivery, now) or decision
        return decision

    def _waiting(self, delivery: Delivery, decision: Decision) -> Delivery:
        """A hold that nobody has written down yet is written down; other waiting changes nothing."""
        if decision.step is Step.HOLD and delivery.state is State.UNCONFIRMED and not delivery.held:
            with suppress(StaleError):  # another process has written more
                return self._write(delivery, outcomes.undecided(delivery, decision.reason), f"held: {decision.reason}")
            return self._again(delivery)
        return delivery

    def _act(self, delivery: Delivery, decision: Decision) -> Delivery:
        if decision.step is Step.REFUSE:
            return self._refuse(delivery, decision.reason)
        return {
            Step.DELIVER: self._deliver,
            Step.TAKE_OVER: self._lookout.take_over,
            Step.FIND: self._lookout.find,
            Step.UPDATE: self._update,
            Step.INSPECT: self._lookout.inspect,
            Step.VERIFY: self._lookout.verify,
        }[decision.step](delivery)

    def _refuse(self, delivery: Delivery, reason: str) -> Delivery:
        now = self.desk.clock()
        fingerprint = self.situation(delivery, now).fingerprint
        after = outcomes.barred(delivery, reason, fingerprint=fingerprint, now=now)
        return self._write(delivery, after, f"not sent: {reason}")

    @property
    def _lookout(self) -> Lookout:
        return Lookout(desk=self.desk, outlet=self.outlet, rendition=self.rendition, addresses=self.addresses)

    def _again(self, delivery: Delivery) -> Delivery:
        return self.desk.ledger.delivery(delivery.id) or delivery

    def _write(self, before: Delivery, after: Delivery, what: str) -> Delivery:
        return write(self.desk, before, after, what)

    # --- creating and changing -----------------------------------------------------------------------------------

    def _deliver(self, delivery: Delivery) -> Delivery:
        return self._send(delivery, Operation.CREATE, self._created)

    def _update(self, delivery: Delivery) -> Delivery:
        unsettled = delivery.promised not in (delivery.carried, self.rendition.digest)
        earlier = self.desk.ledger.rendition(delivery.promised) if unsettled else None

        def request(platform: Platform, pen: _Pen, rendition: Rendition) -> Receipt:
            return self._updated(platform, pen, rendition, earlier)

        return self._send(delivery, Operation.UPDATE, request)

    def _send(
        self, delivery: Delivery, operation: Operation, request: Callable[[Platform, _Pen, Rendition], Receipt]
    ) -> Delivery:
        """Committed as sending before the first byte; whatever happens then is written down as exactly that."""
        platform = self.desk.platform(self.outlet.name)  # a wrong setting is told before anything is begun
        self.desk.ledger.keep_rendition(self.rendition)
        claimed = outcomes.claimed(
            delivery,
            owner=self.desk.claims.owner,
            now=self.desk.clock(),
            wanted=self.rendition.digest,
            operation=operation,
        )
        doing = "sending" if operation is Operation.CREATE else self._kind_of_update(delivery)
        pen = _Pen(self.desk, self._write(delivery, claimed, doing))
        try:
            self._keep_as_claimed()
            ready = resolve(self.desk, self.outlet, platform, self.rendition, self.addresses())
            receipt = request(platform, pen, ready)
        except LedgerError:
            raise  # the row says sending, which is the truth: it is looked up later
        except (Refused, Unavailable, Unconfirmed, Undecided, Conflict, Vanished) as error:
            return self._failed(pen.delivery, error)
        except Exception as error:
            log.exception("an adapter failed unexpectedly", extra={"delivery": delivery.id})
            return self._failed(pen.delivery, Unconfirmed(f"unexpected {type(error).__name__} in the adapter"))
        return self._write(
            pen.delivery, outcomes.delivered(pen.delivery, receipt, now=self.desk.clock()), _told(receipt)
        )

    def _kind_of_update(self, delivery: Delivery) -> str:
        old = self.desk.ledger.rendition(delivery.carried) if delivery.carried else None
        return LINKING if old and only_links(old, self.rendition) else "updating"

    def _keep_as_claimed(self) -> None:
        """Another process that lost the race for this claim may have kept the same text for another visibility."""
        if self.desk.ledger.rendition(self.rendition.digest) != self.rendition:
            self.desk.ledger.keep_rendition(self.rendition)

    def _created(self, platform: Platform, pen: _Pen, rendition: Rendition) -> Receipt:
        if pen.delivery.carried and isinstance(platform, Updater):
            # It waits there as a draft: what a person changed in it must not be lost when it is made public.
            overwrite = self.situation(pen.delivery, self.desk.clock()).overwrite
            platform.update(receipt_of(pen.delivery), replace(rendition, email=False), overwrite=overwrite)
        # A post that was mailed, vanished and is sent anew is not mailed again.
        return platform.deliver(replace(rendition, email=rendition.email and not pen.delivery.mailed), pen)

    def _updated(self, platform: Platform, pen: _Pen, rendition: Rendition, earlier: Rendition | None) -> Receipt:
        assert isinstance(platform, Updater)
        overwrite = self.situation(pen.delivery, self.desk.clock()).overwrite
        receipt = receipt_of(pen.delivery)
        if earlier:
            # An earlier change whose answer was lost is settled first: our own words are no change by another hand.
            ready = as_sent(self.desk, self.outlet, earlier, self.addresses())
            receipt = platform.update(receipt, replace(ready, email=False), overwrite=overwrite)
        receipt = platform.update(receipt, replace(rendition, email=False), overwrite=overwrite)
        return self._rescheduled(platform, receipt, rendition)

    def _rescheduled(self, platform: Platform, receipt: Receipt, rendition: Rendition) -> Receipt:
        """A post in the platform's own queue follows a slot that was moved."""
        moved = receipt.visibility is Visibility.SCHEDULED and rendition.release_at not in (None, receipt.release_at)
        if moved and isinstance(platform, Scheduler):
            return platform.schedule(receipt, rendition.release_at)
        return receipt

    def _failed(self, delivery: Delivery, error: Exception) -> Delivery:
        now = self.desk.clock()
        text = str(error)
        match error:
            case Refused():
                fingerprint = self.situation(delivery, now).fingerprint
                return self._write(
                    delivery, outcomes.refused(delivery, text, fingerprint=fingerprint, now=now), f"refused: {text}"
                )
            case Unavailable():
                return self._put_off(delivery, error, now)
            case Conflict():
                after = outcomes.conflicting(delivery, text, error.difference)
            case Vanished():
                after = outcomes.vanished(delivery, text)
            case _:
                settle = self.outlet.capabilities.settle
                return self._write(
                    delivery, outcomes.lost(delivery, text, now=now, settle=settle), f"answer lost: {text}"
                )
        return self._write(delivery, after, f"held: {text}")

    def _put_off(self, delivery: Delivery, error: Unavailable, now: datetime) -> Delivery:
        if error.retry_at:
            self.desk.ledger.pause(delivery.publication, error.retry_at, str(error))
        after = outcomes.put_off(delivery, str(error), now=now, retry_at=error.retry_at)
        return self._write(delivery, after, f"nothing was stored: {error}; again {told_time(after.not_before)}")


class _Pen:
    """The checkpoint of one sending: commits the id of what was just created."""

    def __init__(self, desk: Desk, delivery: Delivery) -> None:
        self._desk = desk
        self.delivery = delivery

    @property
    def remote_id(self) -> str | None:
        """The id that an earlier step or attempt created."""
        return self.delivery.remote_id

    def __call__(self, remote_id: str) -> None:
        """Commit the id before the next request."""
        after = replace(self.delivery, remote_id=remote_id)
        what = f"created there as {remote_id}"
        self.delivery = self._desk.ledger.move(self.delivery, after, at=self._desk.clock(), what=what)


def _told(receipt: Receipt) -> str:
    return f"{receipt.visibility} at {receipt.url}" if receipt.url else f"{receipt.visibility} as {receipt.remote_id}"
