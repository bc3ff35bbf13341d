"""The desk: everything a use case works with, and what is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from newsletter_bot.assembly import Frame
from newsletter_bot.cadence import Rules
from newsletter_bot.errors import NewsletterError
from newsletter_bot.model import Delivery, IssueRecord, Visibility
from newsletter_bot.ports import Claims, Ledger, Newsroom, Outlet, Platform, Reporter
from newsletter_bot.renditions import Fit


def _say_nothing(publication: str, what: str) -> None:
    """A reporter for runs that nobody watches."""
    del publication, what


def _never() -> bool:
    """Whether to begin nothing new: not in a run that nobody stops."""
    return False


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One newsletter's ledger, folder, publications and rules; ``clock`` is read through here only.

    ``outlets`` are in the order of the settings; ``home`` names the one whose address is canonical, or is None.
    ``missed`` and ``missed_limit`` say what becomes of slots that passed while nothing ran; while ``stopping`` is true nothing
    new is begun; ``fit`` brings a picture within a platform's limits; ``former_homes`` says until when another
    publication was home.
    """

    ledger: Ledger
    claims: Claims
    newsroom: Newsroom
    outlets: Mapping[str, Outlet]
    home: str | None
    rules: Rules
    frame: Frame
    clock: Callable[[], datetime]
    number_from: int = 1
    missed: Literal["publish", "skip", "ask"] = "publish"
    missed_limit: timedelta = timedelta(days=3)
    report: Reporter = _say_nothing
    stopping: Callable[[], bool] = _never
    fit: Fit | None = None
    former_homes: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    opened: dict[str, Platform] = field(default_factory=dict[str, Platform])

    def platform(self, publication: str) -> Platform:
        """The adapter of a publication, made on first use."""
        if publication not in self.opened:
            self.opened[publication] = self.outlets[publication].open()
        return self.opened[publication]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person asked for: some publications only, a lesser visibility, a confirmed twin, their own text over a change.

    ``due`` is a run by the clock: only what is due, and our own back-off is kept; ``promote`` makes public what an
    earlier run left as a draft.
    """

    only: Sequence[str] = ()
    visibility: Visibility | None = None
    twin: bool = False
    overwrite: bool = False
    due: bool = False
    promote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What stands in the ledger afterwards for the issues that were touched; ``trouble`` are errors met on the way."""

    issues: Sequence[tuple[IssueRecord, Sequence[Delivery]]] = ()
    trouble: Sequence[NewsletterError] = ()


def merged(outcomes: Sequence[Outcome]) -> Outcome:
    """Several runs as one answer."""
    seen = {record.id: (record, deliveries) for outcome in outcomes for record, deliveries in outcome.issues}
    ordered = sorted(seen.values(), key=lambda pair: pair[0].number)
    return Outcome(issues=ordered, trouble=[line for outcome in outcomes for line in outcome.trouble])
