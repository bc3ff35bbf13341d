"""Listings from values: events as a writer's YAML, a list of conferences in JSON or a spreadsheet put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Finding, Level, Listing, Origin
from newsletter_bot.sources.fields import Fields, kind_of, nearest, parse_clock, parse_day_or_moment
from newsletter_bot.sources.yaml_values import Placed

KEYS = ("title", "start", "end", "place", "url", "note", "until")
"""The keys of an event, as the writer is told them."""
ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "name", "summary", "event", "subject"),
    "start": ("start", "startdate", "startsat", "dtstart", "date", "begin", "from"),
    "start_time": ("starttime", "time"),
    "end": ("end", "enddate", "endsat", "dtend", "to"),
    "end_time": ("endtime",),
    "place": ("place", "location", "venue", "where"),
    "url": ("url", "link", "website", "href", "web"),
    "note": ("note",),
    "until": ("until",),
    "zone": ("zone", "timezone", "tz"),
    "uid": ("uid", "id"),
    "status": ("status", "eventstatus"),
    "cancelled": ("cancelled", "canceled"),
    "city": ("city", "town"),
    "country": ("country",),
    "online": ("online",),
}
"""Under which names, without case, spaces, hyphens and underscores, lists of events keep what we need."""
MOST = 5000
"""Most events that are read from one list."""
_BY_ALIAS = {alias: key for key, aliases in ALIASES.items() for alias in aliases}


def read_listings(value: Any, origin: Origin) -> tuple[list[Listing], list[Finding]]:
    """The listings of a list of mappings (or of a mapping that holds such a list), in its order, and what is wrong with others."""
    items = _items(value)
    if items is None:
        fix = "write a list: each event begins with `- title:`"
        message = f"this is {kind_of(value)}, not a list of events"
        return [], [
            Finding(level=Level.ERROR, message=message, fix=fix, file=origin.file, line=origin.line, key=origin.key)
        ]
    listings: list[Listing] = []
    findings: list[Finding] = []
    for number, item in enumerate(items[:MOST]):
        prefix = f"{origin.key or 'events'}[{number}]"
        line = getattr(item, "line", origin.line)
        try:
            listings.append(_listing(item, Origin(file=origin.file, line=line, key=prefix), findings))
        except DraftError as error:
            findings.append(_finding(error))
    if len(items) > MOST:
        message = f"the list holds {len(items)} events, only the first {MOST} are read"
        findings.append(Finding(level=Level.WARNING, message=message, fix="remove past ones", file=origin.file))
    return listings, findings


def _finding(error: DraftError) -> Finding:
    return Finding(
        level=Level.ERROR, message=error.message, fix=error.fix, file=error.file, line=error.line, key=error.key
    )


def _items(value: Any) -> list[Any] | None:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return None
    if set(value) == {"events"} and value["events"] is None:
        return []
    for key in ("events", "items", "conferences", "data"):
        if isinstance(value.get(key), list):
            return list(value[key])
    lists = [one for one in value.values() if isinstance(one, list)]
    return lists[0] if len(lists) == 1 else None


def _listing(item: Any, origin: Origin, findings: list[Finding]) -> Listing:
    if not isinstance(item, Mapping):
        fix = "write `- title: …` with `start: …` below it"
        message = f"this event is {kind_of(item)}, not keys and values"
        raise DraftError(message, file=origin.file, line=origin.line, key=origin.key, fix=fix)
    fields = _fields(item, origin, findings)
    title = fields.text("title")
    if title is None:
        fields.fail("title", "the event has no title", "add `title: …`")
    start, end = _span(fields)
    zone = _zone(fields)
    return Listing(
        title=title,
        start=_in_zone(start, zone),
        end=_in_zone(end, zone) if end is not None else None,
        place=_place(fields),
        url=_address(fields, findings),
        note=fields.text("note"),
        until=fields.day("until"),
        zone=zone,
        uid=str(fields.values["uid"]) if fields.values.get("uid") else None,
        cancelled=_cancelled(fields),
        origin=origin,
    )


def _fields(item: Mapping[str, Any], origin: Origin, findings: list[Finding]) -> Fields:
    """The event's values under our own names, each with the line of the name that the writer used."""
    named = Placed(origin.line)
    lines: Mapping[str, int] = getattr(item, "lines", {})
    unknown: list[str] = []
    for key, value in item.items():
        plain = str(key).lower().replace("_", "").replace("-", "").replace(" ", "")
        ours = _BY_ALIAS.get(plain)
        if ours is None:
            unknown.append(str(key))
        elif ours not in named or plain == ours:
            named[ours] = value
            if key in lines:
                named.lines[ours] = lines[key]
    for key in unknown:
        near = nearest(key.lower(), KEYS, likeness=0.8)
        if near and near not in named:
            findings.append(_misspelt(key, near, lines.get(key, origin.line), origin))
    _unfold_calendar_times(named)
    for key in ("start", "end"):
        _with_hour(named, key)
    return Fields(named, file=origin.file, line=origin.line, prefix=f"{origin.key}.")


