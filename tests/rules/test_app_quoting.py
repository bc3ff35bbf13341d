"""Words of others in a notice: they read as exactly those words and do nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot import markup
from newsletter_bot.app.quoting import LONGEST, Words, quoted, web_address
from newsletter_bot.document import Link, Paragraph, Text
from newsletter_bot.markup.text import text_of
from newsletter_bot.model import Origin
from newsletter_bot.sources.notices import notice_of, parse_notices

ADDRESS = "https://quay.example/a?b=1&c=(2)"
ANY = st.text(max_size=60) | st.text(alphabet="[]()<>*_`~#-+=|!\\\"'&;:{}$^@./ \n\tab1\u202e", max_size=60)


@settings(deadline=None, max_examples=150)
@given(title=ANY)
def test_a_title_is_one_link_whatever_it_holds(title: Any) -> None:
    """A notice of one line, in it one paragraph, in it one link with plain words that leads where it should."""
    text = quoted(Words(title, ADDRESS))

    if not text:
        assert "" == "".join(letter for letter in title if letter.isprintable()).strip()
        return
    notices, findings = parse_notices(f"- {text}\n", file="x")
    assert ([], [text]) == (findings, [notice.text for notice in notices])
    (block,) = markup.read(text).blocks
    assert isinstance(block, Paragraph)
    (link,) = block.children
    assert isinstance(link, Link)
    assert {Text} == set(map(type, link.children))
    assert ADDRESS == link.href


@settings(deadline=None, max_examples=150)
@given(title=ANY)
def test_words_without_an_address_are_only_words(title: Any) -> None:
    """No markup, and no last day, is read out of them."""
    text = quoted(Words(title))

    assert notice_of(text, Origin(file="x")).until is None
    for block in markup.read(text).blocks:
        assert isinstance(block, Paragraph)
        assert {Text} == set(map(type, block.children))


def test_ordinary_titles_stay_as_they_are() -> None:
    """Punctuation of any language is kept."""
    for title in ("Fjörð & sea: what's new?", "潮汐表、第3版", "¿Qué tal? (II)", "100% – honestly"):
        (block,) = markup.read(quoted(Words(title, ADDRESS)), smart=False).blocks
        assert isinstance(block, Paragraph)
        assert title == text_of(block.children)


def test_a_long_title_is_cut() -> None:
    """No title fills an issue."""
    (block,) = markup.read(quoted(Words("long " * 100)), smart=False).blocks

    assert isinstance(block, Paragraph)
    assert LONGEST == len(text_of(block.children))


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "//a.example",
        "https://mara:key@a.example/",
        "https://a.example/" + "x" * 3000,
        "https://a.example/ b",
    ],
)
def test_addresses_that_are_not_pages_of_the_web_are_left_out(url: Any) -> None:
    """Only http and https, without a name or a password in them."""
    assert None is web_address(url)
