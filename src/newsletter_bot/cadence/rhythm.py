"""One rule of the rhythm: its periods as an endless numbered row, each with its name and its due time."""

from __future__ import annotations

import calendar
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Slot

WEEK = 7
LONGEST = timedelta(days=3660)
"""No grace and no look back is longer than this."""


class Period(NamedTuple):
    """The days for which one issue is promised, both ends included, and the day on which it is due."""

    name: str
    start: date
    end: date
    due_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """One rule: every n weeks, every month, or on each of a list of weekdays; exactly one of the three.

    ``weekdays`` and, for weeks, ``day`` count from Monday = 0; for months ``day`` is 1..31, cut to the month's end.
    ``breaks`` are pairs of days, both included. ``anchor`` is any day of the week of the first issue: it sets the phase
    of n weeks, and without it the weeks are counted from the first Monday of the calendar.
    """

    weeks: int | None = None
    monthly: bool = False
    weekdays: tuple[int, ...] = ()
    day: int = 0
    time: time = time(9)
    zone: str = "UTC"
    grace: timedelta = timedelta(hours=36)
    breaks: tuple[tuple[date, date], ...] = ()
    anchor: date | None = None

    def __post_init__(self) -> None:
        """Refuses what is no rhythm."""
        if (self.weeks is not None) + self.monthly + bool(self.weekdays) != 1:
            raise SettingsError("a cadence is a number of weeks, a month or a list of weekdays", key="cadence.every")
        if self.weeks is not None and not 1 <= self.weeks <= 520:
            raise SettingsError("weeks are counted from 1 to 520", key="cadence.every")
        if any(not 0 <= weekday < WEEK for weekday in self.weekdays) or not self._day_fits():
            raise SettingsError("there is no such day", key="cadence.day")
        if not timedelta(0) <= self.grace <= LONGEST:
            raise SettingsError("grace is between nothing and ten years", key="cadence.grace")
        for first, last in self.breaks:
            if last < first:
                raise SettingsError(f"the break {first}..{last} ends before it starts", key="cadence.breaks")
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))
        zone_named(self.zone)

    def _day_fits(self) -> bool:
        return 1 <= self.day <= 31 if self.monthly else 0 <= self.day < WEEK

    @property
    def unit(self) -> str:
        """What a streak under this rule counts: ``week``, ``2 weeks``, ``month``, or ``slot`` for a list of weekdays."""
        if self.weeks is None:
            return "month" if self.monthly else "slot"
        return "week" if self.weeks == 1 else f"{self.weeks} weeks"

    def local_day(self, moment: datetime) -> date:
        """The newsletter's calendar day at that moment; a naive moment is wall time already."""
        return moment.date() if moment.tzinfo is None else moment.astimezone(zone_named(self.zone)).date()

    def position(self, day: date) -> int:
        """The number of the period that holds this day; numbers follow the calendar."""
        if self.monthly:
            return day.year * 12 + day.month - 1
        week, weekday = divmod(day.toordinal() - 1, WEEK)
        if self.weeks is None:
            return week * len(self.weekdays) + bisect_left(self.weekdays, weekday)
        return (week - self._phase()) // self.weeks

    def period(self, position: int) -> Period:
        """The period of that number."""
        if self.monthly:
            return self._month(position)
        return self._day_of_list(position) if self.weeks is None else self._weeks(position, self.weeks)

    def slot(self, period: Period) -> Slot:
        """The slot of a period: when it is due, until when an issue still counts, whether it is planned as a pause."""
        zone = zone_named(self.zone)
        due = moment_of(period.due_day, self.time, zone)
        return Slot(
            name=period.name,
            start=period.start,
            end=period.end,
            due=due,
            deadline=due if not self.grace else told_in(due + self.grace, zone),
            in_break=any(first <= period.due_day <= last for first, last in self.breaks),
        )

    def _phase(self) -> int:
        weeks = self.weeks or 1
        return 0 if self.anchor is None or weeks == 1 else (self.anchor.toordinal() - 1) // WEEK % weeks

    def _weeks(self, position: int, weeks: int) -> Period:
        monday = date.fromordinal((position * weeks + self._phase()) * WEEK + 1)
        year, week, _ = monday.isocalendar()
        end = monday + timedelta(days=weeks * WEEK - 1)
        return Period(f"{year:04}-W{week:02}", monday, end, monday + timedelta(days=self.day))

    def _month(self, position: int) -> Period:
        year, before = divmod(position, 12)
        length = calendar.monthrange(year, before + 1)[1]
        start = date(year, before + 1, 1)
        return Period(
            f"{year:04}-{before + 1:02}", start, start.replace(day=length), start.replace(day=min(self.day, length))
        )

    def _day_of_list(self, position: int) -> Period:
        day, before = self._listed(position), self._listed(position - 1)
        return Period(day.isoformat(), before + timedelta(days=1), day, day)

    def _listed(self, position: int) -> date:
        week, place = divmod(position, len(self.weekdays))
        return date.fromordinal(week * WEEK + 1 + self.weekdays[place])


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        fix = "take an IANA name such as Europe/Berlin"
        raise SettingsError(f"there is no time zone {name!r}", key="newsletter.timezone", fix=fix) from error


def moment_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The moment of a wall time: one that the clock skips is reckoned as before the change, of two the first counts."""
    # fold=0 is, by the rules of zoneinfo, the offset before the change in a gap and the first of two in a fold
    return told_in(datetime.combine(day, wall.replace(fold=0) if wall.fold else wall, zone).astimezone(UTC), zone)


def told_in(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment on the clock of the zone.

    It carries its offset, not the zone: two moments of one zone would be compared and subtracted by their wall times.
    """
    local = moment.astimezone(zone)
    return local.replace(tzinfo=_offset(local.utcoffset()), fold=0)


@lru_cache(maxsize=256)
def _offset(offset: timedelta | None) -> timezone:
    return timezone(offset or timedelta(0))
