"""The slots of one year by the months in which they are due: what a heat map shows."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from newsletter_bot.cadence.said import MONTHS
from newsletter_bot.cadence.streak import SlotState, Standing, Streak

WEEKS = timedelta(weeks=52)

WORDS = {
    Standing.KEPT: "kept",
    Standing.LATE: "late, counts",
    Standing.MISSED: "missed",
    Standing.BREAK: "break",
    Standing.OPEN: "open",
}


class Month(NamedTuple):
    """The slots that are due in one month, in order."""

    year: int
    month: int
    states: tuple[SlotState, ...]

    @property
    def label(self) -> str:
        """The short name of the month, in January with the year."""
        name = MONTHS[self.month - 1]
        return f"{name} {self.year}" if self.month == 1 else name


def months(streak: Streak, *, today: date, year: int | None = None) -> tuple[Month, ...]:
    """The months of that year, without one the 52 weeks up to today and the slot that comes next; none are left out."""
    shown = [(state.slot.due.date(), state) for state in streak.slots]
    if year is None:
        coming = streak.next_slot.due.date() if streak.next_slot else today
        shown = [(day, state) for day, state in shown if today - WEEKS < day <= max(today, coming)]
    else:
        shown = [(day, state) for day, state in shown if day.year == year]
    if not shown:
        return ()
    first, last = shown[0][0], shown[-1][0]
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    by_month: dict[int, list[SlotState]] = {number: [] for number in numbers}
    for day, state in shown:
        by_month[day.year * 12 + day.month - 1].append(state)
    return tuple(Month(number // 12, number % 12 + 1, tuple(states)) for number, states in by_month.items())


def told(year: tuple[Month, ...]) -> str:
    """How often each state occurs: ``40 kept, 2 late, 1 missed``."""
    counts = Counter(state.state for month in year for state in month.states)
    return ", ".join(f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing])
