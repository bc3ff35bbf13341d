"""What surrounds the use cases: the writer's folder, and whoever watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from newsletter_bot.errors import SourceError
from newsletter_bot.model import Draft, Finding, Listing, Notice, Picture
from newsletter_bot.ports.store import DraftCard


class Newsroom(Protocol):
    """The writer's folder as it is now. Files are only read; what is wrong with one leaves the others usable."""

    def entries(self) -> Sequence[DraftCard]:
        """Every usable draft, by path."""
        ...

    def draft(self, reference: str) -> Draft:
        """The draft of that id or path. Raises UsageError when there is none, DraftError when it is broken."""
        ...

    def notices(self) -> Sequence[Notice]:
        """The inbox of notices, in order."""
        ...

    def listings(self, clock: datetime, *, known: Sequence[Listing] | None = None) -> Sequence[Listing]:
        """What every source of events has around that time, past ones included where the source keeps them.

        ``known`` are the listings of an issue that is out already: of others' calendars it keeps those, and only the
        writer's own files are read again.
        """
        ...

    def picture(self, file: str, source: str) -> Picture:
        """An image of the folder, as this file of it names it. Raises DraftError."""
        ...

    def pictures_from(self, addresses: Sequence[str]) -> Mapping[str, Picture | SourceError]:
        """Images on the web, or why one cannot be had; nothing is said of those that are not to be asked for now."""
        ...

    def findings(self) -> Sequence[Finding]:
        """What was wrong with anything read so far."""
        ...


class Reporter(Protocol):
    """Hears of progress; a terminal draws it, a pipe does not."""

    def __call__(self, publication: str, what: str) -> None:
        """Something happened for one publication."""
        ...
