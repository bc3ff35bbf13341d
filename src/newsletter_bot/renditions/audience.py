"""Who may read what: the paywall, and posts for paying readers where nobody pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter_bot.document import Block, Document, Link, Paragraph, Paywall, Text
from newsletter_bot.markup.text import first_sentence
from newsletter_bot.model import HOME_ADDRESS, Audience, Capabilities
from newsletter_bot.renditions.endnotes import only_referenced
from newsletter_bot.renditions.losses import Losses
from newsletter_bot.renditions.words import Words


def read_on(words: Words) -> Paragraph:
    """A link to the whole issue at home."""
    return Paragraph((Link((Text(words.read_on),), HOME_ADDRESS),))


def paywall_of(blocks: Sequence[Block]) -> int | None:
    """The position of the line that ends the free part."""
    return next((position for position, block in enumerate(blocks) if isinstance(block, Paywall)), None)


def without_paywall(document: Document) -> Document:
    """The text without marks of a paywall."""
    return replace(document, blocks=tuple(block for block in document.blocks if not isinstance(block, Paywall)))


def for_readers(
    document: Document, audience: Audience, capabilities: Capabilities, losses: Losses, after: tuple[Block, ...] | None
) -> Document:
    """The part that everyone may read there.

    Where nobody pays, a paid post is cut: to its free part, without a paywall to its first sentence, and followed by
    ``after``. None there means that this is home: nothing else would be left of it.
    """
    position = paywall_of(document.blocks)
    line = None if position is None else document.blocks[position].line
    if audience is Audience.EVERYONE:
        return document if position is None else without_paywall(document)
    if capabilities.paid:
        if position is None or capabilities.text.paywall:
            return document
        losses.add("the paywall", "all of the text is for paying readers", line)
        return without_paywall(document)
    if after is None:
        losses.add("the limit to paying readers", "everyone can read it", line)
        return without_paywall(document)
    return _free_part(document, position, losses, after)


def _free_part(document: Document, position: int | None, losses: Losses, after: tuple[Block, ...]) -> Document:
    line = None if position is None else document.blocks[position].line
    losses.add("the part for paying readers", "left out: everyone could read it there", line)
    if position is None:
        free: tuple[Block, ...] = (Paragraph((Text(first_sentence(document)),)),)
    else:
        free = document.blocks[:position]
    return only_referenced(replace(document, blocks=(*free, *after)))
