"""Values read by kind: each reader gives the value as the glossary types it, or an error with file, line, key and fix."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from newsletter_bot.errors import DraftError

YEARS = range(1970, 9000)
OFFSETS = (timedelta(hours=-11), timedelta(hours=14))
"""How far clocks of inhabited places are from UTC."""
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (datetime, "a date and time"),
    (date, "a date"),
    (time, "a time"),
    (list, "a list"),
    (dict, "a mapping"),
    (type(None), "empty"),
    (bytes, "binary data"),
)


def kind_of(value: object) -> str:
    """What a person calls a value of this type."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "text")


def nearest(word: str, words: Collection[str], *, likeness: float = 0.6) -> str | None:
    """The word that was probably meant; ``likeness`` is between 0 (anything) and 1 (the same)."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=likeness)), None)


class Fields:
    """The values of one mapping, with the place of each for the error messages."""

    def __init__(self, values: Mapping[str, Any], *, file: str, line: int | None = None, prefix: str = "") -> None:
        self.values = values
        self.file = file
        self.prefix = prefix
        self._line = getattr(values, "line", line)
        self._lines: Mapping[str, int] = getattr(values, "lines", {})

    def line_of(self, key: str) -> int | None:
        """The line of the file on which the key stands, as far as it is known."""
        return self._lines.get(key, self._line)

    def fail(self, key: str, message: str, fix: str) -> NoReturn:
        """Raises the error of this key."""
        raise DraftError(message, file=self.file, line=self.line_of(key), key=f"{self.prefix}{key}", fix=fix)

    def text(self, key: str) -> str | None:
        """One line of text; None when absent or empty."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            shown = f" ({value})" if isinstance(value, bool | int | float | date) else ""
            fix = f'quote it: {key}: "…"' if shown else f"write one line of text after `{key}:`"
            self.fail(key, f"this is {kind_of(value)}{shown}, not text", fix)
        return " ".join(value.split()) or None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fail(key, f"this is {kind_of(value)}, not a list", f"write a list: {key}: [one, two]")
        for item in value:
            if not isinstance(item, str):
                self.fail(key, f"the list holds {kind_of(item)} ({item!s:.40}), not text", f'quote it: {key}: ["…"]')
        return tuple(item.strip() for item in value if item.strip())

    def choice(self, key: str, words: Collection[str], default: str) -> str:
        """One of a few words."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value.strip() in words:
            return value.strip()
        near = nearest(value.lower(), words) if isinstance(value, str) else None
        fix = f"write `{key}: {near}`" if near else f"write one of {', '.join(words)}"
        return self.fail(key, f"`{value!s:.40}` is none of {', '.join(words)}", fix)

    def day_or_moment(self, key: str) -> date | datetime | None:
        """A date, or a datetime as written (naive without an offset)."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        found = parse_day_or_moment(value)
        if found is None:
            fix = f"write {key}: 2026-11-25, or {key}: 2026-11-25 09:00"
            self.fail(key, f"`{value!s:.40}` is no date", fix)
        if isinstance(found, datetime) and not OFFSETS[0] <= (found.utcoffset() or OFFSETS[0]) <= OFFSETS[1]:
            fix = "write the end of an event as `end: 21:00`, or an offset such as +02:00"
            self.fail(key, f"`{value!s:.40}` ends in an offset that no place on earth has", fix)
        if found.year not in YEARS:
            self.fail(key, f"the year {found.year} is out of range", "check the year")
        return found

    def moment(self, key: str, zone: str) -> datetime | None:
        """A point in time: wall time of the zone where no offset is written, the day's start where no time is."""
        value = self.day_or_moment(key)
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime.combine(value, time())
        return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))

    def day(self, key: str) -> date | None:
        """A date; the day of a datetime."""
        value = self.day_or_moment(key)
        return value.date() if isinstance(value, datetime) else value

    def address(self, key: str) -> str | None:
        """An http or https address."""
        value = self.text(key)
        if value is not None and not is_web_address(value):
            self.fail(key, f"`{value:.60}` is no web address", "begin it with https:// and the host's name")
        return value


def parse_day_or_moment(value: object) -> date | datetime | None:
    """A date or datetime from what YAML, TOML, JSON or CSV hold; None when it is neither."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value.strip()[:4].isdigit():
        return None
    text = _SHORT_HOUR.sub(r"\g<1>0", value.strip().replace("/", "-"))
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def parse_clock(value: object) -> time | None:
    """A time of day as ``9:00``, ``21:00`` or ``9:30 PM``; None when it is none."""
    if isinstance(value, time):
        return value
    matched = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if matched is None:
        return None
    hour, half = int(matched[1]), (matched[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + 12 * (half == "p") if half else hour, int(matched[2] or 0), int(matched[3] or 0))
    except ValueError:
        return None


_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d)(?::(\d\d))?(?=\D|$)|(?=\s*[AaPp]))(?:\s*([AaPp])\.?[Mm]\.?)?")
_SHORT_HOUR = re.compile(r"(?<=\d)([T ])(?=\d:)")
_WEB_ADDRESS = re.compile(
    r"https?://(?:[^\s/?#@]*@)?(?:[^\s/?#@:\[\]\\]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE
)


def is_web_address(text: str) -> bool:
    """Whether this is an absolute http(s) address with a host, without white space or control characters."""
    return bool(_WEB_ADDRESS.fullmatch(text)) and text.isprintable()
