"""Tables for places that know none: columns of characters of one width, or a list of the rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from newsletter_bot.document import (
    Alignment,
    Cell,
    FootnoteReference,
    Inline,
    Item,
    List,
    Paragraph,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup.words import inline_text

_GAP = "  "


def _characters(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def columns_of(text: str) -> int:
    """How many columns of a fixed-width font a text takes."""
    return len(text) if text.isascii() else sum(map(_characters, text))


def _placed(text: str, width: int, alignment: Alignment) -> str:
    room = width - columns_of(text)
    if alignment == "right":
        return " " * room + text
    if alignment == "center":
        return " " * (room // 2) + text + " " * (room - room // 2)
    return text + " " * room


def _plain_cell(cell: Cell) -> str:
    words = [f"[{node.number}]" if isinstance(node, FootnoteReference) else inline_text(node) for node in cell]
    return " ".join("".join(words).split())


def table_as_lines(table: Table, width: int | None = 66, *, cell: Callable[[Cell], str] = _plain_cell) -> str | None:
    """Aligned columns with a ruled head, or None when a line would be wider than ``width``; None: any width will do."""
    rows = [[cell(entry) for entry in row] for row in (table.head, *table.rows)]
    widths = [max(map(columns_of, column), default=0) for column in zip(*rows, strict=True)]
    if width is not None and sum(widths) + len(_GAP) * max(0, len(widths) - 1) > width:
        return None
    head, *body = [_line(row, widths, table.alignments) for row in rows]
    return "\n".join([head, _GAP.join("─" * size for size in widths), *body])


def _line(row: Sequence[str], widths: Sequence[int], alignments: Sequence[Alignment]) -> str:
    placed = (_placed(*entry) for entry in zip(row, widths, alignments, strict=True))
    return _GAP.join(placed).rstrip()


def table_as_rows(table: Table) -> List | Paragraph:
    """A list of the rows, each cell under the name of its column; names of empty columns alone, as a line."""
    unused = [name for name, *cells in zip(table.head, *table.rows, strict=True) if name and not any(cells)]
    alone = Paragraph(tuple(_strung(unused, " · ")), table.line)
    if not table.rows:
        return alone
    items = [Item((alone,), line=table.line)] if unused else []
    items += [_as_item(row, table.head, table.line) for row in table.rows]
    return List(tuple(items), line=table.line)


def _as_item(row: Sequence[Cell], head: Sequence[Cell], line: int) -> Item:
    """The first cell, then the others, all under the names of their columns."""
    lead, *rest = row
    named = [_named(name, cell) for name, cell in zip(head[1:], rest, strict=True) if cell]
    first: Cell = _named(head[0], (Strong(lead),) if named else lead) if lead else ()
    words: list[Inline] = [*first, *([Text(" \N{EM DASH} ")] if lead and named else [])]
    words += _strung(named, "; ")
    return Item((Paragraph(tuple(words), line),), line=line)


def _named(name: Cell, cell: Cell) -> Cell:
    return (*name, Text(": "), *cell) if name else cell


def _strung(cells: Sequence[Cell], between: str) -> Iterator[Inline]:
    for position, cell in enumerate(cell for cell in cells if cell):
        if position:
            yield Text(between)
        yield from cell
