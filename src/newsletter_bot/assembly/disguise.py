"""Texts as the writer's templates see them: disguised, so that whatever they hold, they change nothing around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from newsletter_bot.assembly.wording import one_line
from newsletter_bot.document import Block

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a passage."""
_PRIVATE = re.compile("[\ue000-\ue1ff]")
_DISGUISE = {ord(mark): 0xE100 + ord(mark) for mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"}
_REVEAL = {private: mark for mark, private in _DISGUISE.items()}


class Words(str):
    """A text as a template sees it: disguised, but equal to what it says."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """The text as one line without active characters."""
        return super().__new__(cls, one_line(_PRIVATE.sub("", text)).translate(_DISGUISE))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self.translate(_REVEAL) == other.translate(_REVEAL)

    def __hash__(self) -> int:
        return hash(self.translate(_REVEAL))


class OwnWords(Words):
    """A text of the writer's own front matter: the filter ``markdown`` may read it as Markdown, seen from its file."""

    __slots__ = ("file", "source")
    source: str
    file: str

    def __new__(cls, text: str, file: str = "") -> Self:
        """The text, with its source beside it."""
        words = super().__new__(cls, text)
        words.source = text
        words.file = file
        return words


@dataclass(frozen=True, slots=True)
class Passage:
    """Something finished that a template may place, as a whole; ``plain`` are its words."""

    blocks: tuple[Block, ...]
    number: int
    plain: str = ""

    @property
    def text(self) -> Words:
        """Its words as a template may work with them."""
        return Words(self.plain)

    def __str__(self) -> str:
        """The stand-in for which the tree is put in."""
        return f"{OPEN}{self.number}{CLOSE}"

    def __bool__(self) -> bool:
        """Whether there is anything to place."""
        return bool(self.blocks)


def disguised(value: Any, kind: Callable[[str], Words] = Words) -> Any:
    """The value with every text in it disguised; mappings and lists keep their shape."""
    if isinstance(value, Words | Passage | bool | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {str(key): disguised(entry, kind) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [disguised(entry, kind) for entry in value]
    return kind(str(value))


def revealed(text: str) -> str:
    """The text with its marks."""
    return text if text.isascii() else text.translate(_REVEAL)


def revealed_html(html: str) -> str:
    """The same within HTML, where marks are escaped."""
    return _PRIVATE.sub(lambda match: escape(match[0].translate(_REVEAL)), html)
