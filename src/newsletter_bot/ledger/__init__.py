"""The ledger: the store of issues, deliveries and receipts; the only truth.

Opening one imports no more than its kind needs, since every run of the bot does it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter_bot.errors import LedgerError

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter_bot.ledger.claims import FileClaims
    from newsletter_bot.ledger.memory import MemoryLedger
    from newsletter_bot.ledger.sqlite import SqliteLedger

POSTGRES = ("postgresql://", "postgres://")
MEMORY = "memory:"


def ledger_file(location: str, *, folder: Path) -> Path:
    """The file that a location names; relative ones are below the newsletter's folder. LedgerError for other kinds of store."""
    if location.startswith(POSTGRES):
        fix = "name a file, for example `ledger: .newsletter-bot/ledger.db`"
        raise LedgerError("a ledger on PostgreSQL is not there yet in this version", key="ledger", fix=fix)
    kind, separator, rest = location.partition("://")
    if separator and kind != "sqlite":
        fix = "name a file, for example `ledger: .newsletter-bot/ledger.db`"
        raise LedgerError(f"there is no ledger of the kind {kind!r}", key="ledger", fix=fix)
    name = rest.removeprefix("/") if separator else location
    if not name or "\0" in name:
        raise LedgerError("`ledger` names no file", key="ledger", fix="for example `ledger: .newsletter-bot/ledger.db`")
    return Path(os.path.abspath(folder / Path(name).expanduser()))  # noqa: PTH100 - resolve() would follow links


def open_ledger(
    location: str, *, folder: Path, newsletter: str, now: datetime | None = None
) -> SqliteLedger | MemoryLedger:
    """Open or make the ledger that ``ledger`` in schedule.yaml names.

    ``location`` is a path (relative to the newsletter's ``folder``), ``sqlite:///path`` or ``memory:``; ``now`` dates the
    copy that is made before an older ledger is migrated. Raises LedgerError, with what to do, when it cannot be used.
    """
    if location == MEMORY:
        from newsletter_bot.ledger.memory import MemoryLedger

        return MemoryLedger(newsletter)
    path = ledger_file(location, folder=folder)
    from newsletter_bot.ledger.sqlite import open_sqlite
    from newsletter_bot.ledger.store import open_store

    home = Path(os.path.abspath(folder))  # noqa: PTH100 - as above
    store = open_store(path, folder=home, now=now)
    try:
        return open_sqlite(store, newsletter, own=path.is_relative_to(home))
    except BaseException:
        store.close()
        raise


def open_claims(location: str, *, folder: Path) -> FileClaims:
    """The claims of those who share the ledger at ``location``: their locks lie in ``run`` beside its file."""
    from newsletter_bot.ledger.claims import FileClaims

    return FileClaims(ledger_file(location, folder=folder).parent)
