"""What Medium's public feed and pages can tell of a post: the only look back that Medium gives."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from newsletter_bot.errors import Unavailable, Undecided
from newsletter_bot.model import Receipt, Rendition, Visibility
from newsletter_bot.platforms._answers import Answer
from newsletter_bot.platforms._faults import without_markup
from newsletter_bot.ports import Trace

FEED_HEADERS = {"Accept": "application/rss+xml, application/xml;q=0.9, */*;q=0.1"}
PAGE_HEADERS = {"Accept": "text/html, */*;q=0.1"}
TITLE_LENGTH = 100
MARGIN = timedelta(minutes=2)
"""Clocks may differ by that much beyond what the Date header tells."""
PATIENCE = timedelta(days=1)
"""So long a feed that is out of date is read again before a person is asked."""
WHOLE_FEED = 10
"""The feed shows that many posts; with fewer there are no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A public post as the feed shows it."""

    id: str
    url: str
    title: str
    text: str
    public_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest public posts, and when the feed was built."""

    entries: tuple[Entry, ...]
    built_at: datetime | None


def cut_title(title: str) -> str:
    """The title as Medium takes it in its own field: a longer one would be ignored; the text shows it whole."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def feed_of(profile: str) -> str:
    """The feed's address from a profile's. Raises Undecided when the account tells no profile."""
    parts = urlsplit(profile)
    if not parts.netloc:
        raise Undecided("Medium names no address of the account, so its feed is unknown", fix="set feed")
    parent, _, name = parts.path.rstrip("/").rpartition("/")
    return f"{parts.scheme}://{parts.netloc}{parent}/feed/{name}".rstrip("/")


def parse(answer: Answer) -> Feed:
    """The feed in an answer. Raises Unavailable when it is none."""
    import feedparser

    parsed = feedparser.parse(answer.body)
    if not parsed.get("version"):
        raise Unavailable("Medium: what stands at the feed's address is no feed", fix="look at feed in the settings")
    built = parsed.feed.get("updated_parsed") or parsed.feed.get("published_parsed")
    return Feed(entries=tuple(_entry(entry) for entry in parsed.entries), built_at=_moment(built))


def _entry(entry: Any) -> Entry:
    get = entry.get
    link = str(get("link") or "")
    number = re.search(r"([0-9a-f]{6,16})/?$", str(get("id") or "")) or re.search(r"-([0-9a-f]{6,16})(?:[?/#]|$)", link)
    content = get("content") or ()
    html = str(content[0].get("value") or "") if content else str(get("summary") or "")
    return Entry(
        id=number[1] if number else str(get("id") or link),
        url=link.partition("?")[0],
        title=_flat(str(get("title") or "")),
        text=bare(html),
        public_at=_moment(get("published_parsed") or get("updated_parsed")),
    )


def _moment(parts: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if isinstance(parts, tuple) else None
    except (ValueError, OverflowError, TypeError):
        return None


def bare(html: str) -> str:
    """The letters and digits of a text, without markup: enough to tell two texts apart."""
    text = unescape(without_markup(html))
    return "".join(char for char in text.casefold() if char.isalnum())


def _flat(title: str) -> str:
    return " ".join(unescape(title).split())


def find(
    read: Callable[[], tuple[Answer, Feed]], rendition: Rendition, trace: Trace, *, settle: timedelta, certain: bool
) -> Receipt | None:
    """The public post of a lost answer. ``certain``: the feed is the account's own, so that an absence may count."""
    if rendition.visibility is not Visibility.PUBLIC:
        raise Undecided("Medium shows drafts to nobody but their author", fix="look at the account's drafts on Medium")
    answer, feed = read()
    since = trace.sending_at + answer.lead
    ours = [entry for entry in feed.entries if _is_ours(entry, rendition, since - MARGIN)]
    if len(ours) == 1:
        return _receipt(ours[0])
    if ours:
        there = ", ".join(entry.url for entry in ours[:5])
        raise Undecided(f"Medium holds this text {len(ours)} times: {there}", fix="keep one, delete the others")
    settled = max(since + settle, (trace.settled_at or trace.sending_at) + answer.lead)
    if certain and feed.built_at and feed.built_at < settled and answer.received < trace.sending_at + PATIENCE:
        raise Unavailable("Medium's feed is from before the post would show; it is read again")
    if certain and _reaches(feed, since, settled):
        return None
    raise Undecided(
        "Medium's feed does not show the post, which proves nothing yet", fix="look at the account's stories on Medium"
    )


def inspected(feed: Feed, receipt: Receipt) -> Receipt:
    """The receipt as of now: public once the feed shows its id; what it does not show still waits as a draft."""
    pointed_at = (
        receipt.remote_id.rstrip("/").rpartition("/")[2].rpartition("-")[2]
    )  # a person may have given the address
    entry = next((entry for entry in feed.entries if entry.id in (receipt.remote_id, pointed_at)), None)
    if entry is None:
        return receipt
    return replace(receipt, url=entry.url or receipt.url, visibility=Visibility.PUBLIC, public_at=entry.public_at)


def _is_ours(entry: Entry, rendition: Rendition, since: datetime) -> bool:
    if entry.title not in {_flat(rendition.title), cut_title(rendition.title)}:
        return False
    if entry.public_at is not None and entry.public_at >= since:
        return True
    title, text = bare(rendition.title), bare(rendition.body)
    return entry.text.removeprefix(title) == text.removeprefix(title)


def _reaches(feed: Feed, since: datetime, settled: datetime) -> bool:
    """Whether a post of that time would have to be in the feed: built late enough, reaching back far enough."""
    if feed.built_at is None or feed.built_at < settled:
        return False
    times = [entry.public_at for entry in feed.entries]
    older = any(time is not None and time < since - MARGIN for time in times)
    return None not in times and (older or len(times) < WHOLE_FEED)


def _receipt(entry: Entry) -> Receipt:
    return Receipt(remote_id=entry.id, url=entry.url or None, visibility=Visibility.PUBLIC, public_at=entry.public_at)


def page_shows(answer: Answer, title: str) -> bool:
    """Whether a public page carries the title."""
    return answer.ok and bare(title) in bare(answer.text)
