"""Values of calendars (RFC 5545 section 3.3) looked at before the libraries get them: one that is broken harms no other."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError)
"""What the libraries raise for what they cannot make sense of."""
_MOMENT = re.compile(r"\d{8}(?:T\d{6}Z?)?")
_LENGTH = re.compile(r"[+-]?P(?:\d+W|(?=\dW?|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)")
TIMES = frozenset({"DTSTART", "DTEND", "RDATE", "EXDATE", "RECURRENCE-ID"})
"""Properties that say when, in a zone."""
_LISTS = frozenset({"RDATE", "EXDATE"})
_MOMENTS = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID"})


def sound(name: str, value: str) -> str:
    """What can be used of a property's value: all of it, the items of a list that are dates, or nothing."""
    if name in _LISTS:
        return ",".join(item for item in value.split(",") if is_moment(item) or _is_period(item))
    if name in _MOMENTS:
        return value if is_moment(value) else ""
    if name == "DURATION":
        return value if _LENGTH.fullmatch(value) else ""
    return value


def is_moment(text: str) -> bool:
    """Whether this is a date, or a date and time, as calendars write them."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _is_period(text: str) -> bool:
    start, slash, end = text.partition("/")
    return bool(slash) and is_moment(start) and (is_moment(end) or bool(_LENGTH.fullmatch(end)))


def with_zone_quoted(parameters: str, value: str) -> tuple[str, str]:
    """Outlook writes ``TZID=(UTC-08:00) Pacific Time`` without quotes: no date holds a colon, so the last one divides."""
    place = parameters.upper().rfind("TZID=")
    zone = parameters[place + 5 :]
    if place < 0 or ":" not in value or zone.startswith('"'):
        return parameters, value
    more, _, value = value.rpartition(":")
    return f'{parameters[:place]}TZID="{zone}:{more}"', value


def later(value: str, days: int) -> str:
    """A date or time of a calendar, some days later at the same wall time."""
    moment = datetime.strptime(value[:8], "%Y%m%d") + timedelta(days=days)  # noqa: DTZ007
    return f"{moment:%Y%m%d}{value[8:]}"


def at_time_of(value: str, other: str) -> str:
    """A day that names an occurrence of a series with hours, at the hour at which the series has it."""
    return value + other[8:] if len(value) == 8 and "T" in other else value
