"""Places at which a test can make this process die, stop or fail: nothing at all unless the environment asks for it.

The variable ``NEWSLETTER_BOT_FAILPOINTS`` is read once, at import. It holds entries divided by ``;``:

``NAME:N=ACTION``
    at the N-th hit (from 1) of that name within this process, do ACTION; the name ``*`` counts hits of every name,
    and a name that ends in ``*`` those that start so. ACTION is one of
    ``kill`` (SIGKILL to ourselves), ``stop`` (SIGSTOP to ourselves; goes on after SIGCONT), ``exit`` (leave at once
    with status 70, without any clean-up), ``enospc`` (raise the OSError of a full disk), ``raise`` (raise an input/output error).
``count:FILE``
    append the name of every hit to FILE, one a line, so that a test can list all boundaries and then fail at each.
``later``
    nothing yet: a process that loads the program once and forks for each run arms its child with ``arm``.

Names: ``ledger.begin.X`` before a transaction, ``ledger.statement.X`` before each of its statements, ``ledger.commit.X``
right before its commit and ``ledger.committed.X`` right after it (X is the ledger's method); ``http.before`` and
``http.after`` around each request. Callers bind ``hit`` at import, so that it costs an empty call, and may ask ``active`` first.
"""

from __future__ import annotations

import os
from collections.abc import Callable

VARIABLE = "NEWSLETTER_BOT_FAILPOINTS"
ACTIONS = ("kill", "stop", "exit", "enospc", "raise")
LATER = "later"


def _act(action: str, name: str) -> None:
    import errno
    import signal
    import threading

    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        # To this thread: sent to the process, another thread may take it while this one runs on into the next step
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    elif action == "exit":
        os._exit(70)
    elif action == "enospc":
        raise OSError(errno.ENOSPC, "No space left on device", name)
    else:
        raise OSError(errno.EIO, "Input/output error", name)


def _matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


class _Rule:
    """One ``NAME:N=ACTION``, and how often its name was hit."""

    def __init__(self, text: str) -> None:
        place, _, self.action = text.partition("=")
        self.pattern, _, turn = place.rpartition(":")
        if self.action not in ACTIONS or not self.pattern or not turn.isdigit():
            raise SystemExit(f"{VARIABLE}: {text!r} is not NAME:N=ACTION with one of {', '.join(ACTIONS)}")
        self.turn = int(turn)
        self.hits = 0

    def strikes(self, name: str) -> bool:
        """Counts a hit; whether this is the one to act on."""
        self.hits += _matches(self.pattern, name)
        return self.hits == self.turn and _matches(self.pattern, name)


def _note(file: str, name: str) -> None:
    """One write to a file opened for appending: whole lines even from several processes."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{name}\n".encode())
    finally:
        os.close(descriptor)


def armed(text: str) -> Callable[[str], None]:
    """The function ``hit`` for a value of the variable."""
    import threading

    entries = [entry for part in text.split(";") if (entry := part.strip()) not in ("", LATER)]
    files = [entry.removeprefix("count:") for entry in entries if entry.startswith("count:")]
    rules = [_Rule(entry) for entry in entries if not entry.startswith("count:")]
    guard = threading.Lock()

    def hit(name: str) -> None:
        with guard:
            struck = [rule.action for rule in rules if rule.strikes(name)]
            for file in files:
                _note(file, name)
        for action in struck:
            _act(action, name)

    return hit


def _nothing(_name: str) -> None:
    """What ``hit`` is in every run that is not a test of faults."""


_standing: list[Callable[[str], None]] = []


def _whatever_stands(name: str) -> None:
    """What ``hit`` is where fail points may be armed after import."""
    for hit_now in _standing:
        hit_now(name)


def arm(text: str) -> None:
    """Let this text count from now on, for the callers that bound ``hit`` already. Only where the variable asked for any."""
    if not active:
        raise SystemExit(f"{VARIABLE} was not set when the program was loaded")
    _standing[:] = [armed(text)]


active: bool = bool(os.environ.get(VARIABLE))
"""Whether any fail point was asked for."""
hit: Callable[[str], None] = _whatever_stands if active else _nothing
"""Says that this place was reached."""
if active:
    arm(os.environ[VARIABLE])
