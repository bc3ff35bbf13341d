"""The duty to bring a rendition to a publication, its receipt and its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter_bot.model.words import Operation, State, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that a publication carries a rendition.

    ``version`` identifies what the platform held after our last look (adapter's own reckoning), so that a change made
    there by a person is noticed; ``public_at`` is when it became public there, where the platform says so.
    """

    remote_id: str
    url: str | None
    visibility: Visibility
    version: str | None = None
    public_at: datetime | None = None
    release_at: datetime | None = None
    mailed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The duty to bring one rendition to one publication, and, once done, its receipt.

    ``promised`` is the digest of the rendition that is to be there, ``carried`` of the one that is; ``revision`` counts
    writes to the row (every change is a compare-and-set on it), ``attempt`` counts sendings and fences late results;
    ``held`` says why a person must decide; ``refused_under`` is the fingerprint of settings and draft that were refused.
    """

    id: str
    issue: str
    publication: str
    platform: str
    state: State = State.DUE
    revision: int = 0
    attempt: int = 0
    failures: int = 0
    operation: Operation = Operation.CREATE
    owner: str | None = None
    promised: str = ""
    carried: str | None = None
    remote_id: str | None = None
    url: str | None = None
    visibility: Visibility | None = None
    version: str | None = None
    error: str | None = None
    held: str | None = None
    difference: str | None = None
    refused_under: str | None = None
    mailed: bool = False
    not_before: datetime | None = None
    settle_until: datetime | None = None
    sending_at: datetime | None = None
    sent_at: datetime | None = None
    public_at: datetime | None = None
    release_at: datetime | None = None
    verify_at: datetime | None = None
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of a delivery's story: what happened, when, and from which state to which."""

    delivery: str
    at: datetime
    attempt: int
    before: State | None
    after: State
    what: str
    owner: str | None = None
