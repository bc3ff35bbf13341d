"""Sources outside the folder: asked only for what changed, and what they last said remembered in the ledger."""

from __future__ import annotations

import json
from base64 import b85decode, b85encode
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zlib import compress, decompress

from newsletter_bot.errors import DraftError, SourceError
from newsletter_bot.model import digest_of
from newsletter_bot.ports import Ledger
from newsletter_bot.sources.fetch import Fetched, Limits, fetch

STALE = timedelta(days=7)
"""A copy older than this stands in for nothing any more."""
AT_ONCE = 8
"""Sources asked side by side."""

One = TypeVar("One")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a source said, and when that was last known to hold."""

    body: bytes
    media_type: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A source's copy; ``trouble`` says why it is not what the source says now."""

    copy: Copy
    trouble: SourceError | DraftError | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the ledger remembers of sources under one prefix; addresses may hold secrets and are kept as digests only."""

    ledger: Ledger
    prefix: str
    limits: Limits
    now: datetime

    def facts(self, address: str) -> Mapping[str, Any]:
        """What is remembered beside the body; empty for a source that was never had."""
        known = self.ledger.recall(self._key(address))
        return json.loads(known) if known else {}

    def ask(self, address: str, *, accept: str) -> Fetched:
        """The source's answer; status 304 when nothing changed since what is remembered. Raises SourceError."""
        known = self.facts(address)
        etag, date = known.get("etag"), known.get("last_modified")
        return fetch(address, limits=self.limits, etag=etag, last_modified=date, accept=accept)

    def keep(self, address: str, found: Fetched, **more: str) -> None:
        """Remember an answer without its body: its marks of version and its kind."""
        fresh = {"etag": found.etag, "last_modified": found.last_modified, "media_type": found.media_type}
        if found.status == 304:
            fresh = {"etag": found.etag or self.facts(address).get("etag")}
        known = {**self.facts(address), **fresh, **more, "at": self.now.isoformat()}
        self.ledger.remember(self._key(address), json.dumps(known))

    def copy(self, address: str) -> Copy | None:
        """What the source said when it was last had whole, or None."""
        known, body = self.facts(address), self.ledger.recall(self._body_key(address))
        if not known or body is None:
            return None
        at = datetime.fromisoformat(known["at"])
        return Copy(body=decompress(b85decode(body)), media_type=str(known.get("media_type") or ""), at=at)

    def hear(self, address: str, understand: Callable[[Copy], object], *, accept: str) -> Heard:
        """What the source says now or, while it is down or talks nonsense, what it said within the last days.

        ``understand`` raises SourceError or DraftError for what is nonsense. Raises one of them when there is no copy.
        """
        try:
            return self._fresh(address, understand, accept)
        except (SourceError, DraftError) as error:
            known = self.copy(address)
            if known is None or self.now - known.at > STALE:
                raise
            return Heard(copy=known, trouble=error)

    def _fresh(self, address: str, understand: Callable[[Copy], object], accept: str) -> Heard:
        found = self.ask(address, accept=accept)
        known = self.copy(address) if found.status == 304 else None
        if found.status == 304 and known is None:
            found = fetch(address, limits=self.limits, accept=accept)
        moved_to = found.url if found.moved else None
        if known is not None:
            self.keep(address, found)
            return Heard(copy=known, moved_to=moved_to)
        copy = Copy(body=found.body, media_type=found.media_type, at=self.now)
        understand(copy)
        self.ledger.remember(self._body_key(address), b85encode(compress(copy.body, 6)).decode("ascii"))
        self.keep(address, found)
        return Heard(copy=copy, moved_to=moved_to)

    def _key(self, address: str) -> str:
        return f"{self.prefix}/{digest_of(address)[:32]}"

    def _body_key(self, address: str) -> str:
        return f"{self._key(address)}/body"


def side_by_side(ask: Callable[[One], Answer], things: Iterable[One]) -> dict[One, Answer | SourceError | DraftError]:
    """The answer for each, or why there is none; they are asked at the same time, so that a slow one delays no other."""

    def answer(thing: One) -> Answer | SourceError | DraftError:
        try:
            return ask(thing)
        except (SourceError, DraftError) as error:
            return error

    every = list(dict.fromkeys(things))
    if not every:
        return {}
    pool = ThreadPoolExecutor(max_workers=min(AT_ONCE, len(every)))
    try:
        return dict(zip(every, pool.map(answer, every), strict=True))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # a person who interrupts does not wait for a slow one
