"""HTML of the writer's own: where a platform takes none, what it means or says stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from newsletter_bot.document import (
    Block,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Link,
    Paragraph,
    RawBlock,
    RawInline,
    Strikethrough,
    Strong,
    Table,
)
from newsletter_bot.markup import raw, rawtree
from newsletter_bot.markup.active import acting
from newsletter_bot.markup.rewrite import map_blocks, map_document
from newsletter_bot.markup.walk import walk
from newsletter_bot.renditions.losses import Losses

_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9-]*)")
_UNMEANT = frozenset({"abbr", "bdo", "center", "details", "dl", "ins", "mark", "q", "ruby", "small", "sub", "sup", "u"})
"""Harmless tags that the tree has no node for: only their text remains."""


def without_raw(document: Document, losses: Losses, *, kept: bool) -> Document:
    """The text with raw HTML turned into nodes, or, where a platform takes it, with its losses told only."""
    raws = [node for node in walk(document) if isinstance(node, RawBlock | RawInline)]
    for node in raws:
        _tell(node, losses, kept=kept)
    return document if kept or not raws else map_document(document, block=_block, inline=_inline)


def _tell(node: RawBlock | RawInline, losses: Losses, *, kept: bool) -> None:
    for tag in dict.fromkeys(name.lower() for name in _TAG.findall(node.html)):
        if tag in raw.HIDDEN:
            losses.add(f"HTML <{tag}>", "left out", node.line)
        elif tag not in raw.TAGS or (tag in _UNMEANT and not kept):
            losses.add(f"HTML <{tag}>", "its text", node.line)
    for match in raw.TAG.finditer(node.html):
        for name, scheme in acting(match):
            what = f"{scheme}: address" if scheme else name
            losses.add(f"the {what} of HTML <{match[2].lower()}>", "left out", node.line)


def _inlines(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return rawtree.inlines(nodes) if rawtree.has_raw(nodes) else nodes


def _inline(node: Inline) -> tuple[Inline, ...]:
    if isinstance(node, Emphasis | Strong | Strikethrough | Link) and rawtree.has_raw(node.children):
        return (replace(node, children=_inlines(node.children)),)
    return (node,)


def _block(node: Block) -> tuple[Block, ...]:
    if isinstance(node, RawBlock):
        return _on_line(rawtree.blocks(node.html, node.line), node.line)
    if isinstance(node, Paragraph | Heading):
        if not rawtree.has_raw(node.children):
            return (node,)
        return _on_line((replace(node, children=_inlines(node.children)),), node.line)
    if isinstance(node, Figure):
        return (replace(node, caption=_inlines(node.caption)),)
    if isinstance(node, Table):
        return (replace(node, head=_row(node.head), rows=tuple(_row(row) for row in node.rows)),)
    if isinstance(node, DefinitionList):
        entries = tuple(replace(entry, term=_inlines(entry.term)) for entry in node.entries)
        return (replace(node, entries=entries),)
    return (node,)


def _on_line(blocks: tuple[Block, ...], line: int) -> tuple[Block, ...]:
    """The blocks, their pictures on this line of the draft unless they know better."""

    def placed(node: Inline) -> tuple[Inline, ...]:
        return (replace(node, line=line) if isinstance(node, Image) and not node.line else node,)

    return map_blocks(blocks, inline=placed)


def _row(row: Iterable[tuple[Inline, ...]]) -> tuple[tuple[Inline, ...], ...]:
    return tuple(_inlines(cell) for cell in row)
