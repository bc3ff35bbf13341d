"""The no-op of cron: whether `publish --due` has nothing to do, answered before anything heavy is imported.

After a run that found nothing more to do, what it looked at is remembered beside the ledger: the signatures of the settings,
of every draft, of the inbox and the event files, of the ledger itself, and the next moment at which something can become
due. While none of that has moved and the moment is not reached, there is nothing to do. Anything else takes the long way.
"""

from __future__ import annotations

import marshal
import os
import sys

from newsletter_bot import __version__

NAME = "quiet"
PLAIN = {"publish", "--due", "-q", "--quiet"}


def nothing_due(arguments: list[str]) -> bool:
    """Whether these are the arguments of a `publish --due` that has nothing to do."""
    config = _plain_call(arguments)
    if config is None:
        return False
    try:
        with open(_memo(config), "rb") as stream:
            until, files, ledger, seen = stream.read().split(b"\n", 3)
        names = os.fsdecode(files).split("\0")
        return _now() < float(until) and seen == _look(config, names) + _stored(os.fsdecode(ledger))
    except (OSError, ValueError):
        return False


def _plain_call(arguments: list[str]) -> str | None:
    """The settings file of a bare `publish --due`; None for any other command line."""
    rest = list(arguments)
    config = "schedule.yaml"
    if "--config" in rest[:-1]:
        at = rest.index("--config")
        config = rest[at + 1]
        del rest[at : at + 2]
    return config if "--due" in rest and "publish" in rest and set(rest) <= PLAIN else None


def _memo(config: str) -> str:
    return os.path.join(os.path.dirname(os.path.abspath(config)), ".newsletter-bot", NAME)


def _now() -> float:
    said = os.environ.get("NEWSLETTER_BOT_NOW")
    if said:
        from datetime import datetime

        return datetime.fromisoformat(said).timestamp()
    import time

    return time.time()


def _look(config: str, files: list[str]) -> bytes:
    """Signatures of everything of the writer's that can give a run something to do."""
    folder = os.path.dirname(os.path.abspath(config))
    seen: list[tuple[object, ...]] = []
    _walk(os.path.join(folder, "drafts"), seen)
    seen.append((__version__,))
    seen.extend(_signature(os.path.join(folder, path)) for path in (os.path.abspath(config), *files))
    return _packed(seen)


def _walk(folder: str, seen: list[tuple[object, ...]]) -> None:
    """Every visible file and folder below, drafts or not, in the folder's own order: looking closer would cost more."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name[0] == ".":
                continue
            if entry.is_dir(follow_symlinks=False):
                seen.append((entry.path,))
                _walk(entry.path, seen)
                continue
            found = entry.stat(follow_symlinks=False)
            seen.append((entry.path, found.st_mtime_ns, found.st_size, found.st_ino))
            if entry.is_symlink():
                seen.append((entry.path, *_signature(entry.path)))


def _stored(ledger: str) -> bytes:
    log = _signature(f"{ledger}-wal")
    return _packed([_signature(ledger), log if any(log[1:2]) else ()])


def _packed(signatures: list[tuple[object, ...]]) -> bytes:
    # The one encoder that is there without an import; version 2 writes equal values as equal bytes. It is never read back.
    return marshal.dumps(signatures, 2)


def _signature(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


class Look:
    """What a run is about to look at, taken before it reads: a change made meanwhile is seen by the next run."""

    def __init__(self, config: str, files: list[str], ledger: str) -> None:
        self.config = config
        self.files = files
        self.ledger = ledger
        try:
            self._before: bytes | None = _look(config, files)
        except OSError:
            self._before = None

    def remember(self, until: float) -> None:
        """Remember that nothing is to be done until then; the ledger must be closed. What cannot be written is left out."""
        if self._before is None:
            return
        head = "\n".join((repr(until), "\0".join(self.files), self.ledger, ""))
        part = f"{_memo(self.config)}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(part), 0o700, exist_ok=True)  # the ledger itself may be elsewhere
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(os.fsencode(head) + self._before + _stored(self.ledger))
            os.replace(part, _memo(self.config))
        except OSError as error:
            if "-v" in sys.argv:
                sys.stderr.write(f"the next look will take the long way: {error}\n")
