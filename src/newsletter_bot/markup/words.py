"""The literal characters of inline nodes."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_letters
from unicodedata import bidirectional

from newsletter_bot.document import (
    Code,
    Emphasis,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    RawInline,
    SoftBreak,
    Strikethrough,
    Strong,
    Text,
)

_LATIN = frozenset(ascii_letters)


def inline_text(node: Inline) -> str:
    """The characters of one inline node: pictures give their alternative text, formulas their TeX, breaks a space."""
    if isinstance(node, Text | Code):
        return node.text
    if isinstance(node, Emphasis | Strong | Strikethrough | Link):
        return text_of(node.children)
    if isinstance(node, SoftBreak | LineBreak):
        return " "
    if isinstance(node, Image):
        return node.alt
    if isinstance(node, Math):
        return node.tex
    return " " if isinstance(node, RawInline) and node.html.lower().startswith("<br") else ""


def text_of(nodes: Iterable[Inline]) -> str:
    """The characters of inline nodes, without marks and without footnote numbers."""
    return "".join([inline_text(node) for node in nodes])


def begins_from_right(nodes: Iterable[Inline]) -> bool:
    """Whether the first letter belongs to a script that runs from right to left, such as Arabic or Hebrew."""
    for node in nodes:
        words = node.text if isinstance(node, Text) else inline_text(node)
        if words[:1] in _LATIN:  # as most texts
            return False
        for letter in words:
            if (kind := bidirectional(letter)) in ("L", "R", "AL"):
                return kind != "L"
    return False
