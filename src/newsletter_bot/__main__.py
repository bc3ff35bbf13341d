"""The program's door: what is due and is nothing answers before anything else is loaded."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130
"""The exit code that shells know for Ctrl-C."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command, by default that of the process; the exit code."""
    _open_streams()
    from newsletter_bot.quiet import nothing_due

    if arguments is None:
        return 0 if nothing_due(sys.argv[1:]) else _run_once(sys.argv[1:])
    return 0 if nothing_due(arguments) else _run(arguments)


def _run_once(arguments: list[str]) -> int:
    """The process's only command: garbage goes with the process, and looking for it costs a quarter of a short run."""
    import gc

    gc.set_threshold(50_000, 20, 100)
    code = _run(arguments)
    gc.freeze()
    if code == INTERRUPTED:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End now: a thread that still waits for a calendar has nothing to finish, those that send have ended."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # nobody reads it any more
    os._exit(code)


def _run(arguments: list[str]) -> int:
    # httpx loads a command line of its own, with rich where that is installed, which costs more than all the rest of it.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    from newsletter_bot.cli import run

    return run(arguments)


def _open_streams() -> None:
    """Open closed standard streams on nothing: else the ledger or a socket would take their place, and be printed into."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123, SIM115 - it stays open
            if stream.fileno() != number:
                os.dup2(stream.fileno(), number)
            setattr(sys, name, stream)


if __name__ == "__main__":
    sys.exit(main())
