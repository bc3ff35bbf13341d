"""When an event takes place, in words of the newsletter's language: never an ISO date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter_bot.model import Listing

if TYPE_CHECKING:
    from babel import Locale

_DASH = "\N{EN DASH}"
_EAST_ASIAN = ("月", "월")
_EVENING = timedelta(hours=18)
_DECLINED = frozenset(["be", "ca", "cs", "el", "fi", "hr", "hy", "lt", "pl", "ru", "sk", "uk"])
"""Languages in which a month's name that stands alone is another word than in a date."""


_COMMAS = {
    "ar": "\N{ARABIC COMMA} ",
    "fa": "\N{ARABIC COMMA} ",
    "ur": "\N{ARABIC COMMA} ",
    "ja": " ",
    "ko": " ",
    "zh": " ",
}
"""What languages write between a day and its hour, where it is not our comma."""


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
    when = when if when.tzinfo else when.replace(tzinfo=zone)
    try:
        return when.astimezone(UTC).astimezone(zone)  # by way of UTC: an hour that the clock skips is the one after it
    except OverflowError:  # the first or last day of the calendar, moved beyond it by the zone
        return when.replace(tzinfo=zone)


def city_of(zone: tzinfo | None, locale: Locale) -> str:
    """The city by which people know a zone, nothing for one that is nobody's place (an offset, an abbreviation)."""
    from babel.dates import get_timezone_location

    key = zone.key if isinstance(zone, ZoneInfo) else ""
    if key in {"UTC", "GMT"}:
        return key
    if key.startswith("Etc/") or (key.isupper() and len(key) > 2 and "/" not in key):
        return ""
    try:
        return get_timezone_location(zone, locale=locale, return_city=True) if key else ""
    except LookupError:  # a language for which Babel has no names of countries
        return key.rpartition("/")[2].replace("_", " ")


def _long(pattern: str) -> str:
    """The pattern with names of months and weekdays in full and no leading zeros."""
    pattern = re.sub(r"(?<![Ec])(?:E{1,3}|ccc)(?![Ec])", "EEEE", pattern)
    return re.sub(r"(?<!M)MMM(?!M)", "MMMM", re.sub(r"(?<!d)dd(?!d)", "d", pattern))


def _lasts_days(start: datetime, end: datetime | None) -> bool:
    """Whether an event with hours is longer than an evening."""
    return end is not None and end - start > _EVENING and end.date() > start.date()


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

    @property
    def comma(self) -> str:
        """What stands between a day and its hour."""
        return _COMMAS.get(locale_of(self.language).language, ", ")

    def month(self, day: date) -> str:
        """The name of a day's month as it stands alone, with the year unless it is understood."""
        locale = locale_of(self.language)
        name = "LLLL" if locale.language in _DECLINED else "MMMM"
        if day.year == self.year:
            return self._format(day, name)
        found = locale.datetime_skeletons.get("yMMMM")
        return self._format(day, str(getattr(found, "pattern", None) or f"{name} y"))

    def when(self, listing: Listing, *, aside: str = " ({})") -> str:
        """Days or day and time of an event and, as an aside, the same by the place's own clock where it differs."""
        start, end = starts(listing, self.zone), ends(listing, self.zone)
        if not isinstance(listing.start, datetime):
            return self._all_day(start, end)
        zone = zone_of(listing.zone)
        there = self._there(start, end, zone) if zone else ""
        return f"{self._timed(start, end)}{aside.format(there) if there else ''}"

    def _all_day(self, start: datetime, end: datetime | None) -> str:
        """From the first day to the last; both moments are midnights."""
        last = (end - timedelta(microseconds=1)).date() if end else start.date()
        return self.days(start.date(), max(last, start.date()))

    def _timed(self, start: datetime, end: datetime | None) -> str:
        """Day and hours; what goes on over days is told by these."""
        if _lasts_days(start, end):
            return self._all_day(start, end)
        return f"{self.day(start.date(), weekday=True)}{self.comma}{self._times(start, end)}"

    def days(self, first: date, last: date) -> str:
        """A day, or a span of days such as the third to the fifth of June."""
        if first == last:
            return self.day(first, weekday=False)
        differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        year = "" if first.year == last.year == self.year else "y"
        known = locale_of(self.language).interval_formats
        patterns = known.get(f"{year}MMMMd", {}).get(differs) or known.get(f"{year}MMMd", {}).get(differs) or ()
        if not any(name in "".join(patterns) for name in ("MMM", "LLL", *_EAST_ASIAN)):
            return self._spelt(first, last)
        return self._span(patterns, first, last, close=differs == "d")

    def _spelt(self, first: date, last: date) -> str:
        """A span in a language whose short one is digits alone: its day as it begins, and its last day in full."""
        whole = self.day(last, weekday=False)
        number = re.match(r"\d+(\.?)(?=\s\D)", whole)
        if number and (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{number[1]}{_DASH}{whole}"
        return f"{self.day(first, weekday=False, dated=first.year != last.year)} {_DASH} {whole}"

    def _span(self, patterns: tuple[str, ...], first: date, last: date, *, close: bool) -> str:
        """Both ends of a span; within a month the dash stands close between the numbers."""
        text = "".join(self._format(day, _long(pattern)) for day, pattern in zip((first, last), patterns, strict=False))
        text = text.replace("\N{THIN SPACE}", " ")
        return re.sub(rf"(?<=[\d.]) *{_DASH} *(?=\d)", _DASH, text) if close else text

    def day(self, day: date, *, weekday: bool, dated: bool = False) -> str:
        """One day, with its weekday where a time follows, with its year where that is not understood or ``dated``."""
        locale, year = locale_of(self.language), "y" if dated or day.year != self.year else ""
        ending = "Ed" if weekday else "d"
        skeletons = locale.datetime_skeletons
        found = skeletons.get(f"{year}MMMM{ending}") or skeletons.get(f"{year}MMM{ending}")
        pattern = str(getattr(found, "pattern", None) or locale.date_formats["full" if weekday else "long"].pattern)
        return self._format(day, _long(pattern))

    def clock(self, moment: datetime) -> str:
        """A time of day; plain English has 24 hours, a regional English its own way."""
        from babel.dates import format_time

        locale = locale_of(self.language)
        pattern = "HH:mm" if str(locale) == "en" else "aaaa h:mm" if locale.language == "ko" else "short"
        text = format_time(moment.replace(tzinfo=None).time(), pattern, locale=locale)
        return text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")

    def _times(self, start: datetime, end: datetime | None) -> str:
        if end is None or end == start:
            return self.clock(start)
        return f"{self.clock(start)}{_DASH}{self.clock(end)}"

    def _there(self, start: datetime, end: datetime | None, zone: tzinfo) -> str:
        """The same by the place's own clock, named by its city, where it reads differently."""
        first, last = start.astimezone(zone), end.astimezone(zone) if end else None
        city = city_of(zone, locale_of(self.language)) if first.utcoffset() != start.utcoffset() else ""
        if not city:
            return ""
        if _lasts_days(start, end):
            days = self._all_day(first, last)
            return f"{city}: {days}" if days != self._all_day(start, end) else ""
        date_there = "" if first.date() == start.date() else f"{self.day(first.date(), weekday=True)}{self.comma}"
        return f"{city}: {date_there}{self.clock(first)}"

    def _format(self, day: date, pattern: str) -> str:
        from babel.dates import format_date

        locale = locale_of(self.language)
        text = str(format_date(day, pattern, locale=locale))
        first = locale.language == "fr" and day.day == 1 and "d" in pattern
        return re.sub(r"(?<!\d)1(?!\d)", "1er", text, count=1) if first else text
