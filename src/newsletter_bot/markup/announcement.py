"""A short post that points to the issue at home."""

from __future__ import annotations

from newsletter_bot.document import Document
from newsletter_bot.markup.text import first_sentence
from newsletter_bot.model import HOME_ADDRESS


def write(document: Document, *, title: str = "") -> str:
    """Title, the first sentence, and the link to the issue at home, each on its own line with a blank one between."""
    sentence = first_sentence(document)
    return "\n\n".join(part for part in (title, sentence if sentence != title else "", HOME_ADDRESS) if part)
