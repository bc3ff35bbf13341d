"""HTML exactly as the CommonMark specification shows it, HTML in the text unchanged: a measure for the reader."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter_bot.document import Block, Document, Inline, RawBlock, RawInline
from newsletter_bot.markup._read import read_commonmark
from newsletter_bot.markup.html import HtmlWriter


def render(text: str) -> str:
    """The HTML of a text that is nothing but CommonMark; only for texts that are trusted."""
    return write(read_commonmark(text))


def write(document: Document) -> str:
    """The HTML of a tree, raw HTML as it stands."""
    return StrictWriter().document(document, "")


class StrictWriter(HtmlWriter):
    """Lets raw HTML through."""

    def _top(self, node: Block) -> str:
        return self._one(node)

    def _with_raw(self, nodes: Sequence[Inline]) -> str:
        return "".join(
            [node.html if isinstance(node, RawInline) else self.inline[node.__class__](self, node) for node in nodes]
        )

    def _raw_block(self, node: RawBlock) -> str:
        return node.html
