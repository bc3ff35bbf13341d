"""How each outcome changes a delivery: every function returns the row as it is to be written."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newsletter_bot.model import Delivery, Operation, Receipt, State, Visibility, digest_of

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
VERIFY_AFTER = timedelta(minutes=2)
INSPECT_EVERY = timedelta(minutes=15)
INSPECT_SCHEDULED = timedelta(hours=6)
"""A post in the platform's queue is looked at so often, and at its release."""
RELEASE_TAKES = timedelta(minutes=5)
"""A platform that has not released a post so long after its time has failed to."""


def claimed(delivery: Delivery, *, owner: str, now: datetime, wanted: str, operation: Operation) -> Delivery:
    """Ours from now on: written before the first byte leaves."""
    return replace(
        delivery,
        state=State.SENDING,
        attempt=delivery.attempt + 1,
        operation=operation,
        owner=owner,
        sending_at=now,
        promised=wanted,
        held=None,
        difference=None,
    )


def delivered(delivery: Delivery, receipt: Receipt, *, now: datetime) -> Delivery:
    """The platform has it: the receipt stands in the row itself."""
    first = delivery.carried is None
    sending = delivery.sending_at or now
    again = None if first else delivery.sent_at
    public = receipt.visibility is Visibility.PUBLIC
    # What waited there may have been made public by hand before this sending began.
    public_at = delivery.public_at or ((receipt.public_at if again else None) or sending if public else None)
    return replace(
        delivery,
        state=State.DELIVERED,
        owner=None,
        failures=0,
        carried=delivery.promised,
        remote_id=receipt.remote_id,
        url=receipt.url,
        visibility=receipt.visibility,
        version=receipt.version,
        error=None,
        held=None,
        difference=None,
        refused_under=None,
        mailed=delivery.mailed or receipt.mailed,
        not_before=None,
        settle_until=None,
        sent_at=again or sending,
        public_at=public_at,
        release_at=receipt.release_at,
        verify_at=_look_again(receipt, now),
        verified_at=None,
    )


def put_off(delivery: Delivery, error: str, *, now: datetime, retry_at: datetime | None = None) -> Delivery:
    """Nothing was stored: back to where it was, to be tried again later."""
    failures = delivery.failures + 1
    later = retry_at or now + back_off(failures, seed=f"{delivery.id}#{delivery.attempt}")
    after = replace(
        delivery,
        state=State.DUE,
        owner=None,
        failures=failures,
        error=error,
        not_before=later,
        sending_at=delivery.sent_at,
    )
    if delivery.operation is Operation.CREATE:
        return after
    if delivery.operation is Operation.RETRACT:
        return _still_there(after, error)
    # A post at rest is looked at by nobody: with a time to look it stays among those that are open.
    return replace(after, state=State.DELIVERED, verify_at=delivery.verify_at or later)


def _still_there(delivery: Delivery, error: str) -> Delivery:
    """A person wanted it gone: nothing is published or changed there until that is done, or a person says otherwise."""
    held = f"is to be taken back: {error}; again with: newsletter-bot retract {delivery.issue}"
    return replace(delivery, state=State.DELIVERED, held=held, not_before=None)


def refused(delivery: Delivery, error: str, *, fingerprint: str, now: datetime) -> Delivery:
    """The platform said no: held until draft or settings change. An update that is refused leaves the post as it is."""
    if delivery.operation is Operation.CREATE:
        return replace(delivery, state=State.REFUSED, owner=None, error=error, refused_under=fingerprint)
    return replace(put_off(delivery, error, now=now), not_before=None, refused_under=fingerprint)


def barred(delivery: Delivery, reason: str, *, fingerprint: str, now: datetime) -> Delivery:
    """The settings said no before anything was begun: held until draft or settings change; a post that is there stays."""
    operation = Operation.UPDATE if delivery.state is State.DELIVERED else Operation.CREATE
    return refused(replace(delivery, operation=operation), reason, fingerprint=fingerprint, now=now)


def lost(delivery: Delivery, error: str, *, now: datetime, settle: timedelta) -> Delivery:
    """The answer is missing: looked up once a late request would have arrived.

    A change to a post that exists is safe to repeat, so a lost one leaves the delivery as it was before.
    """
    if delivery.operation is not Operation.CREATE:
        return put_off(delivery, error, now=now, retry_at=now + settle)
    return replace(delivery, state=State.UNCONFIRMED, owner=None, error=error, settle_until=now + settle)


