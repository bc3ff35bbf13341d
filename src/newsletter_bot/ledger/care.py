"""Care of the store: is it whole, a copy of it, and a copy put back in its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger import schema
from newsletter_bot.ledger.faults import BUSY_SECONDS, damaged, full, how_to_restore, told
from newsletter_bot.ledger.store import OWNER_FILE, connect, sync_folder
from newsletter_bot.model import Finding, Level

_RULES = (
    (
        "a delivery whose story does not end in its state",
        """SELECT d.newsletter || ': ' || d.id FROM deliveries d LEFT JOIN transitions t
           ON t.newsletter = d.newsletter AND t.delivery = d.id AND t.revision = d.revision
           WHERE t.after IS NOT d.state""",
    ),
    (
        "a delivery whose story has gaps",
        """SELECT d.newsletter || ': ' || d.id FROM deliveries d JOIN transitions t
           ON t.newsletter = d.newsletter AND t.delivery = d.id
           GROUP BY d.key HAVING count(*) <> d.revision + 1 OR min(t.revision) <> 0""",
    ),
    (
        "a step that does not begin where the one before ended",
        """SELECT t.newsletter || ': ' || t.delivery || ' #' || t.revision FROM transitions t LEFT JOIN transitions p
           ON p.newsletter = t.newsletter AND p.delivery = t.delivery AND p.revision = t.revision - 1
           WHERE t.before IS NOT p.after""",
    ),
    (
        "a delivery that is being sent by nobody",
        "SELECT newsletter || ': ' || id FROM deliveries WHERE state = 'sending' AND owner IS NULL",
    ),
    (
        "a delivery whose rendition is missing",
        """SELECT newsletter || ': ' || id FROM deliveries WHERE state IN ('due', 'sending', 'unconfirmed')
           AND promised <> '' AND promised NOT IN (SELECT digest FROM renditions)""",
    ),
)
"""What must find nothing, each with a query that names what it found."""

MOST_NAMED = 20


def check(path: Path) -> list[Finding]:
    """What is wrong with the ledger at ``path``, with what to do; nothing is changed."""
    findings: list[Finding] = []
    try:
        _must_exist(path)
        findings.extend(_permissions(path))
        with told(path), closing(_reading(path)) as connection:
            findings.extend(_contents(connection, path))
    except LedgerError as error:
        findings.append(Finding(level=Level.ERROR, message=error.message, file=error.file, fix=error.fix))
    return findings


def _must_exist(path: Path) -> None:
    with told(path):
        if not path.is_file():
            fix = "correct `ledger` in schedule.yaml; an ordinary run makes a new ledger"
            raise LedgerError("there is no ledger", file=str(path), fix=fix)


def _permissions(path: Path) -> Iterator[Finding]:
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(OSError):  # the last to close removes the log while we look
            if file.stat().st_mode & 0o077:
                message = "others on this machine can read or change the ledger"
                yield Finding(level=Level.WARNING, message=message, file=str(file), fix=f"chmod 600 {file}")


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing; not opened read-only, since such a one leaves its log files behind."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _contents(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    version = schema.version_of(connection, path)
    if version > schema.SCHEMA:
        message = f"the ledger was made by a newer version (schema {version}, ours is {schema.SCHEMA})"
        yield Finding(level=Level.ERROR, message=message, file=str(path), fix="upgrade newsletter-bot")
        return
    yield from _broken(connection, path)
    if version == 0:
        yield Finding(level=Level.INFO, message="the ledger is empty", file=str(path))
    elif version < schema.SCHEMA:
        message = f"the ledger is of an older version (schema {version}, ours is {schema.SCHEMA})"
        yield Finding(level=Level.INFO, message=message, file=str(path), fix="newsletter-bot ledger migrate")
    else:
        yield from _contradictions(connection, path)


def _broken(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({MOST_NAMED})"):
        if line != "ok":
            fix = how_to_restore(path)
            yield Finding(level=Level.ERROR, message=f"the ledger is damaged: {line}", file=str(path), fix=fix)
    for row in connection.execute("PRAGMA foreign_key_check").fetchmany(MOST_NAMED):
        message = f"a row of {row[0]} belongs to nothing in {row[2]}"
        yield Finding(level=Level.ERROR, message=message, file=str(path), fix=how_to_restore(path))


def _contradictions(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    for what, query in _RULES:
        for (name,) in connection.execute(query).fetchmany(MOST_NAMED):
            yield Finding(level=Level.ERROR, message=f"{what}: {name}", file=str(path), fix=how_to_restore(path))
    for digest, content in connection.execute("SELECT digest, content FROM pictures"):
        if not _is_digest_of(digest, content):
            message = f"the bytes of picture {digest[:12]} have changed"
            yield Finding(level=Level.ERROR, message=message, file=str(path), fix=how_to_restore(path))


def _is_digest_of(digest: str, content: Any) -> bool:
    import hashlib

    return isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == digest


def backup(path: Path, target: Path) -> Path:
    """Copy the ledger as it stands, while others may use it, to a file that must not exist yet; returns it.

    The copy is whole, on disk, checked, and readable by the owner only before it has its name.
    """
    _must_exist(path)
    copy_of(path, target)
    return target


def copy_of(path: Path, target: Path) -> None:
    """A consistent copy of a ledger under a new name; never over something that exists."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with told(target):
        if target.exists():
            fix = "choose another name, or move that file away"
            raise LedgerError("exists already and is not overwritten", file=str(target), fix=fix)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_FILE))
    try:
        with told(path):
            _copy_into(path, part, target)
        with told(target):
            _sync(part)
            os.link(part, target)
            sync_folder(target.parent)
    except FileExistsError as error:
        raise LedgerError("exists already and is not overwritten", file=str(target)) from error
    finally:
        part.unlink(missing_ok=True)


