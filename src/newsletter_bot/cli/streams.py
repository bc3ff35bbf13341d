"""The standard streams as they are found: any encoding, full, or with nobody at the other end."""

from __future__ import annotations

import io
import os
import sys


def take_any_letter() -> None:
    """Write what the terminal's encoding lacks as its number, so that no letter ends a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def all_letters() -> bool:
    """Whether standard output can carry every letter."""
    return "utf" in (getattr(sys.stdout, "encoding", None) or "").lower()


def say_no_more() -> None:
    """Send what is still to be flushed nowhere: whoever listened is gone, or has no room."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError, AttributeError):
            continue  # a stream without a descriptor has nothing to flush
    os.close(nowhere)