def put_aside(delivery: Delivery) -> Delivery:
    """Withdrawn by the writer: a refusal is forgotten with it."""
    return replace(delivery, state=State.DUE, error=None, refused_under=None, not_before=None)


def partly_done(delivery: Delivery, receipt: Receipt) -> Delivery:
    """Found, but less than asked for: the same post is finished next, never a second one made."""
    return replace(
        delivery, state=State.DUE, remote_id=receipt.remote_id, not_before=None, settle_until=None, error=None
    )


def absent(delivery: Delivery) -> Delivery:
    """Surely not there: due again, as if it had never been tried."""
    return replace(
        delivery, state=State.DUE, remote_id=None, not_before=None, settle_until=None, error=None, held=None, owner=None
    )


def undecided(delivery: Delivery, reason: str) -> Delivery:
    """Nobody but a person can tell."""
    return replace(delivery, state=State.UNCONFIRMED, owner=None, held=reason)


def conflicting(delivery: Delivery, reason: str, difference: str) -> Delivery:
    """Somebody changed the post there: left alone, with the difference, until a person decides."""
    return replace(delivery, state=State.DELIVERED, owner=None, held=reason, difference=difference, not_before=None)


def vanished(delivery: Delivery, reason: str) -> Delivery:
    """A post we have a receipt for is gone: reported, never sent again by itself."""
    return replace(
        delivery, state=State.DELIVERED, owner=None, held=reason, error=reason, visibility=None, verify_at=None
    )


def inspected(delivery: Delivery, receipt: Receipt, *, now: datetime) -> Delivery:
    """What became of a post that waited there: now public by hand or by the platform's scheduler, or still waiting."""
    public = receipt.visibility is Visibility.PUBLIC
    return replace(
        delivery,
        visibility=receipt.visibility,
        url=receipt.url or delivery.url,
        release_at=receipt.release_at,
        mailed=delivery.mailed or receipt.mailed,
        public_at=delivery.public_at or (receipt.public_at or now if public else None),
        verify_at=_look_again(receipt, now),
        error=_wrong_there(delivery, receipt, now),
    )


def _look_again(receipt: Receipt, now: datetime) -> datetime:
    """When to see what became of a post."""
    if receipt.visibility is Visibility.PUBLIC:
        return now + VERIFY_AFTER
    release = receipt.release_at
    if receipt.visibility is not Visibility.SCHEDULED or release is None or now > release + 2 * RELEASE_TAKES:
        return now + INSPECT_EVERY
    return min(release, now + INSPECT_SCHEDULED) if release > now else now + timedelta(minutes=1)


def _wrong_there(delivery: Delivery, receipt: Receipt, now: datetime) -> str | None:
    """What a person should know of a post that was to be released by the platform."""
    release = receipt.release_at
    if receipt.visibility is Visibility.SCHEDULED and release and now >= release + RELEASE_TAKES:
        return f"{delivery.platform} was to release it at {release.isoformat(timespec='minutes')} and has not"
    taken_out = f"it was taken out of {delivery.platform}'s queue there, and waits as a draft"
    if receipt.visibility is Visibility.DRAFT and (delivery.release_at or delivery.error == taken_out):
        return taken_out
    return None


def verified(delivery: Delivery, *, now: datetime) -> Delivery:
    """A reader can see it."""
    return replace(delivery, verified_at=now, verify_at=None, error=None, failures=0)


def not_seen_yet(delivery: Delivery, reason: str, *, now: datetime) -> Delivery:
    """The public page or feed does not show it (yet): looked at again, more and more rarely."""
    failures = delivery.failures + 1
    again = now + back_off(failures, seed=delivery.id)
    return replace(delivery, failures=failures, verify_at=again, error=reason if failures > 3 else None)


def retracted(delivery: Delivery) -> Delivery:
    """Taken back, and remembered so."""
    return replace(
        delivery,
        state=State.RETRACTED,
        owner=None,
        visibility=None,
        error=None,
        held=None,
        difference=None,
        not_before=None,
        verify_at=None,
        release_at=None,
    )


def back_off(failures: int, *, seed: str) -> timedelta:
    """1 min, 2 min, 4 min … at most 6 h, each shortened or stretched by up to a fifth so that callers spread."""
    pause = min(FIRST_PAUSE * (1 << min(failures - 1, 12)), LONGEST_PAUSE)
    share = int(digest_of(seed)[:8], 16) / 0xFFFFFFFF
    return pause * (0.8 + 0.4 * share)
