"""What cannot stand within a part of a platform's text is told, and so is what stands in its place."""

from __future__ import annotations

import pytest
from assembly_samples import draft, issue_of

from newsletter_bot.model import Loss
from newsletter_bot.platforms import adapter
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.renditions import render

BLOCKS = {
    "list": "- a",
    "code": "```\na\n```",
    "quote": "> a",
    "picture": '![a](https://a.example/a.png "b")',
    "heading": "### a",
    "rule": "a\n\n* * *",
}
WHAT = {
    "list": "a list",
    "code": "a code block",
    "quote": "a quotation",
    "picture": "an image",
    "heading": "a heading",
    "rule": "a rule",
}
INSTEAD = {
    "list": "lines with bullets or numbers",
    "code": "lines of code",
    "quote": "its text",
    "picture": "a link to it",
    "heading": "a line in bold",
    "rule": "left out",
}


def nothing_opens() -> Platform:
    raise AssertionError("a rendition needs no adapter")


def losses_on(platform: str, body: str) -> list[tuple[str, str, int | None]]:
    outlet = Outlet(name="there", platform=platform, capabilities=adapter(platform).capabilities, open=nothing_opens)
    losses: tuple[Loss, ...] = render(issue_of(draft(body)), outlet).losses
    return [(loss.what, loss.instead, loss.line) for loss in losses]


def held(lead: str, indent: str, block: str) -> str:
    return "\n".join([lead, indent.rstrip(), *((indent + line).rstrip() for line in block.split("\n"))])


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_callout_on_substack_holds_lines_of_text(kind: str) -> None:
    """What stands in a box on Substack becomes text, and each such block is told with its line."""
    told = losses_on("substack", held("> [!TIP]\n> x", "> ", BLOCKS[kind]))

    assert (f"{WHAT[kind]} within a callout", INSTEAD[kind]) in [(what, instead) for what, instead, _ in told]
    assert all(line and line > 3 for what, _, line in told if what.endswith("within a callout"))


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_footnote_on_substack_holds_lines_of_text(kind: str) -> None:
    """What stands in a footnote on Substack becomes text, and is told."""
    told = losses_on("substack", held("x[^n]\n\n[^n]: y", "    ", BLOCKS[kind]))

    assert (f"{WHAT[kind]} within a footnote", INSTEAD[kind]) in [(what, instead) for what, instead, _ in told]


@pytest.mark.parametrize("kind", sorted(set(BLOCKS) - {"list", "picture"}))
def test_a_list_item_on_medium_holds_lines_of_text(kind: str) -> None:
    """What stands in a list item on Medium becomes text, and is told."""
    told = losses_on("medium", held("- x", "  ", BLOCKS[kind]))

    assert (f"{WHAT[kind]} within a list item", INSTEAD[kind]) in [(what, instead) for what, instead, _ in told]


@pytest.mark.parametrize(
    ("kind", "instead"), [("code", "it stands by itself"), ("picture", "it stands by itself"), ("list", None)]
)
def test_a_quotation_on_substack_holds_text_and_lists(kind: str, instead: str | None) -> None:
    """Code and pictures part a quotation on Substack in two, which is told; a list stays in it."""
    told = losses_on("substack", held("> x", "> ", BLOCKS[kind]))

    assert ([(f"{WHAT[kind]} within a quotation", instead, 3)] if instead else []) == told


@pytest.mark.parametrize("lead", ["- x", "> x", "> [!TIP]\n> x"])
def test_a_picture_on_medium_stays_one_wherever_it_stands(lead: str) -> None:
    """In a list or a quotation it is a part of the text, with its caption below, and no loss."""
    outlet = Outlet(name="there", platform="medium", capabilities=adapter("medium").capabilities, open=nothing_opens)
    body = held(lead, "> " if lead.startswith(">") else "  ", BLOCKS["picture"])
    rendition = render(issue_of(draft(body)), outlet)

    assert '<img src="https://a.example/a.png" alt="a">' in rendition.body
    assert "<em>b</em>" in rendition.body
    assert [] == [loss for loss in rendition.losses if "image" in loss.what]


def test_what_is_lost_within_what_is_lost_is_told_too() -> None:
    """Text is text all the way down: code within a quotation within a footnote is lines of code."""
    told = losses_on("substack", "x[^n]\n\n[^n]: y\n\n    > z\n    >\n    > ```\n    > a\n    > ```")

    assert [
        ("a quotation within a footnote", "its text", 5),
        ("a code block within a footnote", "lines of code", 7),
    ] == told


def test_a_footnote_that_refers_to_another_is_told() -> None:
    """Footnotes on Substack hold no anchors: that a number or words stand there is told."""
    told = losses_on("substack", "x[^a] y[^b]\n\n[^a]: see [^b]\n[^b]: z")

    assert ("a footnote within a footnote", "its number or its text in brackets", 3) in told


def test_a_list_within_a_list_is_told_once() -> None:
    """On Medium an inner list is one loss, not two."""
    assert [("a list within a list", "lines with dashes or numbers", 1)] == losses_on("medium", "- a\n  - b")


def test_a_picture_within_a_meaning_stays_a_picture() -> None:
    """A picture in a list of definitions on Substack is there, and no loss."""
    told = losses_on("substack", "Term\n: meaning\n\n  ![a](https://a.example/a.png)")

    assert [("a list of definitions", "paragraphs under their terms", 1)] == told
