"""Past issues from a feed: RSS, Atom or JSON Feed, a file or an address, with all the pages that it links to.

A feed is somebody's text: what it declares as entities is dropped before it is read, its markup is never kept, and its
pages are followed only so far. An entry without a date is left out: no date is invented.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from newsletter_bot.errors import SourceError
from newsletter_bot.history.dates import NoDateError, UnknownFormError, in_zone, moment
from newsletter_bot.history.past import Fetch, History, Past, Skipped

MOST_PAGES = 1000
LARGEST = 100_000_000
DATES = ("published", "updated", "created")
JSON_DATES = ("date_published",)
_NUMBERED = re.compile(rb"(&(?:amp;)?#)(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_LONGEST_NUMBER = 12
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_MARKUP = re.compile(r"<[^>]*>")


class Entry(NamedTuple):
    """One entry as the feed has it, before anything is made of it."""

    id: str
    title: str
    url: str
    date: str
    parsed: datetime | None = None
    """The date as the library understood it, for ways of writing that only it knows."""


class FeedPage(NamedTuple):
    """The entries of one page of a feed, and the addresses of the pages after it."""

    entries: tuple[Entry, ...]
    further: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What has been read of a feed so far."""

    zone: str
    pasts: list[Past] = field(default_factory=list[Past])
    skipped: list[Skipped] = field(default_factory=list[Skipped])

    def take(self, page: FeedPage, source: str) -> None:
        """The entries of one page."""
        for number, entry in enumerate(page.entries, 1):
            try:
                self.pasts.append(_past(entry, source, self.zone))
            except NoDateError as error:
                self.skipped.append(
                    Skipped(entry.url or entry.title or entry.id or f"{source}, entry {number}", str(error))
                )


