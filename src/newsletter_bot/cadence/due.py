"""What `publish --due` may do now about slots that are due: fill them, leave them, or ask a person first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter_bot.cadence.rhythm import LONGEST, Cadence
from newsletter_bot.cadence.rules import Rules
from newsletter_bot.cadence.said import said
from newsletter_bot.cadence.slots import first_day, phased, slot_of
from newsletter_bot.model import Slot

ATTENDED = timedelta(hours=1)
"""The bot that looks this soon after the due time (both ends included) was there: the slot did not pass unseen."""


class Missed(StrEnum):
    """What to do with a slot that passed while the machine was off."""

    PUBLISH = "publish"
    SKIP = "skip"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSlot:
    """An empty slot whose due time has come; ``ask``: a person must publish it, and ``reason`` tells them why."""

    slot: Slot
    ask: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """What to do about slots that passed: ``missed`` for those that nobody attended, nothing at all beyond ``limit``.

    ``seen`` maps slots to the bot's first look at or after their due time; a slot that it does not name is first seen now.
    A slot first seen more than an hour late passed while the machine was off.
    """

    missed: Missed | str = Missed.PUBLISH
    limit: timedelta = timedelta(days=3)
    seen: Mapping[str, datetime] = field(default_factory=dict[str, datetime])

    def unattended(self, slot: Slot, now: datetime) -> bool:
        """Whether the slot passed while the machine was off."""
        return self.seen.get(slot.name, now) - slot.due > ATTENDED


ALWAYS = CatchUp()


def due_slots(
    rules: Rules | Cadence, now: datetime, filled: Collection[str], catch_up: CatchUp = ALWAYS
) -> tuple[DueSlot, ...]:
    """The slots that are due now and wait for an issue, oldest first; breaks are never due.

    ``filled`` names all slots that have an issue: what is older than the first of them was never promised, and before
    any is filled only the latest slot can be due.
    """
    rules = phased(rules, filled)
    found: list[DueSlot] = []
    for slot in _passed(rules, now, now - min(catch_up.limit, LONGEST), filled):
        if Missed(catch_up.missed) is Missed.PUBLISH or not catch_up.unattended(slot, now):
            found.append(DueSlot(slot=slot, ask=False, reason=f"{slot.name} was due {said(slot.due)}"))
        elif Missed(catch_up.missed) is Missed.ASK:
            found.append(DueSlot(slot=slot, ask=True, reason=_question(slot)))
    return tuple(found)


def due_slot(
    rules: Rules | Cadence,
    now: datetime,
    filled: Collection[str],
    *,
    missed: Missed | str = Missed.PUBLISH,
    limit: timedelta = ALWAYS.limit,
) -> Slot | None:
    """The oldest slot that the bot may fill now without asking a person."""
    found = due_slots(rules, now, filled, CatchUp(missed=missed, limit=limit))
    return next((due.slot for due in found if not due.ask), None)


def _passed(rules: Rules, now: datetime, since: datetime, filled: Collection[str]) -> list[Slot]:
    days = [day for name in filled if (day := first_day(name))]
    start = rules.current.local_day(since) - timedelta(days=1)
    passed = []
    for slot in rules.walk(slot_of(rules, max(start, min(days)) if days else start).start):
        if slot.due > now:
            break
        if slot.due >= since and not slot.in_break and slot.name not in filled:
            passed.append(slot)
    return passed if days else passed[-1:]


def _question(slot: Slot) -> str:
    return (
        f"{slot.name} was due {said(slot.due)} while the machine was off; "
        "run `newsletter-bot publish` to fill it all the same"
    )
