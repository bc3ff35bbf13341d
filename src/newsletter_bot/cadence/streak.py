"""The run of slots kept without a gap, reckoned from what is out: kept, late, missed, break or open, slot by slot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from newsletter_bot.cadence.landings import Landing, Place, placed
from newsletter_bot.cadence.rhythm import Cadence
from newsletter_bot.cadence.rules import DAY, Rules
from newsletter_bot.cadence.said import lasting, said, said_after
from newsletter_bot.cadence.slots import first_open, minute_of, next_slot, slots
from newsletter_bot.model import Slot

REMIND = timedelta(hours=48)
LONGEST_PAUSE = timedelta(days=400)


class Standing(StrEnum):
    """What became of a slot."""

    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"
    BREAK = "break"
    OPEN = "open"

    @property
    def counts(self) -> bool:
        """Whether the slot adds to the streak."""
        return self in {Standing.KEPT, Standing.LATE}


@dataclass(frozen=True, slots=True)
class SlotState:
    """A slot and what became of it; the issue is the earliest one, also when it came too late to count."""

    slot: Slot
    state: Standing
    issue: str | None = None
    delivered_at: datetime | None = None

    @property
    def reason(self) -> str:
        """One sentence that explains the state: when it was due, when the issue was out."""
        due = f"due {said(self.slot.due)}"
        if self.delivered_at is None:
            return f"{due}, {self._absence()}"
        at = self.delivered_at.astimezone(self.slot.due.tzinfo)
        late = self.delivered_at - self.slot.due
        if self.slot.in_break:
            return f"{due} in a break, out all the same at {said_after(at, self.slot.due)}"
        if self.state is Standing.KEPT:
            return f"{due}, out at {said_after(at, self.slot.due)}"
        after = f"{due}, out at {said_after(at, self.slot.due)}, {lasting(late)} late"
        grace = lasting(self.slot.deadline - self.slot.due)
        return (
            f"{after}, within the grace of {grace}"
            if self.state is Standing.LATE
            else f"{after}, after the grace of {grace}"
        )

    def _absence(self) -> str:
        if self.state is Standing.BREAK:
            return "in a break"
        until = f"until {said(self.slot.deadline)}"
        return f"nothing is out yet; it counts {until}" if self.state is Standing.OPEN else f"nothing was out {until}"


@dataclass(frozen=True, slots=True)
class Run:
    """Slots kept one after another; breaks between them are bridged. ``first`` and ``last`` are names of kept slots."""

    first: str
    last: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """How the promise stands now.

    ``runs`` are all runs in order; the current one is among them when it is not empty. ``deadline`` is until when the
    slot that wants the next issue can still be kept or late; ``at_risk`` says that this slot is overdue or soon due.
    """

    current: int
    longest: int
    unit: str
    slots: tuple[SlotState, ...]
    runs: tuple[Run, ...] = ()
    since: str | None = None
    longest_from: str | None = None
    longest_to: str | None = None
    last_kept: str | None = None
    at_risk: bool = False
    deadline: datetime | None = None
    next_slot: Slot | None = None

    def counted(self, number: int) -> str:
        """A number of slots in words: ``1 week``, ``12 months``, ``3 x 2 weeks``."""
        if self.unit[0].isdigit():
            return f"{number} x {self.unit}"
        return f"{number} {self.unit}{'' if number == 1 else 's'}"

    def as_json(self, missing: Sequence[str] = ()) -> dict[str, Any]:
        """The answer of `streak --json`; ``missing`` is what the next slot still wants, in phrases."""
        return {
            "current": self.current,
            "longest": self.longest,
            "longest_from": self.longest_from,
            "longest_to": self.longest_to,
            "unit": self.unit,
            "since": self.since,
            "last_kept": self.last_kept,
            "at_risk": self.at_risk,
            "deadline": self.deadline and self.deadline.isoformat(),
            "missing": list(missing),
            "slots": [_plain(state) for state in self.slots],
        }


def streak(rules: Rules | Cadence, landings: Iterable[Landing], now: datetime, *, remind: timedelta = REMIND) -> Streak:
    """The streak at ``now``, from everything that is out.

    An issue counts for the slot it was planned for; an imported one for the period of its date or, within the grace of
    an empty slot before it, as late for that. The earliest issue of a slot decides. ``remind`` is how long before its due
    time an empty slot is at risk.
    """
    rules, places = placed(Rules.of(rules), landings, now)
    states = (*(_judged(place, now) for place in places), *_coming(rules, places, now))
    upcoming = next((state.slot for state in states if state.state is Standing.OPEN), None)
    runs, current = _runs(states)
    longest = max(runs, key=lambda run: run.length, default=None)
    return Streak(
        current=current.length if current else 0,
        longest=longest.length if longest else 0,
        unit=rules.current.unit,
        slots=states,
        runs=runs,
        since=current.first if current else None,
        longest_from=longest.first if longest else None,
        longest_to=longest.last if longest else None,
        last_kept=runs[-1].last if runs else None,
        at_risk=upcoming is not None and upcoming.due - now <= remind,
        deadline=upcoming.deadline if upcoming else None,
        next_slot=upcoming,
    )


def _judged(place: Place, now: datetime) -> SlotState:
    slot, landing = place.slot, place.landing
    if landing is None:
        if slot.in_break:
            return SlotState(slot, Standing.BREAK)
        return SlotState(slot, Standing.OPEN if minute_of(now) <= slot.deadline else Standing.MISSED)
    at = minute_of(landing.at)
    if at <= slot.due or slot.in_break:
        state = Standing.KEPT
    else:
        state = Standing.LATE if at <= slot.deadline else Standing.MISSED
    return SlotState(slot, state, landing.issue, at)


def _coming(rules: Rules, places: Sequence[Place], now: datetime) -> tuple[SlotState, ...]:
    """The slot that wants the next issue, where history does not hold it yet, after the breaks that come before it."""
    if not places:
        upcoming = next_slot(rules, now)
        return (SlotState(upcoming, Standing.OPEN),) if upcoming else ()
    if any(_judged(place, now).state is Standing.OPEN for place in reversed(places)):
        return ()
    start = places[-1].slot.end + DAY
    upcoming = first_open(rules, start, now, ())
    if upcoming is None:
        return ()
    paused = slots(rules, start, upcoming.start - DAY) if upcoming.start - start < LONGEST_PAUSE else ()
    return (*(SlotState(slot, Standing.BREAK) for slot in paused), SlotState(upcoming, Standing.OPEN))


def _runs(states: Iterable[SlotState]) -> tuple[tuple[Run, ...], Run | None]:
    """All runs, and the last one when no missed slot has ended it."""
    runs: list[Run] = []
    current: Run | None = None
    for state in states:
        if state.state.counts:
            name = state.slot.name
            current = Run(current.first, name, current.length + 1) if current else Run(name, name, 1)
        elif state.state is Standing.MISSED and current:
            runs.append(current)
            current = None
    return (*runs, *([current] if current else [])), current


def _plain(state: SlotState) -> dict[str, Any]:
    return {
        "slot": state.slot.name,
        "due": state.slot.due.isoformat(),
        "state": state.state.value,
        "issue": state.issue,
        "delivered_at": state.delivered_at and state.delivered_at.isoformat(),
    }
