"""What no text holds, for marks of our own within texts that are not finished."""

from __future__ import annotations

INTERNAL = "\ufdd0\ufdef\ufdd0"
"""Of the noncharacters that Unicode keeps for use within a program. A text that holds just these all the same may show a
footnote's mark in their place, and nothing worse."""
