"""The tree within a platform's powers: what it cannot hold is replaced by what reads best, and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain

from newsletter_bot.document import (
    Block,
    Button,
    Callout,
    Code,
    CodeBlock,
    DefinitionList,
    Document,
    Embed,
    Emphasis,
    Figure,
    Heading,
    Inline,
    LineBreak,
    Link,
    List,
    Math,
    MathBlock,
    Paragraph,
    Paywall,
    Quote,
    Strikethrough,
    Strong,
    Table,
    Text,
)
from newsletter_bot.markup.rewrite import map_document
from newsletter_bot.markup.walk import walk
from newsletter_bot.model import Holds, TextPowers
from newsletter_bot.renditions import lists, tables
from newsletter_bot.renditions.confines import with_pictures_in_text
from newsletter_bot.renditions.losses import Losses
from newsletter_bot.renditions.words import Words, words_for


def within(document: Document, powers: TextPowers, losses: Losses, words: Words) -> Document:
    """The text with nothing in it that these powers exclude; raw HTML, pictures and footnotes are others' matter."""
    return map_document(
        document, block=(adapter := Adapter(document, powers, losses, words)).block, inline=adapter.inline
    )


def with_titles(document: Document, language: str) -> Document:
    """The whole text as it is, its boxes headed by their kind in that language."""
    words = words_for(language)

    def titled(node: Block) -> tuple[Block, ...]:
        return (replace(node, title=words.kind(node.kind)) if isinstance(node, Callout) else node,)

    return map_document(document, block=titled)


