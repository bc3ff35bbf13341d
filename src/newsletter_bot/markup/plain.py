"""The tree as text for people: no markup, addresses after the words that led there, notes at the end."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    Cell,
    Code,
    CodeBlock,
    DefinitionList,
    Document,
    Embed,
    Emphasis,
    Figure,
    Footnote,
    FootnoteReference,
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
    Paywall,
    Quote,
    RawBlock,
    RawInline,
    Rule,
    SoftBreak,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import flatten, rawtree
from newsletter_bot.markup._writer import Writer
from newsletter_bot.markup.tables import columns_of, table_as_lines, table_as_rows

_RULE = "* * *"
_WIDEST = 78
"""Columns that every mail program shows without breaking the line."""
_UNDERLINES = {1: "=", 2: "-"}


def write(document: Document) -> str:
    """The document as plain text; lines are not wrapped, mail programs do that."""
    return PlainWriter().document(document)


class PlainWriter(Writer):
    """Writes blocks as lines."""

    def document(self, document: Document) -> str:
        """Text and numbered notes, with a line end."""
        parts = [self.blocks(document.blocks), self._footnotes(document.footnotes)]
        written = "\n\n".join(part for part in parts if part)
        return f"{written}\n" if written else ""

    def blocks(self, nodes: Sequence[Block], between: str = "\n\n") -> str:
        """Blocks in order; those that say nothing in plain text leave no gap."""
        write = self.block
        if len(nodes) == 1:
            written: str = write[nodes[0].__class__](self, nodes[0])
            return written
        return between.join([words for node in nodes if (words := write[node.__class__](self, node))])

    def inlines(self, nodes: Sequence[Inline]) -> str:
        """Inline nodes in order, raw HTML as what it means."""
        if len(nodes) == 1 and isinstance(only := nodes[0], Text):
            return only.text
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, Text):
                parts.append(node.text)
            elif isinstance(node, RawInline):
                return self.inlines(rawtree.inlines(nodes))
            else:
                parts.append(self.inline[node.__class__](self, node))
        return "".join(parts)

    # --- inline -----------------------------------------------------------------------------------------------

    def _code(self, node: Code) -> str:
        return node.text

    def _soft_break(self, _: SoftBreak) -> str:
        return " "

    def _line_break(self, _: LineBreak) -> str:
        return "\n"

    def _emphasis(self, node: Emphasis) -> str:
        return self.inlines(node.children)

    def _strong(self, node: Strong) -> str:
        return self.inlines(node.children)

    def _strikethrough(self, node: Strikethrough) -> str:
        """Without a sign the text would say the opposite of what was meant."""
        return f"~~{self.inlines(node.children)}~~"

    def _link(self, node: Link) -> str:
        """The address follows the words, unless they are the address."""
        words = self.inlines(node.children)
        address = node.href.removeprefix("mailto:")
        if (words and words in (address, node.href.partition("://")[2])) or node.href.startswith("#"):
            return words
        return f"{words} ({address})" if words else address

    def _image(self, node: Image) -> str:
        return f"[{node.alt}]" if node.alt else ""

    def _reference(self, node: FootnoteReference) -> str:
        return f"[{node.number}]"

    def _math(self, node: Math) -> str:
        return node.tex

    # --- blocks -----------------------------------------------------------------------------------------------

    def _paragraph(self, node: Paragraph) -> str:
        return self.inlines(node.children)

    def _heading(self, node: Heading) -> str:
        words = " ".join(self.inlines(node.children).split())
        if not words or node.level > 2:
            return words
        return f"{words}\n{_UNDERLINES[node.level] * columns_of(words)}"

    def _code_block(self, node: CodeBlock) -> str:
        return _indented(node.text, "    ")

    def _quote(self, node: Quote) -> str:
        return _indented(self.blocks(node.children), "> ")

    def _callout(self, node: Callout) -> str:
        return _indented(self.blocks((flatten.callout_title(node), *node.children)), "| ")

    def _rule(self, _: Rule) -> str:
        return _RULE

    def _list(self, node: List) -> str:
        between = "\n" if node.tight else "\n\n"
        items = [
            self._item(item, flatten.mark_of(item, None if node.start is None else number), between)
            for number, item in enumerate(node.items, node.start or 0)
        ]
        return between.join(items)

    def _item(self, item: Item, mark: str, between: str) -> str:
        content = self.blocks(item.children, between)
        return (mark + _indented(content, " " * len(mark)).lstrip(" ")).rstrip(" ")

    def _table(self, node: Table) -> str:
        lines = table_as_lines(node, _WIDEST, cell=self._cell)
        return self.blocks([table_as_rows(node)]) if lines is None else lines

    def _cell(self, cell: Cell) -> str:
        return " ".join(self.inlines(cell).split())

    def _figure(self, node: Figure) -> str:
        caption = self.inlines(node.caption)
        words = ": ".join(part for part in (node.image.alt, caption) if part)
        address = f" ({node.href})" if node.href else ""
        return f"[{words}]{address}" if words else address.strip()

    def _math_block(self, node: MathBlock) -> str:
        return _indented(node.tex, "    ")

    def _definition_list(self, node: DefinitionList) -> str:
        entries: list[str] = []
        for entry in node.entries:
            meanings = [_indented(self.blocks(meaning), "    ") for meaning in entry.meanings]
            entries.append("\n".join([self.inlines(entry.term), *meanings]))
        return "\n\n".join(entries)

    def _raw_block(self, node: RawBlock) -> str:
        return self.blocks(rawtree.blocks(node.html, node.line))

    def _paywall(self, _: Paywall) -> str:
        return ""

    def _button(self, node: Button) -> str:
        return f"{node.text}: {node.href}" if node.href else ""

    def _embed(self, node: Embed) -> str:
        return node.url

    # --- footnotes --------------------------------------------------------------------------------------------

    def _footnotes(self, notes: Sequence[Footnote]) -> str:
        if not notes:
            return ""
        return "\n\n".join([_RULE, *[self._footnote(note) for note in notes]])

    def _footnote(self, note: Footnote) -> str:
        mark = f"[{note.number}] "
        return mark + _indented(self.blocks(note.children), " " * len(mark)).lstrip(" ")


def _indented(text: str, room: str) -> str:
    if text and "\n" not in text:
        return room + text
    blank = room.rstrip(" ")
    return "\n".join([room + line if line else blank for line in text.split("\n")])
