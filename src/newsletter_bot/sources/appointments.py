"""Appointments: single occurrences of a calendar's events, and the listings that are made of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from newsletter_bot.model import Listing, Origin
from newsletter_bot.sources.calendar_text import EventText
from newsletter_bot.sources.calendar_zones import zone_key
from newsletter_bot.sources.fields import YEARS, is_web_address
from newsletter_bot.sources.foreign import plain_line

_DAY = timedelta(days=1)
_SLACK = timedelta(hours=15)
"""How far a day, or wall time of an unknown zone, may lie from the same in UTC."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\\)\]]+", re.IGNORECASE)


class Appointment(NamedTuple):
    """One occurrence: the component that the library made of it, and the event of the file that it comes from."""

    component: Any
    source: EventText
    in_series: bool


class Window(NamedTuple):
    """The time for which listings are wanted, in UTC."""

    begin: datetime
    end: datetime

    def touches(self, start: date | datetime, end: date | datetime | None) -> bool:
        """Whether something from ``start`` to ``end`` (inclusive) happens within the window."""
        first = start if end is None else end
        return _latest(first) >= self.begin and _earliest(start) <= self.end

    def surely_misses(self, event: EventText) -> bool:
        """Whether an event that happens once can be passed by, told from the digits of its dates alone."""
        start = event.value("DTSTART")[:8]
        last = event.value("DTEND")[:8] or start
        if not (start.isdigit() and last.isdigit()):
            return False
        return last < f"{self.begin - 2 * _DAY:%Y%m%d}" or start > f"{self.end + 2 * _DAY:%Y%m%d}"

    def stretches(self) -> Iterator[tuple[datetime, datetime]]:
        """The window in pieces that grow, so that what never ends need not be followed to the end."""
        begin, step = self.begin, 92 * _DAY
        while begin < self.end:
            end = min(self.end, begin + step)
            yield begin, end
            begin, step = end, step * 2


def _earliest(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC) - _SLACK


def _latest(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time()) + _DAY
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC) + _SLACK


def listing_of(appointment: Appointment, *, file: str, zone: str | None, window: Window) -> Listing | None:
    """The listing of an occurrence, None when it lies outside the window; raises ValueError when it is none.

    ``zone`` is the calendar's own, in which times given in UTC are shown.
    """
    event, source, _ = appointment
    start, end = _span(event, source, zone)
    if not window.touches(start, end):
        return None
    title = plain_line(_text(event, "SUMMARY"), length=300)
    if not title:
        raise ValueError("it has no title")
    place, url = _place_and_address(event, source)
    return Listing(
        title=title,
        start=start,
        end=end,
        place=place,
        url=url,
        zone=zone_key(start.tzinfo) if isinstance(start, datetime) else None,
        uid=_identity(appointment),
        cancelled=_text(event, "STATUS").upper() == "CANCELLED",
        origin=Origin(file=file, line=source.line),
    )


def _text(event: Any, name: str) -> str:
    """What a property says; some calendars are made of web pages, with entities for letters."""
    value = event.get(name, "")
    return _lettered(str(value[0] if isinstance(value, list) and value else value))


def _lettered(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _identity(appointment: Appointment) -> str | None:
    event, source, in_series = appointment
    uid = plain_line(source.value("UID"), length=500)
    if not uid or not in_series:
        return uid or None
    moment = _moment(event, "DTSTART") if _moves_the_rest(source) else _moment(event, "RECURRENCE-ID")
    moment = moment or event["DTSTART"].dt
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(UTC)
    return f"{uid}/{moment.isoformat()}"


def _moves_the_rest(source: EventText) -> bool:
    """Whether a change holds for all that follow: its own name is then the name of none of these."""
    return "THISANDFUTURE" in source.parameters("RECURRENCE-ID").upper()


# --- when ---


def _span(event: Any, source: EventText, zone: str | None) -> tuple[date | datetime, date | datetime | None]:
    start = _moment(event, "DTSTART")
    if start is None or start.year not in YEARS:
        raise ValueError("its start is no date")
    end = _moment(event, "DTEND")
    length = _content(event, "DURATION")
    if end is None and isinstance(length, timedelta):
        end = start + length
    if not isinstance(start, datetime) or _is_all_day(source, start, end):
        return _days(start, end)
    begins = _in_place(start, zone)
    ends = _in_place(end, zone) if isinstance(end, datetime) else None
    if ends is not None and (ends.tzinfo is None) != (begins.tzinfo is None):
        ends = ends.replace(tzinfo=begins.tzinfo)
    return begins, ends if ends is not None and ends > begins else None


def _moment(event: Any, name: str) -> date | datetime | None:
    moment = _content(event, name)
    return moment if isinstance(moment, date) else None


def _content(event: Any, name: str) -> object:
    """What a property says; None when it is not there or is broken."""
    value = event.get(name)
    try:
        return getattr(value[0] if isinstance(value, list) and value else value, "dt", None)
    except ValueError:
        return None


def _is_all_day(source: EventText, start: datetime, end: date | datetime | None) -> bool:
    """Outlook writes whole days as midnights and says so beside them."""
    said = source.value("X-MICROSOFT-CDO-ALLDAYEVENT").upper() == "TRUE"
    return said and all(isinstance(one, datetime) and one.time() == time() for one in (start, end or start))


def _days(start: date, end: date | None) -> tuple[date, date | None]:
    """Whole days: the end that a calendar gives is the day after the last."""
    first = start.date() if isinstance(start, datetime) else start
    after = end.date() if isinstance(end, datetime) else end
    last = after - _DAY if after is not None else first
    return first, last if last > first else None


def _in_place(moment: datetime, zone: str | None) -> datetime:
    """The moment in a zone that everybody knows: IANA, the calendar's own for UTC, else a plain offset."""
    offset = moment.utcoffset()
    if offset is None:
        return moment.replace(tzinfo=None)
    if zone and offset == timedelta(0) and zone_key(moment.tzinfo) is None:
        return moment.astimezone(ZoneInfo(zone))
    return moment if isinstance(moment.tzinfo, ZoneInfo) else moment.replace(tzinfo=timezone(offset))


# --- where ---


def _place_and_address(event: Any, source: EventText) -> tuple[str | None, str | None]:
    parts = [part.strip(" ,") for part in _text(event, "LOCATION").splitlines()]
    place = plain_line(", ".join(part for part in parts if part), length=300)
    url = _text(event, "URL").strip()
    if is_web_address(place):
        # Luma gives the page of an event for its place; only a point on the map tells that it is not the net.
        url, place = url if is_web_address(url) else place, "" if source.has("GEO") else "Online"
    if not is_web_address(url):
        said = _lettered(source.value("DESCRIPTION").replace("\\n", " ").replace("\\N", " "))
        found = _ADDRESS.search(said)
        url = found[0].rstrip(".,;:!?") if found else ""
    return place or None, url if is_web_address(url) else None
