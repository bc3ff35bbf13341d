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
from datetime import datetime
from enum import StrEnum

from newsletter_bot.model import Action, Delivery, State, Visibility


class Step(StrEnum):
    """What to do with a delivery now."""

    DELIVER = "deliver"
    TAKE_OVER = "take over"
    FIND = "find"
    UPDATE = "update"
    REFUSE = "refuse"
    INSPECT = "inspect"
    VERIFY = "verify"
    WAIT = "wait"
    HOLD = "hold"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The next step, the reason in words for a person, and until when to wait where a time is known.

    ``fault`` tells a wait that something there brought about from one that was planned.
    """

    step: Step
    reason: str
    until: datetime | None = None
    fault: bool = False

    @property
    def action(self) -> Action:
        """The step in the words of a plan."""
        return _ACTIONS[self.step]


_ACTIONS = {
    Step.DELIVER: Action.CREATE,
    Step.TAKE_OVER: Action.WAIT,
    Step.FIND: Action.WAIT,
    Step.UPDATE: Action.UPDATE,
    Step.REFUSE: Action.HOLD,
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
    text, ``findable`` says whether the platform can be asked about a post of this visibility, ``patient`` is False when a
    person asks by hand and our own back-off need not be kept, ``curious`` when such a run has not looked at the post yet,
    ``barred`` why the settings do not let this text out (None: they do).
    """

    now: datetime
    powers: frozenset[str]
    wanted: str
    visibility: Visibility
    fingerprint: str
    owner_alive: bool = False
    findable: bool = True
    moved: bool = False
    overwrite: bool = False
    patient: bool = True
    curious: bool = False
    promote: bool = False
    barred: str | None = None


def next_step(delivery: Delivery, situation: Situation) -> Decision:
    """The one place that decides what happens to a delivery."""
    if delivery.state is State.RETRACTED:
        return Decision(step=Step.REST, reason="taken back; nothing sends it again")
    if delivery.held and not (situation.overwrite and delivery.state is State.DELIVERED):
        return Decision(step=Step.HOLD, reason=delivery.held)
    decision = _BY_STATE[delivery.state](delivery, situation)
    return _barred(delivery, situation) or decision if decision.step in (Step.DELIVER, Step.UPDATE) else decision


def _barred(delivery: Delivery, situation: Situation) -> Decision | None:
    """What the settings do not let out is refused before anything is asked of the platform, and that is written down once."""
    if situation.barred is None:
        return None
    known = delivery.refused_under == situation.fingerprint
    return Decision(step=Step.HOLD if known else Step.REFUSE, reason=situation.barred)


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
    unseen = not situation.findable and delivery.remote_id is None
    if "finder" not in situation.powers or unseen:
        reason = f"its answer was lost, and {delivery.platform} cannot be asked: look there, then say what you saw"
        return Decision(step=Step.HOLD, reason=reason)
    if delivery.settle_until and situation.now < delivery.settle_until:
        reason = "its answer was lost; it is looked up when a late request would have arrived"
        return Decision(step=Step.WAIT, reason=reason, until=delivery.settle_until)
    return Decision(step=Step.FIND, reason="its answer was lost: look it up")


def _when_refused(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.refused_under == situation.fingerprint:
        return Decision(step=Step.HOLD, reason=f"refused: {delivery.error}; held until draft or settings change")
    return Decision(step=Step.DELIVER, reason="draft or settings changed since it was refused")


def _when_delivered(delivery: Delivery, situation: Situation) -> Decision:
    if delivery.carried != situation.wanted or (situation.overwrite and delivery.held):
        return _changed(delivery, situation)
    if situation.moved and delivery.visibility is Visibility.SCHEDULED and "scheduler" in situation.powers:
        decision = _changed(delivery, situation)
        return replace(decision, reason="its slot was moved") if decision.step is Step.UPDATE else decision
    if situation.promote and _is_less(delivery.visibility, situation.visibility):
        return _promoted(situation)
    checked = delivery.verify_at is None or situation.now < delivery.verify_at
    seen = delivery.verify_at is None or (checked and not situation.curious)
    if delivery.visibility is not Visibility.PUBLIC and "inspector" in situation.powers and not seen:
        return Decision(step=Step.INSPECT, reason=f"waits there as {delivery.visibility}")
    if delivery.visibility is Visibility.PUBLIC and "verifier" in situation.powers and not checked:
        return Decision(step=Step.VERIFY, reason="to be seen by a reader's eyes")
    return Decision(step=Step.REST, reason=_at_rest(delivery))


def _changed(delivery: Delivery, situation: Situation) -> Decision:
    if "updater" not in situation.powers:
        where = f"; edit it there by hand: {delivery.url}" if delivery.url else ""
        return Decision(step=Step.REST, reason=f"changed, but {delivery.platform} cannot update a post{where}")
    if delivery.refused_under == situation.fingerprint:
        return Decision(
            step=Step.HOLD, reason=f"the change was refused: {delivery.error}; held until draft or settings change"
        )
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
