"""Tables where there are none: aligned columns when they are narrow, else a list of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsletter_bot.document import (
    Block,
    Cell,
    CodeBlock,
    FootnoteReference,
    Image,
    Inline,
    Item,
    Link,
    List,
    Paragraph,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup.tables import table_as_lines
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
    if not table.rows:
        return (Paragraph(tuple(_strung(table.head, " · ")), table.line),)
    return (List(tuple(_row(row, table.head, table.line) for row in table.rows), line=table.line),)


def _within(table: Table) -> Iterator[object]:
    for row in (table.head, *table.rows):
        for cell in row:
            yield from walk_nodes(cell)


def _row(row: Sequence[Cell], head: Sequence[Cell], line: int) -> Item:
    """The first cell, then the others under the names of their columns."""
    lead, *rest = row
    named = [_named(name, cell) for name, cell in zip(head[1:], rest, strict=True) if cell]
    words: list[Inline] = [Strong(lead)] if lead and named else [*lead]
    if lead and named:
        words.append(Text(" \N{EM DASH} "))
    words += _strung(named, "; ")
    return Item((Paragraph(tuple(words), line),), line=line)


def _named(name: Cell, cell: Cell) -> Cell:
    return (*name, Text(": "), *cell) if name else cell


def _strung(cells: Sequence[Cell], between: str) -> Iterator[Inline]:
    for position, cell in enumerate(cell for cell in cells if cell):
        if position:
            yield Text(between)
        yield from cell
