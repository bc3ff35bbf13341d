"""Which slot holds a moment, which comes next, and which one an issue that goes out now would fill."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from newsletter_bot.cadence.rhythm import Cadence
from newsletter_bot.cadence.rules import DAY, Rules
from newsletter_bot.errors import UsageError
from newsletter_bot.model import Slot

LAST_YEAR = 9990


def slot_of(rules: Rules | Cadence, moment: datetime | date) -> Slot:
    """The slot whose period holds this moment (a naive one is wall time in the newsletter's zone) or day."""
    stretch, day = Rules.of(rules).stretch_at(moment)
    return stretch.slot(stretch.clamped(stretch.cadence.position(day)))


def slots(rules: Rules | Cadence, first: date, last: date) -> Iterator[Slot]:
    """The slots whose periods hold any of the days from first to last, in order."""
    for slot in Rules.of(rules).walk(first):
        if slot.start > last:
            return
        yield slot


def find_slot(rules: Rules | Cadence, name: str) -> Slot | None:
    """The slot of that name; None when there is no such slot."""
    day = first_day(name)
    if day is None:
        return None
    for stretch in Rules.of(rules).stretches:
        position = stretch.cadence.position(day)
        if stretch.governs(position) and stretch.cadence.period(position).name == name:
            return stretch.slot(position)
    return None


def named(rules: Rules | Cadence, name: str) -> Slot:
    """The slot of that name; one that a later change of the rules has swallowed has the times of the slot in its place.

    Raises UsageError for what is no name of a slot.
    """
    day = first_day(name)
    if day is None:
        raise UsageError(f"{name!r} is no slot", fix="slots are named 2026-W48, 2026-11 or 2026-11-25")
    rules = Rules.of(rules).anchored(day)
    return find_slot(rules, name) or replace(slot_of(rules, day), name=name)


def first_day(name: str) -> date | None:
    """The first day that the name of a slot means; None when it is no such name."""
    year, _, rest = name.partition("-")
    try:
        if rest.startswith("W"):
            return date.fromisocalendar(int(year), int(rest[1:]), 1)
        return date.fromisoformat(name if len(rest) > 2 else f"{name}-01")
    except ValueError:
        return None


def next_slot(rules: Rules | Cadence, now: datetime, filled: Collection[str] = ()) -> Slot | None:
    """The slot that still wants an issue: the earliest one, outside breaks, that is empty and whose grace has not passed.

    It may be overdue. None when a break has no end.
    """
    rules = phased(rules, filled)
    return first_open(rules, _grace_ago(rules, now), now, filled)


def first_open(rules: Rules, start: date, now: datetime, filled: Collection[str]) -> Slot | None:
    """The earliest empty slot outside breaks, from the one that holds ``start`` on, that can still be kept or late."""
    day: date | None = start
    while day is not None:
        for slot in rules.walk(day):
            if slot.in_break and slot.due > now:
                day = _after_break(rules, slot)
                break
            if not slot.in_break and slot.deadline >= minute_of(now) and slot.name not in filled:
                return slot
        else:
            return None
    return None


def slot_to_fill(rules: Rules | Cadence, now: datetime, filled: Collection[str] = ()) -> Slot:
    """The slot that an issue published by hand now fills: the overdue one within its grace, else that of today."""
    rules = phased(rules, filled)
    for slot in rules.walk(_grace_ago(rules, now)):
        if slot.due > now:
            break
        if slot.deadline >= minute_of(now) and slot.name not in filled and not slot.in_break:
            return slot
    return slot_of(rules, now)


def next_due(rules: Rules | Cadence, now: datetime, filled: Collection[str] = ()) -> Slot | None:
    """The next empty slot outside breaks that will come due after now: when to wake up. None when a break has no end."""
    rules = phased(rules, filled)
    slot = next_slot(rules, now, filled)
    while slot is not None and slot.due <= now:
        slot = first_open(rules, slot.end + DAY, now, filled)
    return slot


def minute_of(moment: datetime) -> datetime:
    """The moment cut to the minute, as the streak counts."""
    return moment.replace(second=0, microsecond=0)


def phased(rules: Rules | Cadence, filled: Collection[str]) -> Rules:
    """Rules of n weeks take their phase from the first slot that was filled; before that any week may be the first."""
    rules = Rules.of(rules)
    first = min((day for day in map(first_day, filled) if day), default=None)
    return rules.anchored(first) if first else rules.unphased()


def _grace_ago(rules: Rules, now: datetime) -> date:
    """A day early enough that every slot whose grace has not passed comes after it."""
    longest = max(rule.grace for _, rule in rules.entries)
    return slot_of(rules, (now - longest) - timedelta(days=1)).start


def _after_break(rules: Rules, slot: Slot) -> date | None:
    """A day past this slot from which to look on, beyond the break in which it lies; None when that has no end."""
    due_day = slot_due_day(rules, slot)
    rule = rules.stretch_at(slot.end)[0].cadence
    last = max(last for first, last in rule.breaks if first <= due_day <= last)
    if last.year >= LAST_YEAR:
        return None
    return max(slot.end + DAY, slot_of(rules, last).start)


def slot_due_day(rules: Rules, slot: Slot) -> date:
    """The local day on which a slot is due, as the rule names it (the clock may skip that day)."""
    cadence = rules.stretch_at(slot.end)[0].cadence
    return cadence.period(cadence.position(slot.end)).due_day
