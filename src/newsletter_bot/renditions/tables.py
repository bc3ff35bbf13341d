"""Tables where there are none: aligned columns when they are narrow, else a list of their rows."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter_bot.document import (
    Block,
    CodeBlock,
    FootnoteReference,
    Image,
    Link,
    Table,
)
from newsletter_bot.markup.tables import table_as_lines, table_as_rows
from newsletter_bot.markup.walk import walk_nodes
from newsletter_bot.renditions.losses import Losses

WIDTH = 60
"""Columns of characters that a phone's screen shows without scrolling, more or less."""


def told(table: Table, losses: Losses) -> tuple[Block, ...]:
    """What reads best in place of a table."""
    plain = not any(isinstance(node, Link | FootnoteReference | Image) for node in _within(table))
    lines = table_as_lines(table, WIDTH) if plain else None
    if lines is not None:
        losses.add("a table", "aligned columns of characters", table.line)
        return (CodeBlock(lines, "", table.line),)
    losses.add("a table", "a list of its rows", table.line)
    return (table_as_rows(table),)


def _within(table: Table) -> Iterator[object]:
    for row in (table.head, *table.rows):
        for cell in row:
            yield from walk_nodes(cell)
