"""The program's door: what is due and is nothing answers before anything else is loaded."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run one command, by default that of the process; the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    from newsletter_bot.quiet import nothing_due

    if nothing_due(arguments):
        return 0
    from newsletter_bot.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
