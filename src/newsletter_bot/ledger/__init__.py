"""The ledger: the store of issues, deliveries and receipts; the only truth.

Opening one imports no more than its kind needs, since every run of the bot does it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers read it; importing ``typing`` would cost the quiet run several milliseconds
if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from newsletter_bot.ledger.claims import FileClaims
    from newsletter_bot.ledger.memory import MemoryLedger
    from newsletter_bot.ledger.sqlite import SqliteLedger

POSTGRES = ("postgresql://", "postgres://")
MEMORY = "memory:"


def ledger_path(location: str, *, folder: str) -> str | None:
    """The absolute path of the file that a location names, relative ones below the newsletter's folder; else None."""
    import os

    kind, separator, rest = location.partition("://")
    if (separator and kind != "sqlite") or location == MEMORY:
        return None
    name = rest.removeprefix("/") if separator else location
    if not name or "\0" in name:
        return None
    # os.path, since importing pathlib costs more than the quiet run
    return os.path.abspath(os.path.join(folder, os.path.expanduser(name)))  # noqa: PTH100, PTH111, PTH118


def ledger_file(location: str, *, folder: Path) -> Path:
    """The same as a Path; LedgerError for other kinds of store and for no name at all."""
    from pathlib import Path

    from newsletter_bot.errors import LedgerError

    path = ledger_path(location, folder=str(folder))
    if path is not None:
        return Path(path)
    kind, separator, _ = location.partition("://")
    message = f"there is no ledger of the kind {kind!r}" if separator else "names no file"
    if location.startswith(POSTGRES):
        message = "a ledger on PostgreSQL is not there yet in this version"
    raise LedgerError(message, key="ledger", fix="name a file, for example `ledger: .newsletter-bot/ledger.db`")


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

    home = folder.absolute()
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
