"""Inline nodes of a Substack document: text with marks, breaks, formulas and footnote anchors."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from newsletter_bot.document import (
    Cell,
    Code,
    Emphasis,
    Footnote,
    FootnoteReference,
    Image,
    Inline,
    LineBreak,
    Link,
    Math,
    SoftBreak,
    Strikethrough,
    Strong,
    Text,
)
from newsletter_bot.markup import flatten, rawtree
from newsletter_bot.markup._prosemirror_json import Mark, Node, as_link, as_node, as_text, is_a
from newsletter_bot.markup._writer import Writer
from newsletter_bot.markup.words import inline_text, text_of

Marks: TypeAlias = tuple[Mark, ...]

_STRONG: Mark = '{"type":"strong"}'
_EMPHASIS: Mark = '{"type":"em"}'
_CODE: Mark = '{"type":"code"}'
_STRIKETHROUGH: Mark = '{"type":"strikethrough"}'


@dataclass(slots=True)
class _Run:
    """Characters of the same marks, to which more may be added."""

    words: str
    marks: Marks


Out: TypeAlias = list[_Run | Node]
"""What was written so far."""


def code_id(text: str, position: int) -> str:
    """The same id for the same code at the same place, so that writing twice gives the same document."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"code:{position}:{text}"))


def latex_id(tex: str, position: int) -> str:
    """Ten capital letters, the same for the same formula at the same place."""
    digest = hashlib.sha256(f"{position}:{tex}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:10])


class InlineWriter(Writer):
    """Writes inline nodes and remembers which footnotes were anchored, in order."""

    def __init__(self, footnotes: tuple[Footnote, ...]) -> None:
        self._footnotes = {note.number: note for note in footnotes}
        self._anchored: list[Footnote] = []
        self._formulas = 0
        self._within_notes = False

    def write(self, nodes: tuple[Inline, ...]) -> list[Node]:
        """Inline nodes in order; neighbours of the same marks are one text."""
        if len(nodes) == 1 and isinstance(only := nodes[0], Text) and only.text:
            return [as_text(only.text)]
        out: Out = []
        self._append(nodes, (), out)
        return _finished(out)

    def notes(self) -> list[Footnote]:
        """One footnote for each anchor written so far; references written from now on stand within them."""
        self._within_notes = True
        return list(self._anchored)

    def plain(self, cell: Cell, anchors: list[Node]) -> str:
        """A cell as characters on one line; the anchors of its footnotes are added to ``anchors``."""
        parts: list[str] = []
        for node in cell:
            if isinstance(node, FootnoteReference):
                out: Out = []
                before = len(self._anchored)
                self._reference(node, (), out)
                parts += [f"[{number}]" for number in range(before + 1, len(self._anchored) + 1)]
                anchors += _finished(out)
            else:
                parts.append(inline_text(node))
        return " ".join("".join(parts).split())

    def _append(self, nodes: Iterable[Inline], marks: Marks, out: Out) -> None:
        nodes = tuple(nodes)
        if rawtree.has_raw(nodes):
            nodes = rawtree.inlines(nodes)
        words = ""
        for node in nodes:
            if isinstance(node, Text):
                words += node.text
            elif isinstance(node, SoftBreak):
                words += " "
            else:
                if words:
                    self._put(words, marks, out)
                    words = ""
                self.inline[node.__class__](self, node, marks, out)
        if words:
            self._put(words, marks, out)

    def _put(self, words: str, marks: Marks, out: Out) -> None:
        last = out[-1] if out else None
        if isinstance(last, _Run) and last.marks == marks:
            last.words += words
        else:
            out.append(_Run(words, marks))

    def _line_break(self, _: LineBreak, __: Marks, out: Out) -> None:
        out.append(as_node("hard_break"))

    def _strong(self, node: Strong, marks: Marks, out: Out) -> None:
        self._append(node.children, _added(marks, _STRONG), out)

    def _emphasis(self, node: Emphasis, marks: Marks, out: Out) -> None:
        self._append(node.children, _added(marks, _EMPHASIS), out)

    def _strikethrough(self, node: Strikethrough, marks: Marks, out: Out) -> None:
        self._append(node.children, _added(marks, _STRIKETHROUGH), out)

    def _code(self, node: Code, marks: Marks, out: Out) -> None:
        if node.text:
            self._put(node.text, _added(marks, _CODE), out)

    def _link(self, node: Link, marks: Marks, out: Out) -> None:
        outside = tuple([mark for mark in marks if not is_a(mark, "link")])
        self._append(node.children, (*outside, as_link(node.href)), out)

    def _image(self, node: Image, marks: Marks, out: Out) -> None:
        """The editor knows no picture within a line."""
        link = flatten.picture_link(node)
        if any(is_a(mark, "link") for mark in marks):
            self._append(link.children, marks, out)
        else:
            self._link(link, marks, out)

    def _math(self, node: Math, _: Marks, out: Out) -> None:
        self._formulas += 1
        attrs = {"persistentExpression": node.tex, "id": latex_id(node.tex, self._formulas)}
        out.append(as_node("inline_latex", attrs=attrs))

    def _reference(self, node: FootnoteReference, marks: Marks, out: Out) -> None:
        note = self._footnotes.get(node.number)
        if note is None:
            self._put(f"[{node.number}]", marks, out)
        elif self._within_notes:
            self._nested(note, marks, out)
        else:
            self._anchored.append(note)
            out.append(as_node("footnoteAnchor", attrs={"number": len(self._anchored)}))

    def _nested(self, note: Footnote, marks: Marks, out: Out) -> None:
        """A footnote has no anchors of its own: it names the other one's number, or says what that says."""
        numbers = [number for number, anchored in enumerate(self._anchored, 1) if anchored is note]
        words = " ".join(text_of(paragraph.children) for paragraph in flatten.paragraphs(note.children))
        last = out[-1] if out else None
        space = " " if isinstance(last, _Run) and not last.words[-1:].isspace() else ""
        self._put(f"{space}[{numbers[0]}]" if numbers else f"{space}({words})", marks, out)


def _finished(out: Out) -> list[Node]:
    return [as_text(part.words, part.marks) if isinstance(part, _Run) else part for part in out]


def _added(marks: Marks, mark: Mark) -> Marks:
    return marks if mark in marks else (*marks, mark)
