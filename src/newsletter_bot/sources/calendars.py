"""Calendars of others (iCalendar, RFC 5545): each occurrence within a window as a listing, whatever the file is like."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from newsletter_bot.model import Finding, Level, Listing
from newsletter_bot.sources.appointments import Appointment, Window, listing_of
from newsletter_bot.sources.calendar_groups import grouped
from newsletter_bot.sources.calendar_text import CalendarText, EventText, take_apart
from newsletter_bot.sources.calendar_values import BROKEN, TIMES, later, sound
from newsletter_bot.sources.calendar_zones import ZoneNames, known_zone
from newsletter_bot.sources.recurrences import MOST as CAP
from newsletter_bot.sources.recurrences import Rule, days_to_skip, first_occurrences, read_rule, with_fitting_end

MOST = 2000
"""Most listings that are taken from one calendar."""
EACH = 366
"""Most occurrences that are taken of one event."""
SECONDS = 5.0
"""How long the events of one calendar may take."""


def read_calendar(
    content: bytes, *, file: str, window: tuple[datetime, datetime]
) -> tuple[list[Listing], list[Finding]]:
    """The occurrences that touch the window (two moments with offsets), in order, and what could not be read.

    ``file`` is a path or an address without credentials.
    """
    parts = take_apart(content)
    if not parts.is_calendar:
        fix = "check that it is an iCalendar file (.ics)"
        return [], [Finding(level=Level.WARNING, message="this is no calendar", fix=fix, file=file, line=1)]
    reading = _Reading(parts, file, Window(window[0].astimezone(UTC), window[1].astimezone(UTC)))
    listings = sorted(reading.listings(), key=lambda one: (str(one.start), one.title))
    if len(listings) > MOST:
        reading.told.tell("many", 1, f"only the first {MOST} occurrences are taken")
    return listings[:MOST], reading.told.findings()


_FIXES: Mapping[str, tuple[Level, str | None]] = {
    "broken": (Level.WARNING, "mend it in the calendar, or list it in _events.yaml"),
    "zone": (Level.WARNING, "give the event a zone such as Europe/Berlin"),
    "capped": (Level.WARNING, "list the few occurrences that matter in _events.yaml"),
    "many": (Level.WARNING, "use a smaller calendar or a shorter events.horizon"),
    "private": (Level.INFO, None),
    "empty": (Level.INFO, None),
}


class _Told:
    """What was wrong with a calendar: one finding for each kind, however often it happens."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._told: dict[str, list[tuple[int, str]]] = {}

    def tell(self, kind: str, line: int, message: str) -> None:
        """Notes one case."""
        self._told.setdefault(kind, []).append((line, message))

    def findings(self) -> list[Finding]:
        """The first case of each kind in full, the others counted."""
        findings: list[Finding] = []
        for kind, cases in self._told.items():
            level, fix = _FIXES[kind]
            line, message = min(cases)
            more = len({line for line, _ in cases}) - 1
            text = f"{message} (and {more} more like it)" if more else message
            findings.append(Finding(level=level, message=text, fix=fix, file=self._file, line=line))
        return findings