def _misspelt(key: str, near: str, line: int | None, origin: Origin) -> Finding:
    message = f"an event has no key `{key:.40}`"
    place = f"{origin.key}.{key:.40}"
    return Finding(
        level=Level.WARNING, message=message, fix=f"did you mean `{near}`?", file=origin.file, line=line, key=place
    )


def _unfold_calendar_times(named: Placed) -> None:
    """Calendar services write ``{"dateTime": …, "timeZone": …}`` or ``{"date": …}``."""
    for key in ("start", "end"):
        value = named.get(key)
        if isinstance(value, Mapping):
            named[key] = value.get("dateTime") or value.get("date")
            named.setdefault("zone", value.get("timeZone"))


def _with_hour(named: Placed, key: str) -> None:
    """Spreadsheets keep day and hour apart; an hour alone, or a whole moment, may also stand under the name for hours."""
    hour = named.pop(f"{key}_time", None)
    line = named.lines.pop(f"{key}_time", None)
    if hour in (None, ""):
        return
    day = parse_day_or_moment(named.get(key) or None)
    clock = parse_clock(hour)
    if isinstance(day, date) and not isinstance(day, datetime) and clock is not None:
        named[key] = datetime.combine(day, clock)
    elif not named.get(key):
        named[key] = hour
        if line is not None:
            named.lines[key] = line


def _span(fields: Fields) -> tuple[date | datetime, date | datetime | None]:
    start = fields.day_or_moment("start")
    if start is None:
        fields.fail("start", "the event has no start", "add `start: 2026-11-25` or `start: 2026-11-25 19:00`")
    end = _clock_time(fields, start) or fields.day_or_moment("end")
    if end is None:
        return start, None
    first, last = _same_kind(start, end)
    if _comparable(last) < _comparable(first):
        fields.fail("end", f"the event ends ({end}) before it starts ({start})", "swap or correct the two")
    return first, last if last != first else None


def _clock_time(fields: Fields, start: date | datetime) -> datetime | None:
    """An end written as 21:00: on the day of the start, or after midnight on the next."""
    clock = parse_clock(fields.values.get("end"))
    if not isinstance(start, datetime) or clock is None:
        return None
    end = datetime.combine(start.date(), clock, start.tzinfo)
    return end if end >= start else end + timedelta(days=1)


def _same_kind(start: date | datetime, end: date | datetime) -> tuple[date | datetime, date | datetime]:
    """Start and end both days, or both moments with or both without an offset."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        if start.tzinfo is None and end.tzinfo is not None:
            return start.replace(tzinfo=end.tzinfo), end
        return start, end.replace(tzinfo=start.tzinfo) if end.tzinfo is None else end
    if isinstance(start, datetime) and end == start.date():
        return start, start
    return _day(start), _day(end)


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _comparable(value: date | datetime) -> float:
    if isinstance(value, datetime):
        return value.timestamp() if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC")).timestamp()
    return value.toordinal()


def _zone(fields: Fields) -> str | None:
    zone = fields.text("zone")
    if zone is None:
        return None
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from newsletter_bot.sources.calendar_zones import known_zone

        known = known_zone(zone)
    return known or fields.fail("zone", f"`{zone:.40}` is no time zone", "write an IANA name such as Europe/Berlin")


def _in_zone(value: date | datetime, zone: str | None) -> date | datetime:
    if zone and isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)) if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
    return value


def _place(fields: Fields) -> str | None:
    value = fields.values.get("place")
    if isinstance(value, Mapping):
        fields.values = {**fields.values, "place": _joined(_words(value))}
    place = fields.text("place")
    if place is None:
        place = _joined(text for key in ("city", "country") if (text := fields.text(key)))
    if place is None and fields.values.get("online") is True:
        return "Online"
    return place


def _words(value: Mapping[str, Any]) -> Iterable[str]:
    """A place's name and address as schema.org and calendar services nest them."""
    for key in (
        "name",
        "address",
        "streetAddress",
        "addressLocality",
        "city",
        "addressRegion",
        "addressCountry",
        "country",
    ):
        part = value.get(key)
        if isinstance(part, Mapping):
            yield from _words(part)
        elif isinstance(part, str) and part.strip():
            yield part.strip()


def _joined(parts: Iterable[str]) -> str | None:
    return ", ".join(dict.fromkeys(parts)) or None


def _address(fields: Fields, findings: list[Finding]) -> str | None:
    """The event's address; one that is none, or does more than lead somewhere, is left out and named."""
    try:
        return fields.address("url")
    except DraftError as error:
        findings.append(replace(_finding(error), level=Level.WARNING, message=f"{error.message}: it is left out"))
        return None


def _cancelled(fields: Fields) -> bool:
    status = fields.values.get("status")
    marked = fields.values.get("cancelled")
    if marked is not None and not isinstance(marked, bool):
        fields.fail("cancelled", f"this is {kind_of(marked)}, not true or false", "write `cancelled: true`")
    return marked is True or (isinstance(status, str) and status.lower().rpartition("event")[2].startswith("cancel"))
