"""The text of an iCalendar file (RFC 5545) taken apart so gently that what is broken in one place harms no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newsletter_bot.sources.calendar_values import TIMES, with_zone_quoted

SINGLE = frozenset(
    {
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RECURRENCE-ID",
        "RRULE",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "LOCATION",
        "URL",
    }
    | {"CLASS", "DESCRIPTION", "GEO", "X-MICROSOFT-CDO-ALLDAYEVENT"}
)
"""Properties of which an event has one: the first counts."""
WANTED = SINGLE | {"RDATE", "EXDATE"}
"""Properties that a listing needs; whatever else an event says is not even read."""
VALUE_LENGTH = 20_000
"""Longest line that is taken, unfolded."""
EVENTS = 100_000
"""Most events that are taken from one file."""
DEPTH = 10
LISTS = 500
"""Most lists of extra and left-out dates that are taken of one event."""
_BEGINNING = re.compile(rb"(?:^|[\r\n])[ \t]*BEGIN[ \t]*:[ \t]*(?:VCALENDAR|VEVENT)", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*([A-Za-z0-9-]+)\s*((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)


@dataclass(slots=True)
class EventText:
    """One VEVENT: the line on which it begins and its properties as (name, parameters, value)."""

    line: int
    properties: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    closed: bool = False

    def value(self, name: str) -> str:
        """The first value of a property, else nothing."""
        return next((value for one, _, value in self.properties if one == name), "")

    def parameters(self, name: str) -> str:
        """The parameters of the first such property, else nothing."""
        return next((given for one, given, _ in self.properties if one == name), "")

    def put(self, name: str, parameters: str, value: str) -> None:
        """Let the event say this of a property, or nothing when the value is empty."""
        self.properties = [one for one in self.properties if one[0] != name]
        if value:
            self.properties.append((name, parameters, value))

    def has(self, *names: str) -> bool:
        """Whether any of these properties is there."""
        return any(one in names for one, _, _ in self.properties)


@dataclass(slots=True)
class CalendarText:
    """All that a file says that matters here: the calendar's own properties, its time zones, its events."""

    properties: dict[str, str] = field(default_factory=dict[str, str])
    zones: list[list[str]] = field(default_factory=list[list[str]])
    events: list[EventText] = field(default_factory=list[EventText])
    is_calendar: bool = False
    cut: bool = False
    garbled: list[int] = field(default_factory=list[int])


def take_apart(content: bytes) -> CalendarText:
    """The parts of a calendar, or of several in one file, or of bare events."""
    found = CalendarText()
    path: list[str] = []
    for number, line in _unfolded(content):
        name, colon, rest = line.partition(":")
        word = name.strip().upper()
        if word == "BEGIN" and colon:
            _begin(rest.strip().upper(), number, path, found)
        elif word == "END" and colon:
            _end(rest.strip().upper(), path, found)
        elif path and line.strip():
            _take(line, number, path, found)
        if found.cut:
            break
    return found


def looks_like_calendar(content: bytes) -> bool:
    """Whether some line begins a calendar or a bare event, whatever the encoding."""
    return _BEGINNING.search(_in_utf_8(content)) is not None


def _in_utf_8(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf")


def _unfolded(content: bytes) -> list[tuple[int, str]]:
    """Numbered logical lines; folds are undone on bytes, because they may cut a letter in two."""
    content = _in_utf_8(content).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines: list[tuple[int, list[bytes]]] = []
    for number, raw in enumerate(content.split(b"\n"), 1):
        if raw[:1] in {b" ", b"\t"} and lines:
            lines[-1][1].append(raw[1:])
        else:
            lines.append((number, [raw]))
    return [(number, _decoded(b"".join(parts))) for number, parts in lines if parts != [b""]]


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _begin(kind: str, number: int, path: list[str], found: CalendarText) -> None:
    if kind == "VCALENDAR":
        found.is_calendar = True
        path[:] = [kind]
        return
    if kind == "VEVENT":
        found.is_calendar = True
        del path[1:]  # an event that was not closed ends where the next begins
        if len(found.events) >= EVENTS:
            found.cut = True
            return
        found.events.append(EventText(number))
    elif kind == "VTIMEZONE":
        found.is_calendar = True
        found.zones.append([])
    if len(path) > DEPTH:
        return
    path.append(kind)
    if "VTIMEZONE" in path and found.zones:
        found.zones[-1].append(f"BEGIN:{kind}")


def _end(kind: str, path: list[str], found: CalendarText) -> None:
    if kind not in path:
        return
    while path:
        inner = path.pop()
        if "VTIMEZONE" in (*path, inner) and found.zones:
            found.zones[-1].append(f"END:{inner}")
        if inner == kind:
            break
    if kind == "VEVENT":
        found.events[-1].closed = True


def _take(line: str, number: int, path: list[str], found: CalendarText) -> None:
    if "VTIMEZONE" in path:
        if len(found.zones[-1]) < 5000:
            found.zones[-1].append(line)
        return
    matched = _PROPERTY.fullmatch(line[:VALUE_LENGTH])
    if path[-1] == "VEVENT":
        if matched is None:
            found.garbled.append(number)
            return
        name = matched[1].upper()
        event = found.events[-1]
        room = not event.has(name) if name in SINGLE else len(event.properties) < LISTS
        if name in WANTED and room:
            parameters, value = matched[2], matched[3].strip()
            parameters, value = with_zone_quoted(parameters, value) if name in TIMES else (parameters, value)
            event.properties.append((name, parameters, value))
    elif path == ["VCALENDAR"] and matched is not None:
        found.properties.setdefault(matched[1].upper(), matched[3].strip())
