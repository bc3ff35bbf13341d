"""Looking without writing there: lost answers are looked up, waiting posts inspected, public ones verified."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from newsletter_bot.errors import NewsletterError, Refused, Unavailable, Undecided, Vanished
from newsletter_bot.model import Delivery, Receipt, Rendition, Visibility
from newsletter_bot.planning import outcomes
from newsletter_bot.ports import Finder, Inspector, Outlet, Trace, Verifier
from newsletter_bot.publishing.addresses import as_sent
from newsletter_bot.publishing.desk import Desk

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Lookout:
    """Asks one publication about one delivery, and writes down what is seen; ``rendition`` is what should be there."""

    desk: Desk
    outlet: Outlet
    rendition: Rendition
    addresses: Callable[[], Mapping[str, str]]

    def take_over(self, delivery: Delivery) -> Delivery:
        """The sender is gone: its answer is unknown."""
        settle = self.outlet.capabilities.settle
        after = outcomes.lost(delivery, "the process that was sending it ended", now=self.desk.clock(), settle=settle)
        return write(self.desk, delivery, after, "its sender is gone: answer unknown")

    def find(self, delivery: Delivery) -> Delivery:
        """Look the post up, and settle on what is found."""
        platform = self.desk.platform(self.outlet.name)
        assert isinstance(platform, Finder)
        sent = self.desk.ledger.rendition(delivery.promised) or self.rendition
        now = self.desk.clock()
        trace = Trace(
            sending_at=delivery.sending_at or now, remote_id=delivery.remote_id, settled_at=delivery.settle_until
        )
        try:
            receipt = self._asked(lambda: platform.find(as_sent(self.desk, self.outlet, sent, self.addresses()), trace))
        except Unavailable as error:
            return self._look_later(delivery, error)
        except (Undecided, Refused) as error:
            return write(
                self.desk, delivery, outcomes.undecided(delivery, str(error)), f"looked up: cannot tell: {error}"
            )
        return self._settled(delivery, receipt)

    def _settled(self, delivery: Delivery, receipt: Receipt | None) -> Delivery:
        if receipt is None:
            return write(self.desk, delivery, outcomes.absent(delivery), "looked up: surely not there; it may be sent")
        if receipt.visibility is not Visibility.PUBLIC:
            # It may lack what comes after the first request, and may hold an earlier text: finishing it twice is harmless.
            what = f"looked up: found as {receipt.visibility} {receipt.remote_id}; to be finished"
            return write(self.desk, delivery, outcomes.partly_done(delivery, receipt), what)
        found = outcomes.delivered(delivery, receipt, now=self.desk.clock())
        return write(self.desk, delivery, found, f"looked up: found as post {receipt.remote_id}; done")

    def _look_later(self, delivery: Delivery, error: Unavailable) -> Delivery:
        now = self.desk.clock()
        later = outcomes.put_off(delivery, str(error), now=now, retry_at=error.retry_at)
        after = replace(delivery, settle_until=later.not_before, failures=later.failures, error=str(error))
        return write(
            self.desk, delivery, after, f"could not be looked up: {error}; again {told_time(after.settle_until)}"
        )

    def _asked(self, question: Callable[[], T]) -> T:
        """The platform's answer to a question; a wait that it asks for holds for every delivery, a stumble only for now."""
        try:
            return question()
        except Unavailable as error:
            if error.retry_at:
                self.desk.ledger.pause(self.outlet.name, error.retry_at, str(error))
            raise
        except NewsletterError:
            raise
        except Exception as error:
            log.exception("an adapter failed unexpectedly", extra={"publication": self.outlet.name})
            raise Unavailable(f"unexpected {type(error).__name__} in the adapter") from error

    def inspect(self, delivery: Delivery) -> Delivery:
        """See what became of a post that waits there."""
        platform = self.desk.platform(self.outlet.name)
        assert isinstance(platform, Inspector)
        now = self.desk.clock()
        try:
            receipt = self._asked(lambda: platform.inspect(receipt_of(delivery)))
        except Vanished as error:
            return write(self.desk, delivery, outcomes.vanished(delivery, str(error)), f"vanished: {error}")
        except (Unavailable, Refused) as error:
            return write(
                self.desk, delivery, outcomes.not_seen_yet(delivery, str(error), now=now), f"not looked at: {error}"
            )
        after = outcomes.inspected(delivery, receipt, now=now)
        return write(self.desk, delivery, after, f"seen there as {receipt.visibility}")

    def verify(self, delivery: Delivery) -> Delivery:
        """See it with a reader's eyes."""
        platform = self.desk.platform(self.outlet.name)
        assert isinstance(platform, Verifier)
        now = self.desk.clock()
        carried = self.desk.ledger.rendition(delivery.carried or "") or self.rendition
        try:
            seen = self._asked(lambda: platform.verify(receipt_of(delivery), carried))
        except Vanished as error:
            return write(self.desk, delivery, outcomes.vanished(delivery, str(error)), f"vanished: {error}")
        except (Unavailable, Refused, Undecided) as error:
            return write(
                self.desk, delivery, outcomes.not_seen_yet(delivery, str(error), now=now), f"not verified: {error}"
            )
        if seen:
            return write(self.desk, delivery, outcomes.verified(delivery, now=now), "verified: a reader can see it")
        return write(
            self.desk,
            delivery,
            outcomes.not_seen_yet(delivery, "not in public view yet", now=now),
            "not in public view yet",
        )


def write(desk: Desk, before: Delivery, after: Delivery, what: str) -> Delivery:
    """Commit what became of a delivery, and tell whoever watches."""
    written = desk.ledger.move(before, after, at=desk.clock(), what=what)
    desk.report(written.publication, what)
    return written


def receipt_of(delivery: Delivery) -> Receipt:
    """The receipt that stands in a delivery's row."""
    return Receipt(
        remote_id=delivery.remote_id or "",
        url=delivery.url,
        visibility=delivery.visibility or Visibility.DRAFT,
        version=delivery.version,
        public_at=delivery.public_at,
        release_at=delivery.release_at,
        mailed=delivery.mailed,
    )


def told_time(moment: datetime | None) -> str:
    """A moment in the story of a delivery."""
    return moment.isoformat(timespec="seconds") if moment else "later"
