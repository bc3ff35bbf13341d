"""Drafts, frames and issues as the tests of assembly and renditions need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newsletter_bot import markup
from newsletter_bot.assembly import Frame, assemble
from newsletter_bot.document import Block, Document
from newsletter_bot.model import Draft, Format, Issue, Listing, Notice, Origin, Picture

PACIFIC = ZoneInfo("America/Los_Angeles")
CLOCK = datetime(2026, 5, 27, 9, tzinfo=PACIFIC)


def draft(body: str = "Hello.\n", **changes: Any) -> Draft:
    given: dict[str, Any] = {"id": "wheels", "path": "drafts/wheels.md", "title": "Wheels", "body": body, **changes}
    return Draft(**given)


def frame(**changes: Any) -> Frame:
    given: dict[str, Any] = {"newsletter": "signals", "title": "Signals", "timezone": "America/Los_Angeles", **changes}
    return Frame(**given)


def issue_of(*drafts: Draft, **material: Any) -> Issue:
    given: dict[str, Any] = {"frame": frame(), "number": 7, "slot": "2026-W22", "clock": CLOCK, **material}
    return assemble(drafts or (draft(),), **given)


def plain(issue: Issue) -> str:
    return markup.write(issue.document, Format.PLAIN)


def html(issue: Issue | Document) -> str:
    return markup.write(issue.document if isinstance(issue, Issue) else issue, Format.HTML)


def told(blocks: Sequence[Block]) -> str:
    return markup.write(Document(tuple(blocks)), Format.PLAIN).strip()


def picture(letter: str = "a", **changes: Any) -> Picture:
    given: dict[str, Any] = {
        "digest": letter * 64,
        "media_type": "image/png",
        "width": 640,
        "height": 480,
        "name": f"{letter}.png",
        "data": b"png",
        **changes,
    }
    return Picture(**given)


def listing(title: str = "Fair", start: date | datetime = date(2026, 6, 3), **changes: Any) -> Listing:
    return Listing(title=title, start=start, **changes)


def notice(text: str, until: date | None = None, line: int | None = 3, key: str | None = None) -> Notice:
    return Notice(text=text, until=until, origin=Origin(file="drafts/_housekeeping.md", line=line, key=key))


def in_days(days: int) -> date:
    return CLOCK.date() + timedelta(days=days)


def at(hour: int, minute: int = 0, *, day: date = date(2026, 6, 3)) -> datetime:
    """Wall time without a zone, as a writer gives it."""
    return datetime.combine(day, time(hour, minute))
