"""Footnotes: where they stand in the issue, and numbered end notes for platforms that have none of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter_bot.document import (
    Block,
    Document,
    FootnoteReference,
    Heading,
    Inline,
    Item,
    List,
    Paragraph,
    Rule,
    Text,
)
from newsletter_bot.markup.rewrite import map_document
from newsletter_bot.markup.walk import walk_nodes
from newsletter_bot.model import Issue, Section

PLACE = Rule(-1)
"""Stands, itself, in a text that is being rewritten where its footnotes are to stand."""


def with_place(issue: Issue) -> Document:
    """The text of an issue, with the place of its footnotes unless that is the end."""
    document = issue.document
    names = [section.name for section in issue.sections]
    if not document.footnotes or "footnotes" not in names:
        return document
    following = [section for section in issue.sections[names.index("footnotes") + 1 :] if section.blocks]
    position = _begin(document.blocks, following[0]) if following else None
    if position is None:
        return document
    return replace(document, blocks=(*document.blocks[:position], PLACE, *document.blocks[position:]))


def _begin(blocks: Sequence[Block], section: Section) -> int | None:
    """Where a section begins, with its heading or the rule before it; None when a template took it apart."""
    for position, block in enumerate(blocks):
        if block is section.blocks[0]:
            led = position and isinstance(blocks[position - 1], Heading if section.heading else Rule)
            return position - bool(led)
    return None


def split(document: Document) -> tuple[Document, Document]:
    """The text up to its footnotes, with them, and what stands behind them."""
    for position, block in enumerate(document.blocks):
        if block is PLACE:
            head, tail = document.blocks[:position], document.blocks[position + 1 :]
            return replace(document, blocks=head), Document(tail)
    return document, Document(())


def without_place(document: Document) -> Document:
    """The text without the mark of that place."""
    head, tail = split(document)
    return replace(head, blocks=(*head.blocks, *tail.blocks)) if tail.blocks else head


def as_endnotes(document: Document, heading: str) -> Document:
    """The text with its footnotes as a numbered list under a heading, where they are to stand."""
    level = min([2, *(node.level for node in document.blocks if isinstance(node, Heading))])
    items = tuple(Item(note.children or (Paragraph(()),), line=note.line) for note in document.footnotes)
    tight = all(len(item.children) == 1 and isinstance(item.children[0], Paragraph) for item in items)
    notes = (Heading(level, (Text(heading),)), List(items, start=1, tight=tight))
    head, tail = split(document)
    blocks = (*head.blocks, *notes, *tail.blocks)
    return map_document(Document(blocks), inline=_numbered)


def _numbered(node: Inline) -> tuple[Inline, ...]:
    return (Text(f"[{node.number}]"),) if isinstance(node, FootnoteReference) else (node,)


def only_referenced(document: Document) -> Document:
    """The text with those footnotes that it still refers to."""
    wanted: set[int] = set()
    waiting: list[Sequence[Block]] = [document.blocks]
    notes = {note.number: note for note in document.footnotes}
    for blocks in waiting:
        for node in walk_nodes(blocks):
            if isinstance(node, FootnoteReference) and node.number not in wanted:
                wanted.add(node.number)
                waiting.append(notes[node.number].children)
    numbers = {old: new for new, old in enumerate(sorted(wanted), 1)}

    def renumbered(node: Inline) -> tuple[Inline, ...]:
        return (replace(node, number=numbers[node.number]),) if isinstance(node, FootnoteReference) else (node,)

    kept = tuple(replace(note, number=numbers[note.number]) for note in document.footnotes if note.number in numbers)
    return map_document(replace(document, footnotes=kept), inline=renumbered)
