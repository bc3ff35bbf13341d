"""What stands within a line: text, its emphasis, links, images, references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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
