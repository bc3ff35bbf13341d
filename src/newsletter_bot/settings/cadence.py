"""The promised rhythm as the writer states it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Literal, get_args

from newsletter_bot.settings.keys import Found, key, keys_of, read_table, table_schema
from newsletter_bot.settings.kinds import Kind, choice, list_of, text_of
from newsletter_bot.settings.place import Place, nearest
from newsletter_bot.settings.times import BREAK, TIME, duration
from newsletter_bot.settings.tree import Node, Row, Scalar, told

Missed = Literal["publish", "skip", "ask"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY_PATTERN = "|".join(f"[{day[0].upper()}{day[0]}]{day[1:3]}(?:{day[3:]})?" for day in WEEKDAYS)
EVERY_PATTERN = r"week|month|(?:[1-9]|[1-4][0-9]|5[0-2]) weeks?"
_NAMES_HINT = "weekdays are names, for some count from Sunday and others from Monday"


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceSettings:
    """When issues are due.

    Exactly one rhythm: ``every_weeks`` with ``day`` as weekday; ``monthly`` with ``day`` as day of the month (1..31, cut
    to the month's end); else ``weekdays`` alone, in order. Weekdays count from Monday = 0. ``zone`` is the newsletter's.
    """

    every_weeks: int | None = 1
    monthly: bool = False
    weekdays: tuple[int, ...] = ()
    day: int | None = 2
    time: time = time(9)
    zone: str = "UTC"
    grace: timedelta = timedelta(hours=36)
    breaks: tuple[tuple[date, date], ...] = ()
    missed: Missed = "publish"
    missed_limit: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Every:
    """The rhythm alone: a number of weeks, weekdays, or, with neither, the month."""

    weeks: int | None = None
    weekdays: tuple[int, ...] = ()


def _read_weekday(node: Node, place: Place) -> int:
    value = text_of(node, place, "a weekday")
    if re.fullmatch(r"[0-9]+", value):
        raise place.error(
            f"a weekday is expected, not the number {place.shown(value)}: {_NAMES_HINT}", "such as wednesday"
        )
    if not re.fullmatch(WEEKDAY_PATTERN, value):
        meant = nearest(value, WEEKDAYS)
        raise place.error(
            f"a weekday is expected, not {place.shown(value)}", f'did you mean "{meant}"?' if meant else None
        )
    return next(index for index, day in enumerate(WEEKDAYS) if day.startswith(value.casefold()))


WEEKDAY: Kind[int] = Kind(_read_weekday, {"type": "string", "pattern": f"^(?:{WEEKDAY_PATTERN})$"})
_WEEKDAY_LIST = list_of(WEEKDAY, least=1)


def _read_every(node: Node, place: Place) -> _Every:
    wanted = "week, 2 weeks, month or a list of weekdays"
    if isinstance(node, Row):
        return _Every(weekdays=tuple(sorted(_WEEKDAY_LIST.read(node, place))))
    value = text_of(node, place, wanted)
    if not re.fullmatch(EVERY_PATTERN, value):
        raise place.error(f"{wanted} is expected, not {place.shown(value)}", _every_fix(value))
    if value == "month":
        return _Every()
    return _Every(weeks=1 if value == "week" else int(value.split()[0]))


def _every_fix(value: str) -> str:
    """What was probably meant by a rhythm that is none."""
    if re.fullmatch(WEEKDAY_PATTERN, value):
        return f"write every: week and day: {value}, or every: [{value}]"
    if value.casefold() in {"day", "daily"}:
        return "list the weekdays: [monday, tuesday, …]"
    meant = nearest(value, ("week", "2 weeks", "month", "weekly", "biweekly", "fortnight", "monthly"))
    plain = {"weekly": "week", "monthly": "month", "biweekly": "2 weeks", "fortnight": "2 weeks"}
    return (
        f'did you mean "{plain.get(meant, meant)}"?' if meant else "such as week, 2 weeks, month or [monday, thursday]"
    )


EVERY: Kind[_Every] = Kind(
    _read_every, {"anyOf": [{"type": "string", "pattern": f"^(?:{EVERY_PATTERN})$"}, dict(_WEEKDAY_LIST.schema)]}
)


def _read_day(node: Node, place: Place) -> str:
    """The day as written; what it means depends on the rhythm."""
    if not isinstance(node, Scalar):
        raise place.error(
            f"one day is expected, not {told(node)}", "several weekdays stand in every: [monday, thursday]"
        )
    return text_of(node, place, "a weekday or a day of the month")


DAY: Kind[str] = Kind(_read_day, {"anyOf": [dict(WEEKDAY.schema), {"type": "integer", "minimum": 1, "maximum": 31}]})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """The keys of the cadence; the defaults are those of ``CadenceSettings``."""

    every: str = field(default="week", metadata=key(EVERY, "week, 2 weeks (any number), month, or a list of weekdays"))
    day: str | None = field(
        default=None,
        metadata=key(DAY, "a weekday (default wednesday); for a month 1..31 (default 1); none with a list"),
    )
    time: Any = field(default=CadenceSettings().time, metadata=key(TIME, "local time as HH:MM or HH:MM:SS"))
    grace: timedelta = field(
        default=CadenceSettings().grace, metadata=key(duration(), "delivered this late, a slot still counts as kept")
    )
    breaks: tuple[tuple[date, date], ...] = field(
        default=(), metadata=key(list_of(BREAK, unique=False), "planned pauses: days or ranges A..B, both included")
    )
    missed: Missed = field(
        default="publish",
        metadata=key(choice(get_args(Missed)), "what to do with a slot that passed while the machine was off"),
    )
    missed_limit: timedelta = field(
        default=CadenceSettings().missed_limit,
        metadata=key(duration(), "a slot older than this is never published without a person"),
    )


_KEYS = keys_of(_Written)


def _read_cadence(node: Node, place: Place) -> CadenceSettings:
    found = read_table(node, place, _KEYS)
    said: dict[str, Any] = {name: value for name, value in found.values.items() if name not in {"every", "day"}}
    said["breaks"] = tuple(sorted(said.get("breaks", ())))
    return CadenceSettings(**(said | _rhythm(found)))


def _rhythm(found: Found) -> dict[str, Any]:
    """Rhythm and day, which must fit each other."""
    every: _Every = found.values.get("every", _Every(weeks=1))
    written: str | None = found.values.get("day")
    place = found.places.get("day", Place(""))
    if every.weekdays:
        if written is not None:
            raise place.error("a list of weekdays takes no day", "remove this line")
        return {"every_weeks": None, "weekdays": every.weekdays, "day": None}
    if every.weeks is None:
        return {"every_weeks": None, "monthly": True, "day": _month_day(written or "1", place)}
    weekday = _read_weekday(Scalar(place.line or 1, written or "wednesday", plain=True), place)
    return {"every_weeks": every.weeks, "day": weekday}


def _month_day(written: str, place: Place) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", written) or not 1 <= int(written) <= 31:
        fix = "such as 1, or 31 for the month's end"
        raise place.error(f"with every: month a day from 1 to 31 is expected, not {place.shown(written)}", fix)
    return int(written)


def _day_rules() -> list[dict[str, Any]]:
    """What the day may be under each rhythm, for the schema."""
    monthly = {"properties": {"every": {"const": "month"}}, "required": ["every"]}
    listed = {"properties": {"every": {"type": "array"}}, "required": ["every"]}
    weekly = {"not": {"anyOf": [monthly, listed]}}
    return [
        {"if": monthly, "then": {"properties": {"day": {"type": "integer"}}}},
        {"if": listed, "then": {"properties": {"day": False}}},
        {"if": weekly, "then": {"properties": {"day": {"type": "string"}}}},
    ]


CADENCE: Kind[CadenceSettings] = Kind(_read_cadence, {**table_schema(_KEYS), "allOf": _day_rules()})
