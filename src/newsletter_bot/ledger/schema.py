"""Numbered migrations: how a ledger of any earlier version becomes one of this version."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from newsletter_bot.errors import LedgerError
from newsletter_bot.failpoints import hit

SCHEMA = 3
"""The version that this program reads and writes: the number of its last migration."""
APPLICATION = 1313951815
"""Marks an SQLite file as a ledger (``PRAGMA application_id``)."""

FOLDER = Path(__file__).parent / "migrations"


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a ledger, 0 for an empty file; LedgerError for a file of another program."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application == APPLICATION:
        return version
    if version or application or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        fix = "name another file under `ledger` in schedule.yaml"
        raise LedgerError("is an SQLite file of another program, not a ledger", file=str(path), fix=fix)
    return 0


def statements(script: str) -> Iterator[str]:
    """The statements of a script one by one, triggers whole."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""


def bring_up(
    connection: sqlite3.Connection, path: Path, *, now: datetime | None = None, target: int = SCHEMA
) -> Path | None:
    """Apply what is missing in one transaction; an older ledger is first copied beside.

    Returns the copy where one was made. LedgerError when the ledger was made by a newer version of the program.
    """
    version = version_of(connection, path)
    if version > target:
        fix = "upgrade newsletter-bot (pip install --upgrade newsletter-bot)"
        raise LedgerError(
            f"the ledger was made by a newer version (schema {version}, ours is {target})", file=str(path), fix=fix
        )
    return _migrate(connection, path, now=now, target=target) if version < target else None


def _migrate(connection: sqlite3.Connection, path: Path, *, now: datetime | None, target: int) -> Path | None:
    hit("ledger.begin.migrate")
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection, path)  # another process may have been faster
        copy = (
            _copy_beside(path, version=version, now=now) if 0 < version < target and not _is_new(connection) else None
        )
        for step in range(version + 1, target + 1):
            for statement in statements(_script(step)):
                hit("ledger.statement.migrate")
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step}")
        hit("ledger.commit.migrate")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    hit("ledger.committed.migrate")
    return copy


def _is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever recorded: such a ledger needs no copy."""
    return connection.execute("SELECT 1 FROM newsletters LIMIT 1").fetchone() is None


def _script(number: int) -> str:
    (file,) = FOLDER.glob(f"{number:04}_*.sql")
    return file.read_text(encoding="utf-8")


def _copy_beside(path: Path, *, version: int, now: datetime | None) -> Path:
    from newsletter_bot.ledger.care import copy_of

    stamp = f"-{now:%Y%m%dT%H%M%S}" if now else ""
    stem = f"{path.name}.v{version}{stamp}"
    taken = {entry.name for entry in os.scandir(path.parent)}
    name = next(
        name for name in (f"{stem}{f'-{turn}' if turn else ''}.bak" for turn in range(10_000)) if name not in taken
    )
    copy_of(path, path.with_name(name))
    return path.with_name(name)
