"""Text made to hurt: it stays cheap, and every real text can be carried everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markup_trees import bare

from newsletter_bot.document import Document
from newsletter_bot.markup import read, write
from newsletter_bot.model import Format

SHARED = Path(__file__).parents[3] / "shared/corpora"
MANY = 20_000
HOSTILE = {
    "quotations": ">" * MANY,
    "brackets": "[" * MANY,
    "pictures": "![" * MANY,
    "stars": "*" * MANY,
    "words in stars": "**x*" * MANY,
    "links": "[a](" * MANY,
    "ticks": "".join("`" * number + " " for number in range(200)),
    "lists": "- " * MANY,
    "steps": "".join("  " * number + "- a\n" for number in range(400)),
    "dollars": "$1-" * MANY,
    "footnotes": "[^a] " * MANY,
    "chained footnotes": "".join(f"[^{number}]: x[^{number + 1}]\n\n" for number in range(2000)) + "[^0]",
    "addresses": "http://a_*b " * MANY,
    "address and parentheses": "http://x" + ")" * MANY,
    "address and entities": "http://x" + "&a;" * MANY,
    "signs": "a@b." * MANY,
    "tags": "x<b>" * MANY,
    "blocks of tags": "<div>\n" * MANY,
    "open tags": '<a "' * MANY,
    "lists in HTML": "<ul><li>" * 5000,
    "scripts": "a <script>" * MANY,
    "instructions": "a <?" * MANY,
    "comments": "a <!-- x --> " * MANY,
    "emphasis": "*a _b " * 2000 + "c_ d* " * 2000,
    "wide letters": "中\n" * MANY,
    "escapes": "\\*" * MANY,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_and_written(name: str) -> None:
    """No text takes more than its length deserves, nor more stack than there is."""
    document = read(HOSTILE[name])

    for form in Format:
        if form is not Format.EMAIL:
            assert isinstance(write(document, form), str)


def test_naughty_strings_survive() -> None:
    """Each string, as a paragraph, goes through every format and comes back from GFM."""
    path = SHARED / "hostile/blns/blns.json"
    if not path.exists():
        pytest.skip(f"the naughty strings are not at {path}")
    for text in json.loads(path.read_text("utf-8")):
        document = read(text)
        for form in Format:
            assert isinstance(write(document, form), str)
        if "Raw" not in repr(document):
            assert bare(document) == bare(read(write(document, Format.GFM)))


def _bodies(folder: Path) -> list[str]:
    """Every tenth text, without its front matter."""
    texts = [path.read_text("utf-8") for path in sorted(folder.rglob("*.md"))[::10]]
    return [re.sub(r"\A(---|\+\+\+)\n.*?\n\1\n", "", text, flags=re.DOTALL) for text in texts]


def _words(document: Document) -> str:
    return write(document, Format.PLAIN)


def test_real_issues_are_carried_everywhere() -> None:
    """Issues of real newsletters have no errors and read back from GFM with the same words."""
    folder = SHARED / "markdown"
    if not folder.exists():
        pytest.skip(f"there are no real issues at {folder}")
    for text in _bodies(folder):
        document = read(text)
        assert [] == [problem for problem in document.problems if problem.error]
        for form in Format:
            assert isinstance(write(document, form), str)
        assert _words(document).split() == _words(read(write(document, Format.GFM))).split()
