"""The tree as semantic HTML: a fragment for web pages and feeds, without any style of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

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
from newsletter_bot.markup import raw
from newsletter_bot.markup._writer import Voice, Writer
from newsletter_bot.markup.dialects import WEB, Page
from newsletter_bot.markup.words import begins_from_right

PAYWALL = "<!--paywall-->"
"""Marks in the HTML where the free part ends; adapters put their platform's own mark there."""


def write(document: Document, *, title: str = "", page: Page = WEB) -> str:
    """The document as an HTML fragment, the title first when there is one."""
    writer = HtmlWriter(page)
    body = writer.document(document, title)
    if writer.has_raw:
        from newsletter_bot.markup.sanitize import sanitized

        return sanitized(body)
    return body


def text(words: str) -> str:
    """Characters as HTML text."""
    if "&" not in words and "<" not in words and ">" not in words and '"' not in words:
        return words  # as most texts
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class HtmlWriter(Writer):
    """Writes nodes as HTML; other writers of HTML override what their readers show differently."""

    def __init__(self, page: Page = WEB) -> None:
        self.has_raw = False
        self._voice = Voice(page)
        self._balance = raw.Balance()

    def document(self, document: Document, title: str) -> str:
        """Title, text and footnotes."""
        head = f"<h1>{text(title)}</h1>\n" if title else ""
        return head + "".join([self._top(node) for node in document.blocks]) + self.footnotes(document.footnotes)

    def blocks(self, nodes: Iterable[Block]) -> str:
        """Blocks in order."""
        write = self.block
        return "".join([write[node.__class__](self, node) for node in nodes])

    def _top(self, node: Block) -> str:
        return self._voice.lasting(node, self._one)

    def _one(self, node: Block) -> str:
        written: str = self.block[node.__class__](self, node)
        return written

    def inlines(self, nodes: Sequence[Inline]) -> str:
        """Inline nodes in order; raw tags among them are kept in pairs."""
        if len(nodes) == 1 and isinstance(only := nodes[0], Text):
            return text(only.text)
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, Text):
                parts.append(text(node.text))
            elif isinstance(node, RawInline):
                return self._with_raw(nodes)
            else:
                parts.append(self.inline[node.__class__](self, node))
        return "".join(parts)

    # --- inline -----------------------------------------------------------------------------------------------

    def _text(self, node: Text) -> str:
        return text(node.text)

    def _emphasis(self, node: Emphasis) -> str:
        return f"<em>{self.inlines(node.children)}</em>"

    def _strong(self, node: Strong) -> str:
        return f"<strong>{self.inlines(node.children)}</strong>"

    def _strikethrough(self, node: Strikethrough) -> str:
        return f"<del>{self.inlines(node.children)}</del>"

    def _code(self, node: Code) -> str:
        return f"<code>{text(node.text)}</code>"

    def _link(self, node: Link) -> str:
        title = f' title="{escape(node.title)}"' if node.title else ""
        return f'<a href="{escape(node.href)}"{title}>{self.inlines(node.children)}</a>'

    def _image(self, node: Image) -> str:
        title = f' title="{escape(node.title)}"' if node.title else ""
        size = f' width="{node.width}" height="{node.height}"' if node.width and node.height else ""
        return f'<img src="{escape(node.src)}" alt="{escape(node.alt)}"{title}{size}>'

    def _line_break(self, _: LineBreak) -> str:
        return "<br>\n"

    def _soft_break(self, _: SoftBreak) -> str:
        return "\n"

    def _reference(self, node: FootnoteReference) -> str:
        place = self._place(node.number, node.occurrence)
        target = f"{self._prefix}fn-{node.number}"
        return f'<sup class="footnote-ref"><a href="#{target}" id="{place}">{node.number}</a></sup>'

    def _math(self, node: Math) -> str:
        tag = self._voice.says("maths")[0]
        return f'<{tag} class="math">{text(node.tex)}</{tag}>'

    def _with_raw(self, nodes: Sequence[Inline]) -> str:
        self.has_raw, self._voice.lasts = True, False
        balance = raw.Balance()
        parts = [
            balance.inline(node.html) if isinstance(node, RawInline) else self.inline[node.__class__](self, node)
            for node in nodes
        ]
        return "".join(parts) + balance.rest()

    def _raw_block(self, node: RawBlock) -> str:
        self.has_raw, self._voice.lasts = True, False
        return self._balance.block(node.html) + "\n"

    # --- blocks -----------------------------------------------------------------------------------------------

    def _paragraph(self, node: Paragraph) -> str:
        return f"<p{self._direction(node.children)}>{self.inlines(node.children)}</p>\n"

    def _heading(self, node: Heading) -> str:
        return f"<h{node.level}{self._direction(node.children)}>{self.inlines(node.children)}</h{node.level}>\n"

    def _direction(self, nodes: Sequence[Inline]) -> str:
        """Text that begins from the right says so; all other text follows its page."""
        return ' dir="rtl"' if begins_from_right(nodes) else ""

    def _code_block(self, node: CodeBlock) -> str:
        language = f' class="language-{escape(node.language)}"' if node.language else ""
        end = "\n" if node.text else ""
        return f"<pre><code{language}>{text(node.text)}{end}</code></pre>\n"

    def _quote(self, node: Quote) -> str:
        return f"<blockquote>\n{self.blocks(node.children)}</blockquote>\n"

    def _callout(self, node: Callout) -> str:
        kind = escape(node.kind)
        title = f'<p class="callout-title"><strong>{text(node.title)}</strong></p>\n' if node.title else ""
        return f'<aside class="callout callout-{kind}">\n{title}{self.blocks(node.children)}</aside>\n'

    def _list(self, node: List) -> str:
        items = "".join([self._item(item, tight=node.tight) for item in node.items])
        if node.start is None:
            return f"<ul>\n{items}</ul>\n"
        start = f' start="{node.start}"' if node.start != 1 else ""
        return f"<ol{start}>\n{items}</ol>\n"

    def _item(self, item: Item, *, tight: bool) -> str:
        content = self._tight(item.children) if tight else "\n" + self.blocks(item.children)
        task = "" if item.checked is None else ' class="task"'
        return f"<li{task}>{self._box(item.checked)}{content}</li>\n"

    def _box(self, checked: bool | None) -> str:
        if checked is None:
            return ""
        if not self._voice.says("controls"):
            return "☑ " if checked else "☐ "
        return f'<input type="checkbox" disabled{" checked" if checked else ""}> '

    def _tight(self, nodes: Sequence[Block]) -> str:
        """Blocks of a tight item: its paragraphs stand bare."""
        if len(nodes) == 1 and isinstance(only := nodes[0], Paragraph):
            return self.inlines(only.children)
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, Paragraph):
                parts.append(self.inlines(node.children))
            else:
                parts += ["\n", self.block[node.__class__](self, node)]
        return "".join(parts)

    def _rule(self, _: Rule) -> str:
        return "<hr>\n"

    def _table(self, node: Table) -> str:
        head = self._row(node.head, "th", node)
        body = "".join([self._row(row, "td", node) for row in node.rows])
        return f"<table>\n<thead>\n{head}</thead>\n" + (f"<tbody>\n{body}</tbody>\n" if body else "") + "</table>\n"

    def _row(self, row: Iterable[Cell], tag: str, table: Table) -> str:
        cells = [
            f"<{tag}{_aligned(alignment)}>{self.inlines(cell)}</{tag}>\n"
            for cell, alignment in zip(row, table.alignments, strict=True)
        ]
        return f"<tr>\n{''.join(cells)}</tr>\n"

    def _figure(self, node: Figure) -> str:
        image = self._image(node.image)
        if node.href:
            image = f'<a href="{escape(node.href)}">{image}</a>'
        caption = f"<figcaption>{self.inlines(node.caption)}</figcaption>" if node.caption else ""
        return f"<figure>{image}{caption}</figure>\n"

    def _math_block(self, node: MathBlock) -> str:
        tag = self._voice.says("maths")[1]
        return f'<{tag} class="math">{text(node.tex)}</{tag}>\n'

    def _definition_list(self, node: DefinitionList) -> str:
        parts = ["<dl>\n"]
        for entry in node.entries:
            parts.append(f"<dt>{self.inlines(entry.term)}</dt>\n")
            parts += [f"<dd>\n{self.blocks(meaning)}</dd>\n" for meaning in entry.meanings]
        return "".join(parts) + "</dl>\n"

    def _paywall(self, _: Paywall) -> str:
        return f"{PAYWALL}\n" if self._voice.says("comments") else ""

    def _button(self, node: Button) -> str:
        """Without an address a button would do nothing."""
        return (
            f'<p class="button"><a class="button" href="{escape(node.href)}">{text(node.text)}</a></p>\n'
            if node.href
            else ""
        )

    def _embed(self, node: Embed) -> str:
        return f'<p class="embed"><a href="{escape(node.url)}">{text(node.url)}</a></p>\n'

    # --- footnotes --------------------------------------------------------------------------------------------

    def footnotes(self, notes: Iterable[Footnote]) -> str:
        """End notes that link to their references and back."""
        items = "".join([self._footnote(note) for note in notes])
        return f'<section class="footnotes" role="doc-endnotes">\n<ol>\n{items}</ol>\n</section>\n' if items else ""

    def _footnote(self, note: Footnote) -> str:
        back = " ".join([self._back(note, occurrence) for occurrence in range(1, note.references + 1)])
        last = note.children[-1] if note.children else None
        if isinstance(last, Paragraph):
            content = f"{self.blocks(note.children[:-1])}<p>{self.inlines(last.children)} {back}</p>\n"
        else:
            content = f"{self.blocks(note.children)}<p>{back}</p>\n"
        return f'<li id="{self._prefix}fn-{note.number}">\n{content}</li>\n'

    def _back(self, note: Footnote, occurrence: int) -> str:
        return f'<a href="#{self._place(note.number, occurrence)}" class="footnote-back">↩</a>'

    def _place(self, number: int, occurrence: int) -> str:
        return f"{self._prefix}fnref-{number}" + (f"-{occurrence}" if occurrence > 1 else "")

    @property
    def _prefix(self) -> str:
        prefix: str = self._voice.says("prefix")
        return prefix


def _aligned(alignment: str) -> str:
    return f' style="text-align: {alignment}"' if alignment else ""
