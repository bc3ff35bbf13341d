"""What changed about events since the issue before: new, moved or cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from newsletter_bot.assembly.dates import starts
from newsletter_bot.assembly.twins import Known, compatible_places, plain_key
from newsletter_bot.model import Listing

_OCCURRENCE = re.compile(r"/\d{4}-\d\d-\d\d(?:T[\d:.+-]+)?$")
"""How the identity of one occurrence of a series ends."""


class Mark(StrEnum):
    """What is different about an event since the issue before."""

    NEW = "new"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Marks:
    """Compares the events of this issue with those of the issue before."""

    def __init__(
        self,
        before: Sequence[Listing],
        now: Sequence[Listing],
        *,
        still_to_come: Callable[[Listing], bool],
        zone: tzinfo,
    ) -> None:
        self.zone = zone
        self.before = Known(zone, before)
        active = Known(zone, now)
        self.gone = _Kin(entry for entry in before if still_to_come(entry) and not any(active.twins(entry)))
        self.announced = _Kin(before)
        self._rhythms: dict[str, tuple[datetime, timedelta]] = {}

    def of(self, entry: Listing) -> Mark | None:
        """New, moved, or None for what readers know already."""
        known = list(self.before.twins(entry))
        if known:
            return None if any(compatible_places(entry.place, other.place) for other in known) else Mark.MOVED
        if self.gone.has(entry):
            return Mark.MOVED
        series = self.announced.series(entry)
        if series:
            return Mark.MOVED if self._shifted(entry, series) else None
        return None if self.announced.has(entry) else self._unknown(entry)

    def was_announced(self, entry: Listing) -> bool:
        """Whether the issue before told readers to come to this occurrence."""
        return any(self.before.twins(entry)) or self.gone.has(entry)

    def _shifted(self, entry: Listing, series: Sequence[Listing]) -> bool:
        """Whether an occurrence takes the place of one that is gone, and is not simply the next of its series."""
        if not self.gone.series(entry):
            return False
        last, step = self._rhythm(_series(entry), series)
        return starts(entry, self.zone) - last < step

    def _rhythm(self, name: str, series: Sequence[Listing]) -> tuple[datetime, timedelta]:
        """The last time at which a series was announced, and the shortest time between two."""
        if name not in self._rhythms:
            times = sorted({starts(other, self.zone) for other in series})
            step = min((after - before for before, after in pairwise(times)), default=timedelta.max)
            self._rhythms[name] = times[-1], step
        return self._rhythms[name]

    def _unknown(self, entry: Listing) -> Mark:
        """New, unless a calendar gave another identity to what it had announced (as when a series is split)."""
        split = any(compatible_places(entry.place, other.place) for other in self.gone.titled(entry))
        return Mark.MOVED if split else Mark.NEW


class _Kin:
    """Entries by identity, series and title, whenever they take place."""

    def __init__(self, entries: Iterable[Listing]) -> None:
        self._by: dict[tuple[str, str], list[Listing]] = {}
        for entry in entries:
            for key in (("title", plain_key(entry.title)), ("identity", entry.uid or ""), ("series", _series(entry))):
                self._by.setdefault(key, []).append(entry)

    def has(self, entry: Listing) -> bool:
        """Whether some entry has the same identity or, when one of the two has none, the same title."""
        same = bool(entry.uid) and ("identity", entry.uid) in self._by
        return same or any(not (entry.uid and other.uid) for other in self.titled(entry))

    def series(self, entry: Listing) -> Sequence[Listing]:
        """Other occurrences of the same series."""
        return self._by.get(("series", _series(entry)), ()) if entry.uid else ()

    def titled(self, entry: Listing) -> Sequence[Listing]:
        """Entries of the same title."""
        return self._by.get(("title", plain_key(entry.title)), ())


def _series(entry: Listing) -> str:
    return _OCCURRENCE.sub("", entry.uid or "")
