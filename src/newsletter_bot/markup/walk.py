"""Walking over a tree in reading order, without recursion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from newsletter_bot.document import (
    Block,
    Callout,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    Heading,
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

Node: TypeAlias = Block | Inline | Item


def within(node: Node) -> Iterator[Node]:
    """What stands directly in a node, in reading order."""
    if isinstance(node, Paragraph | Heading | Emphasis | Strong | Strikethrough | Link | Quote | Callout | Item):
        yield from node.children
    elif isinstance(node, List):
        yield from node.items
    elif isinstance(node, Figure):
        yield node.image
        yield from node.caption
    else:
        yield from _within_compound(node)


def _within_compound(node: Node) -> Iterator[Node]:
    if isinstance(node, Table):
        for row in (node.head, *node.rows):
            for cell in row:
                yield from cell
    elif isinstance(node, DefinitionList):
        for entry in node.entries:
            yield from entry.term
            for meaning in entry.meanings:
                yield from meaning


def walk_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Each node, then what stands in it."""
    stack: list[Node] = [*nodes][::-1]
    while stack:
        node = stack.pop()
        yield node
        stack += [*within(node)][::-1]


def walk(document: Document) -> Iterator[Node]:
    """Every block, list item and inline node of a text, then those of its footnotes."""
    yield from walk_nodes(document.blocks)
    for footnote in document.footnotes:
        yield from walk_nodes(footnote.children)
