"""The tree as Markdown in the dialect of a platform; reading what GFM gets gives the same tree again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from newsletter_bot.document import (
    CALLOUTS,
    Block,
    Button,
    Callout,
    CodeBlock,
    Definition,
    DefinitionList,
    Document,
    Embed,
    Figure,
    Footnote,
    Heading,
    Image,
    Item,
    LineBreak,
    Link,
    List,
    MathBlock,
    Paragraph,
    Paywall,
    Quote,
    RawBlock,
    Rule,
    SoftBreak,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import flatten, raw
from newsletter_bot.markup._markdown_inline import SEPARATOR, InlineWriter, apart, without_tags
from newsletter_bot.markup._markdown_notes import label_of, with_references
from newsletter_bot.markup._writer import Voice, Writer
from newsletter_bot.markup.dialects import DIALECTS, Dialect
from newsletter_bot.markup.tables import table_as_lines, table_as_rows
from newsletter_bot.markup.walk import walk_nodes
from newsletter_bot.markup.words import text_of
from newsletter_bot.model import Format

_RUNS = re.compile(r"`{3,}|~{3,}")
_IN_LANGUAGE = re.compile(r"[\\&]")
_RULERS = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}
_STARTS_NO_MARKUP = re.compile(r"[A-Za-z\\(]")


def write(document: Document, format: Format = Format.GFM) -> str:  # noqa: A002 - the word of the glossary
    """The document as Markdown; the title is not in it, platforms take that apart."""
    return MarkdownWriter(DIALECTS[format], document.footnotes).document(document)


class MarkdownWriter(Writer):
    """Writes blocks, each without a line end after it."""

    def __init__(self, dialect: Dialect, footnotes: Iterable[Footnote]) -> None:
        self._labels = _labels(footnotes)
        self._voice = Voice(dialect)
        self._inline = InlineWriter(self._voice)

    def document(self, document: Document) -> str:
        """Text and footnotes, with a line end."""
        parts = [self.blocks(document.blocks, write=self._top), self._footnotes(document.footnotes)]
        written = "\n\n".join(part for part in parts if part)
        written = with_references(written, self._labels if self._voice.says("footnotes") else None)
        return f"{written}\n" if written else ""

    def blocks(
        self, nodes: Sequence[Block], *, tight: bool = False, write: Callable[[Block], str] | None = None
    ) -> str:
        """Blocks in order with blank lines between; in tight items without, where that is the same."""
        if len(nodes) == 1 and write is None:
            return self._block(nodes[0])
        write = write or self._block
        parts: list[str] = []
        before: Block | None = None
        other = False
        for node in nodes:
            other = isinstance(node, List) and not other and _runs_together(before, node)
            written = self._list(node, other=True) if other and isinstance(node, List) else write(node)
            if not written:
                continue
            if parts:
                parts.append("\n" if tight and _may_touch(before, node) else "\n\n")
            parts.append(written)
            before = node
        return "".join(parts)

    def _block(self, node: Block) -> str:
        written: str = self.block[node.__class__](self, node)
        return written

    def _top(self, node: Block) -> str:
        return self._voice.lasting(node, self._block)

    # --- text -------------------------------------------------------------------------------------------------

    def _paragraph(self, node: Paragraph) -> str:
        return self._inline.lines(node.children)

    def _heading(self, node: Heading) -> str:
        broken = any(isinstance(child, SoftBreak | LineBreak) for child in node.children)
        if broken and node.level <= 2 and (words := self._inline.lines(node.children)):
            return f"{words}\n{'=' if node.level == 1 else '-'}{'--' if node.level == 2 else '=='}"
        words = self._inline.one_line(node.children)
        if words.endswith("#") and not words.endswith("\\#"):
            words = f"{words[:-1]}\\#"
        return f"{'#' * node.level} {words}".rstrip()

    def _code_block(self, node: CodeBlock) -> str:
        tick = "~" if "`" in node.language else "`"
        longest = 2
        if tick * 3 in node.text:
            longest = max(len(run) for run in _RUNS.findall(node.text) if run[0] == tick)
        fence = tick * (longest + 1)
        language = _IN_LANGUAGE.sub(r"\\\g<0>", node.language)
        code = f"{fence}{language}\n{node.text}\n{fence}" if node.text else f"{fence}{language}\n{fence}"
        return self._inline.shielded(code, "\n")

    def _math_block(self, node: MathBlock) -> str:
        maths = self._voice.says("maths")
        if maths == "katex":
            return f"{{% katex %}}\n{apart(node.tex)}\n{{% endkatex %}}"
        if maths == "code":
            return self._code_block(CodeBlock(node.tex, "tex"))
        tex = without_tags(node.tex)
        plain = all(_STARTS_NO_MARKUP.match(line) for line in tex.split("\n"))
        return f"$$\n{tex}\n$$" if plain else f"$${tex}$$"

    def _figure(self, node: Figure) -> str:
        picture = self._inline.picture(node.image.src, node.image.alt, text_of(node.caption))
        return self._inline.linked(picture, node.href) if node.href else picture

    def _raw_block(self, node: RawBlock) -> str:
        return self._inline.defused(raw.clean(node.html)).strip("\n")

    def _rule(self, _: Rule) -> str:
        return "***"

    def _paywall(self, _: Paywall) -> str:
        return "<!-- paywall -->" if self._voice.says("comments") else ""

    def _button(self, node: Button) -> str:
        if node.href:
            return self._paragraph(Paragraph((Link((Text(node.text),), node.href),)))
        label = f": {node.text}" if node.text != "Subscribe" else ""
        return f"<!-- subscribe{label} -->" if self._voice.says("comments") else ""

    def _embed(self, node: Embed) -> str:
        card: str = self._voice.says("embed")
        return card.format(url=node.url)

    # --- containers -------------------------------------------------------------------------------------------

    def _quote(self, node: Quote) -> str:
        return _prefixed(self.blocks(node.children), "> ", "> ")

    def _callout(self, node: Callout) -> str:
        if self._voice.says("callouts") and node.kind in CALLOUTS:
            return f"> [!{node.kind.upper()}]\n{_prefixed(self.blocks(node.children), '> ', '> ')}"
        return self._quote(Quote((flatten.callout_title(node), *node.children)))

    def _list(self, node: List, *, other: bool = False) -> str:
        """A list; ``other``: with the other marker, so that it does not continue the list before it."""
        items: list[str] = []
        for number, item in enumerate(node.items, node.start or 0):
            mark = ("*" if other else "-") if node.start is None else f"{number}{')' if other else '.'}"
            items.append(self._item(item, f"{mark} ", tight=node.tight))
        return ("\n" if node.tight else "\n\n").join(items)

    def _item(self, item: Item, mark: str, *, tight: bool) -> str:
        children = item.children
        box = ""
        if item.checked is not None:
            box = "[x] " if item.checked else "[ ] "
            box = box if self._voice.says("tasks") else flatten.mark_of(item, None)
            if not children:
                return mark + box
            if not isinstance(children[0], Paragraph | Figure | MathBlock):
                children = (Paragraph((Text("…"),)), *children)
        content = box + self.blocks(children, tight=tight)
        if content and isinstance(children[0], List) and not content.strip("-* "):
            content += f" {SEPARATOR}"  # else a row of markers would be a rule
        return _prefixed(content, mark, " " * len(mark))

    def _table(self, node: Table) -> str:
        if not self._voice.says("tables"):
            leads = any(isinstance(inner, Link | Image) for inner in walk_nodes([node]))
            columns = None if leads else table_as_lines(node)
            return self.blocks([table_as_rows(node)]) if columns is None else self._code_block(CodeBlock(columns))
        lines = [node.head, *node.rows]
        rows = [f"| {' | '.join([self._inline.cell(cell) for cell in row])} |" for row in lines]
        rows.insert(1, f"| {' | '.join([_RULERS[alignment] for alignment in node.alignments])} |")
        return "\n".join(rows)

    def _definition_list(self, node: DefinitionList) -> str:
        if not self._voice.says("definitions"):
            return self.blocks([block for entry in node.entries for block in _as_paragraphs(entry)])
        return "\n\n".join([self._entry(entry) for entry in node.entries])

    def _entry(self, entry: Definition) -> str:
        meanings = [_prefixed(self.blocks(meaning), ": ", "  ") for meaning in entry.meanings]
        return "\n".join([self._inline.lines(entry.term), *meanings])

    # --- footnotes --------------------------------------------------------------------------------------------

    def _footnotes(self, notes: Sequence[Footnote]) -> str:
        if not self._voice.says("footnotes"):
            items = tuple([Item(note.children) for note in notes])
            return self.blocks([Rule(), List(items, 1, all(len(item.children) < 2 for item in items))]) if notes else ""
        return "\n\n".join([self._footnote(note) for note in notes])

    def _footnote(self, note: Footnote) -> str:
        return _prefixed(self.blocks(note.children, write=self._top), f"[^{self._labels[note.number]}]: ", "    ")


def _labels(footnotes: Iterable[Footnote]) -> dict[int, str]:
    """A label for each number, no two alike."""
    labels: dict[int, str] = {}
    taken: set[str] = set()
    for note in footnotes:
        label = label_of(note.label, note.number)
        while label.casefold() in taken:
            label = f"{label}-{note.number}"
        taken.add(label.casefold())
        labels[note.number] = label
    return labels


def _as_paragraphs(entry: Definition) -> Iterable[Block]:
    yield Paragraph((Strong(entry.term),))
    for meaning in entry.meanings:
        yield from meaning


def _prefixed(text: str, first: str, rest: str) -> str:
    """Lines with a mark before the first and as much room before the others; blank lines stay blank."""
    if "\n" not in text:
        return (first + text).rstrip(" ")
    head, *lines = text.split("\n")
    blank = rest.rstrip(" ")
    return "\n".join(
        [(first + head).rstrip(" ") if not head else first + head, *[rest + line if line else blank for line in lines]]
    )


def _runs_together(before: Block | None, node: List) -> bool:
    """Whether two lists would be read as one."""
    return isinstance(before, List) and (before.start is None) == (node.start is None)


def _may_touch(before: Block | None, node: Block) -> bool:
    """Whether a block of a tight item may follow another without a blank line and stay what it is."""
    if isinstance(node, List):
        starts = node.start in (None, 1) and bool(node.items) and bool(node.items[0].children)
        return isinstance(before, Paragraph | Heading | CodeBlock | List) and starts
    if isinstance(node, Paragraph):
        return isinstance(before, CodeBlock | Heading | Rule)
    return isinstance(node, CodeBlock | Heading | Quote | Rule) and isinstance(before, Paragraph | Heading | CodeBlock)
