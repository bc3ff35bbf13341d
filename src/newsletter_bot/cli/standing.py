"""How issues stand, for programs and for people: the one answer of publish, status, resolve and retract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from newsletter_bot.app import Bot
from newsletter_bot.cli.output import COLOURS, Voice, table
from newsletter_bot.cli.shapes import issues_shape
from newsletter_bot.model import Delivery, IssueRecord, Slot, State, Visibility
from newsletter_bot.planning import Decision
from newsletter_bot.publishing.waiting import waits


@dataclass(frozen=True, slots=True)
class Standing:
    """Issues with their deliveries, what those wait for, and the slot that wants the next issue."""

    issues: Sequence[tuple[IssueRecord, Sequence[Delivery]]]
    waiting: Mapping[str, Decision]
    next_slot: Slot | None

    def shape(self, voice: Voice) -> dict[str, Any]:
        """As other programs read it."""
        return issues_shape(voice, self.issues, self.next_slot, self.waiting)

    def rows(self, voice: Voice, deliveries: Iterable[Delivery]) -> list[str]:
        """A line for each delivery."""
        return table([_row(voice, delivery, self.waiting.get(delivery.id)) for delivery in deliveries])


def standing_of(bot: Bot, issues: Sequence[tuple[IssueRecord, Sequence[Delivery]]]) -> Standing:
    """How these issues stand now."""
    waiting = dict[str, Decision]()
    for record, deliveries in issues:
        waiting |= waits(bot.desk, record, deliveries)
    return Standing(issues, waiting, bot.next_slot())


def _row(voice: Voice, delivery: Delivery, wait: Decision | None) -> list[str]:
    """Where, how it stands, and what is to be known."""
    state = click.style(delivery.state.value, fg=COLOURS[delivery.state])
    lesser = delivery.visibility and delivery.visibility is not Visibility.PUBLIC
    seen = f" ({delivery.visibility.value})" if delivery.visibility and lesser else ""
    return [delivery.publication, state + seen, _told(voice, delivery, wait)]


def _told(voice: Voice, delivery: Delivery, wait: Decision | None) -> str:
    told = delivery.held or delivery.error or delivery.url or ""
    if delivery.held:
        return f"{told}  -> newsletter-bot resolve {delivery.id}"
    if delivery.state is State.UNCONFIRMED and delivery.settle_until:
        return f"{told}  (looked up from {voice.when(delivery.settle_until)} on)"
    if wait and not delivery.error:
        return wait.reason + (f" (until {voice.when(wait.until)})" if wait.until else "")
    return f"{told}  (again {voice.when(delivery.not_before)})" if delivery.not_before else told
