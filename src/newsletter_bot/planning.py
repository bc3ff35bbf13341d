"""What is the next step of a delivery, and why; and how each outcome changes it. Pure: the life of a delivery on one page.

due ──claim──> sending ──receipt──────────────────> delivered ──edit──> sending (update) ──> delivered
^                ├─ said no ─────> refused            │
│                ├─ nothing sent ─> due, later        └─ retract ──> retracted
│                └─ answer lost, or owner gone ─> unconfirmed
└──── surely absent ──────────── look-up ────────────────┘ ── found ──> delivered
└─ cannot tell: held for a person
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter_bot.model import Action, Delivery, Operation, Receipt, State, Visibility, digest_of

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
VERIFY_AFTER = timedelta(minutes=2)
INSPECT_EVERY = timedelta(minutes=15)


class Step(StrEnum):
    """What to do with a delivery now."""

    DELIVER = "deliver"
    TAKE_OVER = "take over"
    FIND = "find"
    UPDATE = "update"
    INSPECT = "inspect"
    VERIFY = "verify"
    WAIT = "wait"
    HOLD = "hold"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next step, the reason in words for a person, and until when to wait where a time is known."""

    step: Step
    reason: str
    until: datetime | None = None

    @property
    def action(self) -> Action:
        """The step in the words of a plan."""
        return _ACTIONS[self.step]