def read_file(path: Path, *, zone: str, fetch: Fetch) -> History:
    """The past issues of a feed's file and of the pages that it links to. Raises SourceError when it is no feed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the feed cannot be read: {error.strerror}", file=str(path)) from error
    reading = Reading(zone)
    page = parse(data, str(path))
    reading.take(page, path.name)
    return _follow(reading, [url for url in page.further if _is_web(url)], fetch, seen=set())


def read_address(url: str, *, zone: str, fetch: Fetch) -> History:
    """The past issues of a feed on the network, all pages. Raises SourceError when the first page cannot be had."""
    fetched = fetch(url)
    reading = Reading(zone)
    page = parse(fetched.data, url)
    reading.take(page, url)
    further = [urljoin(fetched.url, address) for address in page.further]
    return _follow(reading, further, fetch, seen={url, fetched.url})


def _follow(reading: Reading, waiting: list[str], fetch: Fetch, *, seen: set[str]) -> History:
    """Reads further pages, each once; one that cannot be had is told, and the others count."""
    pages = 0
    while waiting:
        url = waiting.pop(0)
        if url in seen or not _is_web(url):
            continue
        seen.add(url)
        pages += 1
        if pages > MOST_PAGES:
            reading.skipped.append(Skipped(url, f"more than {MOST_PAGES} pages"))
            break
        try:
            fetched = fetch(url)
            page = parse(fetched.data, url)
        except SourceError as error:
            reading.skipped.append(Skipped(url, f"this page of the feed cannot be had: {error.message}"))
            continue
        reading.take(page, url)
        waiting += [urljoin(fetched.url, address) for address in page.further]
    return History(tuple(reading.pasts), tuple(reading.skipped))


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def parse(data: bytes, source: str) -> FeedPage:
    """One page of a feed. Raises SourceError for what is no feed."""
    if len(data) > LARGEST:
        raise SourceError(f"the feed is larger than {LARGEST // 1_000_000} MB", file=source)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _json_feed(data, source) if start == b"{" else _xml_feed(data, source)


def _json_feed(data: bytes, source: str) -> FeedPage:
    import json

    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SourceError("this is no JSON feed: it is not JSON", file=source) from error
    items = feed.get("items")
    if not isinstance(items, list):
        raise SourceError("this is no JSON feed: it has no items", file=source)
    base = next((url for key in ("home_page_url", "feed_url") if isinstance(url := feed.get(key), str)), source)
    entries = tuple(_json_entry(item, base) for item in items if isinstance(item, dict))
    further = feed.get("next_url")
    return FeedPage(entries, (further,) if isinstance(further, str) and further else ())


def _json_entry(item: Mapping[str, Any], base: str) -> Entry:
    def text(*keys: str) -> str:
        return next((str(value) for key in keys if isinstance(value := item.get(key), str | int) and value != ""), "")

    return Entry(text("id"), text("title"), _joined(base, text("url", "external_url")), text(*JSON_DATES))


def _joined(base: object, link: str) -> str:
    """The link as an address of the web, where the feed says where it is at home."""
    if not link or _is_web(link) or not isinstance(base, str) or not _is_web(base):
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _xml_feed(data: bytes, source: str) -> FeedPage:
    import feedparser

    harmless = io.BytesIO(_without_entities(data))
    try:
        feed = feedparser.parse(harmless, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError, AssertionError, ArithmeticError, RecursionError) as error:
        raise SourceError("the feed cannot be read", file=source) from error
    if not feed.entries and not feed.get("version"):
        fix = "give the address of the feed itself, not that of the page"
        raise SourceError("this is no RSS, Atom or JSON feed", file=source, fix=fix)
    links = feed.feed.get("links", [])
    further = [link["href"] for link in links if link.get("rel") in {"next", "prev-archive"} and link.get("href")]
    return FeedPage(tuple(_xml_entries(feed.entries, feed.feed.get("link") or source)), tuple(further))


def _xml_entries(entries: list[Any], base: str) -> Iterator[Entry]:
    for entry in entries:
        # looked up by containment: asking for "updated" would warn and answer with another date
        key = next((key for key in DATES if entry.get(key)), None)
        parsed = entry.get(f"{key}_parsed") if key else None
        identity = entry.get("id") or ""
        link = entry.get("link") or (identity if _is_web(identity) else "")
        title = entry.get("title") or ""
        moment_read = _utc(parsed[:6]) if parsed else None
        yield Entry(identity, title, _joined(base, link), str(entry[key]) if key else "", moment_read)


def _utc(parts: Sequence[int]) -> datetime | None:
    try:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
    except (ValueError, TypeError, OverflowError):
        return None


def _without_entities(data: bytes) -> bytes:
    """The feed without its document type: entities that it declares could unfold without end or name files."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        data = _DECLARED.sub("", text).encode()
    return _without_impossible(_DOCTYPE.sub(b"", data, count=1))


def _without_impossible(data: bytes) -> bytes:
    """The feed with references to characters that do not exist as the mark for that: the reader would fail at them."""

    def possible(match: re.Match[bytes]) -> bytes:
        start, digits = match.groups()
        hexadecimal = digits[:1] in b"xX"
        if len(digits) > _LONGEST_NUMBER:
            return start + b"xFFFD;"
        number = int(digits[1:] if hexadecimal else digits, 16 if hexadecimal else 10)
        return start + b"xFFFD;" if number > sys.maxunicode or 0xD800 <= number < 0xE000 else match[0]

    return _NUMBERED.sub(possible, data)


def _past(entry: Entry, source: str, zone: str) -> Past:
    if not entry.date.strip():
        raise NoDateError("no date")
    published = _published(entry, zone)
    title = " ".join(_MARKUP.sub("", entry.title).split())
    slug = _slug(entry.url)
    return Past(
        id=entry.id or f"{entry.url} {title} {published.isoformat()}".strip(),
        title=title or slug.replace("-", " ") or "Untitled",
        published=published,
        source=source,
        url=entry.url if _is_web(entry.url) else None,
        slug=slug,
    )


def _published(entry: Entry, zone: str) -> datetime:
    try:
        return moment(entry.date, zone)
    except UnknownFormError:
        if entry.parsed is None:
            raise
        return in_zone(entry.parsed, zone)


def _slug(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].removesuffix(".html")
    except ValueError:
        return ""
