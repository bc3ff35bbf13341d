"""The groups of schedule.yaml that belong to no platform: each field is one key, with its default and meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from newsletter_bot.errors import SettingsError
from newsletter_bot.settings.keys import key
from newsletter_bot.settings.kinds import (
    ADDRESS,
    FLAG,
    LANGUAGE,
    SOURCE,
    URL,
    Address,
    Kind,
    choice,
    count,
    list_of,
    text,
)
from newsletter_bot.settings.place import Place
from newsletter_bot.settings.times import ZONE, duration
from newsletter_bot.settings.tree import Node

SectionName = Literal["housekeeping", "events", "body", "footnotes", "sign_off"]
Compose = Literal["single", "digest"]
Style = Literal["list", "prose"]

SECTIONS: tuple[SectionName, ...] = get_args(SectionName)
NUMBERED = "#{number}: {title}"
"""What ``number_in_title: true`` stands for."""

_HEADING = text(longest=120, blank=True)


def _read_numbering(node: Node, place: Place) -> str:
    """Empty for no number, else a template with {number} and {title}."""
    try:
        return NUMBERED if FLAG.read(node, place) else ""
    except SettingsError:
        pattern = text(longest=120).read(node, place)
    words = re.findall(r"\{([^{}]*)\}", pattern)
    rest = re.sub(r"\{[^{}]*\}", "", pattern)
    if sorted(words) != ["number", "title"] or "{" in rest or "}" in rest:
        raise place.error("true, false or a pattern with {number} and {title} is expected", f'such as "{NUMBERED}"')
    return pattern


_NUMBERING_PATTERN = r"^[^{}]*(\{number\}[^{}]*\{title\}|\{title\}[^{}]*\{number\})[^{}]*$"
_NUMBERING: Kind[str] = Kind(
    _read_numbering, {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _NUMBERING_PATTERN}]}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterSettings:
    """Whose newsletter it is; ``id`` and ``title`` are never empty once the file is read."""

    id: str = field(default="", metadata=key(text(longest=120), "stable identity; default: the folder's name"))
    title: str = field(default="", metadata=key(text(), "name that readers see; default: the id"))
    author: str | None = field(default=None, metadata=key(text(), "who writes"))
    url: str | None = field(default=None, metadata=key(URL, "where the newsletter lives"))
    language: str = field(
        default="en", metadata=key(LANGUAGE, "language of dates, lists and headings, such as en or pt-BR")
    )
    timezone: str = field(default="UTC", metadata=key(ZONE, "IANA name; every local time of the file is in it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSettings:
    """What an issue is made of; ``number_in_title`` is empty or a pattern with {number} and {title}."""

    sections: tuple[SectionName, ...] = field(
        default=SECTIONS, metadata=key(list_of(choice(SECTIONS), least=1), "parts of an issue, in order")
    )
    number_from: int = field(default=1, metadata=key(count(0, 1_000_000), "number of the first issue"))
    compose: Compose = field(
        default="single",
        metadata=key(
            choice(get_args(Compose)), "single: one draft leads each issue; digest: every ready draft is a section"
        ),
    )
    sign_off: str = field(
        default="", metadata=key(text(lines=True, longest=20_000, blank=True), "last words of every issue (Markdown)")
    )
    number_in_title: str = field(
        default="", metadata=key(_NUMBERING, 'true, or a pattern such as "{title} (no. {number})"')
    )
    reading_time: bool = field(default=False, metadata=key(FLAG, "say how long the issue takes to read"))
    footnotes_heading: str = field(
        default="", metadata=key(_HEADING, "heading above footnotes; empty: the language's own word")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HousekeepingSettings:
    """The notices of an issue."""

    heading: str = field(default="Housekeeping", metadata=key(_HEADING, "heading above the notices; empty for none"))
    feeds: tuple[str, ...] = field(
        default=(), metadata=key(list_of(URL), "feeds whose new entries become suggested notices")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSettings:
    """The events of an issue; ``sources`` are addresses or paths relative to drafts/."""

    heading: str = field(default="Events", metadata=key(_HEADING, "heading above the events; empty for none"))
    sources: tuple[str, ...] = field(
        default=("_events.yaml",),
        metadata=key(list_of(SOURCE), "YAML, CSV, JSON or .ics: paths relative to drafts/, or addresses"),
    )
    horizon: timedelta = field(
        default=timedelta(days=60), metadata=key(duration(timedelta(hours=1)), "how far ahead events are listed")
    )
    style: Style = field(default="list", metadata=key(choice(get_args(Style)), "events as a list or in sentences"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonSettings:
    """How the long-running process behaves; without ``status`` there is no status page."""

    quiet: timedelta = field(
        default=timedelta(seconds=2),
        metadata=key(duration(), "a saved draft is taken up after so long without a change"),
    )
    poll: timedelta = field(
        default=timedelta(minutes=15),
        metadata=key(duration(timedelta(seconds=1)), "how often feeds, platforms and waiting deliveries are looked at"),
    )
    remind: tuple[timedelta, ...] = field(
        default=(timedelta(hours=48), timedelta(hours=12)),
        metadata=key(list_of(duration(timedelta(minutes=1))), "how long before a slot at risk to say so"),
    )
    status: Address | None = field(
        default=Address("127.0.0.1", 8484), metadata=key(ADDRESS, "host:port of the status page, or off")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """How the bot behaves on the network; without ``user_agent`` it gives its own honest name."""

    allow_private: bool = field(
        default=False, metadata=key(FLAG, "feeds, calendars, links and images may come from private addresses")
    )
    user_agent: str | None = field(default=None, metadata=key(text(), "name that the bot gives to servers"))
