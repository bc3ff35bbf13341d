"""Time zones as calendars name them: IANA, Windows, with a vendor's prefix, or defined in the file itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from newsletter_bot.model import digest_of
from newsletter_bot.sources.calendar_values import BROKEN

_UNIVERSAL = {
    "z": "UTC",
    "coordinated universal time": "UTC",
    "(utc) coordinated universal time": "UTC",
    "tzone://microsoft/utc": "UTC",
}
_TZID = re.compile(r"TZID=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)


@cache
def known_zone(name: str) -> str | None:
    """The IANA zone that a calendar means by a name, or None."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = name.strip().strip('"').casefold()
    parts = name.strip("/").split("/")
    for start in range(len(parts)):
        zone = _iana().get("/".join(parts[start:]))
        if zone:
            return zone
    windows = {key.casefold(): str(zone) for key, zone in WINDOWS_TO_OLSON.items()}
    return windows.get(name) or _UNIVERSAL.get(name) or _shown_by_windows(name, windows) or _offset(name)


@cache
def _iana() -> Mapping[str, str]:
    return {zone.casefold(): zone for zone in available_timezones() - {"localtime", "Factory"}}


@cache
def _cities() -> Mapping[str, str]:
    """Zones by the name of their city alone."""
    return {zone.rpartition("/")[2].replace("_", " ").casefold(): zone for zone in sorted(available_timezones())}


def _shown_by_windows(name: str, windows: Mapping[str, str]) -> str | None:
    """The zone of a label such as ``(UTC+01:00) Amsterdam, Berlin, Rome`` or ``Pacific Time (US & Canada)``."""
    label = re.sub(r"^\((?:utc|gmt)[^)]*\)\s*", "", name)
    region = re.fullmatch(r"(\w+) time \(us & canada\)", label)
    if region:
        return windows.get(f"{region[1]} standard time")
    towns = (_cities().get(town.strip()) for town in label.split(",")) if label != name else ()
    return next((zone for zone in towns if zone and "/" in zone), None)


def _offset(name: str) -> str | None:
    """The zone of whole hours from UTC, as in ``GMT+0200`` or ``+02:00``; IANA counts them the other way round."""
    matched = re.fullmatch(r"\(?(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?00)?\)?", name)
    if matched is None or int(matched[2]) > (14 if matched[1] == "+" else 12):
        return None
    sign = "-" if matched[1] == "+" else "+"
    return f"Etc/GMT{sign}{int(matched[2])}"


def zone_key(zone: object) -> str | None:
    """The name of the place's zone where it is one; UTC is nobody's place."""
    key = zone.key if isinstance(zone, ZoneInfo) else None
    return None if key in {"UTC", "Etc/UTC", "Etc/GMT", "GMT", "Zulu", "UCT"} else key


class ZoneNames:
    """What the zone names of one file stand for.

    Zones that the file defines itself get names of their own, made from their definition, so that two calendars that
    call different things "Custom" do not mix.
    """

    def __init__(self, definitions: Sequence[Sequence[str]]) -> None:
        self._own: dict[str, str] = {}
        self._clocks: dict[str, tzinfo] = {}
        self.definitions: dict[str, tuple[str, ...]] = {}
        for lines in definitions[:200]:
            name = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("TZID")), "")
            place = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("X-LIC-LOC")), "")
            known = known_zone(name) or known_zone(place)
            if known is None and name:
                known = self._defined(lines)
            if name and known:
                self._own.setdefault(name, known)

    def clock(self, parameters: str) -> tzinfo | None:
        """The clock by which a time with these parameters is told, None when that is the newsletter's own or UTC."""
        found = _TZID.search(self.resolved(parameters)[0])
        name = (found[1] or found[2]) if found else ""
        return self._clocks.get(name) or (ZoneInfo(name) if name else None)

    def _defined(self, lines: Sequence[str]) -> str | None:
        """The name under which a definition of the file's own is kept, None when no clock can follow it."""
        known = f"own-{digest_of(chr(10).join(lines))[:16]}"
        renamed = tuple(_renamed(line, known) for line in lines)
        clock = _clock_of(renamed)
        if clock is None:
            return None
        self.definitions[known], self._clocks[known] = renamed, clock
        return known

    def resolved(self, parameters: str) -> tuple[str, str | None]:
        """Parameters with the zone under the name that counts, and the name that nobody knows, if so."""
        found = _TZID.search(parameters)
        if found is None:
            return parameters, None
        name = (found[1] if found[1] is not None else found[2]).strip()
        zone = self._own.get(name) or known_zone(name)
        before, after = parameters[: found.start()], parameters[found.end() :]
        if zone is None:
            return (before + after).replace(";;", ";").rstrip(";"), name
        return f"{before}TZID={zone}{after}", None

    def used(self, text: str) -> list[str]:
        """The lines of those own definitions that a text refers to."""
        return [line for name, lines in self.definitions.items() if name in text for line in lines]


def _clock_of(definition: Sequence[str]) -> tzinfo | None:
    """The clock that the libraries make of a definition, None when they can make none."""
    import icalendar

    try:
        zone: Any = icalendar.Timezone.from_ical("\r\n".join((*definition, "")))
        clock: tzinfo = zone.to_tz()
        return clock if datetime(2026, 1, 1, tzinfo=clock).utcoffset() is not None else None
    except BROKEN:
        return None


def _renamed(line: str, name: str) -> str:
    return f"TZID:{name}" if line.upper().startswith("TZID") else line
