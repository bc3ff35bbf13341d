"""What goes wrong with a store on disk, told as what a person can do about it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from newsletter_bot.errors import LedgerError

BUSY_SECONDS = 10
"""How long a transaction waits for another process before it gives up."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


def backups_of(path: Path) -> list[Path]:
    """Backups that lie beside a ledger, newest first; none when the folder cannot be looked into."""
    try:
        found = [
            (file.stat().st_mtime, file)
            for file in [*path.parent.glob(f"{path.name}*.bak"), *path.parent.glob(f"{path.stem}-*{path.suffix}")]
        ]
    except OSError:
        return []
    return [file for _, file in sorted(found, reverse=True)]


def how_to_restore(path: Path) -> str:
    """What a person does about a damaged ledger."""
    backups = backups_of(path)
    source = backups[0].name if backups else "your last backup"
    return (
        f"stop newsletter-bot, run `newsletter-bot ledger restore {source}` (what is there now is kept aside), then look at "
        "`newsletter-bot plan` before you publish: posts made since that backup are not in it"
    )


def full(path: Path) -> LedgerError:
    """There is no room on the disk."""
    fix = "free some space, then run the command again"
    return LedgerError("the disk is full: the ledger was left as it was", file=str(path), fix=fix)


def forbidden(path: Path) -> LedgerError:
    """The file or its folder may not be written."""
    fix = f"make {path.name} and its folder {path.parent} writable for the user who runs newsletter-bot"
    return LedgerError("the ledger cannot be written", file=str(path), fix=fix)


def damaged(path: Path, what: str) -> LedgerError:
    """The file is not a ledger any more."""
    return LedgerError(f"the ledger is damaged: {what}", file=str(path), fix=how_to_restore(path))


def busy(path: Path) -> LedgerError:
    """Another process does not let go."""
    fix = "see with `fuser` or `lsof` which process has it open, then try again"
    return LedgerError(f"another process has held the ledger for over {BUSY_SECONDS} s", file=str(path), fix=fix)


def _unopened(path: Path) -> LedgerError:
    try:
        if path.is_dir():
            return LedgerError("is a folder, not a ledger", file=str(path), fix="name a file under `ledger`")
        return forbidden(path) if path.parent.is_dir() else no_folder(path)
    except OSError:
        return forbidden(path)


def no_folder(path: Path) -> LedgerError:
    """The folder that should hold the ledger is missing; it is not made, since an absent disk must not become an empty ledger."""
    fix = f"make the folder {path.parent} (or mount its disk), or correct `ledger` in schedule.yaml"
    return LedgerError("the folder of the ledger does not exist", file=str(path), fix=fix)


def _is_full(path: Path) -> bool:
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail == 0 or (room.f_files > 0 and room.f_favail == 0)


def _failed(path: Path, what: str) -> LedgerError:
    if _is_full(path):
        return full(path)
    fix = "look at the disk and the system's log, then run the command again"
    return LedgerError(f"the disk did not read or write the ledger: {what}", file=str(path), fix=fix)


def from_sqlite(path: Path, error: sqlite3.Error) -> LedgerError:
    """A complaint of SQLite in our words."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name == "SQLITE_FULL":
        return full(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return forbidden(path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        return busy(path)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")):
        return damaged(path, str(error))
    return _rarer(path, error, name)


def _rarer(path: Path, error: sqlite3.Error, name: str) -> LedgerError:
    if name.startswith("SQLITE_CANTOPEN"):
        return full(path) if _is_full(path) else _unopened(path)
    if name.startswith("SQLITE_IOERR"):
        return _failed(path, str(error))
    if name.startswith("SQLITE_CONSTRAINT"):
        return LedgerError(f"the ledger refused a row that breaks its rules: {error}", file=str(path))
    if name == "SQLITE_ERROR":
        return damaged(path, str(error))
    return LedgerError(f"the ledger cannot be used: {error}", file=str(path))


def from_system(path: Path, error: OSError) -> LedgerError:
    """A complaint of the operating system in our words."""
    if error.errno in _FULL:
        return full(path)
    if error.errno in _FORBIDDEN:
        return forbidden(path)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return no_folder(path)
    return _failed(path, error.strerror or str(error))


@contextmanager
def told(path: Path) -> Generator[None]:
    """Within it every failure of store or disk is a LedgerError."""
    try:
        yield
    except sqlite3.Error as error:
        raise from_sqlite(path, error) from error
    except OSError as error:
        raise from_system(path, error) from error
    except (OverflowError, UnicodeError) as error:
        raise LedgerError(f"the ledger cannot hold such a value: {error}", file=str(path)) from error


@contextmanager
def legible(path: Path) -> Generator[None]:
    """Within it rows are read: what cannot be understood means damage."""
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path, f"it holds something unreadable ({error})") from error
