"""Any blocks as plain paragraphs, for places that hold nothing else: footnotes, boxes, list items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Embed,
    Figure,
    Heading,
    Image,
    Inline,
    Item,
    LineBreak,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    RawBlock,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import rawtree
from newsletter_bot.markup.tables import table_as_lines


def mark_of(item: Item, number: int | None) -> str:
    """What stands before a list item where there are no lists."""
    if item.checked is not None:
        return "☑ " if item.checked else "☐ "
    return "• " if number is None else f"{number}. "


def code_lines(text: str) -> tuple[Inline, ...]:
    """Lines of code within a paragraph."""
    nodes: list[Inline] = []
    for line in text.split("\n"):
        nodes += ([LineBreak()] if nodes else []) + ([Code(line)] if line else [])
    return tuple(nodes)


def picture_link(image: Image) -> Link:
    """A picture where none can stand: its alternative text, linked to it."""
    return Link((Text(image.alt or image.title or "🖼"),), image.src)


def callout_title(node: Callout) -> Paragraph:
    """The kind of a callout as its first line."""
    return Paragraph((Strong((Text(node.title or node.kind.capitalize()),)),), node.line)


def paragraphs(blocks: Sequence[Block]) -> tuple[Paragraph, ...]:
    """The blocks as paragraphs, in order; marks before list items and line breaks keep what can be kept."""
    if len(blocks) == 1 and isinstance(only := blocks[0], Paragraph):
        return (only,)
    return tuple(chain.from_iterable(_paragraphs(block) for block in blocks))


def _paragraphs(block: Block) -> Iterator[Paragraph]:
    if isinstance(block, Paragraph):
        yield block
    elif isinstance(block, Heading):
        yield Paragraph((Strong(block.children),), block.line)
    elif isinstance(block, Quote | Callout):
        if isinstance(block, Callout):
            yield callout_title(block)
        yield from paragraphs(block.children)
    elif isinstance(block, List):
        yield from _list(block)
    elif isinstance(block, DefinitionList):
        yield from chain.from_iterable(_entry(entry, block.line) for entry in block.entries)
    elif isinstance(block, RawBlock):
        yield from paragraphs(rawtree.blocks(block.html, block.line))
    else:
        yield from _leaf(block)


def _entry(entry: Definition, line: int) -> Iterator[Paragraph]:
    yield Paragraph((Strong(entry.term),), line)
    yield from paragraphs([block for meaning in entry.meanings for block in meaning])


def _list(node: List) -> Iterator[Paragraph]:
    for number, item in enumerate(node.items, node.start or 0):
        mark = Text(mark_of(item, None if node.start is None else number))
        head, *rest = paragraphs(item.children) or (Paragraph(()),)
        yield Paragraph((mark, *head.children), item.line)
        yield from rest


def _leaf(block: Block) -> Iterator[Paragraph]:
    if isinstance(block, CodeBlock):
        yield Paragraph(code_lines(block.text), block.line)
    elif isinstance(block, MathBlock):
        yield Paragraph((Math(block.tex),), block.line)
    elif isinstance(block, Table):
        yield Paragraph(code_lines(table_as_lines(block, None) or ""), block.line)
    elif isinstance(block, Figure):
        words = block.caption if not block.image.alt and block.caption else picture_link(block.image).children
        yield Paragraph((Link(words, block.href or block.image.src),), block.line)
    elif isinstance(block, Embed):
        yield Paragraph((Link((Text(block.url),), block.url),), block.line)
    elif isinstance(block, Button) and block.href:
        yield Paragraph((Link((Text(block.text),), block.href),), block.line)
