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


def write(document: Document, format: Format, *, title: str = "", language: str = "") -> str:  # noqa: A002
    """The document in a format's language.

    A title stands first in Medium HTML and in mail (they show no other) and in an announcement; the other formats leave
    it to the platform. ``language`` is said in mail only.
    """
    match format:
        case Format.SUBSTACK:
            from newsletter_bot.markup import prosemirror

            return prosemirror.write(document)
        case Format.HTML | Format.EMAIL | Format.MEDIUM:
            return _write_html(document, format, title=title, language=language)
        case Format.PLAIN:
            from newsletter_bot.markup import plain

            return plain.write(document)
        case Format.ANNOUNCEMENT:
            from newsletter_bot.markup import announcement

            return announcement.write(document, title=title)
        case _:
            from newsletter_bot.markup import markdown

            return markdown.write(document, format)


def _write_html(document: Document, format: Format, *, title: str, language: str) -> str:  # noqa: A002
    match format:
        case Format.EMAIL:
            from newsletter_bot.markup import email

            return email.write(document, title=title, language=language)
        case Format.MEDIUM:
            from newsletter_bot.markup import medium

            return medium.write(document, title=title)
        case _:
            from newsletter_bot.markup import html

            return html.write(document)
