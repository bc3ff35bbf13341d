"""Words of others as Markdown that says them and does nothing else: no structure, no markup, nothing active."""

from __future__ import annotations

import re
from typing import NamedTuple

from newsletter_bot import markup
from newsletter_bot.document import Document, Inline, Link, Paragraph, Text
from newsletter_bot.markup.links import active_scheme, encoded
from newsletter_bot.markup.text import text_of
from newsletter_bot.model import Format

LONGEST = 200
"""Letters of a title that are kept."""
LONGEST_ADDRESS = 2000
_PLAIN = re.compile("[^\\w\\s,.;:!?()'\u2019\u2013\u2014-]|_")


class Words(NamedTuple):
    """Plain words; with an address they are a link."""

    text: str
    url: str | None = None


def quoted(*parts: Words) -> str:
    """One line of Markdown that reads as exactly these words, whatever they hold.

    It is read back before it is given: words that could still be taken for markup lose all their punctuation.
    """
    clean = _trimmed([part for word in parts if (part := _cleaned(word)).text])
    text = _written(clean)
    if _reads_as(text, clean):
        return text
    bare = [Words(" ".join(_PLAIN.sub(" ", part.text).split()) or "…", part.url) for part in clean]
    text = _written(bare)
    return text if _reads_as(text, bare) else _written([Words(part.text) for part in bare])


def web_address(url: str | None) -> str | None:
    """The address when it leads to a page of the web and hides nobody's name or password, else None."""
    from newsletter_bot.sources.fields import is_web_address

    if not url or len(url) > LONGEST_ADDRESS or not is_web_address(url) or active_scheme(url):
        return None
    host = url.partition("//")[2].partition("/")[0]
    return None if "@" in host else encoded(url)


def _cleaned(part: Words) -> Words:
    """One line without letters that cannot be seen or that turn the text around; an open end is closed."""
    line = "".join(letter if letter.isprintable() else " " if letter.isspace() else "" for letter in part.text)
    lead, tail = line[:1].isspace(), line[-1:].isspace()
    line = " ".join(line.split())
    line = line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
    return Words(f"{' ' * lead}{line}{' ' * tail}" if line else "", web_address(part.url))


def _trimmed(parts: list[Words]) -> list[Words]:
    """Links without spaces at their ends, and none at the ends of the whole."""
    inner = [Words(part.text.strip(), part.url) if part.url else part for part in parts]
    if inner:
        inner[0] = Words(inner[0].text.lstrip(), inner[0].url)
        inner[-1] = Words(inner[-1].text.rstrip(), inner[-1].url)
    return [part for part in inner if part.text]


def _written(parts: list[Words]) -> str:
    nodes: list[Inline] = [
        Link((Text(part.text),), part.url) if part.url else Text(part.text) for part in _merged(parts)
    ]
    text = markup.write(Document((Paragraph(tuple(nodes)),)), Format.COMMONMARK).strip()
    # A notice's last words may name its last day: those of others may not.
    return f"{text}." if re.search(r"\(until[^()]*\)$", text) else text


def _merged(parts: list[Words]) -> list[Words]:
    """Neighbouring words without an address as one, which is how they are read back."""
    merged: list[Words] = []
    for part in parts:
        if merged and not part.url and not merged[-1].url:
            merged[-1] = Words(merged[-1].text + part.text)
        else:
            merged.append(part)
    return merged


def _reads_as(text: str, parts: list[Words]) -> bool:
    """Whether a reader of the Markdown sees one paragraph of these words and links and nothing else."""
    blocks = markup.read(text, smart=False).blocks
    if len(blocks) != 1 or not isinstance(blocks[0], Paragraph):
        return False
    seen = [_seen(node) for node in blocks[0].children]
    wanted = [(part.text.strip(), part.url) for part in _merged(parts)]
    found: list[tuple[str, str | None]] = []
    for one in seen:
        if one is None:
            return False
        if found and one[1] is None and found[-1][1] is None:
            found[-1] = (found[-1][0] + one[0], None)
        else:
            found.append(one)
    told = [(words.strip(), url) for words, url in found]
    if told and told[-1][1] is None and told[-1][0] == f"{wanted[-1][0]}.":
        told[-1] = wanted[-1]
    return told == wanted


def _seen(node: Inline) -> tuple[str, str | None] | None:
    if isinstance(node, Text):
        return node.text, None
    if isinstance(node, Link) and all(isinstance(child, Text) for child in node.children):
        return text_of(node.children), node.href
    return None