def _copy_into(path: Path, part: Path, target: Path) -> None:
    with closing(_reading(path)) as source, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        try:
            source.backup(copy)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise full(target) from error
            raise
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise damaged(path, str(verdict))


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def restore(source: Path, path: Path) -> list[Path]:
    """Put a backup in the place of a ledger that nobody uses; what was there is moved aside, and its names returned.

    Raises LedgerError when the backup is not whole, or when a process still lives that uses the ledger.
    """
    from newsletter_bot.ledger.claims import FileClaims

    _must_exist(source)
    faults = [finding for finding in check(source) if finding.level is Level.ERROR]
    if faults:
        raise LedgerError(f"this backup is no use: {faults[0].message}", file=str(source))
    claims = FileClaims(path.parent)
    daemon = claims.holder("daemon")
    living = (*claims.living(), *([daemon] if daemon else ()))
    if living:
        raise LedgerError(f"the ledger is in use by {living[0]}", file=str(path), fix="stop it, then try again")
    part = path.with_name(f"{path.name}.restored")
    with told(path):
        part.unlink(missing_ok=True)  # left by a restore that was cut off
    copy_of(source, part)
    with told(path):
        aside = list(_move_aside(path))
        part.rename(path)
        sync_folder(path.parent)
    return aside


def _move_aside(path: Path) -> Iterator[Path]:
    """The log goes first: beside another ledger it would be taken for that one's."""
    taken = {entry.name for entry in path.parent.iterdir()}
    turn = next(turn for turn in range(1, 10_000) if f"{path.name}.aside-{turn}" not in taken)
    for name in ("-wal", "-shm", ""):
        file = path.with_name(path.name + name)
        if file.exists():
            yield file.rename(path.with_name(f"{path.name}.aside-{turn}{name}"))


def migrate(path: Path, *, now: datetime | None = None) -> tuple[int, Path | None]:
    """Bring an existing ledger up to this version; returns the version and the copy of the older one, if one was made."""
    _must_exist(path)
    with told(path), closing(connect(path)) as connection:
        copy = schema.bring_up(connection, path, now=now)
        return schema.version_of(connection, path), copy
