"""Which events an issue lists, in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from newsletter_bot.assembly.dates import ends, starts
from newsletter_bot.assembly.marks import Mark, Marks
from newsletter_bot.assembly.twins import merge_twins, plain_key
from newsletter_bot.model import Listing


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


def choose_listings(listings: Sequence[Listing], before: Sequence[Listing] | None, window: Window) -> tuple[Shown, ...]:
    """The events to list, in order of time, marked against those of the issue before (None: there was none).

    Cancelled ones appear once, when the issue before still announced them.
    """
    upcoming = [listing for listing in merge_twins(listings, window.zone) if window.holds(listing)]
    active = [listing for listing in upcoming if not listing.cancelled]
    announced = [listing for listing in before or () if not listing.cancelled]
    marks = Marks(announced, active, still_to_come=lambda entry: not window.over(entry), zone=window.zone)
    shown = [Shown(entry, starts(entry, window.zone), marks.of(entry) if before else None) for entry in active]
    shown += [
        Shown(entry, starts(entry, window.zone), Mark.CANCELLED)
        for entry in upcoming
        if entry.cancelled and marks.was_announced(entry)
    ]
    return tuple(sorted(shown, key=lambda entry: (entry.start, plain_key(entry.listing.title))))
