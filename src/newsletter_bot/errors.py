"""The exception tree: the class says what the caller should do, the message what a person should do.

NewsletterError
├── SettingsError     schedule.yaml or a secret is wrong: mend it, nothing was sent
├── DraftError        a draft, notice or event file is wrong: mend it, other drafts stay usable
├── SourceError       a feed, calendar, image or link cannot be had: go on without it, and say so
│   └── BadPictureError   what is there is no image that may be shown
├── LedgerError       the ledger cannot be read or written: stop before anything is sent
│   └── StaleError    somebody else moved the row first: read it again
├── PlanError         the plan that was shown no longer holds
├── UsageError        the command was asked for something that does not exist
└── DeliveryError     a platform did not take the rendition
├── Refused       it said no, nothing was created: hold until draft or settings change
├── Unavailable   nothing was sent or stored: try again later
├── Unconfirmed   it may have been stored: look it up, never send again blindly
├── Undecided     a look-up could not tell whether the post exists: ask a person
├── Conflict      a person changed the post there: hold, show the difference
└── Vanished      the post we have a receipt for is gone: report, never send again
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class NewsletterError(Exception):
    """Base of every error that a person or another program is told about.

    file, line (1-based) and key (a path such as ``publications.medium.token``) say where; fix says what to do.
    """

    kind: ClassVar[str] = "error"

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        key: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.key = key
        self.fix = fix

    def __str__(self) -> str:
        """One line for a person: where, what, and how to mend it."""
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        head = " ".join(part for part in (place and f"{place}:", self.key and f"{self.key}:") if part)
        text = f"{head} {self.message}" if head else self.message
        return f"{text} ({self.fix})" if self.fix else text


class SettingsError(NewsletterError):
    """schedule.yaml, a secret or the environment is wrong; nothing was sent."""

    kind = "settings"


class DraftError(NewsletterError):
    """A draft, the inbox of notices or a hand-written event file is wrong."""

    kind = "draft"


class SourceError(NewsletterError):
    """Something outside the writer's folder cannot be had: the issue goes on without it."""

    kind = "source"


class BadPictureError(SourceError):
    """What an address leads to is no image, or none that may go out: it is not shown."""


class LedgerError(NewsletterError):
    """The ledger cannot be read or written; nothing was sent."""

    kind = "ledger"


class StaleError(LedgerError):
    """The row was moved by somebody else since it was read."""

    kind = "stale"


class PlanError(NewsletterError):
    """What was planned is no longer what would happen."""

    kind = "plan"


class UsageError(NewsletterError):
    """The command names something that does not exist or cannot be done."""

    kind = "usage"


class DeliveryError(NewsletterError):
    """A platform did not take, show or change a post as asked."""

    kind = "delivery"


class Refused(DeliveryError):
    """The platform said no and created nothing: hold until draft or settings change."""

    kind = "refused"


class Unavailable(DeliveryError):
    """Nothing was stored: try again later, not before ``retry_at`` when it is known."""

    kind = "unavailable"

    def __init__(self, message: str, *, retry_at: datetime | None = None, fix: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.retry_at = retry_at


class Unconfirmed(DeliveryError):
    """The request may have been carried out: look it up before anything else."""

    kind = "unconfirmed"


class Undecided(DeliveryError):
    """The platform cannot be asked whether the post exists: a person must look."""

    kind = "undecided"


class Conflict(DeliveryError):
    """The post was changed there since our last look; ``difference`` is a unified diff."""

    kind = "conflict"

    def __init__(self, message: str, *, difference: str = "", fix: str | None = None) -> None:
        super().__init__(message, fix=fix)
        self.difference = difference


class Vanished(DeliveryError):
    """The post that a receipt names is not there any more."""

    kind = "vanished"
