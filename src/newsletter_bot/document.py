"""The tree: what a draft's text says, independent of Markdown and of every output.

One parse makes it (``markup.read``), every format is written from it in one walk. Nodes are small slotted
dataclasses that nobody changes after they are built. ``line`` is the 1-based line of the draft's file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

# --- inline ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Text:
    """Literal characters."""

    text: str


@dataclass(slots=True)
class Emphasis:
    """Stressed text."""

    children: tuple[Inline, ...]


@dataclass(slots=True)
class Strong:
    """Important text."""

    children: tuple[Inline, ...]


@dataclass(slots=True)
class Strikethrough:
    """Text no longer valid."""

    children: tuple[Inline, ...]


@dataclass(slots=True)
class Code:
    """A fragment of code within a line."""

    text: str


@dataclass(slots=True)
class Link:
    """A hyperlink; ``href`` is already percent-encoded and has a harmless scheme or is relative."""

    children: tuple[Inline, ...]
    href: str
    title: str = ""
    line: int = 0


@dataclass(slots=True)
class Image:
    """A picture within a line; ``alt`` is plain text, sizes are pixels or 0 when unknown."""

    src: str
    alt: str = ""
    title: str = ""
    width: int = 0
    height: int = 0
    line: int = 0
    media_type: str = ""


@dataclass(slots=True)
class LineBreak:
    """A break that the writer asked for."""


@dataclass(slots=True)
class SoftBreak:
    """The end of a source line within a paragraph."""


@dataclass(slots=True)
class FootnoteReference:
    """A mark in the text that points to a footnote; ``number`` counts footnotes from 1, ``occurrence`` references."""

    label: str
    number: int
    occurrence: int = 1


@dataclass(slots=True)
class Math:
    """A formula within a line, as TeX."""

    tex: str


@dataclass(slots=True)
class RawInline:
    """HTML that the writer put within a line, as written."""

    html: str
    line: int = 0


Inline: TypeAlias = (
    Text
    | Emphasis
    | Strong
    | Strikethrough
    | Code
    | Link
    | Image
    | LineBreak
    | SoftBreak
    | FootnoteReference
    | Math
    | RawInline
)

# --- blocks ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Paragraph:
    """A paragraph of text."""

    children: tuple[Inline, ...]
    line: int = 0


@dataclass(slots=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    children: tuple[Inline, ...]
    line: int = 0


@dataclass(slots=True)
class CodeBlock:
    """Lines of code without the final line end; ``language`` is the first word after the fence, or empty."""

    text: str
    language: str = ""
    line: int = 0


@dataclass(slots=True)
class Quote:
    """Quoted blocks."""

    children: tuple[Block, ...]
    line: int = 0


@dataclass(slots=True)
class Callout:
    """A box beside the text; ``kind`` is note, tip, important, warning or caution."""

    kind: str
    children: tuple[Block, ...]
    line: int = 0


@dataclass(slots=True)
class Item:
    """One entry of a list; ``checked`` is None outside task lists."""

    children: tuple[Block, ...]
    checked: bool | None = None
    line: int = 0


@dataclass(slots=True)
class List:
    """A bulleted (``start`` is None) or numbered list; in a tight one paragraphs stand close."""

    items: tuple[Item, ...]
    start: int | None = None
    tight: bool = True
    line: int = 0


@dataclass(slots=True)
class Rule:
    """A thematic break."""

    line: int = 0


Alignment: TypeAlias = Literal["", "left", "center", "right"]
Cell: TypeAlias = "tuple[Inline, ...]"


@dataclass(slots=True)
class Table:
    """A table with one head row; every row has as many cells as ``alignments``."""

    alignments: tuple[Alignment, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    line: int = 0


@dataclass(slots=True)
class Figure:
    """A picture that stands alone, with its caption (the image's title in Markdown) and perhaps a link around it."""

    image: Image
    caption: tuple[Inline, ...] = ()
    href: str = ""
    line: int = 0


@dataclass(slots=True)
class MathBlock:
    """A formula on lines of its own, as TeX."""

    tex: str
    line: int = 0


@dataclass(slots=True)
class Definition:
    """A term and what it means."""

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]


@dataclass(slots=True)
class DefinitionList:
    """Terms with their meanings."""

    entries: tuple[Definition, ...]
    line: int = 0


@dataclass(slots=True)
class RawBlock:
    """HTML that the writer put on lines of its own, as written."""

    html: str
    line: int = 0


@dataclass(slots=True)
class Paywall:
    """The line ``<!-- paywall -->``: the free part of a paid post ends here."""

    line: int = 0


@dataclass(slots=True)
class Button:
    """A line ``<!-- subscribe -->`` (href empty): a subscribe button."""

    text: str
    href: str = ""
    line: int = 0


@dataclass(slots=True)
class Embed:
    """A link alone on its line that some platforms show as a player or card.

    ``kind`` is youtube, vimeo, tweet or gist; ``id`` is the service's own id where it has one.
    """

    kind: str
    url: str
    id: str = ""
    line: int = 0


Block: TypeAlias = (
    Paragraph
    | Heading
    | CodeBlock
    | Quote
    | Callout
    | List
    | Rule
    | Table
    | Figure
    | MathBlock
    | DefinitionList
    | RawBlock
    | Paywall
    | Button
    | Embed
)


@dataclass(slots=True)
class Footnote:
    """A footnote's text; ``number`` is its place in the order of first references."""

    label: str
    number: int
    children: tuple[Block, ...]
    line: int = 0
    references: int = 1


@dataclass(slots=True)
class Problem:
    """Something wrong in the text itself, such as a footnote that nobody defines; ``error`` stops publishing."""

    message: str
    line: int
    error: bool = True
    fix: str = ""


@dataclass(slots=True)
class Document:
    """A whole text: blocks in order, and footnotes in the order of their numbers."""

    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
