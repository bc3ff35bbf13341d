"""The rules in the order in which they came into force: slots that have passed keep the rule under which they passed.

Where one rule follows another (the seam):

- A slot that was due by the time of the change belongs to the old rule, one that is due after it to the new.
- A slot that both rules name (a week stays a week) is there once. If either rule had it due by the time of the change
  it stays as the old rule had it: it is neither asked for twice nor lost.
- The first slot of the new rule is due on a later day than the last of the old one. The days between them belong to
  one of the two: days until the change to the old one, later ones to the new.
- The first rule holds for all time before it. A rule under which nothing came due leaves no slots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from newsletter_bot.cadence.rhythm import Cadence, Period
from newsletter_bot.errors import LedgerError, SettingsError
from newsletter_bot.model import Slot

DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """The periods ``first`` to ``last`` that one rule governs; None is without end. Its days run from start to end."""

    cadence: Cadence
    first: int | None = None
    last: int | None = None
    start: date | None = None
    end: date | None = None

    def governs(self, position: int) -> bool:
        """Whether the period of that number is one of these."""
        return (self.first is None or position >= self.first) and (self.last is None or position <= self.last)

    def clamped(self, position: int) -> int:
        """The nearest number that is governed."""
        if self.first is not None:
            position = max(self.first, position)
        return position if self.last is None else min(self.last, position)

    def period(self, position: int) -> Period:
        """The period of that number, fitted to its neighbours at the seams."""
        period = self.cadence.period(position)
        if position == self.first and self.start is not None:
            period = period._replace(start=self.start)
        if position == self.last and self.end is not None:
            period = period._replace(end=self.end)
        return period

    def slot(self, position: int) -> Slot:
        """The slot of that number."""
        return self.cadence.slot(self.period(position))


@dataclass(frozen=True)
class Rules:
    """Each rule with the moment from which it holds, oldest first; at least one."""

    entries: tuple[tuple[datetime, Cadence], ...]
    stretches: tuple[Stretch, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        """Joins the rules at their seams."""
        if not self.entries:
            raise ValueError("rules without a rule")
        ordered = tuple(sorted(self.entries, key=lambda entry: entry[0]))
        object.__setattr__(self, "entries", ordered)
        object.__setattr__(self, "stretches", _joined(ordered))

    @classmethod
    def of(cls, cadence: Cadence | Rules, since: datetime | None = None) -> Rules:
        """Rules that have always been this one rule; rules stay what they are."""
        if isinstance(cadence, Rules):
            return cadence
        return cls(((since or datetime(1, 1, 1, tzinfo=UTC), cadence),))

    @property
    def current(self) -> Cadence:
        """The rule of today and of the time to come."""
        return self.entries[-1][1]

    def under(self, cadence: Cadence, now: datetime) -> Rules:
        """The rules once this rule holds from now on; the same ones when it holds already.

        A rule that is mended before anything came due is replaced as if it had never been. A rule without a phase is
        the same as the one that has found its phase since.
        """
        since, latest = self.entries[-1]
        if cadence in {latest, replace(latest, anchor=None)}:
            return self
        affected = [rule for _, rule in self.entries[-2:]]
        if any(_due_between(rule, since, now) for rule in affected):
            return Rules((*self.entries, (max(now, since), cadence)))
        return Rules((*self.entries[:-1], (since, cadence)))

    def anchored(self, first: date) -> Rules:
        """The same rules, where those of n weeks that have no phase yet take it from the day of the first issue."""
        if not any(_floats(rule) for _, rule in self.entries):
            return self
        return Rules(tuple((at, replace(rule, anchor=first) if _floats(rule) else rule) for at, rule in self.entries))

    def unphased(self) -> Rules:
        """The same rules, where those of n weeks that have no phase yet let any week be the first."""
        if not any(_floats(rule) for _, rule in self.entries):
            return self
        return Rules(tuple((at, replace(rule, weeks=1) if _floats(rule) else rule) for at, rule in self.entries))

    def stretch_at(self, moment: datetime | date) -> tuple[Stretch, date]:
        """The rule that governs a moment or day, and its local day."""
        for stretch in reversed(self.stretches):
            day = stretch.cadence.local_day(moment) if isinstance(moment, datetime) else moment
            if stretch.start is None or day >= stretch.start:
                return stretch, day
        raise AssertionError("the first rule holds for all time before it")  # pragma: no cover

    def walk(self, moment: datetime | date) -> Iterator[Slot]:
        """All slots from the one that holds this moment or day on, up to the end of the calendar."""
        current, day = self.stretch_at(moment)
        for stretch in self.stretches[self.stretches.index(current) :]:  # pragma: no branch - the last has no end
            position = stretch.clamped(stretch.cadence.position(day))
            try:
                while stretch.governs(position):
                    yield stretch.slot(position)
                    position += 1
            except (OverflowError, ValueError):  # the calendar of the standard library ends with the year 9999
                return

    def as_text(self) -> str:
        """The rules as JSON, to be remembered in the ledger."""
        import json

        return json.dumps([{"since": since.isoformat(), **_plain(rule)} for since, rule in self.entries])

    @classmethod
    def from_text(cls, text: str) -> Rules:
        """The rules that ``as_text`` wrote. Raises LedgerError for anything else."""
        import json

        try:
            return cls(tuple((datetime.fromisoformat(entry["since"]), _rule(entry)) for entry in json.loads(text)))
        except (ValueError, KeyError, TypeError, SettingsError) as error:
            fix = "run `newsletter-bot ledger check`"
            raise LedgerError("the remembered rules of past slots cannot be read", key="rules", fix=fix) from error


def _joined(entries: tuple[tuple[datetime, Cadence], ...]) -> tuple[Stretch, ...]:
    done: list[Stretch] = []
    current = Stretch(entries[0][1])
    for since, cadence in entries[1:]:
        last = _last_passed(current, cadence, since)
        if last is not None:
            done.append(current._replace(last=last))
        before = done.pop()
        assert before.last is not None
        first, seam = _seam(before, cadence, since, _names((*done, before)))
        done.append(before._replace(end=seam - DAY))
        current = Stretch(cadence, first=first, start=seam)
    return (*done, current)


def _last_passed(stretch: Stretch, follower: Cadence, change: datetime) -> int | None:
    """The last period that stays with the old rule; None when nothing came due under it."""
    rule = stretch.cadence
    position = rule.position(rule.local_day(change)) + 2
    while not _has_passed(rule, position, follower, change):
        position -= 1
    return position if stretch.governs(position) else None


def _has_passed(rule: Cadence, position: int, follower: Cadence, change: datetime) -> bool:
    period = rule.period(position)
    if rule.slot(period).due <= change:
        return True
    twin = follower.period(follower.position(period.due_day))
    return twin.name == period.name and follower.slot(twin).due <= change


def _names(stretches: Iterable[Stretch]) -> frozenset[str]:
    """The names of the last slots under earlier rules: none of them comes again."""
    return frozenset(each.cadence.period(each.last).name for each in stretches if each.last is not None)


def _seam(before: Stretch, cadence: Cadence, change: datetime, used: frozenset[str]) -> tuple[int, date]:
    """The number of the new rule's first period, and the first day of it."""
    assert before.last is not None
    last = before.cadence.period(before.last)
    passed = max(change, before.cadence.slot(last).due)
    position = cadence.position(min(last.due_day, cadence.local_day(change))) - 1
    period = cadence.period(position)
    while period.due_day <= last.due_day or period.name in used or cadence.slot(period).due <= passed:
        position += 1
        period = cadence.period(position)
    kept = min(last.end, max(last.due_day, before.cadence.local_day(change)))
    return position, min(max(period.start, kept + DAY), period.due_day, last.end + DAY)