class _Reading:
    """One calendar being read."""

    def __init__(self, parts: CalendarText, file: str, window: Window) -> None:
        self.parts = parts
        self.window = window
        self.told = _Told(file)
        self._file = file
        self._names = ZoneNames(parts.zones)
        self._zone = known_zone(parts.properties.get("X-WR-TIMEZONE", ""))
        self._cancelled = parts.properties.get("METHOD", "").upper() == "CANCEL"
        if not parts.events:
            self.told.tell("empty", 1, "the calendar holds no events")
        if parts.cut:
            self.told.tell("many", parts.events[-1].line, f"only the first {len(parts.events)} events are read")
        for line in parts.garbled[:1]:
            self.told.tell("broken", line, "a line of an event cannot be read and is left out")

    def listings(self) -> Iterator[Listing]:
        """Every listing within the window, group by group, until time is up."""
        deadline = time.monotonic() + SECONDS
        for events in grouped(self._usable()):
            if time.monotonic() > deadline:
                self.told.tell("many", events[0].line, "reading took too long: events from here on are left out")
                return
            for appointment in self._appointments(events):
                listing = self._listing(appointment)
                if listing is not None:
                    yield listing

    def _usable(self) -> Iterator[EventText]:
        """The events that may be listed, without what is broken in them."""
        for event in self.parts.events:
            if event.value("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
                self.told.tell("private", event.line, "an event that is marked private is left out")
            elif not event.has("DTSTART"):
                self.told.tell("broken", event.line, "an event has no start and is left out")
            elif self._matters(event) and self._mended(event):
                yield event

    def _matters(self, event: EventText) -> bool:
        return event.has("RRULE", "RDATE", "RECURRENCE-ID", "DURATION") or not self.window.surely_misses(event)

    def _mended(self, event: EventText) -> bool:
        """Takes out of an event what no date can be made of; whether it still has a start."""
        for name in (*TIMES, "DURATION"):
            values = [value for one, _, value in event.properties if one == name]
            if all(sound(name, value) == value for value in values):
                continue
            if name == "DTSTART":
                self.told.tell("broken", event.line, "an event cannot be read and is left out: its start is no date")
                return False
            self.told.tell("broken", event.line, f"the {name} of an event is no date and is left out")
            event.properties = [
                (one, given, sound(name, value) if one == name else value) for one, given, value in event.properties
            ]
            event.properties = [one for one in event.properties if one[0] != name or one[2]]
        return True

    def _appointments(self, events: Sequence[EventText]) -> Iterator[Appointment]:
        if len(events) > 1 or events[0].has("RRULE", "RDATE", "RECURRENCE-ID"):
            try:
                yield from list(self._series(events))
            except BROKEN:
                self.told.tell("broken", events[0].line, "how an event recurs cannot be understood: it is listed once")
            else:
                return
        for event in events:
            try:
                yield Appointment(self._component(event, once=True), event, in_series=False)
            except BROKEN:
                self.told.tell("broken", event.line, "an event cannot be read and is left out")

    def _listing(self, appointment: Appointment) -> Listing | None:
        try:
            listing = listing_of(appointment, file=self._file, zone=self._zone, window=self.window)
        except BROKEN as error:
            reason = f": {error}" if type(error) is ValueError else ""
            self.told.tell("broken", appointment.source.line, f"an event cannot be read and is left out{reason}")
            return None
        if listing is not None and self._cancelled:
            from dataclasses import replace

            return replace(listing, cancelled=True)
        return listing

    # --- series ---

    def _series(self, events: Sequence[EventText]) -> Iterator[Appointment]:
        """The occurrences of a series that touch the window, stretch by stretch so that an endless one ends."""
        import icalendar
        import recurring_ical_events

        lines = [line for event in events for line in self._lines(event)]
        zone = [f"X-WR-TIMEZONE:{self._zone}"] if self._zone else []
        text = "\r\n".join(
            ("BEGIN:VCALENDAR", "VERSION:2.0", *zone, *self._names.used("\n".join(lines)), *lines, "END:VCALENDAR", "")
        )
        query: Any = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
        by_line = {str(event.line): event for event in events}
        seen: set[tuple[str, str]] = set()
        for begin, end in self.window.stretches():
            for component in query.between(begin, end):
                key = (str(component["DTSTART"].dt), str(component.get("RECURRENCE-ID", "")))
                if key not in seen and len(seen) < EACH:
                    seen.add(key)
                    source = by_line.get(str(component.get("X-LINE", "")), events[0])
                    yield Appointment(component, source, in_series=True)
            if len(seen) >= EACH:
                self.told.tell(
                    "capped", events[0].line, f"an event recurs more than {EACH} times: the rest is left out"
                )
                return

    def _component(self, event: EventText, *, once: bool) -> Any:
        import icalendar

        lines = self._lines(event, once=once)
        zones = self._names.used("\n".join(lines))
        if not zones:
            return icalendar.Event.from_ical("\r\n".join((*lines, "")))
        text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *zones, *lines, "END:VCALENDAR", ""))
        return icalendar.Calendar.from_ical(text).walk("VEVENT")[0]

    def _lines(self, event: EventText, *, once: bool = False) -> list[str]:
        """The event as the libraries get it: known zones, tamed rules, nothing that no listing needs."""
        lines = ["BEGIN:VEVENT", f"X-LINE:{event.line}"]
        if not event.value("UID"):
            lines.append(f"UID:line-{event.line}")
        skip = 0 if once else self._days_to_skip(event)
        for name, given, value in event.properties:
            parameters = given
            if name in TIMES:
                parameters, unknown = self._names.resolved(given)
                if unknown is not None:
                    message = f"the time zone `{unknown:.60}` is not known: the time is taken as the newsletter's own"
                    self.told.tell("zone", event.line, message)
            if name == "RRULE":
                lines += [] if once else self._rule(event, value)
            elif not (once and name in {"RDATE", "EXDATE", "RECURRENCE-ID"}):
                said = later(value, skip) if skip and name in {"DTSTART", "DTEND"} else value
                lines.append(f"{name}{parameters}:{said}")
        return [*lines, "END:VEVENT"]

    def _days_to_skip(self, event: EventText) -> int:
        start = event.value("DTSTART")[:8]
        if not event.has("RRULE") or event.has("RECURRENCE-ID") or not (start.isdigit() and len(start) == 8):
            return 0
        try:
            day = date(int(start[:4]), int(start[4:6]), int(start[6:]))
        except ValueError:
            return 0
        return days_to_skip(event.value("RRULE"), day, begin=self.window.begin.date())

    def _rule(self, event: EventText, text: str) -> list[str]:
        try:
            rule = read_rule(text)
        except ValueError as error:
            self.told.tell(
                "broken", event.line, f"how an event recurs cannot be followed, so it is listed once: {error}"
            )
            return []
        if rule.is_fine:
            return self._capped(event, rule)
        clock = self._names.clock(event.parameters("DTSTART"))
        return [f"RRULE:{with_fitting_end(rule, event.value('DTSTART'), clock).text}"]

    def _capped(self, event: EventText, rule: Rule) -> list[str]:
        """A rule finer than a day, as the list of its first occurrences."""
        self.told.tell("capped", event.line, f"an event recurs more than a few times a day: at most {CAP} are listed")
        given, value = event.parameters("DTSTART"), event.value("DTSTART")
        parameters, _ = self._names.resolved(given)
        zone = self._names.clock(given) or UTC
        start = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time of the event
        begin, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in self.window)
        moments = first_occurrences(rule, start, begin=begin, end=end)
        suffix = "Z" if value.endswith("Z") else ""
        said = ",".join(f"{moment:%Y%m%dT%H%M%S}{suffix}" for moment in moments)
        return [f"RDATE{parameters}:{said}"] if said else []
