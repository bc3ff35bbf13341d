"""The assembled issue, its slot and sections, and what the ledger remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from newsletter_bot.document import Block, Document
from newsletter_bot.model.words import Audience
from newsletter_bot.model.writing import Finding, Listing, Notice, Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One period in which the cadence expects an issue; start and end are local days, both included."""

    name: str
    start: date
    end: date
    due: datetime
    deadline: datetime
    in_break: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing listed in a section, as other programs see it: a notice's text, or an event."""

    title: str
    start: str | None = None
    end: str | None = None
    place: str | None = None
    url: str | None = None
    plain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """An ordered part of an issue: heading and content."""

    name: str
    heading: str | None
    blocks: tuple[Block, ...]
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The assembled text of one slot, belonging to no platform yet.

    ``clock`` is the moment for which time-dependent parts were assembled; ``basis`` covers everything the writer
    wrote for it (draft, notices, listings); ``pictures`` maps the image sources of the document to their bytes.
    """

    id: str
    number: int
    title: str
    slot: str
    draft: str
    document: Document
    sections: tuple[Section, ...]
    clock: datetime
    basis: str
    slug: str = ""
    subtitle: str | None = None
    tags: tuple[str, ...] = ()
    canonical_url: str | None = None
    cover: str | None = None
    cover_alt: str | None = None
    audience: Audience = Audience.EVERYONE
    publications: tuple[str, ...] | None = None
    language: str = "en"
    author: str | None = None
    newsletter: str = ""
    notices: tuple[Notice, ...] = ()
    listings: tuple[Listing, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict[str, Picture])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    draft_digest: str = ""
    text_digest: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecord:
    """What the ledger remembers of an issue: enough to assemble it again, to number the next and to count the streak.

    ``imported_at`` is set for issues that were out before the bot came, with ``url`` where it is known.
    """

    id: str
    number: int
    title: str
    slot: str
    draft: str
    slug: str = ""
    draft_digest: str = ""
    text_digest: str = ""
    basis: str = ""
    clock: datetime | None = None
    due: datetime | None = None
    deadline: datetime | None = None
    notices: tuple[Notice, ...] = ()
    listings: tuple[Listing, ...] = ()
    links: tuple[str, ...] = ()
    imported_at: datetime | None = None
    url: str | None = None
