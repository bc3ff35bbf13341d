"""What changed about events since the issue before: new, moved or cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from newsletter_bot.assembly.dates import starts
from newsletter_bot.assembly.twins import compatible_places, plain_key, same_event
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
        self.before = before
        self.zone = zone
        same = self._same
        self.gone = [entry for entry in before if still_to_come(entry) and not any(same(entry, other) for other in now)]

    def of(self, entry: Listing) -> Mark | None:
        """New, moved, or None for what readers know already."""
        known = [other for other in self.before if self._same(entry, other)]
        if known:
            return None if any(compatible_places(entry.place, other.place) for other in known) else Mark.MOVED
        if any(_akin(entry, other) for other in self.gone):
            return Mark.MOVED
        series = [other for other in self.before if _in_series(entry, other)]
        if series:
            return Mark.MOVED if self._shifted(entry, series) else None
        return None if any(_akin(entry, other) for other in self.before) else self._unknown(entry)

    def was_announced(self, entry: Listing) -> bool:
        """Whether the issue before told readers to come to this occurrence."""
        return any(self._same(entry, other) for other in self.before) or any(_akin(entry, one) for one in self.gone)

    def _same(self, one: Listing, other: Listing) -> bool:
        return same_event(one, other, self.zone)

    def _shifted(self, entry: Listing, series: Sequence[Listing]) -> bool:
        """Whether an occurrence takes the place of one that is gone, and is not simply the next of its series."""
        if not any(other in self.gone for other in series):
            return False
        times = sorted({starts(other, self.zone) for other in series})
        step = min((after - before for before, after in pairwise(times)), default=timedelta.max)
        return starts(entry, self.zone) - times[-1] < step

    def _unknown(self, entry: Listing) -> Mark:
        """New, unless a calendar gave another identity to what it had announced (as when a series is split)."""
        split = any(
            plain_key(entry.title) == plain_key(other.title) and compatible_places(entry.place, other.place)
            for other in self.gone
        )
        return Mark.MOVED if split else Mark.NEW


def _akin(one: Listing, other: Listing) -> bool:
    """Whether two entries have the same identity or, when one has none, the same title, whenever they take place."""
    if one.uid and other.uid:
        return one.uid == other.uid
    return plain_key(one.title) == plain_key(other.title)


def _in_series(one: Listing, other: Listing) -> bool:
    """Whether two entries are occurrences of one series."""
    return bool(one.uid and other.uid) and _series(one) == _series(other)


def _series(entry: Listing) -> str:
    return _OCCURRENCE.sub("", entry.uid or "")
