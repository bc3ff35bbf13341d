"""Notices that the bot proposes: each is open until the writer accepts or drops it, and never goes out by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from newsletter_bot.errors import UsageError
from newsletter_bot.model import Notice, digest_of
from newsletter_bot.ports import Ledger

OPEN = "suggest/open/"
SETTLED = "suggest/settled/"
LASTING = timedelta(days=60)
"""One that nobody settled for so long is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A notice that could be made: ``text`` is Markdown, ``source`` says where it comes from, ``until`` its last day."""

    id: str
    kind: str
    text: str
    source: str
    until: date | None = None


def identity(*parts: str) -> str:
    """A short name for a suggestion, the same whenever the same thing is proposed."""
    return digest_of("\n".join(parts))[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What the ledger knows of suggestions: those that wait, and those that were settled for good."""

    ledger: Ledger
    now: datetime

    def put(self, suggestion: Suggestion) -> None:
        """Keep a suggestion whose occasion will not be seen again."""
        value = {
            "kind": suggestion.kind,
            "text": suggestion.text,
            "source": suggestion.source,
            "until": suggestion.until and suggestion.until.isoformat(),
            "at": self.now.isoformat(),
        }
        self.ledger.remember(f"{OPEN}{suggestion.id}", json.dumps(value, ensure_ascii=False))

    def waiting(self) -> list[Suggestion]:
        """Those that were kept and are still fresh, oldest first."""
        kept = [(key.removeprefix(OPEN), json.loads(text)) for key, text in self.ledger.facts(OPEN).items()]
        fresh = [pair for pair in kept if self.now - datetime.fromisoformat(pair[1]["at"]) <= LASTING]
        return [
            Suggestion(
                id=name,
                kind=value["kind"],
                text=value["text"],
                source=value["source"],
                until=date.fromisoformat(value["until"]) if value["until"] else None,
            )
            for name, value in sorted(fresh, key=lambda pair: (pair[1]["at"], pair[1]["text"]))
        ]

    def open_among(self, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
        """Those that the writer has not settled, each once."""
        return list({one.id: one for one in suggestions if not self._settled(one.id)}.values())

    def settle(self, suggestion: Suggestion, how: str) -> None:
        """Never propose it again."""
        self.ledger.remember(f"{SETTLED}{suggestion.id}", f"{how} {self.now.isoformat()}")
        self.ledger.remember(f"{OPEN}{suggestion.id}", None)

    def _settled(self, name: str) -> str | None:
        return self.ledger.recall(f"{SETTLED}{name}")

    def find(self, names: Sequence[str], among: Sequence[Suggestion], *, option: str) -> list[Suggestion]:
        """The open suggestions of these names. Raises UsageError for the first that is none."""
        by_name = {one.id: one for one in among}
        for name in names:
            if name not in by_name:
                raise self._unknown(name, by_name, option)
        return [by_name[name] for name in dict.fromkeys(names)]

    def _unknown(self, name: str, known: Iterable[str], option: str) -> UsageError:
        import difflib

        settled = self._settled(name)
        if settled:
            return UsageError(f"{name} was {settled.partition(' ')[0]} already", key=option, fix="leave it out")
        near = difflib.get_close_matches(name, list(known), n=1)
        fix = f"did you mean {near[0]}?" if near else "newsletter-bot suggest lists those that are open"
        return UsageError(f"there is no open suggestion {name!r}", key=option, fix=fix)


def refuse_used(box: Box, suggestions: Iterable[Suggestion]) -> None:
    """Raise UsageError for a suggestion in words that an issue has carried: the same notice does not go out twice."""
    used = {notice.key: record.number for record in box.ledger.issues() for notice in record.notices}
    for one in suggestions:
        number = used.get(Notice(text=one.text).key)
        if number is not None and one.until is None:
            fix = "say it in other words with newsletter-bot note, and --drop it here"
            raise UsageError(f"issue {number} has carried the very notice of {one.id}", key="--accept", fix=fix)


def accept(box: Box, suggestion: Suggestion, inbox: Path) -> None:
    """Put the notice into the inbox, where the next issue finds it, and settle the suggestion."""
    from newsletter_bot.sources.notices import append_notice, read_notices

    present, _ = read_notices(inbox)
    if Notice(text=suggestion.text).key not in {notice.key for notice in present}:
        append_notice(inbox, suggestion.text, suggestion.until)
    box.settle(suggestion, "accepted")
