"""Recurrence rules that strangers wrote: ones that never come true, never end or tick by the minute are tamed first.

Rules are RFC 5545 section 3.3.10. ``dateutil`` runs through years of empty days for a rule that cannot come true, and
for ever for a step of nought.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice

from newsletter_bot.sources.calendar_values import is_moment

MOST = 50
"""Most occurrences that are taken of a rule finer than a day."""
SLACK = timedelta(days=370)
"""How long before the window a series still begins: longer than its occurrences last."""
_PARTS = frozenset(
    {"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYSECOND", "BYMINUTE", "BYHOUR", "BYDAY", "BYMONTHDAY", "BYYEARDAY"}
    | {"BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"}
)
_STEPS = {"SECONDLY": timedelta(seconds=1), "MINUTELY": timedelta(minutes=1), "HOURLY": timedelta(hours=1)}
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}) | frozenset(_STEPS)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {
    "BYSECOND": (0, 59),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (1, 31),
    "BYYEARDAY": (1, 366),
    "BYWEEKNO": (1, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (1, 366),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its parts; ``text`` is what is given to the library."""

    parts: Mapping[str, str]

    @property
    def text(self) -> str:
        """The rule as it is written in a calendar."""
        return ";".join(f"{name}={value}" for name, value in self.parts.items())

    @property
    def is_fine(self) -> bool:
        """Whether it ticks more often than a few times a day."""
        times = 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            times *= len(self.numbers(name)) or 1
        return self.parts["FREQ"] in _STEPS or times > 4

    def numbers(self, name: str) -> tuple[int, ...]:
        """The numbers of a part, none when it is not there."""
        return tuple(int(number) for number in self.parts[name].split(",")) if name in self.parts else ()


def read_rule(text: str) -> Rule:
    """The rule that a text says; raises ValueError for one that nobody can follow."""
    bare = "".join(text.replace("\\;", ";").upper().split())
    parts = {name: value for name, _, value in (part.partition("=") for part in bare.split(";"))}
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise ValueError(f"its calendar {parts['RSCALE']:.20} is not known here")
    parts = {name: value for name, value in parts.items() if name in _PARTS and value}
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"its frequency {parts.get('FREQ', 'is missing'):.20} is not known")
    rule = Rule(parts)
    _check_numbers(rule)
    if not _comes_true(rule.text):
        raise ValueError("no day of the calendar fulfils its rule")
    return rule


def _check_numbers(rule: Rule) -> None:
    for name in ("INTERVAL", "COUNT"):
        if name in rule.parts and not 1 <= int(rule.parts[name]) <= 100_000:
            raise ValueError(f"its {name} {rule.parts[name]:.20} is out of range")
    for name, (low, high) in _RANGES.items():
        if any(not low <= (number if low == 0 else abs(number)) <= high for number in rule.numbers(name)):
            raise ValueError(f"its {name} {rule.parts[name]:.40} is out of range")
    for day in rule.parts.get("BYDAY", "").split(","):
        if day and not re.fullmatch(r"[+-]?\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)", day):
            raise ValueError(f"its BYDAY {day:.20} is no day")
    if "UNTIL" in rule.parts and not is_moment(rule.parts["UNTIL"]):
        raise ValueError(f"its end {rule.parts['UNTIL']:.20} is no date")


@lru_cache(maxsize=1000)
def _comes_true(text: str) -> bool:
    """Whether some day in 28 years, after which weekdays repeat, fulfils every part; ordinals of weekdays are ignored."""
    rule = Rule(dict(part.split("=") for part in text.split(";")))
    months, days, year_days = (rule.numbers(name) for name in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY"))
    weekdays = {_DAYS.index(day[-2:]) for day in rule.parts.get("BYDAY", "").split(",") if day}
    ordinals = [int(day[:-2]) for day in rule.parts.get("BYDAY", "").split(",") if day[:-2]]
    most = 5 if rule.parts["FREQ"] == "MONTHLY" or months else 53
    if ordinals and all(not 1 <= abs(number) <= most for number in ordinals):
        return False
    if sum(bool(part) for part in (months, days, year_days, weekdays)) < 2:
        return True
    day = date(2024, 1, 1)
    while day.year < 2052:
        if (
            (not months or day.month in months)
            and (not weekdays or day.weekday() in weekdays)
            and (not days or _is_among(day.day, calendar.monthrange(day.year, day.month)[1], days))
            and (not year_days or _is_among(day.timetuple().tm_yday, 365 + calendar.isleap(day.year), year_days))
        ):
            return True
        day += timedelta(days=1)
    return False


def _is_among(number: int, last: int, wanted: Collection[int]) -> bool:
    """Whether a day is named, counted from the front or from the back."""
    return number in wanted or number - last - 1 in wanted


def first_occurrences(rule: Rule, start: datetime, *, begin: datetime, end: datetime) -> list[datetime]:
    """The first ``MOST`` occurrences of a fine rule between two moments; all are wall time of the event's own zone."""
    from dateutil.rrule import rrulestr

    parts = dict(rule.parts)
    until = parts.pop("UNTIL", "")
    last = min(end, datetime.strptime(until[:8], "%Y%m%d") + timedelta(days=1)) if until else end  # noqa: DTZ007
    step = {**_STEPS, "DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}.get(parts["FREQ"])
    if "COUNT" not in parts and step is not None and start < begin:
        step *= int(parts.get("INTERVAL", "1"))
        start += step * ((begin - start) // step)
    rules = rrulestr(Rule(parts).text, dtstart=start)
    found: list[datetime] = []
    for moment in islice(rules, 20_000):
        if moment > last or len(found) >= MOST:
            break
        if moment >= begin:
            found.append(moment)
    return found


def with_fitting_end(rule: Rule, start: str, clock: tzinfo | None) -> Rule:
    """The rule with its UNTIL as the library compares it with occurrences: a last day counts whole, wall time is the event's.

    ``start`` is the DTSTART as it is written, ``clock`` the zone in which it is.
    """
    until = rule.parts.get("UNTIL", "")
    if not until or "T" not in start or until.endswith("Z"):
        return rule
    until = until if "T" in until else f"{until}T235959"
    moment = datetime.strptime(until, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time of the event
    if start.endswith("Z") or clock is None:
        until += "Z" if start.endswith("Z") else ""
    else:
        until = f"{moment.replace(tzinfo=clock).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return Rule({**rule.parts, "UNTIL": until})


def days_to_skip(text: str, start: date, *, begin: date) -> int:
    """By how many days an old series may begin later without any occurrence after ``begin`` being another one.

    It still begins well before, because the library counts the first day even when the rule does not.
    """
    try:
        rule = read_rule(text)
    except ValueError:
        return 0
    step = {"DAILY": 1, "WEEKLY": 7}.get(rule.parts["FREQ"])
    if step is None or rule.is_fine or "COUNT" in rule.parts or "BYSETPOS" in rule.parts:
        return 0
    step *= int(rule.parts.get("INTERVAL", "1"))
    return max(0, (begin - start - SLACK) // timedelta(days=step)) * step
