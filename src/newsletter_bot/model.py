"""The glossary as types: frozen values that carry one stage each, from draft to receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from newsletter_bot.document import Block, Document

HOME_ADDRESS = "https://home.newsletter-bot.invalid/"
"""Stands in a rendition for the address of the issue at home until that is known."""
IMAGE_ADDRESS = "https://image.newsletter-bot.invalid/"
"""Followed by a picture's digest: stands for the address under which a publication carries that picture."""
ISSUE_ADDRESS = "https://issue.newsletter-bot.invalid/"
"""Followed by an issue's id: stands for the address of another issue on the same publication, else at home."""


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class State(StrEnum):
    """Where a delivery stands."""

    DUE = "due"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    DELIVERED = "delivered"
    RETRACTED = "retracted"


class Visibility(StrEnum):
    """Who can see the post on its platform."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLIC = "public"


class Audience(StrEnum):
    """For whom the issue is meant."""

    EVERYONE = "everyone"
    PAID = "paid"


class Action(StrEnum):
    """What publishing would do for one publication now."""

    CREATE = "create"
    UPDATE = "update"
    NONE = "none"
    WAIT = "wait"
    HOLD = "hold"


class Operation(StrEnum):
    """What the request under way is about."""

    CREATE = "create"
    UPDATE = "update"
    RETRACT = "retract"


class Format(StrEnum):
    """The languages in which a rendition can be written."""

    SUBSTACK = "substack"
    MEDIUM = "medium"
    HTML = "html"
    EMAIL = "email"
    COMMONMARK = "commonmark"
    GFM = "gfm"
    DEV = "dev"
    HASHNODE = "hashnode"
    PLAIN = "plain"
    ANNOUNCEMENT = "announcement"


class Certainty(StrEnum):
    """How surely a lost answer can be settled on a platform."""

    KEYED = "keyed"
    LOOKUP = "lookup"
    BLIND = "blind"


class ImageWay(StrEnum):
    """How a platform takes images."""

    LINKED = "linked"
    UPLOADED = "uploaded"
    NONE = "none"


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
    1-based line of the file on which ``body`` starts, ``digest`` covers the file's bytes, ``text_digest`` title and body.
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
class Loss:
    """Something a rendition cannot carry as written, what stands in its place, and the line of the draft."""

    what: str
    instead: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPowers:
    """What the text of a platform can hold; what it cannot is replaced, and the loss is told."""

    tables: bool = True
    footnotes: bool = True
    maths: bool = True
    task_lists: bool = True
    definition_lists: bool = True
    nested_lists: bool = True
    strikethrough: bool = True
    callouts: bool = True
    embeds: tuple[str, ...] = ()
    code_language: bool = True
    raw_html: bool = False
    paywall: bool = False
    buttons: bool = False
    captions: bool = True
    inline_images: bool = True
    heading_levels: tuple[int, int] = (1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Limits of a platform as data; sizes are characters unless named otherwise.

    ``settle`` is how long after a lost answer a request may still become visible there; ``daily`` how many posts an
    account may create in 24 h.
    """

    formats: tuple[Format, ...]
    certainty: Certainty
    settle: timedelta
    text: TextPowers
    images: ImageWay = ImageWay.LINKED
    image_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/gif", "image/webp")
    image_bytes: int = 10_000_000
    image_pixels: int = 5000
    canonical_url: bool = False
    scheduling: bool = False
    drafts: bool = True
    mail: bool = False
    paid: bool = False
    tags: int = 0
    tag_length: int = 0
    tag_pattern: str | None = None
    title_length: int = 0
    subtitle: bool = False
    slug: bool = False
    cover: bool = False
    body_length: int = 0
    daily: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """The issue as one publication will carry it.

    ``body`` may hold HOME_ADDRESS, IMAGE_ADDRESS and ISSUE_ADDRESS, resolved when it is sent; ``visibility`` is what
    is asked for; ``options`` are platform-specific words (section, comments, licence …); ``release_at`` is the slot's
    due time for scheduled posts.
    """

    publication: str
    platform: str
    format: Format
    title: str
    body: str
    subtitle: str | None = None
    slug: str = ""
    tags: tuple[str, ...] = ()
    canonical_url: str | None = None
    cover: str | None = None
    cover_alt: str | None = None
    audience: Audience = Audience.EVERYONE
    visibility: Visibility = Visibility.PUBLIC
    email: bool = False
    release_at: datetime | None = None
    language: str = "en"
    plain: str = ""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    images: tuple[Picture, ...] = ()
    losses: tuple[Loss, ...] = ()

    @property
    def digest(self) -> str:
        """Identity of what a reader would see: text and settings, not how losses were told, nor mail."""
        seen = {
            name.name: getattr(self, name.name)
            for name in fields(self)
            if name.name not in {"losses", "images", "plain", "email", "visibility", "release_at"}
        }
        return digest_of(json.dumps(seen, sort_keys=True, default=str))

    def resolved(self, addresses: Mapping[str, str]) -> Rendition:
        """The same rendition with stand-in addresses replaced by real ones (longest first)."""

        def place(text: str | None) -> str | None:
            for stand_in in sorted(addresses, key=len, reverse=True):
                text = text and text.replace(stand_in, addresses[stand_in])
            return text

        body = place(self.body) or ""
        plain = place(self.plain) or ""
        return replace(self, body=body, plain=plain, canonical_url=place(self.canonical_url), cover=place(self.cover))


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that a publication carries a rendition.

    ``version`` identifies what the platform held after our last look (adapter's own reckoning), so that a change made
    there by a person is noticed; ``public_at`` is when it became public there, where the platform says so.
    """

    remote_id: str
    url: str | None
    visibility: Visibility
    version: str | None = None
    public_at: datetime | None = None
    release_at: datetime | None = None
    mailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The duty to bring one rendition to one publication, and, once done, its receipt.

    ``promised`` is the digest of the rendition that is to be there, ``carried`` of the one that is; ``revision`` counts
    writes to the row (every change is a compare-and-set on it), ``attempt`` counts sendings and fences late results;
    ``held`` says why a person must decide; ``refused_under`` is the fingerprint of settings and draft that were refused.
    """

    id: str
    issue: str
    publication: str
    platform: str
    state: State = State.DUE
    revision: int = 0
    attempt: int = 0
    failures: int = 0
    operation: Operation = Operation.CREATE
    owner: str | None = None
    promised: str = ""
    carried: str | None = None
    remote_id: str | None = None
    url: str | None = None
    visibility: Visibility | None = None
    version: str | None = None
    error: str | None = None
    held: str | None = None
    difference: str | None = None
    refused_under: str | None = None
    mailed: bool = False
    not_before: datetime | None = None
    settle_until: datetime | None = None
    sending_at: datetime | None = None
    sent_at: datetime | None = None
    public_at: datetime | None = None
    release_at: datetime | None = None
    verify_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of a delivery's story: what happened, when, and from which state to which."""

    delivery: str
    at: datetime
    attempt: int
    before: State | None
    after: State
    what: str
    owner: str | None = None


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


def digest_of(text: str | bytes) -> str:
    """SHA-256 of text (UTF-8) or bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).hexdigest()
