"""What cannot stand within a list item, quotation, callout or footnote on a platform is told; the writer flattens it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    CodeBlock,
    DefinitionList,
    Document,
    Emphasis,
    Figure,
    FootnoteReference,
    Heading,
    Link,
    List,
    Paragraph,
    Quote,
    Rule,
)
from newsletter_bot.markup.walk import walk_nodes
from newsletter_bot.model import Holds, TextPowers
from newsletter_bot.renditions.losses import Losses

_ITEM, _QUOTE, _CALLOUT, _NOTE = "a list item", "a quotation", "a callout", "a footnote"
_AS_TEXT: Mapping[type[Block], tuple[str, str]] = {
    Heading: ("a heading", "a line in bold"),
    List: ("a list", "lines with bullets or numbers"),
    CodeBlock: ("a code block", "lines of code"),
    Quote: ("a quotation", "its text"),
    Callout: ("a callout", "its text under its kind"),
    Figure: ("an image", "a link to it"),
    Rule: ("a rule", "left out"),
}
_BESIDE = frozenset({CodeBlock, Figure, Rule, Button})
"""Blocks that part a quotation in two where it holds text and lists."""


def tell(document: Document, powers: TextPowers, losses: Losses) -> None:
    """Add a loss for each block that its container cannot hold there."""
    confines = _Confines(powers, losses)
    confines.blocks(document.blocks, _Place())
    for note in document.footnotes:
        confines.blocks(note.children, _Place(_NOTE, powers.notes_hold))
        if powers.notes_hold is Holds.TEXT and _refers(note.children):
            losses.add("a footnote within a footnote", "its number or its text in brackets", note.line)


def _refers(blocks: Iterable[Block]) -> bool:
    return any(isinstance(node, FootnoteReference) for node in walk_nodes(blocks))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: the outermost container that sets a limit, and the limit."""

    name: str = ""
    holds: Holds = Holds.ANYTHING

    def within(self, name: str, holds: Holds) -> _Place:
        """The place in a container that stands here: what is text stays text."""
        return self if self.holds is Holds.TEXT else replace(self, name=name, holds=holds)


@dataclass(frozen=True, slots=True)
class _Confines:
    powers: TextPowers
    losses: Losses

    def blocks(self, nodes: Iterable[Block], place: _Place) -> None:
        """Tell of these blocks and of all within them."""
        for node in nodes:
            held = self._held(node, place)
            if not held:
                self._lose(node, place)
            for inner, there in self._inside(node, place if held else replace(place, holds=Holds.TEXT)):
                self.blocks(inner, there)

    def _held(self, node: Block, place: _Place) -> bool:
        """Whether it stands there as it is, or what becomes of it is told elsewhere."""
        if place.holds is Holds.ANYTHING or self._told(node, place.name):
            return True
        if isinstance(node, Figure) and place.holds is Holds.TEXT and self.powers.inline_images:
            return True  # it stands there as a part of the text
        if place.holds is Holds.TEXT_AND_LISTS and isinstance(node, List):
            return True
        return type(node) not in _AS_TEXT and not self._lost_button(node)

    def _told(self, node: Block, name: str) -> bool:
        if isinstance(node, List):
            return name in {_ITEM, _NOTE} and not self.powers.nested_lists
        if isinstance(node, Quote):
            return name == _QUOTE and not self.powers.nested_quotes
        return isinstance(node, Callout) and not self.powers.callouts

    def _lost_button(self, node: Block) -> bool:
        return isinstance(node, Button) and not node.href and self.powers.buttons

    def _lose(self, node: Block, place: _Place) -> None:
        if place.holds is Holds.TEXT_AND_LISTS and type(node) in _BESIDE:
            what = "a button" if isinstance(node, Button) else _AS_TEXT[type(node)][0]
            self.losses.add(f"{what} within {place.name}", "it stands by itself", node.line)
            return
        what, instead = _AS_TEXT.get(type(node), ("a subscribe button", "left out"))
        self.losses.add(f"{what} within {place.name}", instead, node.line)

    def _inside(self, node: Block, place: _Place) -> Iterator[tuple[Iterable[Block], _Place]]:
        powers = self.powers
        if isinstance(node, List):
            for item in node.items:
                yield item.children, place.within(_ITEM, powers.items_hold)
        elif isinstance(node, Callout):
            yield node.children, place.within(_CALLOUT, powers.callouts_hold if powers.callouts else powers.quotes_hold)
        elif isinstance(node, Quote):
            yield node.children, place.within(_QUOTE, powers.quotes_hold)
        elif isinstance(node, DefinitionList):
            for entry in node.entries:
                yield chain.from_iterable(entry.meanings), place


def with_pictures_in_text(blocks: tuple[Block, ...], holds: Holds, powers: TextPowers) -> tuple[Block, ...]:
    """The blocks of a container, pictures as parts of the text where that alone has room and may show them."""
    if holds is not Holds.TEXT or not powers.inline_images or not any(isinstance(block, Figure) for block in blocks):
        return blocks
    return tuple(part for block in blocks for part in (_in_text(block) if isinstance(block, Figure) else (block,)))


def _in_text(figure: Figure) -> tuple[Block, ...]:
    shown = Link((figure.image,), figure.href, line=figure.line) if figure.href else figure.image
    caption = (Paragraph((Emphasis(figure.caption),), figure.line),) if figure.caption else ()
    return (Paragraph((shown,), figure.line), *caption)
