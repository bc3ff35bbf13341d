"""What templates and other programs see of an issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from itertools import groupby
from typing import Any

from newsletter_bot.assembly.dates import Calendar, ends, starts
from newsletter_bot.assembly.disguise import OwnWords, Passage, disguised
from newsletter_bot.assembly.frame import Frame
from newsletter_bot.assembly.listings import Shown
from newsletter_bot.assembly.marks import Mark
from newsletter_bot.assembly.templates import Templates
from newsletter_bot.assembly.wording import Teller, address_of, one_line, place_of
from newsletter_bot.assembly.words import words_for
from newsletter_bot.document import List
from newsletter_bot.model import Draft, Item, Section


def listed(shown: Sequence[Shown], zone: tzinfo) -> Iterator[Item]:
    """The events as other programs see them; those that are cancelled are not listed."""
    for entry in shown:
        listing = entry.listing
        if entry.mark is not Mark.CANCELLED:
            yield Item(
                title=one_line(listing.title),
                start=_iso(listing.start, zone) if listing.start else None,
                end=_iso(listing.end, zone) if listing.end else None,
                place=one_line(listing.place) or None,
                url=address_of(listing.url),
                plain=False,
            )


def _iso(when: date | datetime, zone: tzinfo) -> str:
    if not isinstance(when, datetime):
        return when.isoformat()
    return (when if when.tzinfo else when.replace(tzinfo=zone)).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What every template of one issue can name."""

    frame: Frame
    number: int
    title: str
    slot: str
    drafts: Sequence[Draft]
    shown: Sequence[Shown]
    calendar: Calendar

    def section(self, templates: Templates, section: Section, draft: Draft) -> Mapping[str, Any]:
        """For the template of one section: ``content`` is what the bot would have written, ``draft`` whose it is."""
        own = {"content": templates.passage(section.blocks), "heading": disguised(section.heading)}
        own["notices"] = [] if section.name != "housekeeping" else _notices(templates, section)
        if section.name == "events":
            own["events"] = [self._seen(shown) for shown in self.shown]
            own["months"] = list(self._months())
        return {**self._common(draft), **own}

    def whole(self, templates: Templates, sections: Sequence[Section]) -> Mapping[str, Any]:
        """For the template of the whole issue: its sections in order, and each by its name."""
        seen = [
            {
                "name": section.name,
                "heading": disguised(section.heading),
                "content": templates.passage(section.blocks),
            }
            for section in sections
        ]
        named: dict[str, Any] = {}
        for entry in seen:
            named.setdefault(str(entry["name"]), entry["content"])
        for name in self.frame.sections:
            named.setdefault(name, templates.passage(()))
        return {**self._common(self.drafts[0]), **named, "sections": seen}

    def _common(self, draft: Draft) -> dict[str, Any]:
        frame, own = self.frame, partial(OwnWords, file=draft.path)
        about = {key: disguised(value, own) for key, value in draft.extra.items()}
        about |= disguised({"title": draft.title, "subtitle": draft.subtitle or "", "tags": draft.tags}, own)
        return {
            "newsletter": disguised(
                {"id": frame.newsletter, "title": frame.title, "author": frame.author, "language": frame.language}
            ),
            "issue": disguised(
                {
                    "number": self.number,
                    "title": self.title,
                    "slot": self.slot,
                    "date": self.calendar.day(self.calendar.today, weekday=False),
                }
            ),
            "draft": about,
        }

    def _months(self) -> Iterator[Mapping[str, Any]]:
        teller = Teller(words_for(self.frame.language), self.calendar)
        for month, group in groupby(self.shown, key=teller.month):
            yield {"name": disguised(month), "events": [self._seen(shown) for shown in group]}

    def _seen(self, shown: Shown) -> Mapping[str, Any]:
        listing, words = shown.listing, words_for(self.frame.language)
        mark = getattr(words, shown.mark.value) if shown.mark else ""
        end = ends(listing, self.calendar.zone)
        texts = {
            "title": listing.title,
            "when": self.calendar.when(listing),
            "place": place_of(listing, words),
            "note": listing.note or "",
            "mark": mark,
            "start": starts(listing, self.calendar.zone).isoformat(),
            "end": end.isoformat() if end else "",
        }
        return {**disguised(texts), "url": disguised(address_of(listing.url) or "")}


def _notices(templates: Templates, section: Section) -> list[Passage]:
    return [
        templates.passage(item.children, seen.title)
        for block in section.blocks
        if isinstance(block, List)
        for item, seen in zip(block.items, section.items, strict=True)
    ]
