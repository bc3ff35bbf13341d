"""Markdown in, one tree, every language of the platforms out."""

from __future__ import annotations

from newsletter_bot.document import Document
from newsletter_bot.model import Format


def read(text: str, *, first_line: int = 1, language: str = "en", smart: bool = True) -> Document:
    """The tree of a Markdown text; ``first_line`` is the line of the file on which the text begins.

    Quotation marks become those of the language, unless ``smart`` is off. Never raises for what a text says: what is
    wrong in it stands in the document's problems.
    """
    from newsletter_bot.markup._read import read as read_text

    return read_text(text, first_line=first_line, language=language, smart=smart)
