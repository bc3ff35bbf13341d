"""Footnotes of several texts, numbered across the whole issue in the order in which they are met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from newsletter_bot.document import Block, Document, Footnote, FootnoteReference, Inline
from newsletter_bot.markup.rewrite import map_document
from newsletter_bot.markup.walk import walk_nodes


class Notes:
    """The footnotes of all texts of an issue; each keeps a label of its own."""

    def __init__(self) -> None:
        self.footnotes: dict[str, Footnote] = {}

    def take(self, document: Document) -> Document:
        """The text with labels that no text before it used; its footnotes are kept here."""
        labels = {note.label: self._free(note.label) for note in document.footnotes}
        if any(new != old for old, new in labels.items()):
            document = _relabelled(document, labels)
        self.footnotes |= {note.label.casefold(): note for note in document.footnotes}
        return document

    def _free(self, label: str) -> str:
        free, count = label, 1
        while free.casefold() in self.footnotes:
            count += 1
            free = f"{label}-{count}"
        return free

    def numbered(self, blocks: tuple[Block, ...]) -> Document:
        """The whole text with its footnotes, numbered as a reader meets them."""
        if not self.footnotes:
            return Document(blocks)
        order = self._order(blocks)
        counts = dict.fromkeys(order, 0)

        def counted(node: Inline) -> tuple[Inline, ...]:
            if not isinstance(node, FootnoteReference):
                return (node,)
            key = node.label.casefold()
            counts[key] += 1
            return (replace(node, number=order[key], occurrence=counts[key]),)

        notes = tuple(replace(self.footnotes[key], number=number) for key, number in order.items())
        document = map_document(Document(blocks, notes), inline=counted)
        footnotes = tuple(replace(note, references=counts[note.label.casefold()]) for note in document.footnotes)
        return replace(document, footnotes=footnotes)

    def _order(self, blocks: Iterable[Block]) -> dict[str, int]:
        """Numbers of footnotes by label: those of the text, then those that only footnotes mention."""
        order: dict[str, int] = {}
        waiting = [tuple(blocks)]
        for texts in waiting:
            for node in walk_nodes(texts):
                if isinstance(node, FootnoteReference) and node.label.casefold() not in order:
                    order[node.label.casefold()] = len(order) + 1
                    waiting.append(self.footnotes[node.label.casefold()].children)
        return order


def _relabelled(document: Document, labels: Mapping[str, str]) -> Document:
    def renamed(node: Inline) -> tuple[Inline, ...]:
        if isinstance(node, FootnoteReference):
            return (replace(node, label=labels[node.label]),)
        return (node,)

    document = map_document(document, inline=renamed)
    return replace(document, footnotes=tuple(replace(note, label=labels[note.label]) for note in document.footnotes))
