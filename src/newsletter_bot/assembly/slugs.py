"""The short name by which an issue is known in addresses."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
_LETTERS = str.maketrans(
    dict(
        zip(
            "äöüÄÖÜßæÆœŒøØđĐłŁþÞðÐåÅ",
            [
                "ae",
                "oe",
                "ue",
                "ae",
                "oe",
                "ue",
                "ss",
                "ae",
                "ae",
                "oe",
                "oe",
                "o",
                "o",
                "d",
                "d",
                "l",
                "l",
                "th",
                "th",
                "d",
                "d",
                "a",
                "a",
            ],
            strict=True,
        )
    )
    | {"'": "", "\N{RIGHT SINGLE QUOTATION MARK}": ""}
)


def slug_of(text: str) -> str:
    """Lower-case ASCII words of a text joined by hyphens, cut between words; empty when nothing can be folded."""
    folded = unicodedata.normalize("NFKD", text[:1000].translate(_LETTERS)).encode("ascii", "ignore").decode("ascii")
    slug = "-".join(re.findall(r"[a-z0-9]+", folded.lower()))
    if len(slug) <= _LONGEST:
        return slug
    return slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
