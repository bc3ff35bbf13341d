"""Watching drafts/ and the settings: whatever an editor does, the folder is looked at once, after it has been quiet."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "davfs", "fuse.rclone"})
"""Kinds of file system that tell nothing of changes made elsewhere: they are polled."""
POLL_SECONDS = 10


def watch(folder: Path, config: Path, touched: Callable[[], None]) -> Any:
    """Call ``touched`` at every change below drafts/, templates/ and to the settings; returns the running observer.

    ``touched`` may be called often and from another thread; it decides what counts by looking at signatures.
    """
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer
    from watchdog.observers.polling import PollingObserver

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type not in ("opened", "closed_no_write") and _matters(event, config):
                touched()

    observer = PollingObserver(timeout=POLL_SECONDS) if on_network(folder) else Observer()
    handler = Handler()
    for name in ("drafts", "templates"):
        if (folder / name).is_dir():
            observer.schedule(handler, str(folder / name), recursive=True)
    observer.schedule(handler, str(folder), recursive=False)
    observer.start()
    return observer


def _matters(event: Any, config: Path) -> bool:
    """Changes directly in the newsletter's folder count only for the settings and for the watched folders themselves."""
    paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
    top = config.absolute().parent
    return any(path.parent != top or path.name in (config.name, "drafts", "templates") for path in paths)


def on_network(folder: Path) -> bool:
    """Whether the folder lies on a file system that is mounted from elsewhere."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    path = folder.resolve()
    best, kind = -1, ""
    for fields in (line.split() for line in mounts):
        point = fields[1].encode().decode("unicode_escape", "replace") if len(fields) > 2 else ""
        if point and path.is_relative_to(point) and len(point) > best:
            best, kind = len(point), fields[2]
    return kind in NETWORK
