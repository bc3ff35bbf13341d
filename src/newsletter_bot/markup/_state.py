"""What reading a text keeps in mind: the open containers, and what was found so far."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from newsletter_bot.document import FootnoteReference, Problem
from newsletter_bot.markup import links
from newsletter_bot.markup.footnotes import Defined
from newsletter_bot.markup.quotes import ENGLISH, Marks

_HOLDS_BLOCKS = frozenset({"", "Item", "BlockQuote", "FootnoteDefinition", "DefinitionListDefinition"})


class Piece(NamedTuple):
    """Literal characters with their place in the source, in bytes."""

    text: str
    start: int
    end: int


class Amendment(NamedTuple):
    """A place in the source (bytes) that must read otherwise before the text is parsed again."""

    start: int
    end: int
    replacement: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a text is read.

    ``tokens`` stand for bare addresses that markup characters would cut; a ``final`` reading is not amended any more.
    """

    first_line: int = 1
    marks: Marks = ENGLISH
    strict: bool = False
    careful: bool = False
    tokens: tuple[str, ...] = ()
    final: bool = False


class Frame:
    """A container whose end has not come yet."""

    __slots__ = ("blocks", "checked", "children", "commented", "loose", "raw", "references", "start", "tag", "value")

    def __init__(self, tag: str, value: Any, start: int) -> None:
        self.tag = tag
        self.value = value
        self.start = start
        self.children: list[Any] = []
        self.blocks = tag in _HOLDS_BLOCKS
        self.loose = self.commented = self.raw = False
        self.checked: bool | None = None
        self.references: list[FootnoteReference] | None = None


@dataclass(slots=True)
class Findings:
    """What reading found beside the blocks."""

    problems: list[Problem] = field(default_factory=list[Problem])
    definitions: list[Defined] = field(default_factory=list[Defined])
    references: list[FootnoteReference] = field(default_factory=list[FootnoteReference])
    amendments: list[Amendment] = field(default_factory=list[Amendment])


class State:
    """The stack of open containers and everything found so far."""

    __slots__ = (
        "_first",
        "_line_ends",
        "bars",
        "careful",
        "embeds",
        "findings",
        "links",
        "manner",
        "marks",
        "open_single",
        "paywall",
        "source",
        "stack",
        "wide",
    )

    def __init__(self, text: str, manner: Manner, *, wide: bool = False) -> None:
        self.source = text.encode()
        self.manner = manner
        self.careful = manner.careful
        self.bars = "|" in text
        self._first = manner.first_line
        self.marks = None if manner.marks == ENGLISH else manner.marks
        self.findings = Findings()
        self.stack = [Frame("", None, 0)]
        self.embeds = not manner.strict and links.may_embed(" ".join((text, *manner.tokens)))
        self.links = 0
        self.wide = wide
        self.open_single = False
        self.paywall = False
        self._line_ends = [*accumulate([len(line) + 1 for line in self.source.split(b"\n")], initial=-1)][1:]

    def line(self, offset: int) -> int:
        """The line of the draft's file on which a byte stands."""
        return self._first + bisect_left(self._line_ends, offset)

    def report(self, message: str, offset: int, *, error: bool = False, fix: str = "") -> None:
        """Remembers something wrong in the text."""
        self.findings.problems.append(Problem(message, self.line(offset), error=error, fix=fix))

    def inline_frame(self, start: int) -> Frame:
        """What takes text now: directly in a tight item, a definition or a flattened container that is a paragraph."""
        top = self.stack[-1]
        if top.blocks:
            top = Frame("Implicit", None, start)
            self.stack.append(top)
        return top
