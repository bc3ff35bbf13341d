"""The words of a draft, and those that readers find in what a platform was given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

from newsletter_bot.document import (
    Code,
    CodeBlock,
    Document,
    Image,
    Math,
    MathBlock,
    Text,
)
from newsletter_bot.markup.walk import walk


def words(text: str) -> list[str]:
    """The words of a text, without the marks between them."""
    return re.findall(r"[^\W_]+", text)


def words_of_tree(document: Document) -> list[str]:
    """What a draft says, in reading order; footnotes last, addresses of players left out."""
    return words(" ".join(_said(document)))


def _said(document: Document) -> Iterator[str]:
    for node in walk(document):
        if isinstance(node, Text | Code | CodeBlock):
            yield node.text
        elif isinstance(node, Math | MathBlock):
            yield node.tex
        elif isinstance(node, Image):
            yield node.alt


def words_of_substack(body: str) -> list[str]:
    """What a Substack document says: its text, formulas and descriptions of pictures."""
    return words(" ".join(_spoken(json.loads(body))))


def _spoken(node: dict[str, Any]) -> Iterator[str]:
    if node["type"] == "text":
        yield node["text"]
    attrs = node.get("attrs", {})
    for name in ("persistentExpression", "alt"):
        if attrs.get(name):
            yield attrs[name]
    for child in node.get("content", ()):
        yield from _spoken(child)


class _Reader(HTMLParser):
    """Reads a page as people and screen readers do."""

    def __init__(self) -> None:
        super().__init__()
        self.said = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.said.append(dict(attrs).get("alt") or "")

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words_of_html(body: str) -> list[str]:
    """What a page says."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return words(" ".join(reader.said))


def missing(wanted: list[str], found: list[str]) -> list[str]:
    """The words of the first list that do not follow each other in the second."""
    matched = SequenceMatcher(None, wanted, found, autojunk=False).get_opcodes()
    return [word for kind, start, end, _, _ in matched if kind in {"delete", "replace"} for word in wanted[start:end]]
