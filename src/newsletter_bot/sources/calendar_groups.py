"""Which events of a calendar belong together: a series with what was changed in it, and the newest of several versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter_bot.sources.calendar_text import EventText
from newsletter_bot.sources.calendar_values import at_time_of


def grouped(events: Iterable[EventText]) -> Iterable[Sequence[EventText]]:
    """Events by identity, in the order of the file; what is called by one identity without being one is parted."""
    groups: dict[str, list[EventText]] = {}
    for event in events:
        groups.setdefault(event.value("UID") or f"line-{event.line}", []).append(event)
    for group in groups.values():
        yield from _parted(group) if len(group) > 1 else (group,)


def _parted(group: Sequence[EventText]) -> Iterable[Sequence[EventText]]:
    masters = _newest([event for event in group if not event.has("RECURRENCE-ID")])
    changes = [event for event in group if event.has("RECURRENCE-ID")]
    if len(masters) > 1 and not changes:
        for event in masters:
            event.put("UID", "", "")  # an identity that several share tells nothing
            yield (event,)
        return
    for event in changes:
        _name_by_hour(event, masters)
    yield (*masters[:1], *changes)


def _newest(masters: Sequence[EventText]) -> Sequence[EventText]:
    """The events of the highest version, each start once."""
    version = max(map(_version, masters), default=0)
    return list({event.value("DTSTART"): event for event in reversed(masters) if _version(event) == version}.values())[
        ::-1
    ]


def _version(event: EventText) -> int:
    said = event.value("SEQUENCE")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _name_by_hour(change: EventText, masters: Sequence[EventText]) -> None:
    """Some calendars name the changed occurrence of a series with hours by its day alone."""
    if not masters:
        return
    day, start = change.value("RECURRENCE-ID"), masters[0].value("DTSTART")
    if at_time_of(day, start) != day:
        following = ";RANGE=THISANDFUTURE" if "THISANDFUTURE" in change.parameters("RECURRENCE-ID").upper() else ""
        change.put("RECURRENCE-ID", masters[0].parameters("DTSTART") + following, at_time_of(day, start))
