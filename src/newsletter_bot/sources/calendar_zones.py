"""Time zones as calendars name them: IANA, Windows, with a vendor's prefix, or defined in the file itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from newsletter_bot.model import digest_of

_TZID = re.compile(r"TZID=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)


@cache
def known_zone(name: str) -> str | None:
    """The IANA zone that a calendar means by a name, or None."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = name.strip().strip('"')
    parts = name.strip("/").split("/")
    for start in range(len(parts)):
        zone = "/".join(parts[start:])
        if zone in _iana():
            return zone
    found = WINDOWS_TO_OLSON.get(name)
    if found is None:
        return {"utc": "UTC", "gmt": "UTC", "z": "UTC", "coordinated universal time": "UTC"}.get(name.lower())
    return str(found)


@cache
def _iana() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


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
        self.definitions: dict[str, tuple[str, ...]] = {}
        for lines in definitions[:200]:
            name = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("TZID")), "")
            place = next((line.partition(":")[2].strip() for line in lines if line.upper().startswith("X-LIC-LOC")), "")
            known = known_zone(name) or known_zone(place)
            if known is None and name:
                known = f"own-{digest_of(chr(10).join(lines))[:16]}"
                self.definitions[known] = tuple(_renamed(line, known) for line in lines)
            if name and known:
                self._own.setdefault(name, known)

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


def _renamed(line: str, name: str) -> str:
    return f"TZID:{name}" if line.upper().startswith("TZID") else line
