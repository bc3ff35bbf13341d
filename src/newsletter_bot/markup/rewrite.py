"""Rewriting a tree: two functions, one for blocks and one for inline nodes, applied everywhere, innermost first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from newsletter_bot.document import (
    Block,
    Callout,
    Cell,
    Definition,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    Footnote,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    List,
    Paragraph,
    Quote,
    Strikethrough,
    Strong,
    Table,
)

Blocks = Callable[[Block], tuple[Block, ...]]
Inlines = Callable[[Inline], tuple[Inline, ...]]
_N = TypeVar("_N", Block, Inline)


def map_document(document: Document, *, block: Blocks | None = None, inline: Inlines | None = None) -> Document:
    """The document with every node replaced by what the functions make of it, footnotes included.

    Each function gets a node whose own content is rewritten already and returns what stands in its place: the node
    itself, others, or nothing. The picture of a figure passes through ``inline`` and must come back as one picture,
    else it stays. Nodes in which nothing changed are shared with the old tree.
    """
    rewriter = _Rewriter(block, inline)
    return replace(
        document,
        blocks=rewriter.blocks(document.blocks),
        footnotes=tuple([rewriter.footnote(footnote) for footnote in document.footnotes]),
    )


def map_blocks(
    nodes: tuple[Block, ...], *, block: Blocks | None = None, inline: Inlines | None = None
) -> tuple[Block, ...]:
    """The same for blocks that belong to no document yet."""
    return _Rewriter(block, inline).blocks(nodes)


def _flat(nodes: tuple[_N, ...], rewrite: Callable[[_N], tuple[_N, ...]]) -> tuple[_N, ...]:
    """What the function makes of all nodes; the same tuple when it changes none."""
    made: list[_N] = []
    changed = False
    for node in nodes:
        answer = rewrite(node)
        changed = changed or len(answer) != 1 or answer[0] is not node
        made += answer
    return tuple(made) if changed else nodes


class _Rewriter:
    def __init__(self, block: Blocks | None, inline: Inlines | None) -> None:
        self._block = block
        self._inline = inline

    def blocks(self, nodes: tuple[Block, ...]) -> tuple[Block, ...]:
        return _flat(nodes, self._rewritten_block)

    def inlines(self, nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return nodes if self._inline is None else _flat(nodes, self._rewritten_inline)

    def footnote(self, footnote: Footnote) -> Footnote:
        children = self.blocks(footnote.children)
        return footnote if children is footnote.children else replace(footnote, children=children)

    def _rewritten_inline(self, node: Inline) -> tuple[Inline, ...]:
        if isinstance(node, Emphasis | Strong | Strikethrough | Link):
            children = self.inlines(node.children)
            node = node if children is node.children else replace(node, children=children)
        return (node,) if self._inline is None else self._inline(node)

    def _rewritten_block(self, node: Block) -> tuple[Block, ...]:
        if isinstance(node, Paragraph | Heading):
            inlines = self.inlines(node.children)
            node = node if inlines is node.children else replace(node, children=inlines)
        elif isinstance(node, Quote | Callout):
            children = self.blocks(node.children)
            node = node if children is node.children else replace(node, children=children)
        else:
            node = self._compound(node)
        return (node,) if self._block is None else self._block(node)

    def _compound(self, node: Block) -> Block:
        if isinstance(node, List):
            return self._list(node)
        if isinstance(node, Figure):
            return self._figure(node)
        if isinstance(node, Table) and self._inline is not None:
            rows = tuple([self._row(row) for row in node.rows])
            return replace(node, head=self._row(node.head), rows=rows)
        if isinstance(node, DefinitionList):
            return replace(node, entries=tuple([self._entry(entry) for entry in node.entries]))
        return node

    def _list(self, node: List) -> List:
        items = [self._item(item) for item in node.items]
        same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if same else replace(node, items=tuple(items))

    def _item(self, item: Item) -> Item:
        children = self.blocks(item.children)
        return item if children is item.children else replace(item, children=children)

    def _figure(self, node: Figure) -> Figure:
        if self._inline is None:
            return node
        image, caption = self._inline(node.image), self.inlines(node.caption)
        picture = image[0] if len(image) == 1 and isinstance(image[0], Image) else node.image
        same = picture is node.image and caption is node.caption
        return node if same else replace(node, image=picture, caption=caption)

    def _row(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple([self.inlines(cell) for cell in row])

    def _entry(self, entry: Definition) -> Definition:
        return Definition(self.inlines(entry.term), tuple([self.blocks(meaning) for meaning in entry.meanings]))
