"""The tree as the HTML that Medium's importer keeps: two sizes of headings, no tables, no notes of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    CodeBlock,
    DefinitionList,
    Document,
    Embed,
    Footnote,
    FootnoteReference,
    Heading,
    Image,
    Inline,
    Item,
    List,
    Math,
    MathBlock,
    Paragraph,
    Paywall,
    Quote,
    RawBlock,
    SoftBreak,
    Strikethrough,
    Table,
)
from newsletter_bot.markup import flatten, rawtree
from newsletter_bot.markup.html import HtmlWriter, text
from newsletter_bot.markup.tables import table_as_lines


def write(document: Document, *, title: str = "") -> str:
    """The document as HTML, the title first: Medium shows no other."""
    return MediumWriter().document(document, title)


class MediumWriter(HtmlWriter):
    """Writes only tags that Medium keeps; everything else as what reads best there."""

    def _top(self, node: Block) -> str:
        return self._one(node)

    def _with_raw(self, nodes: Sequence[Inline]) -> str:
        return self.inlines(rawtree.inlines(nodes))

    def _direction(self, nodes: Sequence[Inline]) -> str:  # noqa: ARG002 - no attribute survives there
        return ""

    def _soft_break(self, _: SoftBreak) -> str:
        return " "

    def _strikethrough(self, node: Strikethrough) -> str:
        return self.inlines(node.children)

    def _reference(self, node: FootnoteReference) -> str:
        return f"[{node.number}]"

    def _math(self, node: Math) -> str:
        return f"<code>{text(node.tex)}</code>"

    def _image(self, node: Image) -> str:
        return f'<img src="{escape(node.src)}" alt="{escape(node.alt)}">'

    def _raw_block(self, node: RawBlock) -> str:
        return self.blocks(rawtree.blocks(node.html, node.line))

    def _heading(self, node: Heading) -> str:
        level = min(max(node.level, 3), 4)
        return f"<h{level}>{self.inlines(node.children)}</h{level}>\n"

    def _code_block(self, node: CodeBlock) -> str:
        return f"<pre>{text(node.text)}</pre>\n"

    def _math_block(self, node: MathBlock) -> str:
        return f"<pre>{text(node.tex)}</pre>\n"

    def _table(self, node: Table) -> str:
        return f"<pre>{text(table_as_lines(node, None) or '')}</pre>\n"

    def _quote(self, node: Quote) -> str:
        return self._boxed(node.children)

    def _callout(self, node: Callout) -> str:
        return self._boxed((flatten.callout_title(node), *node.children))

    def _boxed(self, blocks: Sequence[Block]) -> str:
        """A quotation is one run of text there: its paragraphs are kept apart by breaks."""
        return f"<blockquote>{self._run(flatten.paragraphs(blocks))}</blockquote>\n"

    def _run(self, paragraphs: Iterable[Paragraph], between: str = "<br><br>") -> str:
        return between.join([self.inlines(paragraph.children) for paragraph in paragraphs])

    def _item(self, item: Item, *, tight: bool) -> str:  # noqa: ARG002 - all items are tight there
        """Lists within items get mangled there: their items follow as lines."""
        mark = flatten.mark_of(item, None) if item.checked is not None else ""
        return f"<li>{mark}{self._run(flatten.paragraphs(item.children), '<br>')}</li>\n"

    def _list(self, node: List) -> str:
        return super()._list(node) if node.items else ""

    def _definition_list(self, node: DefinitionList) -> str:
        return self.blocks(flatten.paragraphs([node]))

    def _paywall(self, _: Paywall) -> str:
        return ""

    def _button(self, node: Button) -> str:
        return self.blocks(flatten.paragraphs([node]))

    def _embed(self, node: Embed) -> str:
        return f'<p><a href="{escape(node.url)}">{text(node.url)}</a></p>\n'

    def footnotes(self, notes: Iterable[Footnote]) -> str:
        """Numbered end notes; the numbers in the text are those of the list."""
        items = "".join([f"<li>{self._run(flatten.paragraphs(note.children), '<br>')}</li>\n" for note in notes])
        return f"<hr>\n<ol>\n{items}</ol>\n" if items else ""
