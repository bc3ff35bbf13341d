"""The JSON of the contract: issues, deliveries, plans. Fields may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from newsletter_bot.cli.output import Voice, finding_shape
from newsletter_bot.model import Delivery, Finding, IssueRecord, Item, Loss, Section, Slot
from newsletter_bot.planning import Decision
from newsletter_bot.publishing.plans import Plan, PlannedDelivery


def issues_shape(
    voice: Voice,
    issues: Iterable[tuple[IssueRecord, Sequence[Delivery]]],
    next_slot: Slot | None,
    waiting: Mapping[str, Decision] | None = None,
) -> dict[str, Any]:
    """What ``publish`` and ``status`` answer; ``waiting`` tells of deliveries that are due what they wait for."""
    return {
        "issues": [_issue(voice, record, deliveries, waiting or {}) for record, deliveries in issues],
        "next_slot": {"slot": next_slot.name, "due": voice.iso(next_slot.due)} if next_slot else None,
    }


def _issue(
    voice: Voice, record: IssueRecord, deliveries: Sequence[Delivery], waiting: Mapping[str, Decision]
) -> dict[str, Any]:
    return {
        "id": record.id,
        "number": record.number,
        "title": record.title,
        "slot": record.slot,
        "draft": record.draft,
        "imported_at": voice.iso(record.imported_at),
        "deliveries": [delivery_shape(voice, delivery, waiting.get(delivery.id)) for delivery in deliveries],
    }


def delivery_shape(voice: Voice, delivery: Delivery, wait: Decision | None = None) -> dict[str, Any]:
    """One delivery."""
    until = delivery.not_before or delivery.settle_until or (wait.until if wait else None)
    return {
        "id": delivery.id,
        "publication": delivery.publication,
        "platform": delivery.platform,
        "state": delivery.state.value,
        "visibility": delivery.visibility.value if delivery.visibility else None,
        "url": delivery.url,
        "remote_id": delivery.remote_id,
        "attempts": delivery.attempt,
        "not_before": voice.iso(until),
        "error": delivery.held or delivery.error,
        "held": delivery.held is not None,
        "waits": wait.reason if wait else None,
        "sent_at": voice.iso(delivery.sent_at),
        "verified_at": voice.iso(delivery.verified_at),
        "digest": delivery.carried or delivery.promised or None,
    }


def plan_shape(voice: Voice, plan: Plan, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """What ``plan`` answers; ``basis`` lets a later run say what moved, ``findings`` what was amiss with the writer's input."""
    issue = plan.prepared.issue
    return {
        "plan": plan.digest,
        "slot": issue.slot,
        "issue": {
            "id": issue.id,
            "number": issue.number,
            "title": issue.title,
            "slug": issue.slug,
            "draft": issue.draft,
            "sections": [_section(section) for section in issue.sections],
        },
        "deliveries": [_planned(voice, delivery) for delivery in plan.deliveries],
        "findings": [finding_shape(finding) for finding in findings],
        "basis": list(plan.basis),
    }


def _section(section: Section) -> dict[str, Any]:
    return {"name": section.name, "heading": section.heading, "items": [_item(item) for item in section.items]}


def _item(item: Item) -> str | dict[str, str | None]:
    if item.plain:
        return item.title
    return {"title": item.title, "start": item.start, "end": item.end, "place": item.place, "url": item.url}


def _planned(voice: Voice, delivery: PlannedDelivery) -> dict[str, Any]:
    return {
        "publication": delivery.publication,
        "platform": delivery.platform,
        "action": delivery.action.value,
        "reason": delivery.reason,
        "losses": [loss_shape(loss) for loss in delivery.losses],
        "digest": delivery.digest,
        "visibility": delivery.visibility.value,
        "email": delivery.email,
        "until": voice.iso(delivery.until),
        "diff": delivery.diff or None,
    }


def loss_shape(loss: Loss) -> dict[str, Any]:
    """One loss."""
    return {"what": loss.what, "instead": loss.instead, "line": loss.line}
