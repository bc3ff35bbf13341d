"""Raw HTML read into the tree, for platforms that take no HTML: simple tags keep their meaning, others only their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from newsletter_bot.document import (
    Alignment,
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Figure,
    Heading,
    Image,
    Inline,
    Item,
    LineBreak,
    Link,
    List,
    Paragraph,
    Quote,
    RawInline,
    Rule,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup import raw
from newsletter_bot.markup.words import text_of

DEPTH = 16
"""Tags within tags beyond this count as text only."""
_WRAPPERS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "b": Strong,
    "strong": Strong,
    "summary": Strong,
    "i": Emphasis,
    "em": Emphasis,
    "cite": Emphasis,
    "dfn": Emphasis,
    "var": Emphasis,
    "del": Strikethrough,
    "s": Strikethrough,
    "strike": Strikethrough,
}
_CODE = frozenset({"code", "kbd", "samp", "tt"})
_CONTAINERS = frozenset({"blockquote", "ul", "ol", "li"})
_INLINE_TAGS = frozenset(_WRAPPERS) | _CODE | {"a", "br", "img"}
_TRANSPARENT = frozenset({"mark", "small", "span", "sub", "sup", "u"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f]+")


def has_raw(nodes: Iterable[Inline]) -> bool:
    """Whether raw HTML stands directly among these nodes."""
    return RawInline in [node.__class__ for node in nodes]


class _Open:
    """An inline tag that has not been closed yet."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Inline] = []

    def closed(self) -> Sequence[Inline]:
        """What the tag and its content mean."""
        children = tuple(self.children)
        if not children:
            return ()
        if self.name in _CODE:
            return (Code(text_of(children)),)
        if self.name == "a":
            return (Link(children, self.attributes["href"], self.attributes.get("title", "")),)
        return (_WRAPPERS[self.name](children),)


