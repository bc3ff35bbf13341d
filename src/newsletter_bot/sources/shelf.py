"""The shelf: all drafts of a newsletter at a glance, of which only those that changed since the last look are read."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Draft, Finding, Level
from newsletter_bot.ports import DraftCard
from newsletter_bot.sources.folder import Signature, scan

RACE_NS = 2_000_000_000
"""A file touched this shortly before it was looked at may change again unseen: it is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShelf:
    """All usable drafts as cards, in order of their paths, and findings about the others.

    ``changed`` are the cards that were made now, ``gone`` the paths of known cards that hold no longer: what an index
    has to write and to forget.
    """

    folder: Path
    zone: str
    publications: frozenset[str]
    cards: tuple[DraftCard, ...]
    findings: tuple[Finding, ...] = ()
    changed: tuple[DraftCard, ...] = ()
    gone: tuple[str, ...] = ()
    _read: dict[str, Draft] = field(default_factory=dict[str, Draft], repr=False)

    def draft(self, name: str) -> Draft | None:
        """The whole draft of this id, or of this path, read from the file as it is now; None when there is none.

        Raises DraftError when it was broken meanwhile.
        """
        from newsletter_bot.sources.drafts import read_draft

        card = next((one for one in self.cards if name in (one.id, one.path)), None)
        if card is None:
            return None
        return read_draft(self.folder, Path(card.path), zone=self.zone, publications=self.publications)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All usable drafts with their texts (for small folders, and for digests)."""
        return tuple(draft for card in self.cards if (draft := self._whole(card)))

    def _whole(self, card: DraftCard) -> Draft | None:
        kept = self._read.get(card.path)
        if kept is not None and kept.digest == card.digest:
            return kept
        try:
            return self.draft(card.path)
        except DraftError:
            return None


def read_drafts(
    folder: Path, *, zone: str, publications: Collection[str], known: Mapping[str, DraftCard] | None = None
) -> DraftShelf:
    """Every draft of the newsletter's folder; one that is broken is a finding and the others stay usable.

    ``known`` are the cards of the last look by path, made under the same zone and publications: what is unchanged
    since is not read again.
    """
    known = known or {}
    seen = scan(folder)
    reading = _Reading(folder, zone, frozenset(publications))
    cards: list[DraftCard] = []
    find = known.get
    for now in seen.signatures:
        card = find(now[0])
        if card is None or now != card[:4] or card.looked_ns - now[1] <= RACE_NS:
            card = reading.card(now)
        if card is not None:
            cards.append(card)
    findings = [Finding(level=Level.WARNING, message=odd.message, fix=odd.fix, file=odd.path) for odd in seen.oddities]
    doubled = _doubled(cards) if reading.made else {}
    cards = [card for card in cards if card.path not in doubled] if doubled else cards
    return DraftShelf(
        folder=folder,
        zone=zone,
        publications=reading.publications,
        cards=tuple(cards),
        findings=(*findings, *reading.findings, *doubled.values()),
        changed=tuple(card for path, card in reading.made.items() if path not in doubled),
        gone=_gone(known, cards, fresh=reading.made),
        _read=reading.drafts,
    )


def _gone(known: Mapping[str, DraftCard], cards: list[DraftCard], *, fresh: Mapping[str, DraftCard]) -> tuple[str, ...]:
    if not fresh and len(known) == len(cards):
        return ()
    held = {card.path for card in cards}
    return tuple(path for path in known if path not in held)


class _Reading:
    """Reads the changed drafts of one look."""

    KEPT = 200

    def __init__(self, folder: Path, zone: str, publications: frozenset[str]) -> None:
        self.root = str(folder)
        self.zone = zone
        self.publications = publications
        self.made: dict[str, DraftCard] = {}
        self.findings: list[Finding] = []
        self.drafts: dict[str, Draft] = {}

    def card(self, signature: Signature) -> DraftCard | None:
        from newsletter_bot.sources.drafts import parse_draft
        from newsletter_bot.sources.files import read_bytes

        looked = time.time_ns()
        path = signature[0]
        try:
            content = read_bytes(f"{self.root}/{path}", file=path)
            draft = parse_draft(content, path, zone=self.zone, publications=self.publications)
        except DraftError as error:
            self.findings.append(finding_of(error))
            return None
        if len(self.drafts) < self.KEPT:
            self.drafts[path] = draft
        card = DraftCard(
            *signature,
            looked_ns=looked,
            id=draft.id,
            title=draft.title,
            ready=draft.ready,
            date=draft.date,
            digest=draft.digest,
            text_digest=draft.text_digest,
        )
        self.made[path] = card
        return card


def finding_of(error: DraftError) -> Finding:
    """An error of one file as a finding among others."""
    return Finding(
        level=Level.ERROR, message=error.message, fix=error.fix, file=error.file, line=error.line, key=error.key
    )


def _doubled(cards: list[DraftCard]) -> dict[str, Finding]:
    """Findings by path for drafts that claim the same identity."""
    by_id: dict[str, DraftCard] = {}
    findings: dict[str, Finding] = {}
    for card in cards:
        first = by_id.setdefault(card.id, card)
        if first is not card:
            findings.setdefault(first.path, _same_id(first, card))
            findings[card.path] = _same_id(card, first)
    return findings


def _same_id(card: DraftCard, other: DraftCard) -> Finding:
    message = f"the identity `{card.id}` is also that of {other.path}"
    return Finding(level=Level.ERROR, message=message, fix="give each an `id` of its own", file=card.path, key="id")
