"""What the writer wrote and where it stood: notices, listings, drafts, pictures, and findings about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from newsletter_bot.model.words import Audience, Level, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was read: file (relative to the newsletter's folder, or an address), 1-based line, key path."""

    file: str
    line: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a person should know, with the place and the mend."""

    level: Level
    message: str
    fix: str | None = None
    file: str | None = None
    line: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One short housekeeping text (Markdown); ``until`` is the last day on which it may go out."""

    text: str
    until: date | None = None
    origin: Origin | None = None

    @property
    def key(self) -> str:
        """Identity of the text, blind to white space."""
        return digest_of(" ".join(self.text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One event to announce.

    A date means all day, ``end`` is inclusive then; a naive datetime is wall time in the newsletter's zone;
    ``zone`` is the place's own IANA zone where the source gives one.
    """

    title: str
    start: date | datetime
    end: date | datetime | None = None
    place: str | None = None
    url: str | None = None
    note: str | None = None
    until: date | None = None
    zone: str | None = None
    uid: str | None = None
    cancelled: bool = False
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One Markdown file with front matter.

    ``id`` is the stable identity, ``path`` is relative to the newsletter's folder (``drafts/a.md``), ``body_line`` is the
    1-based line of the file on which ``body`` starts, ``digest`` covers the bytes of the file, ``text_digest`` the body (empty for none);
    ``findings`` are what is odd in the front matter and keeps nothing from going out.
    """

    id: str
    path: str
    title: str
    body: str
    body_line: int = 1
    digest: str = ""
    text_digest: str = ""
    subtitle: str | None = None
    slug: str | None = None
    ready: bool = False
    date: datetime | None = None
    tags: tuple[str, ...] = ()
    canonical_url: str | None = None
    cover: str | None = None
    cover_alt: str | None = None
    publications: tuple[str, ...] | None = None
    audience: Audience = Audience.EVERYONE
    housekeeping: tuple[Notice, ...] = ()
    events: tuple[Listing, ...] = ()
    findings: tuple[Finding, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The bytes of one image and what they are; ``name`` is a file name for uploads, sizes are pixels."""

    digest: str
    media_type: str
    width: int
    height: int
    name: str
    data: bytes = field(repr=False)
