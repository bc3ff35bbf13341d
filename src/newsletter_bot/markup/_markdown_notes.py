"""Footnotes in Markdown: the form of references is settled last, so that dialects share what stands around them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsletter_bot.markup._characters import INTERNAL

REFERENCE = INTERNAL
"""Stands with a number and a bracket for a reference to a footnote, whose form is the last thing that is settled."""
_REFERENCE = re.compile(rf"{REFERENCE}(\d+)\]")
_LABEL = re.compile(r"[^\s\[\]\\|{`<]+")


def with_references(written: str, labels: Mapping[int, str] | None) -> str:
    """A text in which the references to footnotes have their final form: by their labels, or as numbers in brackets."""
    if REFERENCE not in written:
        return written
    if labels is None:
        return _REFERENCE.sub(r"\\[\1\\]", written)
    return _REFERENCE.sub(lambda match: f"[^{labels.get(int(match[1]), match[1])}]", written)


def label_of(label: str, number: int) -> str:
    """A footnote's label if it can stand in brackets, in a table too and beside Liquid, else its number."""
    return label if _LABEL.fullmatch(label) else str(number)
