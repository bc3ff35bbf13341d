"""New entries of the feeds that the writer follows, as suggested notices: title and address, as plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter_bot.app import Bot
from newsletter_bot.app.network import limits_of
from newsletter_bot.app.outside import Memory, side_by_side
from newsletter_bot.app.quoting import Words, quoted, web_address
from newsletter_bot.app.suggestions import Box, Suggestion, identity
from newsletter_bot.errors import SourceError
from newsletter_bot.model import Finding, Level, digest_of

if TYPE_CHECKING:
    from newsletter_bot.sources.feeds import Entry, Feed
    from newsletter_bot.sources.fetch import Fetched

FEEDS = "suggest/feed"
SEEN = "suggest/seen"
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
FIRST_LOOK = timedelta(days=30)
"""How far back entries are new to a newsletter that has no issue yet."""
LATE = timedelta(days=7)
"""An entry may be dated so long before it shows up in its feed."""
MOST = 10
"""Most suggestions from one look at one feed."""
MOST_SEEN = 2000
READERS_FAULTS = (ValueError, LookupError, AssertionError, RecursionError, OverflowError)
"""What the library raises over feeds that nobody but an attacker would write."""


def look_at_feeds(bot: Bot) -> list[Finding]:
    """Ask every feed what is new and keep it as suggestions; what went wrong with a feed is a finding."""
    reader = _Reader(bot)
    feeds = bot.settings.housekeeping.feeds
    answers = side_by_side(reader.ask, feeds)
    findings = list[Finding]()
    for place, address in enumerate(feeds):
        answer = answers[address]
        key = f"housekeeping.feeds[{place}]"
        if isinstance(answer, Exception):
            findings.append(_failure(answer, key))
        else:
            findings.extend(reader.take(address, answer, key))
    return findings


def _failure(error: SourceError | Exception, key: str) -> Finding:
    assert isinstance(error, SourceError)
    return Finding(level=Level.WARNING, message=error.message, fix=error.fix, file=error.file, key=key)


@dataclass(frozen=True)
class _Reader:
    """One look at the feeds of one newsletter."""

    bot: Bot

    @cached_property
    def now(self) -> datetime:
        return self.bot.clock()

    @cached_property
    def memory(self) -> Memory:
        return Memory(ledger=self.bot.ledger, prefix=FEEDS, limits=limits_of(self.bot.settings), now=self.now)

    @cached_property
    def since(self) -> datetime:
        """When the last issue was made."""
        moments = [at for record in self.bot.ledger.issues() if (at := record.clock or record.imported_at)]
        return max(moments, default=self.now - FIRST_LOOK)

    @cached_property
    def own(self) -> frozenset[str]:
        """Addresses of the newsletter's own issues: they are no news to its readers."""
        return frozenset(delivery.url for delivery in self.bot.ledger.deliveries() if delivery.url)

    def ask(self, address: str) -> Fetched:
        return self.memory.ask(address, accept=ACCEPT)

    def take(self, address: str, found: Fetched, key: str) -> Iterator[Finding]:
        """Keep what is new, then remember what was seen: a crash in between only means another look."""
        from newsletter_bot.sources.addresses import shown_address
        from newsletter_bot.sources.feeds import read_feed

        if found.moved:
            message = f"the feed has moved for good to {shown_address(found.url)}"
            fix = "write its new address into the settings"
            yield Finding(level=Level.WARNING, message=message, fix=fix, file=shown_address(address), key=key)
        if found.status == 304:
            self.memory.keep(address, found)
            return
        kind = f"{found.media_type}; charset={found.charset}" if found.charset else found.media_type
        try:
            feed = read_feed(found.body, kind, found.url)
        except READERS_FAULTS:
            fix = "tell its publisher"
            shown = shown_address(address)
            yield Finding(level=Level.WARNING, message="the feed cannot be read", fix=fix, file=shown, key=key)
            return
        for finding in feed.findings:
            yield Finding(
                level=finding.level, message=finding.message, fix=finding.fix, file=shown_address(address), key=key
            )
        if feed.entries or not feed.findings:
            yield from self._keep(address, feed, key)
            self.memory.keep(address, found)

    def _keep(self, address: str, feed: Feed, key: str) -> Iterator[Finding]:
        from newsletter_bot.sources.addresses import shown_address

        seen_key = f"{SEEN}/{digest_of(address)[:32]}"
        seen: list[str] = json.loads(self.bot.ledger.recall(seen_key) or "[]")
        fresh = self._fresh(address, feed.entries, frozenset(seen))
        box = Box(ledger=self.bot.ledger, now=self.now)
        shown = shown_address(address)
        for entry in reversed(fresh[:MOST]):
            if suggestion := suggestion_of(entry, shown):
                box.put(suggestion)
        names = dict.fromkeys([*(_name(entry) for entry in feed.entries), *seen])
        self.bot.ledger.remember(seen_key, json.dumps(list(names)[:MOST_SEEN]))
        if len(fresh) > MOST:
            message = f"{len(fresh)} new entries: only the newest {MOST} are proposed"
            yield Finding(level=Level.INFO, message=message, file=shown, key=key)

    def _fresh(self, address: str, entries: Sequence[Entry], seen: frozenset[str]) -> list[Entry]:
        """Entries that were not there at an earlier look and are not from before the last issue, newest first."""
        looked = self.memory.facts(address).get("at")
        start = min(self.since, datetime.fromisoformat(looked)) - LATE if looked else self.since
        new = [
            entry
            for entry in entries
            if _name(entry) not in seen
            and entry.url not in self.own
            and (entry.published is None or entry.published > start)
        ]
        return sorted(new, key=lambda entry: entry.published or self.now, reverse=True)


def _name(entry: Entry) -> str:
    return digest_of(entry.id)[:16]


def suggestion_of(entry: Entry, source: str) -> Suggestion | None:
    """An entry's title, leading to its page; None for one that says nothing."""
    url = web_address(entry.url)
    title = entry.title if any(letter.isalnum() for letter in entry.title or "") else None
    text = quoted(Words(title or url or "", url))
    name = identity("entry", url or f"{source}\n{entry.id}")
    return Suggestion(id=name, kind="entry", text=text, source=source) if text else None
