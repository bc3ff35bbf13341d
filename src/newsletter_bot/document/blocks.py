"""What stands on lines of its own, and the document as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from newsletter_bot.document.inline import Image, Inline


@dataclass(slots=True)
class Lasting:
    """A block that keeps what writers have made of it: the family of the writer, what was asked of its manner, the text.

    That is no part of what the block says; it holds because nodes never change.
    """

    written: tuple[tuple[str, Mapping[str, object], str], ...] = field(
        default=(), init=False, repr=False, compare=False
    )


@dataclass(slots=True)
class Paragraph(Lasting):
    """A paragraph of text."""

    children: tuple[Inline, ...]
    line: int = 0


@dataclass(slots=True)
class Heading(Lasting):
    """A heading of level 1 to 6."""

    level: int
    children: tuple[Inline, ...]
    line: int = 0


@dataclass(slots=True)
class CodeBlock(Lasting):
    """Lines of code without the final line end; ``language`` is the first word after the fence, or empty."""

    text: str
    language: str = ""
    line: int = 0


@dataclass(slots=True)
class Quote(Lasting):
    """Quoted blocks."""

    children: tuple[Block, ...]
    line: int = 0


CALLOUTS = frozenset({"note", "tip", "important", "warning", "caution"})
"""The kinds of callouts."""


@dataclass(slots=True)
class Callout(Lasting):
    """A box beside the text; ``kind`` is one of CALLOUTS, ``title`` that word for readers."""

    kind: str
    children: tuple[Block, ...]
    line: int = 0
    title: str = ""


@dataclass(slots=True)
class Item:
    """One entry of a list; ``checked`` is None outside task lists."""

    children: tuple[Block, ...]
    checked: bool | None = None
    line: int = 0


@dataclass(slots=True)
class List(Lasting):
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
