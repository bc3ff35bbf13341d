"""One SQLite file: opened so that only its owner reads it and that a commit survives a power cut."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter_bot.errors import LedgerError
from newsletter_bot.failpoints import hit
from newsletter_bot.ledger import schema
from newsletter_bot.ledger.faults import BUSY_SECONDS, forbidden, no_folder, told

OWNER_FILE = 0o600
OWNER_FOLDER = 0o700
STATE_FOLDER = ".newsletter-bot"
"""The folder beside schedule.yaml that holds what the bot keeps."""


class Change:
    """One transaction: statements that are committed together or not at all."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._failpoint = f"ledger.statement.{name}"

    def execute(self, sql: str, *values: Any) -> int:
        """Run one statement; returns how many rows it changed."""
        hit(self._failpoint)
        return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Rows as they are within the transaction."""
        return self._connection.execute(sql, values).fetchall()


class Store:
    """A connection that many threads share, one at a time; no transaction outlives a call."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._guard = threading.RLock()

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """All rows of one query."""
        with self._guard, told(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def change(self, name: str) -> Generator[Change]:
        """One durable transaction, rolled back when its body or its commit fails; ``name`` names its fail points."""
        with self._guard, told(self.path):
            hit(f"ledger.begin.{name}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Change(self._connection, name)
                hit(f"ledger.commit.{name}")
                self._connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
            hit(f"ledger.committed.{name}")

    def _undo(self) -> None:
        with suppress(
            sqlite3.Error
        ):  # the first failure is the one to tell; SQLite undoes an open transaction at the next start
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Release the file; a second time does nothing."""
        with self._guard, told(self.path):
            self._connection.close()


def open_store(path: Path, *, folder: Path, now: datetime | None = None) -> Store:
    """Open or make the ledger file at ``path``; ``folder`` is the newsletter's, the only place where folders are made."""
    with told(path):
        _prepare(path, folder)
        connection = connect(path)
        try:
            _use_write_ahead_log(connection, path)
            schema.bring_up(connection, path, now=now)
        except BaseException:
            connection.close()
            raise
    return Store(path, connection)


def connect(path: Path) -> sqlite3.Connection:
    """A connection with our settings: commits reach the disk, transactions begin where we say."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone stops at the drive's cache
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection, path: Path) -> None:
    """Turn the log on; SQLite does not wait by itself while another process does the same to a new file."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            schema.version_of(connection, path)  # another program's file is left as it is
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
            continue
        if mode == "wal":
            return
        fix = "put the ledger on a local disk (network folders cannot hold it)"
        raise LedgerError(f"the file system cannot keep a write-ahead log (mode {mode})", file=str(path), fix=fix)


def _prepare(path: Path, folder: Path) -> None:
    """Make what is missing, readable by the owner only.

    An existing file is never opened here: closing it would drop the locks that SQLite holds on it for this process.
    """
    if not path.parent.is_dir():
        if not folder.is_dir() or not path.parent.is_relative_to(folder):
            raise no_folder(path)
        make_folders(path.parent)
    if path.parent.name == STATE_FOLDER:
        _tighten(path.parent, OWNER_FOLDER)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_FILE))
    except FileExistsError:
        _check_existing(path)
    else:
        sync_folder(path.parent)


def make_folders(folder: Path) -> None:
    """Each missing level for the owner only (``parents=True`` would make the upper ones for everybody)."""
    missing = [level for level in (folder, *folder.parents) if not level.exists()]
    for level in reversed(missing):
        level.mkdir(mode=OWNER_FOLDER, exist_ok=True)


def _check_existing(path: Path) -> None:
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        raise forbidden(path)
    if path.is_file():
        for name in ("", "-wal", "-shm"):
            _tighten(path.with_name(path.name + name), OWNER_FILE)


def _tighten(path: Path, mode: int) -> None:
    """Take from others what they may do with a file or folder of ours; where that fails `ledger check` says so."""
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & ~mode:
            path.chmod(mode)


def sync_folder(folder: Path) -> None:
    """Make names just created or changed in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
