"""When an event takes place, in words of the newsletter's language: never an ISO date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter_bot.model import Listing

if TYPE_CHECKING:
    from babel import Locale

_DASH = "\N{EN DASH}"
_EVENING = timedelta(hours=18)
_DECLINED = frozenset(["be", "ca", "cs", "el", "fi", "hr", "hy", "lt", "pl", "ru", "sk", "uk"])
"""Languages in which a month's name that stands alone is another word than in a date."""


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """Babel's locale for a language tag, the nearest it has, at last English."""
    from babel import Locale, UnknownLocaleError

    for tag in (language, re.split(r"[-_]", language)[0]):
        try:
            return Locale.parse(tag.replace("-", "_"))
        except (ValueError, TypeError, UnknownLocaleError):
            continue
    return Locale.parse("en")


def zone_of(name: str | None) -> tzinfo | None:
    """The IANA zone of that name, or None when nobody knows it."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None


def starts(listing: Listing, zone: tzinfo) -> datetime:
    """The moment at which an event starts, as wall time in the newsletter's zone."""
    return _moment(listing.start, zone)


def ends(listing: Listing, zone: tzinfo) -> datetime | None:
    """The moment at which an event is over; an all-day end is inclusive; None when only its start is known."""
    if listing.end is not None:
        return max(_moment(listing.end, zone, last=True), starts(listing, zone))
    return None if isinstance(listing.start, datetime) else _moment(listing.start, zone, last=True)


def _moment(when: date | datetime, zone: tzinfo, *, last: bool = False) -> datetime:
    if not isinstance(when, datetime):
        if last and when < date.max:
            when += timedelta(days=1)
        return datetime.combine(when, time.min, zone)
    if when.tzinfo is None:
        return when.replace(tzinfo=zone)
    try:
        return when.astimezone(zone)
    except OverflowError:  # the first or last day of the calendar, moved beyond it by the zone
        return when.replace(tzinfo=zone)


def _long(pattern: str) -> str:
    """The pattern with names of months and weekdays in full and no leading zeros."""
    pattern = re.sub(r"(?<![Ec])(?:E{1,3}|ccc)(?![Ec])", "EEEE", pattern)
    return re.sub(r"(?<!M)MMM(?!M)", "MMMM", re.sub(r"(?<!d)dd(?!d)", "d", pattern))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one newsletter says dates: its language, its zone, and the day whose year goes without saying."""

    language: str
    zone: tzinfo
    today: date

    @property
    def year(self) -> int:
        """The year that need not be said."""
        return self.today.year

    def month(self, day: date) -> str:
        """The name of a day's month as it stands alone, with the year unless it is understood."""
        locale = locale_of(self.language)
        name = "LLLL" if locale.language in _DECLINED else "MMMM"
        if day.year == self.year:
            return self._format(day, name)
        found = locale.datetime_skeletons.get("yMMMM")
        return self._format(day, str(getattr(found, "pattern", None) or f"{name} y"))

    def when(self, listing: Listing) -> str:
        """Days or day and time of an event, and the place's own time where it differs."""
        start, end = starts(listing, self.zone), ends(listing, self.zone)
        if not isinstance(listing.start, datetime):
            last = (end - timedelta(microseconds=1)).date() if end else start.date()
            return self.days(start.date(), max(last, start.date()))
        if end is not None and end - start > _EVENING and end.date() > start.date():
            return self.days(start.date(), (end - timedelta(microseconds=1)).date())
        text = f"{self.day(start.date(), weekday=True)}, {self._times(start, end)}"
        there = self._there(listing, start)
        return f"{text} ({there})" if there else text

    def days(self, first: date, last: date) -> str:
        """A day, or a span of days such as the third to the fifth of June."""
        if first == last:
            return self.day(first, weekday=False)
        differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        year = "" if first.year == last.year == self.year else "y"
        known = locale_of(self.language).interval_formats
        patterns = known.get(f"{year}MMMMd", {}).get(differs) or known[f"{year}MMMd"][differs]
        return self._span(patterns, first, last, close=differs == "d")

    def _span(self, patterns: tuple[str, ...], first: date, last: date, *, close: bool) -> str:
        """Both ends of a span; within a month the dash stands close between the numbers."""
        text = "".join(self._format(day, _long(pattern)) for day, pattern in zip((first, last), patterns, strict=False))
        text = text.replace("\N{THIN SPACE}", " ")
        return re.sub(rf"(?<=[\d.]) *{_DASH} *(?=\d)", _DASH, text) if close else text

    def day(self, day: date, *, weekday: bool) -> str:
        """One day, with its weekday where a time follows."""
        locale, year = locale_of(self.language), "" if day.year == self.year else "y"
        ending = "Ed" if weekday else "d"
        skeletons = locale.datetime_skeletons
        found = skeletons.get(f"{year}MMMM{ending}") or skeletons.get(f"{year}MMM{ending}")
        pattern = str(getattr(found, "pattern", None) or locale.date_formats["full" if weekday else "long"].pattern)
        return self._format(day, _long(pattern))

    def clock(self, moment: datetime) -> str:
        """A time of day; plain English has 24 hours, a regional English its own way."""
        from babel.dates import format_time

        locale = locale_of(self.language)
        pattern = "HH:mm" if str(locale) == "en" else "short"
        text = format_time(moment.replace(tzinfo=None).time(), pattern, locale=locale)
        return text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")

    def _times(self, start: datetime, end: datetime | None) -> str:
        if end is None or end == start:
            return self.clock(start)
        return f"{self.clock(start)}{_DASH}{self.clock(end)}"

    def _there(self, listing: Listing, start: datetime) -> str:
        """The place's own time, named by its city, where its clock differs from ours."""
        zone = zone_of(listing.zone)
        local = start.astimezone(zone) if zone else start
        if zone is None or local.utcoffset() == start.utcoffset():
            return ""
        from babel.dates import get_timezone_location

        city = get_timezone_location(zone, locale=locale_of(self.language), return_city=True)
        date_there = "" if local.date() == start.date() else f"{self.day(local.date(), weekday=True)}, "
        return f"{city}: {date_there}{self.clock(local)}"

    def _format(self, day: date, pattern: str) -> str:
        from babel.dates import format_date

        locale = locale_of(self.language)
        text = str(format_date(day, pattern, locale=locale))
        first = locale.language == "fr" and day.day == 1 and "d" in pattern
        return re.sub(r"(?<!\d)1(?!\d)", "1er", text, count=1) if first else text
