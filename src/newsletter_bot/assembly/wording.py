"""The events of an issue in words: bullets by place, or a paragraph for each month. Texts of sources stay text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from newsletter_bot.assembly.dates import Calendar, locale_of
from newsletter_bot.assembly.frame import Style
from newsletter_bot.assembly.listings import Shown
from newsletter_bot.assembly.marks import Mark
from newsletter_bot.assembly.twins import plain_key
from newsletter_bot.assembly.words import Words
from newsletter_bot.document import Block, Emphasis, Inline, Item, Link, List, Paragraph, Strong, Text
from newsletter_bot.markup.links import safe_href
from newsletter_bot.model import Listing

_WEB = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_NOTE = 500
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ue000\ue001]+")


def one_line(text: str | None) -> str:
    """A text of some source as one line of visible characters."""
    return " ".join(_UNSEEN.sub(" ", text or "").split())


def address_of(url: str | None) -> str | None:
    """The address when it is one that may be linked: http, https or mailto."""
    url = (url or "").strip()
    return safe_href(url) if _WEB.match(url) else None


def place_of(listing: Listing, words: Words) -> str:
    """Where an event takes place; a place that is an address is the net."""
    place = one_line(listing.place)
    return words.online if _WEB.match(place) or place.casefold() in ("online", "virtual") else place


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells events in one newsletter's words and dates."""

    words: Words
    calendar: Calendar

    def tell(self, shown: Sequence[Shown], style: Style | str) -> tuple[Block, ...]:
        """All events, month by month, in the writer's style."""
        months = [list(month) for _, month in groupby(shown, key=self.month)]
        if style == Style.PROSE:
            return tuple(self._paragraph(month) for month in months)
        blocks: list[Block] = []
        for month in months:
            if len(months) > 1:
                blocks.append(Paragraph((Strong((Text(_capital(self.month(month[0]))),)),)))
            blocks.append(List(tuple(self._items(month))))
        return tuple(blocks)

    def month(self, shown: Shown) -> str:
        """The month under which an event is told: that of its start, for one under way that of the issue."""
        return self.calendar.month(max(shown.start.date(), self.calendar.today))

    def _places(self, month: Sequence[Shown]) -> list[tuple[str, list[Shown]]]:
        """The events of a month by place, in the order of their first event; without a place each stands alone."""
        places: dict[str, tuple[str, list[Shown]]] = {}
        for shown in month:
            place = place_of(shown.listing, self.words)
            key = plain_key(place) or "\0".join(("", *_identity(shown.listing)))
            places.setdefault(key, (place, []))[1].append(shown)
        return list(places.values())

    # --- list -------------------------------------------------------------------------------------------------

    def _items(self, month: Sequence[Shown]) -> Iterator[Item]:
        for place, there in self._places(month):
            for together in self._told_together(there):
                if len(together) == 1:
                    yield Item((Paragraph(self._bullet(together[0], place)),))
                else:
                    yield Item((Paragraph((*self._lead(place), *self._joined(together))),))

    def _told_together(self, there: list[Shown]) -> list[list[Shown]]:
        """Events at one place that make one sentence: a note ends a sentence."""
        if not any(shown.listing.note for shown in there):
            return [there]
        return [list(group) for _, group in groupby(there, key=lambda shown: _identity(shown.listing))]

    def _bullet(self, shown: Shown, place: str) -> tuple[Inline, ...]:
        where = f", {place}" if place else ""
        return (
            *self._title(shown.listing),
            Text(f", {self._when(shown)}{where}"),
            *self._marked(shown),
            *self._note(shown, " " if where.endswith(".") and not shown.mark else ". "),
        )

    def _lead(self, place: str) -> tuple[Inline, ...]:
        if not place:
            return ()
        return (Text((_capital(place) if place == self.words.online else place) + self.words.colon),)

    def _joined(self, there: Sequence[Shown]) -> Iterator[Inline]:
        """Events at one place; one that comes again is named once."""
        for position, (_, group) in enumerate(groupby(there, key=lambda shown: _identity(shown.listing))):
            if position:
                yield Text("; ")
            yield from self._occurrences(list(group))

    def _occurrences(self, group: Sequence[Shown]) -> Iterator[Inline]:
        """The times of one event; a mark or a note that is the same for all is said once."""
        same = len(set(map(_note_of, group))) == 1
        at_once = len(group) > 1 and len({shown.mark for shown in group}) == 1
        yield from self._title(group[0].listing)
        if at_once:
            yield from self._marked(group[0])
        for position, shown in enumerate(group):
            yield Text("; " if position else ", ")
            yield Text(self._when(shown))
            if not at_once:
                yield from self._marked(shown)
            if not same:
                yield from self._note(shown, self.words.colon)
        if same:
            yield from self._note(group[0], ". ")

    # --- prose ------------------------------------------------------------------------------------------------

    def _paragraph(self, month: Sequence[Shown]) -> Paragraph:
        lead = _capital(self.words.month.format(month=self.month(month[0])))
        parts: list[Inline] = [Text(lead + self.words.colon)]
        for position, (place, there) in enumerate(self._places(month)):
            if position:
                parts.append(Text("; "))
            told = [
                tuple(self._in_brackets(list(group)))
                for _, group in groupby(there, key=lambda shown: _identity(shown.listing))
            ]
            parts += self._enumerated(told)
            parts.append(Text(self._at(place)))
        ended = isinstance(parts[-1], Text) and parts[-1].text.endswith(".")
        return Paragraph((*parts,) if ended else (*parts, Text(self.words.stop)))

    def _in_brackets(self, group: Sequence[Shown]) -> Iterator[Inline]:
        """A title, and in brackets when it is (each time, if it comes again), what is different, and its note."""
        yield from self._title(group[0].listing)
        yield Text(" (")
        at_once = len(group) > 1 and len({shown.mark for shown in group}) == 1
        if at_once and group[0].mark:
            yield from (Emphasis((Text(self._mark(group[0].mark)),)), Text(self.words.colon))
        aside = ", {}" if len(group) > 1 else "; {}"
        for position, shown in enumerate(group):
            yield Text(("; " if position else "") + self.calendar.when(shown.listing, aside=aside))
            if shown.mark and not at_once:
                yield from (Text(", "), Emphasis((Text(self._mark(shown.mark)),)))
            if position + 1 == len(group) or _note_of(shown) != _note_of(group[position + 1]):
                yield from self._note(shown, ". ")
        yield Text(")")

    def _at(self, place: str) -> str:
        """The place after what happens there; addresses with numbers follow a comma."""
        if not place:
            return ""
        city = place != self.words.online and not re.search(r"[\d/:@]", place)
        return self.words.place.format(place=place) if city else f", {place}"

    def _enumerated(self, told: Sequence[Iterable[Inline]]) -> Iterator[Inline]:
        """Several events as the language strings them together."""
        from babel.lists import format_list

        marks = [f"\0{index}\0" for index in range(len(told))]
        for piece in re.split(r"(\0\d+\0)", format_list(marks, locale=locale_of(self.calendar.language))):
            if piece.startswith("\0"):
                yield from told[int(piece.strip("\0"))]
            elif piece:
                yield Text(piece)

    # --- both -------------------------------------------------------------------------------------------------

    def _title(self, listing: Listing) -> tuple[Inline, ...]:
        title = one_line(listing.title)
        href = address_of(listing.url) or address_of(listing.place)
        return (Link((Text(title),), href),) if href else (Text(title),)

    def _when(self, shown: Shown) -> str:
        return self.calendar.when(shown.listing)

    def _marked(self, shown: Shown) -> Iterator[Inline]:
        """What is different since the last issue."""
        if shown.mark:
            yield Text(" (")
            yield Emphasis((Text(self._mark(shown.mark)),))
            yield Text(")")

    def _note(self, shown: Shown, before: str) -> Iterator[Inline]:
        note = _note_of(shown)
        if note:
            before = (
                "; " if before in {" ", ". "} and note[0].islower() else before
            )  # a phrase goes on, a sentence begins
            yield Text(before + (note if len(note) <= _NOTE else f"{note[:_NOTE].rpartition(' ')[0] or note[:_NOTE]}…"))

    def _mark(self, mark: Mark) -> str:
        return {Mark.NEW: self.words.new, Mark.MOVED: self.words.moved, Mark.CANCELLED: self.words.cancelled}[mark]


def _identity(listing: Listing) -> tuple[str, str]:
    return plain_key(listing.title), listing.url or ""


def _note_of(shown: Shown) -> str:
    return one_line(shown.listing.note)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
