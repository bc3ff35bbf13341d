"""The no-op of cron: whether `publish --due` has nothing to do, answered before anything heavy is imported.

After a run that found nothing more to do, what it looked at is remembered beside the ledger: the signatures of the settings,
of every draft, of the inbox and the event files, of the ledger itself, and the next moment at which something can become
due. While none of that has moved and the moment is not reached, there is nothing to do. Anything else takes the long way.
"""

from __future__ import annotations

import os
import sys

NAME = "quiet"
PLAIN = {"publish", "--due", "-q", "--quiet"}


def nothing_due(arguments: list[str]) -> bool:
    """Whether these are the arguments of a `publish --due` that has nothing to do."""
    config = _plain_call(arguments)
    if config is None:
        return False
    try:
        with open(_memo(config), encoding="utf-8", errors="surrogateescape") as stream:
            until, files, ledger, seen = stream.read().split("\n", 3)
        return _now() < float(until) and seen == look(config, files.split("\0"), ledger)
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


def look(config: str, files: list[str], ledger: str) -> str:
    """Signatures of everything that can give a run something to do, as one text."""
    return f"{_inputs(config, files)}\n{_stored(ledger)}"


def _inputs(config: str, files: list[str]) -> str:
    from newsletter_bot.sources.folder import scan

    folder = os.path.dirname(os.path.abspath(config))
    seen = scan(folder)
    every = [config, *(os.path.join(folder, name) for name in files)]
    drafts = [tuple(each) for each in seen.signatures]
    return repr((drafts, len(seen.oddities), [_signature(path) for path in every]))


def _stored(ledger: str) -> str:
    return repr((_signature(ledger), _signature(f"{ledger}-wal")))


def _signature(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found.st_size else ()


class Look:
    """What a run is about to look at, taken before it reads: a change made meanwhile is seen by the next run."""

    def __init__(self, config: str, files: list[str], ledger: str) -> None:
        self.config = config
        self.files = files
        self.ledger = ledger
        self._before = _inputs(config, files)

    def remember(self, until: float) -> None:
        """Remember that nothing is to be done until then; the ledger must be closed. What cannot be written is left out."""
        files = "\0".join(self.files)
        memo = f"{until!r}\n{files}\n{self.ledger}\n{self._before}\n{_stored(self.ledger)}"
        part = f"{_memo(self.config)}.{os.getpid()}"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as stream:
                stream.write(memo)
            os.replace(part, _memo(self.config))
        except OSError as error:
            if "-v" in sys.argv:
                sys.stderr.write(f"the next look will take the long way: {error}\n")