class Adapter:
    """Rewrites node by node, innermost first."""

    def __init__(self, document: Document, powers: TextPowers, losses: Losses, words: Words) -> None:
        self.powers = powers
        self.losses = losses
        self.words = words
        self.shift = _shift(document, powers)
        self._blocks: Mapping[type[Block], Callable[..., tuple[Block, ...]]] = {
            Heading: self._heading,
            CodeBlock: self._code_block,
            Quote: self._quote,
            Callout: self._callout,
            List: self._list,
            Table: self._table,
            DefinitionList: self._definition_list,
            MathBlock: self._math_block,
            Embed: self._embed,
            Button: self._button,
            Paywall: self._paywall,
            Figure: self._figure,
        }

    def inline(self, node: Inline) -> tuple[Inline, ...]:
        """What stands in place of an inline node."""
        if isinstance(node, Math) and not self.powers.maths:
            self.losses.within("a formula", "its TeX")
            return (Code(node.tex),)
        if isinstance(node, Strikethrough) and not self.powers.strikethrough:
            # without any sign the text would say the opposite of what was meant
            self.losses.within("struck-through text", "the text between tildes: ~~like this~~")
            return (Text("~~"), *node.children, Text("~~"))
        return (node,)

    def block(self, node: Block) -> tuple[Block, ...]:
        """What stands in place of a block."""
        self.losses.settle(node.line)
        rewrite = self._blocks.get(node.__class__)
        return rewrite(node) if rewrite else (node,)

    def _heading(self, node: Heading) -> tuple[Block, ...]:
        deepest = self.powers.heading_levels[1]
        level = node.level + self.shift
        if level > deepest:
            self.losses.add(f"a heading of level {node.level}", f"one of level {deepest - self.shift}", node.line)
            level = deepest
        return (node if level == node.level else replace(node, level=level),)

    def _code_block(self, node: CodeBlock) -> tuple[Block, ...]:
        if not node.language or self.powers.code_language:
            return (node,)
        self.losses.add(f"the language of a code block ({node.language})", "plain code", node.line)
        return (replace(node, language=""),)

    def _callout(self, node: Callout) -> tuple[Block, ...]:
        kind = self.words.kind(node.kind)
        if self.powers.callouts:
            return (replace(node, title=kind),)
        self.losses.add("a callout", "a quotation headed by its kind", node.line)
        children = self._held(node.children, self.powers.quotes_hold)
        return (Quote((Paragraph((Strong((Text(kind),)),), node.line), *children), node.line),)

    def _held(self, blocks: tuple[Block, ...], holds: Holds) -> tuple[Block, ...]:
        return with_pictures_in_text(blocks, holds, self.powers)

    def _quote(self, node: Quote) -> tuple[Block, ...]:
        node = replace(node, children=self._held(node.children, self.powers.quotes_hold))
        if self.powers.nested_quotes or not any(isinstance(child, Quote) for child in node.children):
            return (node,)
        self.losses.add("a quotation within a quotation", "a part of the same quotation", node.line)
        parts = [child.children if isinstance(child, Quote) else (child,) for child in node.children]
        return (replace(node, children=tuple(block for part in parts for block in part)),)

    def _list(self, node: List) -> tuple[Block, ...]:
        holds = self.powers.items_hold
        if holds is not Holds.ANYTHING:
            items = [replace(item, children=self._held(item.children, holds)) for item in node.items]
            node = replace(node, items=tuple(items))
        if not self.powers.task_lists and any(item.checked is not None for item in node.items):
            self.losses.add("a task list", "a list with ☑ and ☐", node.line)
            node = lists.without_boxes(node)
        if not self.powers.nested_lists and lists.nested(node):
            self.losses.add("a list within a list", "lines with dashes or numbers", node.line)
            node = lists.flat(node)
        return (node,)

    def _table(self, node: Table) -> tuple[Block, ...]:
        return (node,) if self.powers.tables else tables.told(node, self.losses)

    def _definition_list(self, node: DefinitionList) -> tuple[Block, ...]:
        if self.powers.definition_lists:
            return (node,)
        self.losses.add("a list of definitions", "paragraphs under their terms", node.line)
        blocks: list[Block] = []
        for entry in node.entries:
            head, meanings = Paragraph((Strong(entry.term),), node.line), list(chain.from_iterable(entry.meanings))
            if meanings and isinstance(first := meanings[0], Paragraph):
                head = replace(head, children=(*head.children, LineBreak(), *first.children))
                del meanings[0]
            blocks += [head, *meanings]
        return tuple(blocks)

    def _math_block(self, node: MathBlock) -> tuple[Block, ...]:
        if self.powers.maths:
            return (node,)
        self.losses.add("a formula", "its TeX", node.line)
        return (CodeBlock(node.tex, "tex" if self.powers.code_language else "", node.line),)

    def _embed(self, node: Embed) -> tuple[Block, ...]:
        if node.kind in self.powers.embeds:
            if node.kind == "youtube" and _STARTS.search(node.url):
                self.losses.add("where a video begins", "its beginning", node.line)
            return (node,)
        self.losses.add(f"an embedded {_EMBEDS.get(node.kind, node.kind)}", "a link to it", node.line)
        return (Paragraph((Link((Text(node.url),), node.url, line=node.line),), node.line),)

    def _button(self, node: Button) -> tuple[Block, ...]:
        if self.powers.buttons:
            return (node,)
        if node.href:
            self.losses.add("a button", "a link", node.line)
            return (Paragraph((Link((Text(node.text),), node.href, line=node.line),), node.line),)
        self.losses.add("a subscribe button", "left out", node.line)
        return ()

    def _paywall(self, node: Paywall) -> tuple[Block, ...]:
        """What comes here without the power is a mark that means nothing there."""
        return (node,) if self.powers.paywall else ()

    def _figure(self, node: Figure) -> tuple[Block, ...]:
        if not node.caption or self.powers.captions:
            return (node,)
        self.losses.add("the caption of an image", "a line below it", node.line)
        return (replace(node, caption=()), Paragraph((Emphasis(node.caption),), node.line))


_STARTS = re.compile(r"[?&#](?:t|start)=[1-9]")
_EMBEDS = {"youtube": "YouTube video", "vimeo": "Vimeo video"}


def _shift(document: Document, powers: TextPowers) -> int:
    """By how much headings move down so that the greatest is one that the platform has."""
    highest = min((node.level for node in walk(document) if isinstance(node, Heading)), default=6)
    return max(0, powers.heading_levels[0] - highest)
