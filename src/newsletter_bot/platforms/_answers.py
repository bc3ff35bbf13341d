"""What is asked of a platform and what came back, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cached_property
from typing import Any


class Effect(StrEnum):
    """What a request does on the platform, and so what a lost answer means."""

    READ = "read"
    """Changes nothing: may be asked again."""
    SAFE = "safe"
    """Leaves at worst something that nobody sees (an unused image, a tag): may be asked again."""
    CHANGE = "change"
    """Brings something into a named state: it may have been done, and doing it again does no more."""
    CREATE = "create"
    """Makes something new, or mails: it may have been done, and doing it again would do it twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request.

    ``accept`` lists statuses beyond 2xx that the caller understands, ``fixes`` says by status what a person can do;
    ``anonymous`` leaves the credentials out; ``seconds`` is how long it may take when that is longer than usual.
    """

    method: str
    url: str
    effect: Effect = Effect.READ
    json: Any = None
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Any = None
    params: Mapping[str, str | int] = field(default_factory=dict[str, str | int])
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    accept: tuple[int, ...] = ()
    fixes: Mapping[int, str] = field(default_factory=dict[int, str])
    anonymous: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A complete answer; header names are in lower case, ``received`` is our clock when it came."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received: datetime

    @property
    def ok(self) -> bool:
        """Whether it was carried out."""
        return 200 <= self.status < 300

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def value(self) -> Any:
        """The body as JSON; None when it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def lead(self) -> timedelta:
        """How far the platform's clock is ahead of ours, as its ``Date`` header tells; nothing when it does not."""
        try:
            there = parsedate_to_datetime(self.headers["date"])
        except (KeyError, ValueError, TypeError, OverflowError):
            return timedelta()
        aware = there if there.tzinfo else there.replace(tzinfo=UTC)
        return aware - self.received
