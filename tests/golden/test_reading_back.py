"""What Substack and Medium are given, read back, says what the draft says; whatever it does not was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from golden_stage import rehearsed, settle
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_back import missing, words_of_html, words_of_substack, words_of_tree
from writer_stage import Writer

from newsletter_bot.assembly import Frame, assemble
from newsletter_bot.model import Draft
from newsletter_bot.platforms import adapter
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.renditions import render

Reader = Callable[[str], list[str]]
READERS: dict[str, Reader] = {"substack": words_of_substack, "medium": words_of_html}
ADDING = {
    "a callout",
    "a footnote with several references",
    "a formula",
    "a heading of level 4",
    "a list within a list",
    "a list of definitions",
    "a quotation within a quotation",
    "a table",
    "a task list",
    "footnotes",
    "struck-through text",
    "the language of a code block (py)",
}
"""Losses that leave every word in its place; some add a number or a name."""

PAID = "For the crew The key of the boathouse hangs behind the tide table Until the next tide Mara"
"""What stands behind the paywall, which Medium does not have."""

TERMS = st.sampled_from(
    ["tide", "*low* water", "**spring tide**", "`lead`", "~~no~~ line", "$x+1$", "בית ים", "深さ", 'a "mark"']
)
SENTENCES = st.lists(TERMS, min_size=1, max_size=4).map(" and ".join)
SHAPES = [
    "{a}",
    "## {a}",
    "#### {a}",
    "- {a}\n- {b}\n  1. {c}\n  2. {a}",
    "1. {a}\n\n   {b}\n2. {c}",
    "- [x] {a}\n- [ ] {b}",
    "> {a}\n>\n> > {b}",
    "> [!TIP]\n> {a}",
    "```py\nprint(1)\n```",
    "{a}\n: {b}\n: {c}",
    "| one | two |\n|---|--:|\n| {a} | {b} |",
    "$$\nx^2\n$$",
    "{a} [{b}](https://a.example/x) {c}",
    "![{d}](https://a.example/i.png)",
    "---",
    "{a}[^n] and {b}[^n]",
]


@st.composite
def drafts(draw: st.DrawFn) -> str:
    """A text of up to eight blocks of every kind."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=8))
    fills = [{key: draw(SENTENCES) for key in "abc"} | {"d": "a buoy"} for _ in shapes]
    text = "\n\n".join(shape.format(**fill) for shape, fill in zip(shapes, fills, strict=True))
    return text + ("\n\n[^n]: a note of its own" if "[^n]" in text else "")


def nothing_opens() -> Platform:
    raise AssertionError("a rendition needs no adapter")


@pytest.mark.parametrize("platform", sorted(READERS))
@settings(max_examples=40)
@given(text=drafts())
def test_any_draft_reads_back(platform: str, text: str) -> None:
    """Every word of any draft is found in its place; only marks for what is not there come on top."""
    draft = Draft(id="d", path="drafts/d.md", title="Title", body=text)
    frame = Frame(newsletter="n", title="N", timezone="UTC", sections=("body",))
    issue = assemble([draft], frame=frame, number=1, slot="2026-W48", clock=datetime(2026, 11, 25, 9, tzinfo=UTC))
    outlet = Outlet(name="there", platform=platform, capabilities=adapter(platform).capabilities, open=nothing_opens)
    rendition = render(issue, outlet)

    wanted, found = words_of_tree(issue.document), READERS[platform](rendition.body)
    told = {loss.what for loss in rendition.losses}

    assert set() == told - ADDING
    assert [] == missing(wanted, found)
    if not told and "[!" not in text:
        assert wanted == [word for word in found if word != "Title"]


def test_the_rich_draft_reads_back_from_the_services(writer: Writer) -> None:
    """What the services hold after publishing is the rich draft.

    But for what its losses name: the rows of a table follow its head, there is no raw HTML (H2O is one word), nothing
    that others pay for is public.
    """
    settle(writer)
    with rehearsed(writer) as rehearsal:
        wanted = words_of_tree(rehearsal.plan.prepared.issue.document)

    writer.publish("soundings")

    substack, medium = (post for post in map(writer.sandbox.post, _ids(writer)) if post)
    bodies = {"substack": substack["wire"]["draft_body"], "medium": medium["html"]}

    lost = {name: missing(wanted, READERS[name](body)) for name, body in bodies.items()}

    told = ["spring", "H", "2", "O"]
    assert {"substack": told, "medium": [*told, *PAID.split()]} == lost


def _ids(writer: Writer) -> list[str]:
    return [post["id"] for post in writer.sandbox.posts() if "Soundings" in post["title"]]
