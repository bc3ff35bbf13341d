"""A character that no text holds, for marks of our own within texts that are not finished."""

from __future__ import annotations

INTERNAL = "\ufdd0"
"""One of the noncharacters that Unicode keeps for use within a program; reading replaces it."""
