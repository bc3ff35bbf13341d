"""The map of the system: what the use cases need from the world, as protocols.

Powers are methods, limits are data (``Capabilities``). An adapter has ``deliver`` and whatever optional powers its
platform really offers; a power that is missing is simply not there. Every method may be called from any thread, one
call at a time for each object. Allowed errors are the branches of ``DeliveryError``; any other exception counts as
``Unconfirmed``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from newsletter_bot.model import (
    Capabilities,
    Delivery,
    Draft,
    DraftEntry,
    Finding,
    IssueRecord,
    Listing,
    Notice,
    Picture,
    Receipt,
    Rendition,
    State,
    Transition,
    Visibility,
)


class Checkpoint(Protocol):
    """What earlier requests of this delivery left on the platform, and the pen to write it down.

    ``remote_id`` is the id that an earlier step or attempt created, or None. Calling it commits a new id to the ledger
    before it returns; a two-step platform calls it between creating and publishing.
    """

    @property
    def remote_id(self) -> str | None:
        """The id that an earlier step or attempt created."""
        ...

    def __call__(self, remote_id: str) -> None:
        """Commit the id that the step just taken created."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known of a sending whose answer was lost: when it began and the id of an earlier step."""

    sending_at: datetime
    remote_id: str | None = None


class Platform(Protocol):
    """Every adapter: a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    def deliver(self, rendition: Rendition, checkpoint: Checkpoint) -> Receipt:
        """Create (or finish creating) the post and return its receipt.

        The rendition's stand-in addresses are already resolved. With ``checkpoint.remote_id`` set the post of that id is
        finished, never a second one created. Raises Refused, Unavailable or Unconfirmed.
        """
        ...


@runtime_checkable
class Finder(Protocol):
    """Can look up a rendition whose answer was lost."""

    def find(self, rendition: Rendition, trace: Trace) -> Receipt | None:
        """The post as it stands there (its visibility may be less than asked for); None: surely not there.

        Raises Undecided when the platform cannot tell, Unavailable when it does not answer. Never writes.
        """
        ...


@runtime_checkable
class Updater(Protocol):
    """Can change a post that is out."""

    def update(self, receipt: Receipt, rendition: Rendition, *, overwrite: bool = False) -> Receipt:
        """Make the post of this receipt carry the rendition; mails nobody; doing it twice is the same as once.

        Reads the remote state first. Raises Conflict when it is neither what ``receipt.version`` names nor already the
        rendition (unless ``overwrite``), Vanished when it is gone, Refused, Unavailable or Unconfirmed.
        """
        ...


@runtime_checkable
class Inspector(Protocol):
    """Can read what became of a post: published by hand, released by the scheduler, gone."""

    def inspect(self, receipt: Receipt) -> Receipt:
        """The receipt as the platform shows it now (``version`` as of now). Raises Vanished or Unavailable."""
        ...


@runtime_checkable
class Verifier(Protocol):
    """Can read a public post the way a reader does."""

    def verify(self, receipt: Receipt, rendition: Rendition) -> bool:
        """True when the public page or feed shows it; False when not (yet). Raises Vanished or Unavailable."""
        ...


@runtime_checkable
class Retractor(Protocol):
    """Can take a post back."""

    def retract(self, receipt: Receipt) -> str:
        """Unpublish or delete; returns what was done in one phrase. Idempotent. Raises as ``update`` does."""
        ...


@runtime_checkable
class Scheduler(Protocol):
    """Can hold a post until a time by itself."""

    def schedule(self, receipt: Receipt, at: datetime | None) -> Receipt:
        """Release at that time, or take the post back out of the queue into a draft when ``at`` is None. Idempotent."""
        ...


@runtime_checkable
class ImageHost(Protocol):
    """Can store images."""

    def upload(self, image: Picture) -> str:
        """Store the image and return its public address. A repeat leaves at worst an unused copy."""
        ...


@runtime_checkable
class Locator(Protocol):
    """Can tell which post stands at an address."""

    def locate(self, url: str) -> Receipt:
        """The receipt of the post at that public or editor address. Raises Vanished, Refused or Unavailable."""
        ...


@runtime_checkable
class Reachable(Protocol):
    """Can say whether credentials and address work, without writing anything."""

    def reach(self) -> str:
        """Who we are there, in one phrase. Raises Refused or Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One configured publication: what is asked of it, its limits, and how to open its adapter when it is needed.

    ``fingerprint`` changes whenever its settings or credentials change (it never reveals them); ``options`` are words
    that the adapter understands (section, comments, licence); ``open`` makes the adapter and is called at most once a run.
    """

    name: str
    platform: str
    capabilities: Capabilities
    open: Callable[[], Platform]
    powers: frozenset[str] = frozenset()
    visibility: Visibility = Visibility.PUBLIC
    email: bool = False
    after: timedelta | None = None
    strict: bool = False
    fingerprint: str = ""
    options: Mapping[str, str] = field(default_factory=dict[str, str])


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


class Ledger(Protocol):
    """The only truth: issues, deliveries, receipts, and what must survive a crash.

    Every method is one committed, durable transaction. Thread-safe. Raises LedgerError when the store cannot be used,
    StaleError when a compare-and-set finds the row moved.
    """

    def promise(self, issue: IssueRecord, renditions: Sequence[Rendition], now: datetime) -> None:
        """Record the issue and, for each rendition, its delivery as due, with the rendition itself.

        Idempotent by (issue, publication): what is there already stays as it is.
        """
        ...

    def record_issue(self, issue: IssueRecord) -> None:
        """Insert or replace what is remembered of an issue (edits, imports)."""
        ...

    def issues(self) -> Sequence[IssueRecord]:
        """All issues by number."""
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

    def mark(self) -> str:
        """A short text that changes whenever something happened in the ledger that can change what is due."""
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


class Newsroom(Protocol):
    """The writer's folder as it is now. Files are only read; what is wrong with one leaves the others usable."""

    def entries(self) -> Sequence[DraftEntry]:
        """Every usable draft, by path."""
        ...

    def draft(self, reference: str) -> Draft:
        """The draft of that id or path. Raises UsageError when there is none, DraftError when it is broken."""
        ...

    def notices(self) -> Sequence[Notice]:
        """The inbox of notices, in order."""
        ...

    def listings(self, clock: datetime) -> Sequence[Listing]:
        """What every source of events has around that time, past ones included where the source keeps them."""
        ...

    def picture(self, draft: Draft, source: str) -> Picture:
        """An image of a draft. Raises DraftError, or SourceError for a remote one that cannot be had."""
        ...

    def findings(self) -> Sequence[Finding]:
        """What was wrong with anything read so far."""
        ...


class Reporter(Protocol):
    """Hears of progress; a terminal draws it, a pipe does not."""

    def __call__(self, publication: str, what: str) -> None:
        """Something happened for one publication."""
        ...


def open_states() -> Iterable[State]:
    """States from which a delivery still has to go somewhere."""
    return (State.DUE, State.SENDING, State.UNCONFIRMED, State.REFUSED)