def _due_between(rule: Cadence, since: datetime, now: datetime) -> bool:
    """Whether anything came due under this rule after ``since`` and until ``now``."""
    position = rule.position(rule.local_day(now)) + 1
    while (due := rule.slot(rule.period(position)).due) > now:
        position -= 1
    return due > since


def _floats(rule: Cadence) -> bool:
    return rule.anchor is None and rule.weeks not in {None, 1}


def _plain(rule: Cadence) -> dict[str, Any]:
    return {
        "weeks": rule.weeks,
        "monthly": rule.monthly,
        "weekdays": list(rule.weekdays),
        "day": rule.day,
        "time": rule.time.isoformat(),
        "zone": rule.zone,
        "grace": rule.grace.total_seconds(),
        "breaks": [[first.isoformat(), last.isoformat()] for first, last in rule.breaks],
        "anchor": rule.anchor and rule.anchor.isoformat(),
    }


def _rule(entry: dict[str, Any]) -> Cadence:
    return Cadence(
        weeks=entry["weeks"],
        monthly=entry["monthly"],
        weekdays=tuple(entry["weekdays"]),
        day=entry["day"],
        time=time.fromisoformat(entry["time"]),
        zone=entry["zone"],
        grace=timedelta(seconds=entry["grace"]),
        breaks=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in entry["breaks"]),
        anchor=entry["anchor"] and date.fromisoformat(entry["anchor"]),
    )
