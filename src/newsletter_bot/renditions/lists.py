"""Lists where none can stand within another: their items become lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsletter_bot.document import (
    Block,
    Callout,
    Definition,
    DefinitionList,
    Inline,
    Item,
    LineBreak,
    List,
    Paragraph,
    Quote,
    Text,
)
from newsletter_bot.markup.flatten import paragraphs
from newsletter_bot.markup.walk import walk_nodes

_ROOM = Text("\N{EM SPACE}")
"""Sets a line in where spaces at its beginning would be dropped."""


def without_boxes(node: List) -> List:
    """A task list with its boxes as characters."""
    return replace(node, items=tuple(replace(item, children=_boxed(item), checked=None) for item in node.items))


def _boxed(item: Item) -> tuple[Block, ...]:
    if item.checked is None:
        return item.children
    mark = Text("☑ " if item.checked else "☐ ")
    first = item.children[0] if item.children else None
    if isinstance(first, Paragraph):
        return (replace(first, children=(mark, *first.children)), *item.children[1:])
    return (Paragraph((mark,), item.line), *item.children)


def nested(node: List) -> bool:
    """Whether a list stands anywhere within the items of this one."""
    return any(isinstance(inner, List) for item in node.items for inner in walk_nodes(item.children))


def flat(node: List) -> List:
    """The list with those within its items as lines that begin with a dash or their number."""
    return replace(node, items=tuple(replace(item, children=_unlisted(item.children)) for item in node.items))


def _unlisted(blocks: Iterable[Block]) -> tuple[Block, ...]:
    made: list[Block] = []
    for block in blocks:
        if not isinstance(block, List):
            made.append(_inside(block))
            continue
        lines = _lines(block)
        last = made[-1] if made else None
        if isinstance(last, Paragraph):
            made[-1] = replace(last, children=(*last.children, LineBreak(), *lines))
        elif lines:
            made.append(Paragraph(lines, block.line))
    return tuple(made)


def _inside(block: Block) -> Block:
    if isinstance(block, Quote | Callout):
        return replace(block, children=_unlisted(block.children))
    if isinstance(block, DefinitionList):
        entries = [
            Definition(entry.term, tuple(_unlisted(meaning) for meaning in entry.meanings)) for entry in block.entries
        ]
        return replace(block, entries=tuple(entries))
    return block


def _lines(node: List) -> tuple[Inline, ...]:
    """The items as lines of one paragraph."""
    lines: list[Inline] = []
    for number, item in enumerate(node.items, node.start or 0):
        mark = Text("\N{EN DASH} " if node.start is None else f"{number}. ")
        for position, paragraph in enumerate(paragraphs(_boxed(item))):
            lines += [LineBreak()] if lines else []
            lines += [*([_ROOM] if position else [mark]), *_indented(paragraph.children)]
    return tuple(lines)


def _indented(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """The lines of an item that was flattened itself stand under it."""
    for node in nodes:
        yield node
        if isinstance(node, LineBreak):
            yield _ROOM
