"""Reading is CommonMark: the specification where it is at hand, another parser of it everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markup_trees import MARKDOWN

from newsletter_bot.markup import read
from newsletter_bot.markup.commonmark import render
from newsletter_bot.markup.html import write

SPEC = Path(__file__).parents[3] / "shared/corpora/hostile/commonmark-spec/spec.txt"
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
ORIGINAL = [
    "Ein *Satz* mit **fett _und_ mehr**\nund `code ` hier.\n",
    "# Eins #\n\nZwei\n====\n\n### Drei *x*\n",
    "- a\n- b\n\n  c\n- d\n    - e\n\n7) x\n8) y\n",
    "> zitiert\nfaul weiter\n> > tiefer\n\n***\n\n    Code <b>\n",
    "~~~ py extra\nprint(1 < 2)\n\n~~~\n",
    "[a](/b 'c') ![d *e*](f \"g\") [h][i] [i]\n\n[i]: </j k> (l)\n",
    "<div>\n*roh*\n\n</div>\n\nText <b title='x'>y</b> <!-- z -->\n",
    "Ende  \nUmbruch\\\nnoch &copy; &#x41; \\* <https://a.example/?q=ä>\n",
    "***beides** eins*, a_b_c, **\\*x**, ![](leer)\n",
]


def same_page(html: str) -> str:
    """HTML in one spelling, without white space that no reader sees."""
    parsed = html5lib.serialize(html5lib.parseFragment(html), quote_attr_values="always", alphabetical_attributes=True)
    return re.sub(
        r"\s*(</?(?:p|h\d|ul|ol|li|blockquote|hr|pre|table|thead|tbody|tr|t[hd])\b[^>]*>)\s*", r"\1", str(parsed)
    )


def test_specification_holds_in_every_example() -> None:
    """Every example of the CommonMark specification gives the HTML that stands there."""
    if not SPEC.exists():
        pytest.skip(f"the specification is not at {SPEC}")
    examples = [(a.replace("→", "\t"), b.replace("→", "\t")) for a, b in EXAMPLE.findall(SPEC.read_text("utf-8"))]

    wrong = [markdown for markdown, html in examples if same_page(html) != same_page(render(markdown))]

    assert len(examples) >= 652
    assert [] == wrong


@pytest.mark.parametrize("markdown", ORIGINAL)
def test_original_texts_agree_with_another_parser(markdown: str) -> None:
    """Texts of our own give what markdown-it gives."""
    assert same_page(MarkdownIt("commonmark").render(markdown)) == same_page(render(markdown))


TABLE = "| Obst | Preis | Menge |\n|:-----|:-----:|------:|\n| Apfel \\| Birne | *1* | `a\\|b` |\n| Kirsche |\n| a | b | c | zu viel |\n"


def test_tables_agree_with_another_parser() -> None:
    """Tables of GFM give what markdown-it gives, escaped bars, short and long rows included."""
    expected = MarkdownIt("commonmark").enable("table").render(TABLE).replace("text-align:", "text-align: ")

    assert same_page(expected) == same_page(write(read(TABLE)))


@settings(deadline=None, max_examples=50)
@given(MARKDOWN)
def test_any_text_can_be_read_both_ways(markdown: str) -> None:
    """No text makes reading fail."""
    assert render(markdown) is not None
    assert read(markdown) is not None
