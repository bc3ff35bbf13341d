"""Strict publications: they carry a text as it is written, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter_bot.model import Finding, Level, Rendition
from newsletter_bot.ports import Outlet

_FIX = "write it in another way, or allow losses there: strict: false"


def bar(outlet: Outlet, rendition: Rendition) -> str | None:
    """Why a publication does not take this rendition, or None when it does."""
    if not outlet.strict or not rendition.losses:
        return None
    first, *others = rendition.losses
    line = f" (line {first.line})" if first.line else ""
    more = f", nor {len(others)} more" if others else ""
    return f"it is strict and cannot carry {first.what}{line}{more} as written: {_FIX}"


def intolerable(outlet: Outlet, rendition: Rendition, *, draft: str) -> Iterator[Finding]:
    """Every loss that keeps a rendition from a strict publication, with its place in the draft."""
    for loss in rendition.losses if outlet.strict else ():
        yield Finding(
            level=Level.ERROR,
            message=f"{outlet.name} is strict and cannot carry {loss.what} as written",
            fix=f"{_FIX} ({loss.instead})",
            file=draft,
            line=loss.line,
            key=f"publications.{outlet.name}.strict",
        )
