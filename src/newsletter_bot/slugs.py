"""Slugs: the short names by which texts are known in addresses."""

from __future__ import annotations

import re
import unicodedata

LENGTH = 80
_OTHERS = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"}
    | {
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ł": "l",
        "Ł": "L",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{RIGHT SINGLE QUOTATION MARK}": "",
    }
)


def slug_of(text: str) -> str:
    """Lower-case ASCII letters, digits and single hyphens that read like the text; empty when none of it can be folded."""
    folded = text[:1000].replace("'", "")
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded.translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")
    slug = _OTHERS.sub("-", folded.lower()).strip("-")
    if len(slug) <= LENGTH:
        return slug
    cut, hyphen, _ = slug[: LENGTH + 1].rpartition("-")
    return cut if hyphen else slug[:LENGTH]