_ACTIONS = {
    Step.DELIVER: Action.CREATE,
    Step.TAKE_OVER: Action.WAIT,
    Step.FIND: Action.WAIT,
    Step.UPDATE: Action.UPDATE,
    Step.INSPECT: Action.NONE,
    Step.VERIFY: Action.NONE,
    Step.WAIT: Action.WAIT,
    Step.HOLD: Action.HOLD,
    Step.REST: Action.NONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What surrounds a delivery at the moment of deciding.

    ``wanted`` is the digest of the rendition that should be there, ``fingerprint`` covers settings, credentials and
    text, ``patient`` is False when a person asks by hand and our own back-off need not be kept.
    """

    now: datetime
    powers: frozenset[str]
    wanted: str
    visibility: Visibility
    fingerprint: str
    owner_alive: bool = False
    overwrite: bool = False
    patient: bool = True
    promote: bool = False


def next_step(delivery: Delivery, situation: Situation) -> Decision:
    """The one place that decides what happens to a delivery."""
    if delivery.state is State.RETRACTED:
        return Decision(step=Step.REST, reason="taken back; nothing sends it again")
    if delivery.held and not (situation.overwrite and delivery.state is State.DELIVERED):
        return Decision(step=Step.HOLD, reason=delivery.held)
    return _BY_STATE[delivery.state](delivery, situation)


def _when_due(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.not_before and situation.now < delivery.not_before and situation.patient:
        reason = f"put off: {delivery.error}" if delivery.error else "not before its time"
        return Decision(step=Step.WAIT, reason=reason, until=delivery.not_before)
    reason = "finished where an earlier attempt stopped" if delivery.remote_id else "not there yet"
    return Decision(step=Step.DELIVER, reason=reason)


def _when_sending(_delivery: Delivery, situation: Situation) -> Decision:
    if situation.owner_alive:
        return Decision(step=Step.WAIT, reason="another process is sending it")
    return Decision(step=Step.TAKE_OVER, reason="the process that was sending it is gone")


def _when_unconfirmed(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.settle_until and situation.now < delivery.settle_until:
        reason = "its answer was lost; it is looked up when a late request would have arrived"
        return Decision(step=Step.WAIT, reason=reason, until=delivery.settle_until)
    if "finder" not in situation.powers:
        return Decision(step=Step.HOLD, reason="its answer was lost and the platform cannot be asked")
    return Decision(step=Step.FIND, reason="its answer was lost: look it up")


def _when_refused(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.refused_under == situation.fingerprint:
        return Decision(step=Step.HOLD, reason=f"refused: {delivery.error}; held until draft or settings change")
    return Decision(step=Step.DELIVER, reason="draft or settings changed since it was refused")


def _when_delivered(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.carried != situation.wanted or (situation.overwrite and delivery.held):
        return _changed(delivery, situation)
    if situation.promote and _is_less(delivery.visibility, situation.visibility):
        return _promoted(situation)
    checked = delivery.verify_at is None or situation.now < delivery.verify_at
    if delivery.visibility is not Visibility.PUBLIC and "inspector" in situation.powers and not checked:
        return Decision(step=Step.INSPECT, reason=f"waits there as {delivery.visibility}")
    if delivery.visibility is Visibility.PUBLIC and "verifier" in situation.powers and not checked:
        return Decision(step=Step.VERIFY, reason="to be seen by a reader's eyes")
    return Decision(step=Step.REST, reason=_at_rest(delivery))


def _changed(delivery: Delivery, situation: Situation) -> Decision:
    if "updater" not in situation.powers:
        where = f"; edit it there by hand: {delivery.url}" if delivery.url else ""
        return Decision(step=Step.REST, reason=f"changed, but {delivery.platform} cannot update a post{where}")
    if delivery.not_before and situation.now < delivery.not_before and situation.patient:
        return Decision(step=Step.WAIT, reason=f"put off: {delivery.error}", until=delivery.not_before)
    return Decision(step=Step.UPDATE, reason="the text changed since it went out")


def _promoted(situation: Situation) -> Decision:
    if "updater" not in situation.powers:
        return Decision(step=Step.REST, reason="waits there as a draft: publish it there by hand")
    return Decision(step=Step.DELIVER, reason="waits there as a draft; now it is to be public")


def _at_rest(delivery: Delivery) -> str:
    if delivery.visibility is Visibility.DRAFT:
        return "waits there as a draft for a person to publish it"
    if delivery.visibility is Visibility.SCHEDULED:
        return "the platform releases it at its slot"
    return "is there already"


_BY_STATE = {
    State.DUE: _when_due,
    State.SENDING: _when_sending,
    State.UNCONFIRMED: _when_unconfirmed,
    State.REFUSED: _when_refused,
    State.DELIVERED: _when_delivered,
}

_ORDER = (None, Visibility.DRAFT, Visibility.SCHEDULED, Visibility.PUBLIC)


def _is_less(seen: Visibility | None, wanted: Visibility) -> bool:
    return _ORDER.index(seen) < _ORDER.index(wanted)


# --- outcomes: each returns the delivery as it is to be written ----------------------------------------------------


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
    began = delivery.sent_at if delivery.sent_at and not first else delivery.sending_at or now
    public = receipt.visibility is Visibility.PUBLIC
    public_at = delivery.public_at or (
        (receipt.public_at if delivery.sent_at and not first else None) or began if public else None
    )
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
        sent_at=began,
        public_at=public_at,
        release_at=receipt.release_at,
        verify_at=now + VERIFY_AFTER if public else receipt.release_at or now + INSPECT_EVERY,
        verified_at=None,
    )


def put_off(delivery: Delivery, error: str, *, now: datetime, retry_at: datetime | None = None) -> Delivery:
    """Nothing was stored: back to where it was, to be tried again later."""
    failures = delivery.failures + 1
    later = retry_at or now + back_off(failures, seed=f"{delivery.id}#{delivery.attempt}")
    back = State.DELIVERED if delivery.operation is not Operation.CREATE else State.DUE
    return replace(
        delivery, state=back, owner=None, failures=failures, error=error, not_before=later, sending_at=delivery.sent_at
    )


def refused(delivery: Delivery, error: str, *, fingerprint: str, now: datetime) -> Delivery:
    """The platform said no: held until draft or settings change. An update that is refused leaves the post as it is."""
    if delivery.operation is Operation.CREATE:
        return replace(delivery, state=State.REFUSED, owner=None, error=error, refused_under=fingerprint)
    later = replace(put_off(delivery, error, now=now), refused_under=fingerprint)
    return replace(later, held=f"the change was refused: {error}")


def lost(delivery: Delivery, error: str, *, now: datetime, settle: timedelta) -> Delivery:
    """The answer is missing: looked up once a late request would have arrived. A lost update is simply done again."""
    if delivery.operation is Operation.UPDATE:
        return replace(put_off(delivery, error, now=now, retry_at=now + settle), state=State.DELIVERED)
    return replace(delivery, state=State.UNCONFIRMED, owner=None, error=error, settle_until=now + settle)


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
        public_at=delivery.public_at or (receipt.public_at or now if public else None),
        verify_at=now + (VERIFY_AFTER if public else INSPECT_EVERY),
        error=None,
    )


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
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 12), LONGEST_PAUSE)
    share = int(digest_of(seed)[:8], 16) / 0xFFFFFFFF
    return pause * (0.8 + 0.4 * share)
