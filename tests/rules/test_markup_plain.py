"""Text for people who read no markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from markup_trees import DOCUMENTS

from newsletter_bot import document as doc
from newsletter_bot.document import Document, Paragraph, Text
from newsletter_bot.markup import read, write
from newsletter_bot.model import Format

CASES = {
    "a *b* **c** ~~d~~ `e`\nf  \ng $h$": "a b c ~~d~~ e f\ng h\n",
    "[a](https://b.example) <https://c.example/d> [e.example](https://e.example) me@f.example [](/g) [h](#i)": (
        "a (https://b.example) https://c.example/d e.example me@f.example /g h\n"
    ),
    "# a *b*\n\n## 中c\n\n### d\n\n#": "a b\n===\n\n中c\n---\n\nd\n",
    "- a\n- b\n  - c\n    d\n\n1. [x] e\n2. f": "• a\n• b\n  • c d\n\n☑ e\n2. f\n",
    "- a\n\n  b\n- ": "• a\n\n  b\n\n•\n",
    "```\na\n\n b\n```": "    a\n\n     b\n",
    "> a\n>\n> > b": "> a\n>\n> > b\n",
    "> [!NOTE]\n> a": "| Note\n|\n| a\n",
    "---": "* * *\n",
    "| a | b |\n|:-:|--:|\n| 中文字 | 1 |\n| e\u0301x | [22](/z) |": (
        "  a           b\n──────  ───────\n中文字        1\n  e\u0301x    22 (/z)\n"
    ),
    '![a](b.png "c") ': "[a: c]\n",
    "[![a](b.png)](/c)": "[a] (/c)\n",
    "[![](b.png)](/c)": "(/c)\n",
    "x ![a](b.png) ![](c.png)": "x [a] \n",
    "$$a\nb$$": "    a\n    b\n",
    "a\n: b\n: c\n\nd\n: e": "a\n    b\n    c\n\nd\n    e\n",
    "<!-- paywall -->\n<!-- subscribe -->": "",
    "https://youtu.be/abcdefghijk": "https://youtu.be/abcdefghijk\n",
    "a <b>b</b><br>c <x-y>d</x-y>\n\n<p>e<p>f": "a b\nc d\n\ne\n\nf\n",
    "a[^x] b[^x]\n\n[^x]: c\n\n    d": "a[1] b[1]\n\n* * *\n\n[1] c\n\n    d\n",
    "שלום עולם, مرحبا": "שלום עולם, مرحبا\n",
}


@pytest.mark.parametrize("markdown", CASES)
def test_text_reads_well_without_markup(markdown: str) -> None:
    """Addresses follow their words, tables are columns, notes stand at the end."""
    assert CASES[markdown] == write(read(markdown), Format.PLAIN)


def test_buttons_need_an_address() -> None:
    """Without one there is nothing to say; pictures without words say nothing either."""
    blocks = (
        doc.Button("Go", "/x"),
        doc.Button("Stay"),
        doc.Figure(doc.Image("a.png")),
        Paragraph((doc.RawInline("<b>"),)),
    )

    assert "Go: /x\n" == write(Document(blocks), Format.PLAIN)


@settings(deadline=None, max_examples=20)
@given(DOCUMENTS)
def test_any_tree_is_plain_text(document: Document) -> None:
    """And the words of its paragraphs are in it."""
    written = "".join(write(document, Format.PLAIN).split())

    for block in document.blocks:
        if isinstance(block, Paragraph) and block.children and isinstance(block.children[0], Text):
            assert "".join(block.children[0].text.split()) in written


@pytest.mark.parametrize(
    ("markdown", "title", "expected"),
    [
        ("# H\n\nOne *thing*. Two.", "T", "T\n\nOne thing.\n\nhttps://home.newsletter-bot.invalid/"),
        ("T", "T", "T\n\nhttps://home.newsletter-bot.invalid/"),
        ("", "T", "T\n\nhttps://home.newsletter-bot.invalid/"),
        ("a", "", "a\n\nhttps://home.newsletter-bot.invalid/"),
    ],
)
def test_announcements_are_title_sentence_and_link(markdown: str, title: str, expected: str) -> None:
    """Nothing is said twice."""
    assert expected == write(read(markdown), Format.ANNOUNCEMENT, title=title)
