"""What all writers have in common: each kind of node is written by the method that bears its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

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
