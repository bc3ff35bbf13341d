"""Durations, times, days and zones as people write them."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from newsletter_bot.settings.kinds import Kind, pattern_schema, patterned, text_of
from newsletter_bot.settings.place import Place, advice
from newsletter_bot.settings.tree import Node

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
LONGEST = timedelta(days=3660)
_DAY = r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
DURATION_PATTERN = "(?=[0-9])" + "".join(f"(?:[0-9]{{1,6}}{unit})?" for unit in UNITS)
TIME_PATTERN = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
BREAK_PATTERN = rf"{_DAY}(?: *\.\. *{_DAY})?"
ZONE_PATTERN = r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*"
_PARTS = re.compile(r"([0-9]+)(ms|[wdhms])")
_NO_ZONES = re.compile(r"(?:posix|right)/.*|localtime|posixrules|Factory")


def as_duration(written: str) -> timedelta | None:
    """``36h``, ``1d12h`` and the like as a duration; None when it is none of these."""
    if not re.fullmatch(DURATION_PATTERN, written):
        return None
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in _PARTS.findall(written)), timedelta())


def as_written(span: timedelta) -> str:
    """A duration as one writes it in the file: in one unit where that holds it whole in few digits, else in several."""
    for unit in ("d", "h", "m", "s"):
        one = timedelta(**{UNITS[unit]: 1})
        if span and span % one == timedelta() and span // one < 100:
            return f"{span // one}{unit}"
    written, rest = "", span
    for unit in ("d", "h", "m", "s", "ms"):
        number, rest = divmod(rest, timedelta(**{UNITS[unit]: 1}))
        written += f"{number}{unit}" if number else ""
    return written or "0s"


def duration(least: timedelta = timedelta()) -> Kind[timedelta]:
    """A span of time with its units, at least so long."""

    def read(node: Node, place: Place) -> timedelta:
        value = text_of(node, place, "a duration")
        span = as_duration(value)
        if span is None:
            fix = (
                f"write {value}h or {value}d" if re.fullmatch("[0-9]{1,6}", value) else "such as 36h, 3d, 15m or 1d12h"
            )
            raise place.error(
                f"a duration with its unit (w, d, h, m, s, ms) is expected, not {place.shown(value)}", fix
            )
        if not least <= span <= LONGEST:
            raise place.error(f"a duration from {as_written(least)} to {as_written(LONGEST)} is expected, not {value}")
        return span

    return Kind(read, pattern_schema(DURATION_PATTERN))


DURATION = duration()


_TIME_TEXT = patterned(TIME_PATTERN, "a time as HH:MM or HH:MM:SS", 'such as "09:00"')


def _read_time(node: Node, place: Place) -> time:
    return time.fromisoformat(_TIME_TEXT.read(node, place))


TIME: Kind[time] = Kind(_read_time, _TIME_TEXT.schema)


def as_day(written: str, place: Place) -> date:
    """A calendar day that exists."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise place.error(f"there is no day {place.shown(written)}", "write it as 2026-12-21") from None


def _read_break(node: Node, place: Place) -> tuple[date, date]:
    value = text_of(node, place, "a day or a range of days")
    if not re.fullmatch(BREAK_PATTERN, value):
        raise place.error(f"a range of days is expected, not {place.shown(value)}", 'such as "2026-12-21..2027-01-03"')
    days = [as_day(part.strip(), place) for part in value.split("..")]
    if days[0] > days[-1]:
        raise place.error("the break ends before it begins", f'write "{days[-1]}..{days[0]}"')
    return days[0], days[-1]


BREAK: Kind[tuple[date, date]] = Kind(_read_break, pattern_schema(BREAK_PATTERN))


def _known_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    if not re.fullmatch(ZONE_PATTERN, name) or _NO_ZONES.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _zone_advice(name: str) -> str:
    from zoneinfo import available_timezones

    known = available_timezones()
    if any(zone.startswith(f"{name}/") for zone in known):
        return f"add a city: {name}/…"
    places = {zone.rpartition("/")[2]: zone for zone in sorted(known, reverse=True)}
    city = name.rpartition("/")[2].replace(" ", "_")
    found = advice(name.replace(" ", "_"), known) if city not in places else f'did you mean "{places[city]}"?'
    return found if found.startswith("did") else "an IANA name is expected, such as Europe/Berlin"


def _read_zone(node: Node, place: Place) -> str:
    value = text_of(node, place, "a time zone")
    if not _known_zone(value):
        raise place.error(f"there is no time zone {place.shown(value)}", _zone_advice(value))
    return value


ZONE: Kind[str] = Kind(_read_zone, pattern_schema(ZONE_PATTERN))