def inlines(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """The nodes with pairs of raw tags turned into what they mean and all other raw tags dropped."""
    stack = [_Open("", {})]
    for node in nodes:
        if not isinstance(node, RawInline):
            stack[-1].children.append(node)
        elif match := raw.TAG.fullmatch(raw.clean(node.html)):
            _take_tag(stack, match)
    while len(stack) > 1:
        _close(stack)
    return tuple(stack[0].children)


def _close(stack: list[_Open]) -> None:
    done = stack.pop()
    stack[-1].children += done.closed()


def _take_tag(stack: list[_Open], match: re.Match[str]) -> None:
    name = match[2]
    attributes = raw.attributes(match[3], name)
    if name == "br":
        stack[-1].children.append(LineBreak())
    elif name == "img" and attributes.get("src"):
        stack[-1].children.append(_image(attributes))
    elif match[1]:
        if any(entry.name == name for entry in stack[1:]):
            while stack[-1].name != name:
                _close(stack)
            _close(stack)
    elif len(stack) < DEPTH and (name in _WRAPPERS or name in _CODE or (name == "a" and attributes.get("href"))):
        stack.append(_Open(name, attributes))


def _image(attributes: dict[str, str]) -> Image:
    width, height = (int(size) if (size := attributes.get(key, "")).isdecimal() else 0 for key in ("width", "height"))
    return Image(attributes["src"], attributes.get("alt", ""), attributes.get("title", ""), width, height)


class _Reader(HTMLParser):
    """Collects blocks from HTML; text between block tags is a paragraph."""

    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.line = line
        self.stack: list[tuple[str, list[Any]]] = [("", [])]
        self.pending: list[Inline] = []
        self.code: list[str] | None = None
        self.rows: list[list[tuple[Inline, ...]]] | None = None

    def handle_data(self, data: str) -> None:
        if self.code is not None:
            self.code.append(data)
        else:
            self.pending.append(Text(_SPACE.sub(" ", data)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's interface
        if tag == "summary":
            self.flush()
        if tag in _INLINE_TAGS:
            self.pending.append(RawInline(self.get_starttag_text() or ""))
        elif tag not in _TRANSPARENT and self.code is None:
            self.flush()
            self.start_block(tag)

    def start_block(self, tag: str) -> None:
        """Begins what a block tag stands for; most only end the paragraph before them."""
        if tag == "pre":
            self.code = []
        elif tag == "hr":
            self.add(Rule(self.line))
        elif tag == "table":
            self.rows = []
        elif self.rows is not None and (tag == "tr" or (tag in ("td", "th") and not self.rows)):
            self.rows.append([])
        elif tag in _CONTAINERS and len(self.stack) < DEPTH:
            self.stack.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE_TAGS:
            self.pending.append(RawInline(f"</{tag}>"))
        if tag == "summary" or tag not in _INLINE_TAGS | _TRANSPARENT:
            self.end_block(tag)

    def end_block(self, tag: str) -> None:
        """Ends what a block tag began."""
        if tag == "pre" and self.code is not None:
            self.add(CodeBlock("".join(self.code).strip("\n"), "", self.line))
            self.code = None
        elif self.rows is not None and tag in ("td", "th", "table"):
            self.end_cell_or_table(tag, self.rows)
        elif tag in _CONTAINERS and any(name == tag for name, _ in self.stack):
            self.end_container(tag)
        elif tag == "figcaption":
            self.end_caption()
        elif tag in _HEADINGS:
            self.add_if(Heading(_HEADINGS[tag], self.taken(), self.line))
        else:
            self.flush()

    def end_cell_or_table(self, tag: str, rows: list[list[tuple[Inline, ...]]]) -> None:
        """Within a table only its cells and its own end count."""
        if tag == "table":
            self.end_table(rows)
        elif rows:
            rows[-1].append(self.taken())

    def add_if(self, block: Heading | Paragraph) -> None:
        """Appends a block that says something."""
        if block.children:
            self.add(block)

    def end_container(self, tag: str) -> None:
        """Closes containers down to the one that ends."""
        name = ""
        while name != tag:
            self.flush()
            name, children = self.stack.pop()
            self.add(_container(name, tuple(children), self.line))

    def end_caption(self) -> None:
        """A caption belongs to the picture before it."""
        siblings = self.stack[-1][1]
        caption = self.taken()
        if siblings and isinstance(figure := siblings[-1], Figure):
            siblings[-1] = replace(figure, caption=caption)
        else:
            self.add_if(Paragraph((Emphasis(caption),) if caption else (), self.line))

    def end_table(self, rows: list[list[tuple[Inline, ...]]]) -> None:
        """A table of even rows, its first row as head."""
        self.rows = None
        self.pending.clear()
        width = max(map(len, rows), default=0)
        if width:
            head, *body = [(*row, *[()] * (width - len(row))) for row in rows]
            alignments: tuple[Alignment, ...] = tuple("" for _ in range(width))
            self.add(Table(alignments, head, tuple(body), self.line))

    def taken(self) -> tuple[Inline, ...]:
        """The inline nodes that wait, without white space at the ends."""
        children = list(inlines(self.pending))
        self.pending.clear()
        for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
            while children and isinstance(node := children[at], Text | LineBreak):
                words = strip(node.text) if isinstance(node, Text) else ""
                if words:
                    children[at] = Text(words)
                    break
                del children[at]
        return tuple(children)

    def flush(self) -> None:
        """Ends the paragraph under way."""
        if children := self.taken():
            lone = children[0]
            alone = len(children) == 1 and isinstance(lone, Image)
            self.add(
                Figure(lone, (), "", self.line) if alone and isinstance(lone, Image) else Paragraph(children, self.line)
            )

    def add(self, block: object) -> None:
        """Appends to the container that is open."""
        name, children = self.stack[-1]
        if name in ("ul", "ol") and not isinstance(block, Item):
            block = Item((block,), None, self.line)  # type: ignore[arg-type]
        elif isinstance(block, Item) and name not in ("ul", "ol"):
            children += block.children
            return
        children.append(block)


def _container(name: str, children: tuple[Any, ...], line: int) -> Block | Item:
    if name == "li":
        return Item(children, None, line)
    return Quote(children, line) if name == "blockquote" else List(children, 1 if name == "ol" else None, line=line)


def blocks(markup: str, line: int = 0) -> tuple[Block, ...]:
    """What a piece of raw HTML says, as blocks."""
    reader = _Reader(line)
    reader.feed(raw.clean(markup))
    reader.close()
    if reader.code is not None:
        reader.end_block("pre")
    if reader.rows is not None:
        reader.end_table(reader.rows)
    while len(reader.stack) > 1:
        reader.end_container(reader.stack[-1][0])
    reader.flush()
    return tuple(reader.stack[0][1])
