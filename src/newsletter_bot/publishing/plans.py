"""The plan: what publishing would do now, shown before it happens and held to when it does."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter_bot.errors import PlanError
from newsletter_bot.model import Action, Delivery, Loss, Rendition, Visibility, digest_of
from newsletter_bot.planning import Decision, Step, next_step
from newsletter_bot.planning.gates import gate
from newsletter_bot.publishing.addresses import known_addresses
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.preparing import Prepared
from newsletter_bot.publishing.running import Errand, errand_for, home_of, situation_of, surroundings_of, to_be
from newsletter_bot.renditions import difference


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDelivery:
    """What would happen for one publication; ``diff`` is set for updates and held differences."""

    publication: str
    platform: str
    action: Action
    reason: str
    losses: Sequence[Loss]
    digest: str
    visibility: Visibility
    email: bool
    revision: int
    until: datetime | None = None
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A prepared issue and what would be done with it; ``basis`` are the lines by which two plans are compared."""

    prepared: Prepared
    deliveries: Sequence[PlannedDelivery]
    basis: Sequence[str]

    @property
    def digest(self) -> str:
        """Identity of what would happen: text, settings, time-dependent content and ledger."""
        return digest_of("\n".join(self.basis))


def plan_of(desk: Desk, prepared: Prepared, *, now: datetime, wishes: Wishes) -> Plan:
    """Decide for every publication, without changing anything."""
    planner = _Planner(desk=desk, errand=errand_for(prepared, twin=wishes.twin), now=now, wishes=wishes)
    deliveries = list[PlannedDelivery]()
    home_in_turn = False
    for name, rendition in prepared.renditions.items():
        if wishes.only and name not in wishes.only:
            continue
        planned = planner.planned(rendition, home_in_turn=home_in_turn)
        if name == desk.home:
            home_in_turn = planned.action is Action.CREATE and planned.visibility is Visibility.PUBLIC
        deliveries.append(planned)
    return Plan(prepared=prepared, deliveries=deliveries, basis=_basis(desk, prepared, deliveries))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    """One look at one issue: the same rules as in carrying it out, with no request made."""

    desk: Desk
    errand: Errand
    now: datetime
    wishes: Wishes

    def planned(self, rendition: Rendition, *, home_in_turn: bool) -> PlannedDelivery:
        desk = self.desk
        delivery = to_be(desk, self.errand.record.id, rendition)
        decision = next_step(delivery, situation_of(desk, rendition, delivery, now=self.now, wishes=self.wishes))
        if decision.step in (Step.DELIVER, Step.UPDATE, Step.FIND):
            outlet = desk.outlets[rendition.publication]
            around = surroundings_of(desk, outlet, self.errand, now=self.now, home_in_turn=home_in_turn)
            decision = gate(delivery, around) or decision
        return PlannedDelivery(
            publication=rendition.publication,
            platform=rendition.platform,
            action=decision.action,
            reason=_reason(decision, rendition, first=delivery.revision == 0),
            losses=rendition.losses,
            digest=rendition.digest,
            visibility=rendition.visibility,
            email=rendition.email and decision.action is Action.CREATE and not delivery.mailed,
            revision=delivery.revision,
            until=decision.until,
            diff=_diff(desk, delivery, rendition, decision),
        )


def _reason(decision: Decision, rendition: Rendition, *, first: bool) -> str:
    if decision.step is not Step.DELIVER or not first:
        return decision.reason
    mailed = ", and mailed" if rendition.email else ""
    return f"not there yet; goes out as {rendition.visibility}{mailed}"


def _diff(desk: Desk, delivery: Delivery, rendition: Rendition, decision: Decision) -> str:
    if delivery.difference:
        return delivery.difference
    changed = delivery.carried is not None and delivery.carried != rendition.digest
    old = desk.ledger.rendition(delivery.carried) if changed and delivery.carried else None
    if not old or decision.step not in (Step.UPDATE, Step.REFUSE, Step.REST, Step.WAIT):
        return ""
    home = home_of(desk, delivery.issue)
    known = {**known_addresses(desk, old, home), **known_addresses(desk, rendition, home)}
    return difference(old.resolved(known), rendition.resolved(known))


def _basis(desk: Desk, prepared: Prepared, deliveries: Sequence[PlannedDelivery]) -> list[str]:
    issue = prepared.issue
    lines = [f"slot {issue.slot}", f"issue {issue.number} {issue.id}: {issue.title}", f"writer's input {issue.basis}"]
    for planned in deliveries:
        outlet = desk.outlets[planned.publication]
        mailed = " mailed" if planned.email else ""
        lines.append(f"{planned.publication}: {planned.action} as {planned.visibility}{mailed}, text {planned.digest}")
        lines.append(f"{planned.publication}: settings {digest_of(outlet.fingerprint)[:16]}, ledger {planned.revision}")
        lines.extend(
            f"{planned.publication} | {line}" for line in prepared.renditions[planned.publication].plain.splitlines()
        )
    return lines


def hold_to(plan: Plan, digest: str, basis: Sequence[str]) -> None:
    """Raise PlanError with the difference unless the plan is still the one that was shown."""
    if plan.digest == digest:
        return
    lines = difflib.unified_diff(list(basis), list(plan.basis), "as planned", "as it would be now", lineterm="", n=0)
    told = "\n".join(lines) or "the plan file was altered"
    raise PlanError(f"the plan no longer holds, nothing was sent:\n{told}", fix="look at it and plan again")
