"""The streak as a small image for a page: ``streak | 23 weeks``."""

from __future__ import annotations

from newsletter_bot.cadence.streak import Streak
from newsletter_bot.cadence.xml_text import escaped

NARROW = frozenset("fijlrt1 .,:;'|()")
_KEPT, _AT_RISK, _NONE = "#1a7f37", "#9a6700", "#59636e"


def badge_svg(streak: Streak, label: str = "streak") -> str:
    """A badge with the current streak; its tooltip has the longest. White on dark grounds, so it suits any page."""
    value = streak.counted(streak.current)
    left, right = _width(label), _width(value)
    colour = (_AT_RISK if streak.at_risk else _KEPT) if streak.current else _NONE
    told = escaped(f"{label}: {value}, longest {streak.counted(streak.longest)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{told}">'
        f"<title>{told}</title>"
        f'<clipPath id="nb-badge"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#nb-badge)"><rect width="{left}" height="20" fill="#3d444d"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(label, left / 2, left)}{_text(value, left + right / 2, right)}</g></svg>\n"
    )


def _text(text: str, middle: float, room: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{room - 12}">{escaped(text)}</text>'


def _width(text: str) -> int:
    """Room for the text in pixels, by a rough measure that ``textLength`` then makes exact."""
    return 12 + sum(4 if letter in NARROW else 7 for letter in text)
