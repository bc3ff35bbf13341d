"""The store: the ledger, and who holds a claim on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from newsletter_bot.model import Delivery, IssueRecord, Rendition, State, Transition


class DraftCard(NamedTuple):
    """What the last look at a draft's file found.

    Its signature (mtime_ns, size, inode) at ``looked_ns`` (Unix time), then what decides whose turn it is. While the
    signature stays, the text is not read again.
    """

    path: str
    mtime_ns: int
    size: int
    inode: int
    looked_ns: int
    id: str
    title: str
    ready: bool
    date: datetime | None
    digest: str
    text_digest: str


class Landed(NamedTuple):
    """An issue that is out in public: the slot it was planned for, and the moment that counts.

    ``imported``: it was out before the bot came, and no slot was planned.
    """

    issue: str
    slot: str
    at: datetime
    imported: bool


class Ledger(Protocol):
    """The only truth: issues, deliveries, receipts, and what must survive a crash.

    Every method is one committed, durable transaction. Thread-safe. Raises LedgerError when the store cannot be used,
    StaleError when a compare-and-set finds the row moved.
    """

    def promise(
        self, issue: IssueRecord, renditions: Sequence[Rendition], now: datetime, *, alone: bool = False
    ) -> None:
        """Record the issue and, for each rendition, its delivery as due, with the rendition itself.

        Idempotent by (issue, publication): what is there already stays as it is. StaleError is raised, and nothing
        recorded, when the issue is new or was set aside and another has its number by now; with ``alone`` also when
        another has its slot.
        """
        ...

    def record_issue(self, issue: IssueRecord) -> None:
        """Insert or replace what is remembered of an issue (edits, imports)."""
        ...

    def record_issues(self, issues: Sequence[IssueRecord]) -> None:
        """The same for many: all of them or, when it fails, none."""
        ...

    def issues(self, slot: str | None = None) -> Sequence[IssueRecord]:
        """All issues by number, or those planned for one slot."""
        ...

    def first_date(self) -> datetime | None:
        """The earliest due time or imported date of any issue; None while there is none."""
        ...

    def landings(self, publication: str | None, starts: Sequence[datetime]) -> Sequence[Landed]:
        """What a streak is reckoned from, in time that does not grow with what it does not need.

        Of the issues planned for one slot the first that is out in public on the publication (None: on any); of imported
        ones the first two of each period (the periods begin at ``starts``, which ascend), and all after the last start.
        """
        ...

    def issue(self, issue: str) -> IssueRecord | None:
        """One issue by id."""
        ...

    def deliveries(self, issue: str | None = None) -> Sequence[Delivery]:
        """Deliveries of one issue, or all."""
        ...

    def open_deliveries(self) -> Sequence[Delivery]:
        """Those that are not at rest: due, sending, unconfirmed, refused, held, waiting for release or verification."""
        ...

    def delivery(self, delivery: str) -> Delivery | None:
        """One delivery by id."""
        ...

    def move(self, before: Delivery, after: Delivery, *, at: datetime, what: str) -> Delivery:
        """Compare-and-set on ``before.revision``; writes ``after`` and one transition; returns it with its new revision.

        Raises StaleError when the row has moved.
        """
        ...

    def story(self, delivery: str) -> Sequence[Transition]:
        """The transitions of a delivery in order."""
        ...

    def keep_rendition(self, rendition: Rendition) -> str:
        """Store a rendition with its images by digest; returns the digest."""
        ...

    def rendition(self, digest: str) -> Rendition | None:
        """A stored rendition."""
        ...

    def uploaded(self, publication: str) -> Mapping[str, str]:
        """Addresses of images that a publication carries already, by picture digest."""
        ...

    def record_upload(self, publication: str, digest: str, url: str) -> None:
        """Remember the address of an uploaded image."""
        ...

    def pause(self, publication: str, until: datetime, reason: str) -> None:
        """No request to this publication before then (rate limit, Retry-After)."""
        ...

    def paused(self, publication: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when and why, or None."""
        ...

    def creations(self, publication: str, since: datetime) -> Sequence[datetime]:
        """When posts were begun there since a time (for limits a day), oldest first."""
        ...

    def recall(self, key: str) -> str | None:
        """A small remembered fact (etags, signatures, rules of past slots)."""
        ...

    def remember(self, key: str, value: str | None) -> None:
        """Store or forget a fact."""
        ...

    def facts(self, prefix: str) -> Mapping[str, str]:
        """All facts whose key starts so."""
        ...

    def draft_signatures(self) -> Sequence[tuple[str, int, int, int]]:
        """(path, mtime_ns, size, inode) of every draft at the last look, by path."""
        ...

    def draft_index(self) -> Mapping[str, DraftCard]:
        """What the last look found in every draft, by path."""
        ...

    def record_drafts(self, changed: Iterable[DraftCard], gone: Iterable[str] = ()) -> None:
        """Replace what is known of changed drafts and forget the paths that are gone."""
        ...

    def close(self) -> None:
        """Release the store."""
        ...


class Claims(Protocol):
    """Who is alive: each process holds a lock under its owner key for as long as it lives."""

    @property
    def owner(self) -> str:
        """Our own key; the lock is held from the first call on."""
        ...

    def alive(self, owner: str) -> bool:
        """Whether the owner's lock is still held (a paused process still holds it)."""
        ...


def open_states() -> Iterable[State]:
    """States from which a delivery still has to go somewhere."""
    return (State.DUE, State.SENDING, State.UNCONFIRMED, State.REFUSED)
