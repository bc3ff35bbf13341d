"""What a platform can hold, and the issue as one publication will carry it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from newsletter_bot.model.words import Audience, Certainty, Format, Holds, ImageWay, Visibility, digest_of
from newsletter_bot.model.writing import Picture

HOME_ADDRESS = "https://home.newsletter-bot.invalid/"
"""Stands in a rendition for the address of the issue at home until that is known."""
IMAGE_ADDRESS = "https://image.newsletter-bot.invalid/"
"""Followed by a picture's digest: stands for the address under which a publication carries that picture."""
ISSUE_ADDRESS = "https://issue.newsletter-bot.invalid/"
"""Followed by an issue's id: stands for the address of another issue on the same publication, else at home."""

_UNSAFE = re.compile(r"""[\s\x00-\x1f"<>\\^`{|}]""")
"""What has no place in an address, and would end one in the middle of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something a rendition cannot carry as written, what stands in its place, and the line of the draft."""

    what: str
    instead: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPowers:
    """What the text of a platform can hold; what it cannot is replaced, and the loss is told.

    ``repeated_notes``: several references share one footnote. ``items_hold`` and its like: what may stand within a list
    item, a quotation, a callout, a footnote.
    """

    tables: bool = True
    footnotes: bool = True
    maths: bool = True
    task_lists: bool = True
    definition_lists: bool = True
    nested_lists: bool = True
    strikethrough: bool = True
    callouts: bool = True
    nested_quotes: bool = True
    repeated_notes: bool = True
    embeds: tuple[str, ...] = ()
    code_language: bool = True
    raw_html: bool = False
    paywall: bool = False
    buttons: bool = False
    captions: bool = True
    inline_images: bool = True
    items_hold: Holds = Holds.ANYTHING
    quotes_hold: Holds = Holds.ANYTHING
    callouts_hold: Holds = Holds.ANYTHING
    notes_hold: Holds = Holds.ANYTHING
    heading_levels: tuple[int, int] = (1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Limits of a platform as data; sizes are characters unless named otherwise.

    ``settle`` is how long after a lost answer a request may still become visible there; ``daily`` how many posts an
    account may create in 24 h; ``findable`` names the visibilities in which a post whose answer was lost can be looked up.
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
    findable: tuple[Visibility, ...] = (Visibility.DRAFT, Visibility.SCHEDULED, Visibility.PUBLIC)


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
        real = {stand_in: _UNSAFE.sub(lambda match: quote(match[0]), url) for stand_in, url in addresses.items()}

        def place(text: str | None) -> str | None:
            for stand_in in sorted(real, key=len, reverse=True):
                text = text and text.replace(stand_in, real[stand_in])
            return text

        body = place(self.body) or ""
        plain = place(self.plain) or ""
        return replace(self, body=body, plain=plain, canonical_url=place(self.canonical_url), cover=place(self.cover))
