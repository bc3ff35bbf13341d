"""Rules that hold for any tree."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from assembly_samples import draft, frame, issue_of, picture
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markup_trees import DOCUMENTS, MARKDOWN
from test_renditions_powers import outlet

from newsletter_bot import markup
from newsletter_bot.document import (
    Callout,
    DefinitionList,
    Document,
    Embed,
    FootnoteReference,
    Heading,
    Image,
    List,
    Math,
    MathBlock,
    Paywall,
    RawBlock,
    RawInline,
    Strikethrough,
    Table,
)
from newsletter_bot.markup.walk import walk, walk_nodes
from newsletter_bot.model import Format, ImageWay, TextPowers
from newsletter_bot.renditions import difference, render
from newsletter_bot.renditions.adapting import within
from newsletter_bot.renditions.endnotes import as_endnotes
from newsletter_bot.renditions.losses import Losses
from newsletter_bot.renditions.pictures import Gallery
from newsletter_bot.renditions.raw_html import without_raw
from newsletter_bot.renditions.words import ENGLISH

NOTHING = TextPowers(
    tables=False,
    footnotes=False,
    maths=False,
    task_lists=False,
    definition_lists=False,
    nested_lists=False,
    strikethrough=False,
    callouts=False,
    code_language=False,
    captions=False,
    inline_images=False,
    heading_levels=(3, 4),
)
SUBSTACK = TextPowers(
    tables=False,
    task_lists=False,
    definition_lists=False,
    embeds=("youtube",),
    paywall=True,
    buttons=True,
    inline_images=False,
)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def adapted(document: Document, powers: TextPowers) -> Document:
    losses = Losses()
    document = without_raw(document, losses, kept=False)
    document = document if powers.footnotes else as_endnotes(document, "Notes")
    limits = outlet(text=powers, images=ImageWay.UPLOADED).capabilities
    gallery = Gallery(capabilities=limits, pictures={}, borrowed=True, losses=losses, words=ENGLISH)
    return within(gallery.hung(document), powers, losses, ENGLISH)


@SOME
@given(DOCUMENTS)
def test_nothing_that_is_excluded_remains(document: Document) -> None:
    """Of any tree nothing remains that the poorest platform cannot hold."""
    nodes = list(walk(adapted(document, NOTHING)))
    excluded = (
        Table
        | Callout
        | DefinitionList
        | MathBlock
        | Math
        | Strikethrough
        | RawBlock
        | RawInline
        | FootnoteReference
        | Embed
    )

    assert [] == [node for node in nodes if isinstance(node, excluded | Paywall)]
    assert {3, 4} >= {node.level for node in nodes if isinstance(node, Heading)}
    lists = [node for node in nodes if isinstance(node, List)]
    assert [] == [
        inner for node in lists for item in node.items for inner in walk_nodes(item.children) if isinstance(inner, List)
    ]
    assert all(item.checked is None for node in lists for item in node.items)


@SOME
@given(DOCUMENTS)
def test_rich_platforms_keep_what_they_have(document: Document) -> None:
    """What a platform holds stays, what it excludes goes, and all can be written."""
    powers = replace(SUBSTACK, inline_images=True)
    nodes = list(walk(adapted(document, powers)))

    assert [] == [node for node in nodes if isinstance(node, Table | DefinitionList | RawBlock | RawInline)]


@MANY
@given(
    MARKDOWN,
    st.sampled_from([NOTHING, SUBSTACK]),
    st.sampled_from([Format.MEDIUM, Format.SUBSTACK, Format.HTML, Format.PLAIN]),
)
def test_any_markdown_is_rendered(text: str, powers: TextPowers, form: Format) -> None:
    """Any text is assembled and rendered, twice the same."""
    issue = issue_of(draft(text), frame=frame(sign_off="Bye."))
    rendition = render(issue, outlet(form, text=powers, images=ImageWay.LINKED), home=False)

    assert rendition == render(issue, outlet(form, text=powers, images=ImageWay.LINKED), home=False)
    assert "Bye." in rendition.plain
    assert "" == difference(rendition, rendition)
    if form is Format.SUBSTACK:
        assert "doc" == json.loads(rendition.body)["type"]


class _Balance(HTMLParser):
    """Follows the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


@SOME
@given(DOCUMENTS)
def test_html_of_any_tree_is_sound(document: Document) -> None:
    """The HTML of the poorest platform is balanced and of few tags."""
    page = _Balance()
    page.feed(markup.write(adapted(document, NOTHING), Format.HTML))
    page.close()

    assert [] == page.open
    assert {"table", "script", "aside", "dl", "del", "section", "h1", "h2", "h5", "h6", "input"}.isdisjoint(page.seen)


@pytest.mark.parametrize("way", [ImageWay.NONE, ImageWay.LINKED, ImageWay.UPLOADED])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=st.lists(
        st.sampled_from(["![x](a.png)", "*![](b.png)*", "# ![y](a.png)", "|![z](b.png)|\n|-|", "t"]), max_size=5
    )
)
def test_every_picture_is_shown_or_told(way: ImageWay, body: list[str]) -> None:
    """Pictures have an address that holds, or are gone."""
    pictures = {"a.png": picture("a"), "b.png": picture("b", media_type="image/svg+xml")}
    issue = issue_of(draft("\n\n".join(body)), pictures=pictures)
    rendition = render(issue, outlet(Format.PLAIN, images=way), home=False)
    gallery = Gallery(
        capabilities=outlet(images=way).capabilities,
        pictures=issue.pictures,
        borrowed=True,
        losses=Losses(),
        words=ENGLISH,
    )

    assert {"a" * 64} >= {image.digest for image in rendition.images}
    assert all(node.src for node in walk(gallery.hung(issue.document)) if isinstance(node, Image))


def test_cutting_a_long_text_stays_quick() -> None:
    """A text of many blocks is cut in few attempts."""
    issue = issue_of(draft("\n\n".join(["Some words in a paragraph."] * 2000)))
    rendition = render(issue, outlet(body_length=5000))

    assert 4900 < len(rendition.body) <= 5000
