"""The same event from two sources: how it is told, and what one entry makes of both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit

from newsletter_bot.assembly.dates import starts
from newsletter_bot.model import Listing

NOISE = frozenset(
    ["fbclid", "gclid", "mc_cid", "mc_eid", "mkt_tok", "igshid", "_ga", "_gl", "aff", "ref", "eventorigin"]
)
"""Parameters of an event's address that tell who sent a reader, not where; so do all that begin with ``utm_``."""

ALIKE = 50
"""Most events of one title and time that are compared with another: no calendar means more."""


@lru_cache(maxsize=10_000)
def plain_key(text: str | None) -> str:
    """Letters and digits of a text, blind to case, accents' spelling and punctuation."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return re.sub(r"[\W_]+", "", folded) or folded.strip()


@lru_cache(maxsize=10_000)
def _page(url: str | None) -> str:
    """An address without what does not tell events apart."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return url or ""
    names = [(word.partition("=")[0].lower(), word) for word in parts.query.split("&")]
    query = "&".join(word for name, word in names if name not in NOISE and not name.startswith("utm_"))
    return f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}?{query}" if parts.netloc else ""


# --- where ---


def compatible_places(one: str | None, other: str | None) -> bool:
    """Whether two texts may mean one place: they are alike, one is missing, or one says more of it than the other."""
    first, second = _parts(one), _parts(other)
    return _within(first, second) or _within(second, first)


@lru_cache(maxsize=10_000)
def _parts(place: str | None) -> Sequence[Sequence[str]]:
    """The words of what commas and brackets divide: house, street, town; any address is the net."""
    folded = unicodedata.normalize("NFKC", place or "").casefold()
    if re.match(r"https?://", folded):
        return [["online"]]
    parts = [re.findall(r"\w+", part) for part in re.split(r"[,;()/|\n·\u2013\u2014]|\s-\s", folded)]
    return [part for part in parts if part] or ([[folded.strip()]] if folded.strip() else [])


def _within(few: Sequence[Sequence[str]], many: Sequence[Sequence[str]]) -> bool:
    return all(any(_begins(other, part) for other in many) for part in few)


def _begins(words: Sequence[str], start: Sequence[str]) -> bool:
    """Whether a part begins with these words, behind a postcode perhaps (10115 Berlin)."""
    length = len(start)
    return words[:length] == start or (words[0].isdigit() and words[1 : length + 1] == start)


# --- when ---


def _days(listing: Listing, zone: tzinfo) -> frozenset[date]:
    """The day on which an event starts: where the newsletter is at home, and where it takes place."""
    here = starts(listing, zone).date()
    there = listing.start.date() if isinstance(listing.start, datetime) and listing.start.tzinfo else here
    return frozenset((here, there))


def _same_time(one: Listing, other: Listing, zone: tzinfo) -> bool:
    if isinstance(one.start, datetime) and isinstance(other.start, datetime):
        return starts(one, zone) == starts(other, zone)
    return bool(_days(one, zone) & _days(other, zone))


# --- twins ---


def same_event(one: Listing, other: Listing, zone: tzinfo) -> bool:
    """Whether two entries speak of the same occurrence of the same event."""
    if not _same_time(one, other, zone):
        return False
    if one.uid and one.uid == other.uid:
        return True
    return plain_key(one.title) == plain_key(other.title) and _same_spot(one, other)


def _same_spot(one: Listing, other: Listing) -> bool:
    """Same page, or no two places that differ."""
    page = _page(one.url)
    return (bool(page) and page == _page(other.url)) or compatible_places(one.place, other.place)


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
        zone=timed.zone or (one if timed is other else other).zone,
        uid=one.uid or other.uid,
        cancelled=one.cancelled or other.cancelled,
    )


class Known:
    """Events among which twins are looked for, in the order in which they were first named."""

    def __init__(self, zone: tzinfo, listings: Iterable[Listing] = ()) -> None:
        self.zone = zone
        self.entries: list[Listing] = []
        self._places: dict[tuple[str, date, str], list[int]] = {}
        for listing in listings:
            self.add(listing)

    def add(self, listing: Listing) -> None:
        """One more event, which has no twin."""
        self._file(listing, len(self.entries))
        self.entries.append(listing)

    def merge(self, listing: Listing) -> None:
        """One more event, or what it adds to its twin."""
        twin = next(self._near(listing), None)
        if twin is None:
            self.add(listing)
        else:
            self._file(listing, twin)
            self.entries[twin] = _merged(self.entries[twin], listing)

    def twins(self, listing: Listing) -> Iterator[Listing]:
        """All entries for the same occurrence of the same event."""
        return (self.entries[place] for place in self._near(listing))

    def _near(self, listing: Listing) -> Iterator[int]:
        places = {place for key in self._keys(listing, seek=True) for place in self._places.get(key, ())[:ALIKE]}
        return (place for place in sorted(places) if same_event(self.entries[place], listing, self.zone))

    def _file(self, listing: Listing, place: int) -> None:
        for key in self._keys(listing, seek=False):
            places = self._places.setdefault(key, [])
            if not places or places[-1] != place:
                places.append(place)

    def _keys(self, listing: Listing, *, seek: bool) -> Iterator[tuple[str, date, str]]:
        """Twins share title or identity, and their moment or, where one of them has no hour, their day."""
        timed = isinstance(listing.start, datetime)
        days = _days(listing, self.zone)
        for name in _names(listing):
            if timed:
                yield "moment", starts(listing, self.zone), name
            for day in days:
                if not (timed and seek):
                    yield "hour" if timed else "day", day, name
                if seek:
                    yield "day" if timed else "hour", day, name


def _names(listing: Listing) -> Iterator[str]:
    yield f"title {plain_key(listing.title)}"
    if listing.uid:
        yield f"identity {listing.uid}"


def merge_twins(listings: Iterable[Listing], zone: tzinfo) -> list[Listing]:
    """Each event once, in the order in which they were first named."""
    known = Known(zone)
    for listing in listings:
        known.merge(listing)
    return known.entries
