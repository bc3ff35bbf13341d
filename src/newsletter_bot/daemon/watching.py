"""Watching drafts/ and the settings: whatever an editor does, the folder is looked at once, after it has been quiet."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "davfs", "fuse.rclone"})
"""Kinds of file system that tell nothing of changes made elsewhere: they are polled."""
POLL_SECONDS = 10.0
FOLDERS = ("drafts", "templates")
SILENT = frozenset({"opened", "closed_no_write"})
SCRATCH = (".", "#")
"""Names that begin so are an editor's own: swap files, locks, copies."""


class Watch:
    """Calls ``touched`` at every change below drafts/ and templates/, also when they are made anew, and of the settings.

    ``touched`` may be called often and from another thread; it decides what counts. ``poll``: look every so many seconds
    instead of being told by the system, 0 for never; by default network mounts are polled.
    """

    def __init__(self, folder: Path, config: Path, touched: Callable[[], None], *, poll: float | None = None) -> None:
        self.folder = folder
        self.polling = on_network(folder) if poll is None else poll > 0
        self._poll = poll or POLL_SECONDS
        self._config = config
        self._touched = touched
        self._guard = threading.RLock()
        self._known: dict[str, tuple[int, int]] = {}
        self._watches: dict[str, Any] = {}
        self._observer: Any = None
        self._handler: Any = None

    def start(self) -> None:
        """Begin to watch; where the system has no watches left the folder is polled."""
        try:
            self._begin()
        except OSError as error:
            if self.polling:
                raise
            log.warning("the folder cannot be watched and is polled", extra={"error": str(error)})
            self._observer.stop()
            self.polling = True
            self._begin()

    def _begin(self) -> None:
        from watchdog.observers import Observer
        from watchdog.observers.polling import PollingObserver

        self._handler = _handler(self._told)
        self._observer = PollingObserver(timeout=self._poll) if self.polling else Observer()
        self._known, self._watches = {}, {}
        self._observer.schedule(self._handler, str(self.folder), recursive=False)
        self._follow()
        self._observer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._observer.stop()

    def refresh(self) -> None:
        """Watch the folders that are there now: one may have come, gone, or been put in another's place."""
        with self._guard:
            try:
                self._follow()
            except OSError as error:
                log.warning("a folder cannot be watched; it is looked at now and then", extra={"error": str(error)})

    def _follow(self) -> None:
        for name in FOLDERS:
            found = _identity(self.folder / name)
            if self._known.get(name) == found:
                continue
            known = self._watches.pop(name, None)
            if known is not None:
                self._observer.unschedule(known)
            self._known.pop(name, None)
            if found:
                self._watches[name] = self._observer.schedule(self._handler, str(self.folder / name), recursive=True)
                self._known[name] = found

    def _told(self, event: Any) -> None:
        if event.event_type in SILENT or (event.is_directory and event.event_type == "modified"):
            return
        paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
        if any(path.parent == self.folder and path.name in FOLDERS for path in paths):
            self.refresh()
        if any(self._matters(path) for path in paths):
            self._touched()

    def _matters(self, path: Path) -> bool:
        """Directly in the newsletter's folder only the settings and the watched folders themselves; below, all but scratch."""
        if path.parent == self._config.absolute().parent and path.name == self._config.name:
            return True
        if not path.is_relative_to(self.folder):
            return False
        parts = path.relative_to(self.folder).parts
        return bool(parts) and parts[0] in FOLDERS and not any(part.startswith(SCRATCH) for part in parts)


def _handler(told: Callable[[Any], None]) -> Any:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            told(event)

    return Handler()


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder that is, whatever its name; None where there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if folder.is_dir() else None


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a file system that is mounted from elsewhere."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return kind_of_mount(mounts, folder.resolve()) in NETWORK


def kind_of_mount(mounts: str, path: Path) -> str:
    """The kind of file system on which a path lies, by the lines of /proc/mounts."""
    best, kind = -1, ""
    for fields in (line.split() for line in mounts.splitlines()):
        point = fields[1].encode().decode("unicode_escape", "replace") if len(fields) > 2 else ""
        if point and path.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind
