"""What all writers have in common: each kind of node is written by the method that bears its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    Code,
    CodeBlock,
    DefinitionList,
    Embed,
    Emphasis,
    Figure,
    FootnoteReference,
    Heading,
    Image,
    Inline,
    Lasting,
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

_INLINE: Mapping[type[Inline], str] = {
    Text: "_text",
    SoftBreak: "_soft_break",
    Link: "_link",
    Emphasis: "_emphasis",
    Strong: "_strong",
    Code: "_code",
    Image: "_image",
    LineBreak: "_line_break",
    Strikethrough: "_strikethrough",
    FootnoteReference: "_reference",
    Math: "_math",
    RawInline: "_raw",
}
_BLOCK: Mapping[type[Block], str] = {
    Paragraph: "_paragraph",
    Heading: "_heading",
    List: "_list",
    CodeBlock: "_code_block",
    Quote: "_quote",
    Callout: "_callout",
    Rule: "_rule",
    Table: "_table",
    Figure: "_figure",
    MathBlock: "_math_block",
    DefinitionList: "_definition_list",
    RawBlock: "_raw_block",
    Paywall: "_paywall",
    Button: "_button",
    Embed: "_embed",
}


class Writer:
    """Knows by the kind of a node which of its methods writes it; the tables are made once for each class."""

    inline: ClassVar[Mapping[type[Inline], Callable[..., Any]]] = {}
    block: ClassVar[Mapping[type[Block], Callable[..., Any]]] = {}

    def __init_subclass__(cls) -> None:
        """Looks the methods up; what a writer writes in another way has none."""
        cls.inline = {kind: getattr(cls, name) for kind, name in _INLINE.items() if hasattr(cls, name)}
        cls.block = {kind: getattr(cls, name) for kind, name in _BLOCK.items() if hasattr(cls, name)}


class Manner(Protocol):
    """What may differ between ways of writing; only those of one family are ever alike."""

    family: ClassVar[str]


_NOTHING: Mapping[str, object] = {}


class Voice:
    """A manner of writing, and what was asked of it: a block about which two manners say the same is written alike."""

    __slots__ = ("_answers", "_family", "_manner", "lasts")

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._family = manner.family
        self._answers: dict[str, object] = {}
        self.lasts = True
        """Whether the block under way would be written in the same way again; a writer sets it to False where not."""

    def says(self, feature: str) -> Any:
        """What the manner says about something that is not the same in all of them."""
        answer = self._answers[feature] = getattr(self._manner, feature)
        return answer

    def lasting(self, node: Block, write: Callable[[Block], str]) -> str:
        """The block as it was written before, if that was in a manner that says the same; nodes never change."""
        if not isinstance(node, Lasting):
            return write(node)
        for family, answers, written in node.written:
            if family == self._family and (not answers or self._agrees(answers)):
                return written
        self._answers.clear()
        self.lasts = True
        written = write(node)
        if self.lasts:
            node.written = (*node.written, (self._family, {**self._answers} if self._answers else _NOTHING, written))
        return written

    def _agrees(self, answers: Mapping[str, object]) -> bool:
        return all([getattr(self._manner, feature) == answer for feature, answer in answers.items()])  # noqa: C419 - quicker
