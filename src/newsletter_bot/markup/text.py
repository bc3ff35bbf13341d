# ruff: noqa: RUF001 - punctuation of many languages
"""What a tree says as plain characters: its words, its first sentence, how long it takes to read.

The tools that go with it are here too under one roof: walking, rewriting, tables as lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from unicodedata import category

from newsletter_bot.document import Block, Code, CodeBlock, Document, Paragraph, Text
from newsletter_bot.markup.rewrite import map_blocks, map_document
from newsletter_bot.markup.tables import table_as_lines
from newsletter_bot.markup.walk import walk, walk_nodes
from newsletter_bot.markup.words import inline_text, text_of

__all__ = [
    "SENTENCE",
    "WORDS_A_MINUTE",
    "first_sentence",
    "inline_text",
    "map_blocks",
    "map_document",
    "reading_minutes",
    "table_as_lines",
    "text_of",
    "texts_of",
    "walk",
    "walk_nodes",
    "word_count",
]

WORDS_A_MINUTE = 230
"""How fast a text of this kind is read."""
SENTENCE = 200
"""The longest first sentence, in characters; a longer one is cut between words."""
_LETTER_OF_ITS_OWN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]")
_WORD = re.compile(r"[^\W_](?:[\w’'-]*[^\W_])?")
_END = re.compile(r"[.!?…]+[)\]”’»“\"']*(?=\s|\Z)|[。！？]+[」』”’）]*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“„«])(?:[^\W\d_]|Dr|Mr|Mrs|Ms|Prof|St|vs|e\.g|i\.e|z\. ?B|d\. ?h|u\. ?a|No|Nr|p|pp|ca|cf|bzw|usw)\.\Z",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,400}>")


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    """The literal characters of blocks in reading order, code included, piece by piece."""
    for node in walk_nodes(blocks):
        if isinstance(node, Text | Code | CodeBlock):
            yield node.text


def _paragraphs(document: Document) -> Iterator[str]:
    for node in walk_nodes(document.blocks):
        if isinstance(node, Paragraph) and (text := " ".join(_TAG.sub("", text_of(node.children)).split())):
            yield text


def first_sentence(document: Document) -> str:
    """The first sentence of the first paragraph, at most 200 characters; empty when there is no paragraph."""
    text = next(_paragraphs(document), "")
    for match in _END.finditer(text):
        if not _ABBREVIATION.search(text[: match.end()]):
            text = text[: match.end()]
            break
    return text if len(text) <= SENTENCE else _cut(text)


def _cut(text: str) -> str:
    room = text[: SENTENCE - 1]
    head = room.rpartition(" ")[0] if text[SENTENCE - 1] != " " else room
    return f"{(head if len(head) > SENTENCE // 2 else room).rstrip(' ,;:–—-')}…"


def word_count(document: Document) -> int:
    """Words of the text with its footnotes; a Chinese or Japanese letter counts as half a word, one of Thai and its like as a fifth."""
    blocks = [*document.blocks]
    for footnote in document.footnotes:
        blocks += footnote.children
    text = " ".join(" ".join(texts_of([block])) for block in blocks)
    if text.isascii():
        return sum(1 for _ in _WORD.finditer(text))
    text = "".join([letter for letter in text if category(letter)[0] != "M"])  # vowels and accents within words
    wide, unspaced = (len(letters.findall(text)) for letters in (_LETTER_OF_ITS_OWN, _UNSPACED))
    text = _UNSPACED.sub(" ", _LETTER_OF_ITS_OWN.sub(" ", text))
    return sum(1 for _ in _WORD.finditer(text)) + (wide + 1) // 2 + (unspaced + 4) // 5


def reading_minutes(document: Document) -> int:
    """Minutes that a reader needs, at least one."""
    return max(1, round(word_count(document) / WORDS_A_MINUTE))
