"""Inline nodes of a Substack document: text with marks, breaks, formulas and footnote anchors."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

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
from newsletter_bot.markup.words import inline_text, text_of

Node: TypeAlias = dict[str, Any]
Marks: TypeAlias = tuple[Node, ...]

_STRONG: Node = {"type": "strong"}
_EMPHASIS: Node = {"type": "em"}
_CODE: Node = {"type": "code"}
_STRIKETHROUGH: Node = {"type": "strikethrough"}


def code_id(text: str, position: int) -> str:
    """The same id for the same code at the same place, so that writing twice gives the same document."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"code:{position}:{text}"))


def latex_id(tex: str, position: int) -> str:
    """Ten capital letters, the same for the same formula at the same place."""
    digest = hashlib.sha256(f"{position}:{tex}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:10])


class InlineWriter:
    """Writes inline nodes and remembers which footnotes were anchored, in order."""

    _KINDS: ClassVar[Mapping[type[Inline], str]] = {
        Text: "_text",
        SoftBreak: "_soft_break",
        Link: "_link",
        Emphasis: "_emphasis",
        Strong: "_strong",
        Code: "_code",
        Image: "_image",
        LineBreak: "_line_break",
        Strikethrough: "_strikethrough",
        FootnoteReference: "_reference",
        Math: "_math",
    }

    def __init__(self, footnotes: tuple[Footnote, ...]) -> None:
        self._footnotes = {note.number: note for note in footnotes}
        self._anchored: list[Footnote] = []
        self._formulas = 0
        self._within_notes = False
        self._kinds: dict[type[Inline], Callable[..., None]] = {
            kind: getattr(self, name) for kind, name in self._KINDS.items()
        }

    def write(self, nodes: tuple[Inline, ...], marks: Marks = ()) -> list[Node]:
        """Inline nodes in order; neighbours of the same marks are one text."""
        out: list[Node] = []
        self._append(nodes, marks, out)
        return out

    def notes(self) -> list[Footnote]:
        """One footnote for each anchor written so far; references written from now on stand within them."""
        self._within_notes = True
        return list(self._anchored)

    def plain(self, cell: Cell, anchors: list[Node]) -> str:
        """A cell as characters on one line; the anchors of its footnotes are added to ``anchors``."""
        parts: list[str] = []
        for node in cell:
            if isinstance(node, FootnoteReference):
                before = len(anchors)
                self._reference(node, (), anchors)
                parts += [f"[{anchor['attrs']['number']}]" for anchor in anchors[before:] if "attrs" in anchor]
            else:
                parts.append(inline_text(node))
        return " ".join("".join(parts).split())

    def _append(self, nodes: Iterable[Inline], marks: Marks, out: list[Node]) -> None:
        kinds = self._kinds
        nodes = tuple(nodes)
        if rawtree.has_raw(nodes):
            nodes = rawtree.inlines(nodes)
        for node in nodes:
            kinds[node.__class__](node, marks, out)

    def _put(self, text: str, marks: Marks, out: list[Node]) -> None:
        if not text:
            return
        last = out[-1] if out else None
        if last is not None and last["type"] == "text" and last.get("marks", []) == list(marks):
            last["text"] += text
        elif marks:
            out.append({"type": "text", "text": text, "marks": list(marks)})
        else:
            out.append({"type": "text", "text": text})

    def _text(self, node: Text, marks: Marks, out: list[Node]) -> None:
        self._put(node.text, marks, out)

    def _soft_break(self, _: SoftBreak, marks: Marks, out: list[Node]) -> None:
        self._put(" ", marks, out)

    def _line_break(self, _: LineBreak, __: Marks, out: list[Node]) -> None:
        out.append({"type": "hard_break"})

    def _strong(self, node: Strong, marks: Marks, out: list[Node]) -> None:
        self._append(node.children, _added(marks, _STRONG), out)

    def _emphasis(self, node: Emphasis, marks: Marks, out: list[Node]) -> None:
        self._append(node.children, _added(marks, _EMPHASIS), out)

    def _strikethrough(self, node: Strikethrough, marks: Marks, out: list[Node]) -> None:
        self._append(node.children, _added(marks, _STRIKETHROUGH), out)

    def _code(self, node: Code, marks: Marks, out: list[Node]) -> None:
        self._put(node.text, _added(marks, _CODE), out)

    def _link(self, node: Link, marks: Marks, out: list[Node]) -> None:
        attrs = {"href": node.href, "target": "_blank", "rel": "noopener noreferrer nofollow", "class": None}
        outside = tuple([mark for mark in marks if mark["type"] != "link"])
        self._append(node.children, (*outside, {"type": "link", "attrs": attrs}), out)

    def _image(self, node: Image, marks: Marks, out: list[Node]) -> None:
        """The editor knows no picture within a line."""
        link = flatten.picture_link(node)
        if any(mark["type"] == "link" for mark in marks):
            self._append(link.children, marks, out)
        else:
            self._link(link, marks, out)

    def _math(self, node: Math, _: Marks, out: list[Node]) -> None:
        self._formulas += 1
        attrs = {"persistentExpression": node.tex, "id": latex_id(node.tex, self._formulas)}
        out.append({"type": "inline_latex", "attrs": attrs})

    def _reference(self, node: FootnoteReference, marks: Marks, out: list[Node]) -> None:
        note = self._footnotes.get(node.number)
        if note is None:
            self._put(f"[{node.number}]", marks, out)
        elif self._within_notes:
            self._nested(note, marks, out)
        else:
            self._anchored.append(note)
            out.append({"type": "footnoteAnchor", "attrs": {"number": len(self._anchored)}})

    def _nested(self, note: Footnote, marks: Marks, out: list[Node]) -> None:
        """A footnote has no anchors of its own: it names the other one's number, or says what that says."""
        numbers = [number for number, anchored in enumerate(self._anchored, 1) if anchored is note]
        words = " ".join(text_of(paragraph.children) for paragraph in flatten.paragraphs(note.children))
        space = " " if out and not str(out[-1].get("text", " "))[-1:].isspace() else ""
        self._put(f"{space}[{numbers[0]}]" if numbers else f"{space}({words})", marks, out)


def _added(marks: Marks, mark: Node) -> Marks:
    return marks if mark in marks else (*marks, mark)
