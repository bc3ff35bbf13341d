"""Who is alive: a claim is a lock that the kernel holds for a process, not a lease that a clock ends.

A killed process frees its locks at once, a paused one keeps them. ``flock`` belongs to one opening of a file: a second
opening, even in the same process, finds it taken; a child that runs another program does not inherit it.
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger.faults import told
from newsletter_bot.ledger.store import OWNER_FILE, make_folders

if TYPE_CHECKING:
    from collections.abc import Iterator

RUN_FOLDER = "run"
_OWNER = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_COMMAND_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that holds a lock, in words for a person."""

    pid: int
    command: str
    since: datetime

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command}), since {self.since:%Y-%m-%d %H:%M:%S} UTC"


class FileClaims:
    """The port ``Claims`` by files in ``run`` below a folder; ``close`` or the end of the process frees all locks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / RUN_FOLDER
        self._guard = threading.RLock()
        self._owner: str | None = None
        self._held: dict[Path, int] = {}
        _everyone.add(self)

    @property
    def owner(self) -> str:
        """Our own key of 62 random bits; its lock is held from the first call on."""
        with self._guard, told(self.folder):
            if self._owner is None:
                self._sweep()
                key = f"{int.from_bytes(os.urandom(8), 'big') >> 2:016x}"
                self._take(self._lock_of(key))
                self._owner = key
            return self._owner

    def alive(self, owner: str) -> bool:
        """Whether the owner's lock is still held; a free one is removed."""
        if owner == self._owner:
            return True
        if not _OWNER.fullmatch(owner):
            return False
        with told(self.folder):
            return _is_taken(self._lock_of(owner))

    def living(self) -> tuple[Holder, ...]:
        """Every process, we too, that holds an owner's lock here."""
        with told(self.folder):
            return tuple(_holder_in(path) for path in self._locks() if _is_taken(path))

    def hold(self, name: str) -> bool:
        """Take a named lock, such as ``daemon``, until ``release``; False when somebody (perhaps we) has it."""
        path = self._named(name)
        with self._guard, told(self.folder):
            return path not in self._held and self._take(path)

    def holder(self, name: str) -> Holder | None:
        """Who holds a named lock now."""
        path = self._named(name)
        with told(self.folder):
            return _holder_in(path) if _is_taken(path) else None

    def release(self, name: str) -> None:
        """Give a named lock back; one that we have not got stays as it is."""
        with self._guard, told(self.folder):
            self._drop(self._named(name))

    def close(self) -> None:
        """Give everything back; whoever asks then finds us gone."""
        with self._guard, told(self.folder):
            for path in list(self._held):
                self._drop(path)
            self._owner = None

    def _lock_of(self, owner: str) -> Path:
        return self.folder / f"{owner}.lock"

    def _named(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or _OWNER.fullmatch(name):
            raise LedgerError(f"{name!r} is no name for a lock", fix="letters, digits, dot, dash and underscore")
        return self.folder / f"{name}.lock"

    def _locks(self) -> Iterator[Path]:
        for path in sorted(self.folder.glob("*.lock")):
            if _OWNER.fullmatch(path.stem):
                yield path

    def _sweep(self) -> None:
        """Remove the files of those who are gone."""
        for path in self._locks():
            _is_taken(path)

    def _take(self, path: Path) -> bool:
        make_folders(self.folder)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_FILE)
            if not _try_lock(descriptor):
                os.close(descriptor)
                return False
            if _stands_at(descriptor, path):
                break
            os.close(descriptor)  # somebody took it for stale and removed it between our two steps
        self._held[path] = descriptor
        _sign(descriptor)
        return True

    def _drop(self, path: Path) -> None:
        descriptor = self._held.pop(path, None)
        if descriptor is not None:
            path.unlink(missing_ok=True)
            os.close(descriptor)

    def forget(self) -> None:
        """In a forked child: our locks stay our parent's, and we are somebody else."""
        self._guard = threading.RLock()
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()
        self._owner = None


_everyone: weakref.WeakSet[FileClaims] = weakref.WeakSet()


def _forget_all() -> None:
    for claims in list(_everyone):
        claims.forget()


os.register_at_fork(after_in_child=_forget_all)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stands_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _is_taken(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not _try_lock(descriptor):
            return True
        if _stands_at(descriptor, path):
            path.unlink(missing_ok=True)
        return False
    finally:
        os.close(descriptor)


def _sign(descriptor: int) -> None:
    """Write who holds it, for people; the lock holds without it, so a full disk does not matter here."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]) if sys.argv else "python"
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        text = f"{os.getpid()}\n{' '.join(command.split())[:_COMMAND_LENGTH]}\n"
        os.write(descriptor, text.encode("utf-8", "replace"))


def _holder_in(path: Path) -> Holder:
    try:
        lines = [*path.read_text(encoding="utf-8", errors="replace").splitlines(), "", ""]
        since = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except FileNotFoundError:
        lines, since = ["", ""], datetime.fromtimestamp(0, tz=UTC)
    return Holder(pid=int(lines[0]) if lines[0].isdigit() else 0, command=lines[1] or "unknown", since=since)
