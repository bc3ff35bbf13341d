"""Feeds of others: RSS, Atom and JSON Feed, read from bytes into entries of plain text."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from newsletter_bot.model import Finding, Level, digest_of
from newsletter_bot.sources.addresses import shown_address
from newsletter_bot.sources.fields import is_web_address
from newsletter_bot.sources.foreign import plain_line, plain_text

ENTRIES = 300
"""Most entries that are taken from one page of a feed."""
MARKS = 100_000
"""Most tags and entities that are read: a few megabytes of them cost the parser minutes."""
TITLE = 300
_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
_MARK = re.compile(rb"[<&]")
_NUMBERED = re.compile(rb"(&(?:amp;)?#)(x[0-9a-f]+|[0-9]+);?", re.IGNORECASE)
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: every text is plain, ``url`` is http(s) or None, ``published`` has an offset where the feed says when."""

    id: str
    title: str
    url: str | None = None
    published: datetime | None = None
    summary_text: str = ""
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed, newest first as it was sent; ``next_page`` is where older entries are."""

    title: str = ""
    entries: tuple[Entry, ...] = ()
    next_page: str | None = None
    findings: tuple[Finding, ...] = ()


def read_feed(body: bytes, media_type: str, address: str) -> Feed:
    """The feed that the bytes hold; what is no feed is an empty one with a finding.

    ``media_type`` may carry a charset; ``address`` is where it was fetched, to which relative addresses refer.
    """
    head = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{") or ("json" in media_type.lower() and not head.startswith(b"<")):
        return _json_feed(body, address)
    return _xml_feed(body, media_type, address)


def _no_feed(address: str, why: str) -> Feed:
    fix = "check that the address is that of a feed"
    return Feed(findings=(Finding(level=Level.WARNING, message=why, fix=fix, file=shown_address(address)),))


# --- RSS and Atom ---------------------------------------------------------------------------------------------------


def _xml_feed(body: bytes, media_type: str, address: str) -> Feed:
    import feedparser

    # Without a charset in the answer, the document's own declaration counts, which text/xml would override
    kind = media_type if "charset=" in media_type else "application/xml"
    headers = {"content-type": kind, "content-location": address}
    read = _first_part(body)
    harmless = io.BytesIO(_without_impossible(read))
    try:
        parsed: Any = feedparser.parse(
            harmless, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, LookupError, AssertionError, ArithmeticError, RecursionError):
        return _no_feed(address, "the feed cannot be read")
    told: Mapping[str, Any] = parsed.feed
    version = parsed.get("version")
    entries = tuple(_xml_entry(one, address) for one in parsed.entries[:ENTRIES])
    if not entries and not version:
        return _no_feed(address, "this is no feed")
    return Feed(
        title=_xml_text(told, "title", TITLE),
        entries=_one_each(entries),
        next_page=_next_page(told.get("links") or (), address),
        findings=_cut(address) if len(read) < len(body) else _broken(parsed, address),
    )


def _first_part(body: bytes) -> bytes:
    """As much of the document as its first entries need, and no more marks than can be read in seconds."""
    entries = next(islice(_END.finditer(body), ENTRIES - 1, None), None)
    if entries is not None:
        body = body[: entries.end()]
    marks = next(islice(_MARK.finditer(body), MARKS, None), None)
    return body[: marks.start()] if marks is not None else body


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


def _cut(address: str) -> tuple[Finding, ...]:
    message = "the feed is very long: only its first entries are read"
    return (Finding(level=Level.INFO, message=message, file=shown_address(address)),)


def _broken(parsed: Any, address: str) -> tuple[Finding, ...]:
    error = parsed.get("bozo_exception") if parsed.bozo else None
    if error is None or type(error).__name__ in {"CharacterEncodingOverride", "NonXMLContentType"}:
        return ()
    line = getattr(error, "getLineNumber", lambda: None)()
    message = f"the feed is not well-formed; what could be read is used ({plain_line(str(error), length=100)})"
    return (Finding(level=Level.INFO, message=message, file=shown_address(address), line=line),)


def _xml_entry(entry: Mapping[str, Any], address: str) -> Entry:
    url = _web(entry.get("link"), address) or next(
        (found for link in entry.get("links") or () if (found := _web(link.get("href"), address))), None
    )
    title = _xml_text(entry, "title", TITLE)
    summary = _xml_text(entry, "summary", 500)
    dates = (entry[key] for key in ("published_parsed", "updated_parsed") if key in entry)
    published = next((moment for parts in dates if (moment := _moment(parts))), None)
    return Entry(
        id=plain_line(str(entry.get("id") or ""), length=1000) or url or digest_of(f"{title}\n{published}"),
        title=title or summary[:80],
        url=url,
        published=published,
        summary_text=summary,
        author=plain_text(str(entry.get("author") or ""), length=200) or None,
    )


def _xml_text(values: Mapping[str, Any], key: str, length: int) -> str:
    text = str(values.get(key) or "")
    kind = (values.get(f"{key}_detail") or {}).get("type", "text/html")
    return (
        plain_line(text, length=length) if kind == "text/plain" and "<" not in text else plain_text(text, length=length)
    )


def _moment(parts: Any) -> datetime | None:
    """Feedparser gives UTC as a tuple of numbers, or nothing for a date that it cannot read."""
    try:
        year, month, day, hour, minute, second = parts[:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _next_page(links: Iterable[Mapping[str, Any]], address: str) -> str | None:
    found = (_web(link.get("href"), address) for link in links if link.get("rel") == "next")
    return next((url for url in found if url and url != address), None)


# --- JSON Feed (jsonfeed.org, version 1.1) ----------------------------------------------------------------------------


def _json_feed(body: bytes, address: str) -> Feed:
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _no_feed(address, "this is no valid JSON")
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return _no_feed(address, "this JSON is no feed")
    entries = tuple(_json_entry(one, address) for one in value["items"][:ENTRIES] if isinstance(one, dict))
    return Feed(
        title=plain_line(_said(value, "title"), length=TITLE),
        entries=_one_each(entries),
        next_page=_web(value.get("next_url"), address),
    )


def _json_entry(item: Mapping[str, Any], address: str) -> Entry:
    url = _web(item.get("url"), address) or _web(item.get("external_url"), address)
    html = plain_text(_said(item, "content_html"), length=500)
    summary = plain_line(_said(item, "summary") or _said(item, "content_text"), length=500) or html
    title = plain_line(_said(item, "title"), length=TITLE)
    return Entry(
        id=plain_line(str(item.get("id") or ""), length=1000) or url or digest_of(f"{title}\n{summary}"),
        title=title or summary[:80],
        url=url,
        published=_iso(_said(item, "date_published") or _said(item, "date_modified")),
        summary_text=summary,
        author=_json_author(item),
    )


def _json_author(item: Mapping[str, Any]) -> str | None:
    authors = item.get("authors")
    several = authors if isinstance(authors, list) else [item.get("author")]
    names = [_said(one, "name") for one in several if isinstance(one, dict)]
    return plain_line(", ".join(name for name in names if name), length=200) or None


def _said(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _web(value: object, address: str) -> str | None:
    """An absolute http(s) address, or None: ``javascript:`` and friends lead nowhere."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        url = urljoin(address, value.strip().replace(" ", "%20"))
    except ValueError:
        return None
    return url if is_web_address(url) and len(url) < 2000 else None


def _one_each(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple({entry.id: entry for entry in reversed(entries)}.values())[::-1]
