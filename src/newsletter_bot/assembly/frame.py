"""What the settings say about every issue of a newsletter, and what one issue is made of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NotRequired, TypedDict

from newsletter_bot.assembly.folder import Fault
from newsletter_bot.model import IssueRecord, Listing, Notice, Picture, Slot

SECTIONS = ("housekeeping", "events", "body", "footnotes", "sign_off")
"""The built-in sections in their usual order."""


class Style(StrEnum):
    """How events are told: one bullet for each place, or a paragraph for each month."""

    LIST = "list"
    PROSE = "prose"


class Composition(StrEnum):
    """What leads an issue: one draft, or all that are ready, each a section."""

    SINGLE = "single"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stays the same from issue to issue.

    ``timezone`` is an IANA name; ``headings`` maps a section to its heading (missing: the language's own word, empty:
    none); ``sign_off`` is the writer's Markdown; ``number_in_title`` is None or a pattern with ``{number}``, ``{title}``
    and ``{newsletter}``; ``templates`` maps a section, or ``issue`` for the whole, to Jinja2 source; ``smart`` asks for
    typographic quotes and dashes.
    """

    newsletter: str = ""
    title: str = ""
    author: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    sections: tuple[str, ...] = SECTIONS
    headings: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    sign_off: str = ""
    horizon: timedelta = timedelta(days=60)
    events_style: Style | str = Style.LIST
    number_in_title: str | None = None
    reading_time: bool = False
    templates: Mapping[str, str] = field(default_factory=dict[str, str])
    compose: Composition | str = Composition.SINGLE
    smart: bool = True

    @property
    def zone(self) -> tzinfo:
        """The newsletter's time zone."""
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.timezone)

    def local_day(self, moment: datetime) -> date:
        """The day on which a moment falls where the newsletter is at home."""
        return moment.astimezone(self.zone).date()


class Material(TypedDict):
    """Everything but the drafts that one issue is assembled from.

    ``clock`` is the moment for which it is assembled (aware), ``previous`` the issue before it; ``pictures``, and the
    ``faults`` of those that cannot be shown, are keyed by ``path_of`` file and source; ``issues`` maps the paths of drafts
    to the ids of their issues, ``paths`` are those of all drafts.
    """

    frame: Frame
    number: int
    slot: Slot | str
    clock: datetime
    notices: NotRequired[Sequence[Notice]]
    listings: NotRequired[Sequence[Listing]]
    previous: NotRequired[IssueRecord | None]
    pictures: NotRequired[Mapping[str, Picture]]
    faults: NotRequired[Mapping[str, Fault]]
    issues: NotRequired[Mapping[str, str]]
    paths: NotRequired[Collection[str]]
