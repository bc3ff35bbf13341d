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
    from newsletter_bot.sources.folder import scan

    folder = os.path.dirname(os.path.abspath(config))
    seen = scan(folder)
    every = [config, *(os.path.join(folder, name) for name in files), ledger, f"{ledger}-wal"]
    drafts = [tuple(each) for each in seen.signatures]
    return repr((drafts, len(seen.oddities), [_signature(path) for path in every]))


def _signature(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found.st_size else ()


def remember(config: str, *, files: list[str], ledger: str, until: float) -> None:
    """Remember that nothing is to be done until then; the ledger must be closed. A memo that cannot be written is left out."""
    memo = "\n".join((repr(until), "\0".join(files), ledger, look(config, files, ledger)))
    part = f"{_memo(config)}.{os.getpid()}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(memo)
        os.replace(part, _memo(config))
    except OSError as error:
        if "-v" in sys.argv:
            sys.stderr.write(f"the next look will take the long way: {error}\n")
