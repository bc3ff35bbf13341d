"""Past issues as values, and which of them the ledger has already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol
from urllib.parse import urlsplit

from newsletter_bot.model import IssueRecord


class Fetched(Protocol):
    """A page from the network: the address at which it was found, and its bytes."""

    @property
    def url(self) -> str:
        """Where it was found in the end."""
        ...

    @property
    def data(self) -> bytes:
        """What was found there."""
        ...


Fetch = Callable[[str], Fetched]
"""Gets one page within the limits of the network. Raises SourceError when it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One issue that was out before the bot came.

    ``id`` is its identity in the source, ``published`` is aware and in the newsletter's zone, ``source`` says where it
    was read; ``text_digest`` covers the body as that of a draft does, where the source has the writer's own text.
    """

    id: str
    title: str
    published: datetime
    source: str
    url: str | None = None
    slug: str = ""
    text_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the source that is no past issue, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """The past issues of a source, oldest first, and what was left out."""

    pasts: tuple[Past, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Matching:
    """Past issues that the ledger does not have, and those that it has, each with its record."""

    new: tuple[Past, ...]
    matched: tuple[tuple[Past, IssueRecord], ...]


def distinct(history: History) -> History:
    """The history in order of time, with each issue once.

    Two are the same when they agree in id, or in their title and either address or moment: some feeds give all their
    entries one address.
    """
    seen: dict[object, Past] = {}
    kept: list[Past] = []
    skipped = list(history.skipped)
    for past in sorted(history.pasts, key=lambda past: past.published):
        signs = _signs(past)
        twin = next((seen[sign] for sign in signs if sign in seen), None)
        if twin is None:
            kept.append(past)
        else:
            where = "" if twin.source == past.source else f" ({twin.source})"
            skipped.append(Skipped(past.source, f"the same issue as {twin.title!r}{where}"))
        for sign in signs:
            seen.setdefault(sign, twin or past)
    return History(tuple(kept), tuple(skipped))


def _signs(past: Past) -> list[object]:
    title, address = _folded(past.title), _address(past.url)
    signs: list[object] = [("id", past.id), ("title", title, past.published)]
    return [*signs, ("url", address, title)] if address else signs


def match(pasts: Sequence[Past], known: Sequence[IssueRecord], *, urls: Mapping[str, str] | None = None) -> Matching:
    """Which past issues are new, and which the ledger has: by address, by the writer's text, by slug or title on one day.

    ``urls`` maps addresses of posts that the bot has published to ids of their issues. Each record is matched once; an
    address that several past issues share says nothing.
    """
    index = _index(known, urls or {}, pasts[0].published.tzinfo if pasts else None)
    shared = {address for address, times in Counter(_address(past.url) for past in pasts).items() if times > 1}
    new: list[Past] = []
    matched: list[tuple[Past, IssueRecord]] = []
    taken: set[str] = set()
    for past in pasts:
        signs = [sign for sign in _past_signs(past) if sign[0] != "url" or sign[1] not in shared]
        record = next((record for sign in signs for record in index.get(sign, ()) if record.id not in taken), None)
        if record is None:
            new.append(past)
        else:
            taken.add(record.id)
            matched.append((past, record))
    return Matching(tuple(new), tuple(matched))


Sign = tuple[str, ...]
"""A mark by which an issue is known again: its kind, then its parts."""


def _past_signs(past: Past) -> list[Sign]:
    return _marks(past.url, past.text_digest, past.slug, past.title, past.published)


def _index(
    known: Iterable[IssueRecord], urls: Mapping[str, str], zone: tzinfo | None
) -> Mapping[Sign, Sequence[IssueRecord]]:
    index: defaultdict[Sign, list[IssueRecord]] = defaultdict(list)
    by_id: dict[str, IssueRecord] = {}
    for record in known:
        by_id[record.id] = record
        moment = record.imported_at or record.clock
        local = moment and moment.astimezone(zone)
        for sign in _marks(record.url, record.text_digest, record.slug, record.title, local):
            index[sign].append(record)
    for url, issue in urls.items():
        if (address := _address(url)) and issue in by_id:
            index["url", address].append(by_id[issue])
    return index


def _marks(url: str | None, text: str | None, slug: str, title: str, moment: datetime | None) -> list[Sign]:
    """The surest first; slug and title mean nothing without the day."""
    address = _address(url)
    marks: list[Sign] = [("url", address)] if address else []
    marks += [("text", text)] if text else []
    if moment is not None:
        day = moment.date().isoformat()
        marks += [("slug", slug.casefold(), day)] if slug else []
        marks += [("title", _folded(title), day)] if title else []
    return marks


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _address(url: str | None) -> str | None:
    """The address without what does not tell posts apart: scheme, www, fragment, campaign words, a slash at the end."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    words = "&".join(word for word in parts.query.split("&") if word and not word.startswith(("utm_", "source=rss")))
    host = (parts.netloc.rpartition("@")[2] or "").casefold().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}{'?' if words else ''}{words}"
