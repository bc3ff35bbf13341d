"""The writer's own text within the issue: its levels of headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsletter_bot.document import Block, Document, Heading, Paywall
from newsletter_bot.markup.rewrite import map_blocks
from newsletter_bot.markup.text import text_of
from newsletter_bot.markup.walk import walk, walk_nodes


def highest_level(blocks: Iterable[Block]) -> int | None:
    """The level of the greatest heading, or None without headings."""
    return min((node.level for node in walk_nodes(blocks) if isinstance(node, Heading)), default=None)


def without_title(blocks: tuple[Block, ...], title: str) -> tuple[Block, ...]:
    """The text without a first heading that only repeats the title."""
    first = blocks[0] if blocks else None
    if isinstance(first, Heading) and first.level == 1 and _same(text_of(first.children), title):
        return blocks[1:]
    return blocks


def _same(one: str, other: str) -> bool:
    words = ["".join(character for character in text.casefold() if character.isalnum()) for text in (one, other)]
    return words[0] == words[1]


def shifted(blocks: tuple[Block, ...], top: int) -> tuple[Block, ...]:
    """The text with its headings moved so that the greatest has that level; none goes below 6."""
    highest = highest_level(blocks)
    if highest is None or highest == top:
        return blocks

    def moved(node: Block) -> tuple[Block, ...]:
        return (replace(node, level=min(6, node.level + top - highest)) if isinstance(node, Heading) else node,)

    return map_blocks(blocks, block=moved)


def without_paywall(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The text with no end of a free part in it: that stands in the body only."""
    return map_blocks(blocks, block=lambda node: () if isinstance(node, Paywall) else (node,))


def without_lines(document: Document) -> Document:
    """The text with nothing in it that tells where it stands in its file; the nodes are those that were given."""
    for node in walk(document):
        if getattr(node, "line", 0):
            node.line = 0  # type: ignore[union-attr]
    return document
