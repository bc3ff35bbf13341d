"""Which events an issue lists, and what changed about them since the issue before."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from urllib.parse import urlsplit

from newsletter_bot.assembly.dates import ends, starts
from newsletter_bot.model import Listing


class Mark(StrEnum):
    """What is different about an event since the issue before."""

    NEW = "new"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as one issue shows it; times are wall time in the newsletter's zone."""

    listing: Listing
    start: datetime
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """What counts as upcoming: at this moment, this far ahead, in this zone."""

    clock: datetime
    horizon: timedelta
    zone: tzinfo

    def holds(self, listing: Listing) -> bool:
        """Whether the event is not over, starts within the horizon and is still to be listed."""
        start = starts(listing, self.zone)
        return not self.over(listing) and start <= self._limit() and not self._expired(listing)

    def over(self, listing: Listing) -> bool:
        """Whether the event is over; one without an end is over once it has begun."""
        end = ends(listing, self.zone)
        return starts(listing, self.zone) < self.clock if end is None else end <= self.clock

    def _limit(self) -> datetime:
        try:
            return self.clock.astimezone(self.zone) + self.horizon
        except OverflowError:
            return datetime.max.replace(tzinfo=self.zone)

    def _expired(self, listing: Listing) -> bool:
        return listing.until is not None and listing.until < self.clock.astimezone(self.zone).date()


def plain_key(text: str | None) -> str:
    """Letters and digits of a text, blind to case, accents' spelling and punctuation."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return re.sub(r"[\W_]+", "", folded) or folded.strip()


def _address(url: str | None) -> str:
    """An address without what does not tell events apart."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return url or ""
    return f"{parts.netloc.casefold()}{parts.path.rstrip('/')}?{parts.query}" if parts.netloc else ""


def _compatible(one: str, other: str) -> bool:
    return not one or not other or one == other


def same_event(one: Listing, other: Listing, zone: tzinfo) -> bool:
    """Whether two entries speak of the same occurrence of the same event."""
    all_day = not isinstance(one.start, datetime) or not isinstance(other.start, datetime)
    first, second = starts(one, zone), starts(other, zone)
    if first.date() != second.date() if all_day else first != second:
        return False
    if one.uid and one.uid == other.uid:
        return True
    return plain_key(one.title) == plain_key(other.title) and _same_spot(one, other)


def _same_spot(one: Listing, other: Listing) -> bool:
    """Same page, or no two places that differ."""
    page = _address(one.url)
    return (bool(page) and page == _address(other.url)) or _compatible(plain_key(one.place), plain_key(other.place))


def _merged(one: Listing, other: Listing) -> Listing:
    """One entry out of two for the same event: the first speaks, the second fills its gaps."""
    timed = one if isinstance(one.start, datetime) or not isinstance(other.start, datetime) else other
    return replace(
        one,
        start=timed.start,
        end=timed.end or (one if timed is other else other).end,
        place=one.place or other.place,
        url=one.url or other.url,
        note=one.note or other.note,
        until=one.until or other.until,
        zone=timed.zone,
        uid=one.uid or other.uid,
        cancelled=one.cancelled or other.cancelled,
    )


def merge_twins(listings: Iterable[Listing], zone: tzinfo) -> list[Listing]:
    """Each event once, in the order in which they were first named."""
    kept: list[Listing] = []
    by_day: dict[object, list[int]] = {}
    for listing in listings:
        day = by_day.setdefault(starts(listing, zone).date(), [])
        twin = next((i for i in day if same_event(kept[i], listing, zone)), None)
        if twin is None:
            day.append(len(kept))
            kept.append(listing)
        else:
            kept[twin] = _merged(kept[twin], listing)
    return kept


def choose_listings(listings: Sequence[Listing], before: Sequence[Listing] | None, window: Window) -> tuple[Shown, ...]:
    """The events to list, in order of time, marked against those of the issue before (None: there was none).

    Cancelled ones appear once, when the issue before still announced them.
    """
    upcoming = [listing for listing in merge_twins(listings, window.zone) if window.holds(listing)]
    active = [listing for listing in upcoming if not listing.cancelled]
    announced = [listing for listing in before or () if not listing.cancelled]
    marks = _Marks(announced, active, window)
    shown = [Shown(entry, starts(entry, window.zone), marks.of(entry) if before else None) for entry in active]
    shown += [
        Shown(entry, starts(entry, window.zone), Mark.CANCELLED)
        for entry in upcoming
        if entry.cancelled and marks.was_announced(entry)
    ]
    return tuple(sorted(shown, key=lambda entry: (entry.start, plain_key(entry.listing.title))))


class _Marks:
    """Compares the events of this issue with those of the issue before."""

    def __init__(self, before: Sequence[Listing], now: Sequence[Listing], window: Window) -> None:
        self.before = before
        self.zone = window.zone
        same = self._same
        self.gone = [
            entry for entry in before if not window.over(entry) and not any(same(entry, other) for other in now)
        ]

    def of(self, entry: Listing) -> Mark | None:
        """New, moved, or None for what readers know already."""
        if any(self._same(entry, other) and _unmoved(entry, other) for other in self.before):
            return None
        kin = self._kin(entry)
        if not any(map(kin, self.before)):
            return Mark.NEW
        moved = any(map(kin, self.gone)) or any(self._same(entry, other) for other in self.before)
        return Mark.MOVED if moved else None

    def was_announced(self, entry: Listing) -> bool:
        """Whether the issue before told readers to come to this occurrence."""
        if any(self._same(entry, other) for other in self.before):
            return True
        return not entry.uid and any(map(self._kin(entry), self.gone))

    def _same(self, one: Listing, other: Listing) -> bool:
        return same_event(one, other, self.zone)

    @staticmethod
    def _kin(entry: Listing) -> Callable[[Listing], bool]:
        """Whether another entry is the same event or series, whenever it takes place."""

        def akin(other: Listing) -> bool:
            if entry.uid and other.uid:
                return entry.uid == other.uid
            return plain_key(entry.title) == plain_key(other.title)

        return akin


def _unmoved(entry: Listing, other: Listing) -> bool:
    return _compatible(plain_key(entry.place), plain_key(other.place))
