"""Platforms: one duty and optional powers, as protocols.

Powers are methods, limits are data (``Capabilities``). An adapter has ``deliver`` and whatever optional powers its
platform really offers; a power that is missing is simply not there. Every method may be called from any thread, one
call at a time for each object. Allowed errors are the branches of ``DeliveryError``; any other exception counts as
``Unconfirmed``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, runtime_checkable

from newsletter_bot.model import Capabilities, Picture, Receipt, Rendition, Visibility


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
    """What is known of a sending whose answer was lost: when it began and the id of an earlier step.

    ``settled_at`` is when the last request of it must have arrived: a sender that was paused may have sent long after it began.
    """

    sending_at: datetime
    remote_id: str | None = None
    settled_at: datetime | None = None


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
