"""Events from every source of the settings; one that cannot be had is a finding, and the issue goes on without it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsletter_bot.errors import DraftError, SourceError
from newsletter_bot.model import Finding, Level, Listing
from newsletter_bot.ports import Ledger
from newsletter_bot.settings import Settings
from newsletter_bot.sources.listing_files import read_listing_file


def read_events(
    settings: Settings, ledger: Ledger, clock: datetime, *, now: datetime
) -> tuple[Sequence[Listing], Sequence[Finding]]:
    """What all sources list around ``clock``, in the order of the settings."""
    listings = list[Listing]()
    findings = list[Finding]()
    for source in settings.events.sources:
        try:
            found, odd = _read(settings, ledger, source, clock, now)
            listings.extend(found)
            findings.extend(odd)
        except (DraftError, SourceError) as error:
            findings.append(_finding(error))
    return listings, findings


def _read(
    settings: Settings, ledger: Ledger, source: str, clock: datetime, now: datetime
) -> tuple[Sequence[Listing], Sequence[Finding]]:
    """What one source has: a file below drafts/; the default one may be missing."""
    del ledger, clock, now
    path = settings.folder / "drafts" / source
    if not path.exists():
        return (), ()
    return read_listing_file(settings.folder, path)


def _finding(error: DraftError | SourceError) -> Finding:
    level = Level.ERROR if isinstance(error, DraftError) else Level.WARNING
    return Finding(level=level, message=error.message, fix=error.fix, file=error.file, line=error.line, key=error.key)
