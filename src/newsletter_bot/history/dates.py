"""Dates as feeds and Markdown files write them; none is ever invented."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from email.utils import parsedate_to_datetime, parsedate_tz

from newsletter_bot.cadence.rhythm import moment_of, told_in, zone_named

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_NUMBERS = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:[T ]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<offset>.*))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?")
_WORDS = (
    re.compile(
        r"(?:[a-z]{3,9},?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<month>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:[a-z]{3,9},?\s+)?(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        re.IGNORECASE,
    ),
)
_IN_NAME = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<mark>[-_.]?)(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)[-_. ]*(?P<rest>.*)",
    re.DOTALL,
)
_IN_PATH = re.compile(r"(?:^|/)(?P<year>(?:19|20)\d{2})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/|-|_|$)")


OLDEST = 1971
"""Programs write the year 1 or 1970 where they have no date."""


class NoDateError(ValueError):
    """What is written there is no date that the calendar has."""


class UnknownFormError(NoDateError):
    """It may be a date, but it is not written in a way that is known here."""


def moment(written: object, zone: str) -> datetime:
    """The moment that a date means, in the newsletter's zone; a day is its start. Raises NoDateError."""
    if isinstance(written, datetime):
        return in_zone(written, zone)
    if isinstance(written, date):
        return in_zone(datetime.combine(written, time()), zone)
    text = str(written).strip()
    try:
        return in_zone(_read(text), zone)
    except UnknownFormError as error:
        raise UnknownFormError(f"{text[:60]!r} is no date") from error
    except NoDateError:
        raise
    except (ValueError, OverflowError, TypeError, IndexError) as error:
        raise NoDateError(f"{text[:60]!r} is no date") from error


def in_zone(written: datetime, zone: str) -> datetime:
    """The moment on the newsletter's clock; without an offset it is wall time there."""
    if written.year < OLDEST:
        raise NoDateError(f"{written.date()} stands for no date")
    local = zone_named(zone)
    try:
        return told_in(written, local) if written.tzinfo else moment_of(written.date(), written.time(), local)
    except OverflowError as error:
        raise NoDateError(f"{written} is out of the calendar") from error


def _read(text: str) -> datetime:
    if found := _NUMBERS.fullmatch(text):
        return _by_numbers(found)
    for words in _WORDS:
        if found := words.fullmatch(text):
            return datetime(int(found["year"]), _month(found["month"]), int(found["day"]))  # noqa: DTZ001 - wall time until the zone is put in
    if text.isdigit():
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - as above
    if parsedate_tz(text) is None:
        raise UnknownFormError(f"{text[:60]!r} is no date")
    return parsedate_to_datetime(text)


def _month(word: str) -> int:
    """The number of an English month, by its name or the start of it."""
    for number, name in enumerate(MONTHS, 1):
        if name.startswith(word.casefold()):
            return number
    raise UnknownFormError(f"{word!r} is no month")


def _by_numbers(found: re.Match[str]) -> datetime:
    parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    parts[5] = min(parts[5], 59)
    offset = (found["offset"] or "").strip()
    if not offset:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - wall time until the zone is put in
    if offset.upper() in {"Z", "UTC", "GMT"}:
        offset = "+00:00"
    if not (shift := _OFFSET.fullmatch(offset)):
        raise NoDateError(f"{offset!r} is no offset")
    year, month, day, hour, minute, second = parts
    said = f"{shift['sign']}{shift['hours']}:{shift['minutes'] or '00'}"
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{said}")


def date_in_name(name: str) -> tuple[date, str] | None:
    """The day with which a file's name starts, padded or not, and the rest of the name. Raises NoDateError.

    None when the name starts with no date.
    """
    found = _IN_NAME.match(name)
    if found is None or (not found["mark"] and len(found["month"] + found["day"]) != 4):
        return None
    return _day(found), found["rest"]


def date_in_path(path: str) -> date | None:
    """The day in a path such as ``2016/01/07/title``; None when there is none. Raises NoDateError."""
    found = _IN_PATH.search(path)
    return _day(found) if found else None


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError as error:
        raise NoDateError(f"{found['year']}-{found['month']}-{found['day']} is no day of the calendar") from error
