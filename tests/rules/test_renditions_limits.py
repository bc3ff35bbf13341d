"""Titles, tags, addresses: the short things of a rendition."""

from __future__ import annotations

from typing import Any

import pytest
from assembly_samples import draft, frame, issue_of
from test_renditions_powers import outlet

from newsletter_bot.model import HOME_ADDRESS, Format, Loss, Rendition, Visibility
from newsletter_bot.renditions import difference, gathered, needs_home, render


def rendered(
    limits: dict[str, Any] | None = None, *, home: bool = True, has_home: bool = True, **given: Any
) -> Rendition:
    return render(issue_of(draft(**given)), outlet(**(limits or {})), home=home, has_home=has_home)


def test_outlet_stands_in_the_rendition() -> None:
    """Publication, platform, visibility and mail are those of the settings."""
    asked = outlet(mail=True)
    from dataclasses import replace

    rendition = render(issue_of(), replace(asked, email=True, visibility=Visibility.DRAFT, options={"section": "x"}))

    assert ("there", "test", Visibility.DRAFT, True, {"section": "x"}, "en") == (
        rendition.publication,
        rendition.platform,
        rendition.visibility,
        rendition.email,
        rendition.options,
        rendition.language,
    )
    assert not render(issue_of(), replace(outlet(), email=True)).email


@pytest.mark.parametrize(
    ("title", "length", "expected"),
    [
        ("Short", 10, "Short"),
        ("Long title here", 10, "Long…"),
        ("Long title here", 11, "Long title…"),
        ("Unbreakable", 6, "Unbre…"),
        ("Comma, then", 7, "Comma…"),
        ("ab", 1, "…"),
        ("Any", 0, "Any"),
    ],
)
def test_title_is_cut_between_words(title: str, length: int, expected: str) -> None:
    """A title beyond the limit ends with an ellipsis, and that is told."""
    rendition = rendered({"title_length": length}, title=title)

    assert expected == rendition.title
    assert bool(rendition.losses) == (expected != title)


def test_subtitle_leads_the_text_where_it_has_no_place() -> None:
    """A subtitle is carried as such, or as the first line."""
    assert "Sub" == rendered(subtitle="Sub").subtitle
    rendition = rendered({"subtitle": False}, subtitle="Sub")
    assert (None, True) == (rendition.subtitle, rendition.body.startswith("<p><em>Sub</em></p>\n"))
    assert (Loss(what="the subtitle", instead="the first line of the text"),) == rendition.losses


def test_tags_are_counted_measured_and_spelled() -> None:
    """Too many, too long or foreign tags are told; those that can be spelled plainly are."""
    tags = ("Machine Learning", "Café", "machine-learning", "x" * 30, "日本", "a", "b")
    rendition = rendered({"tags": 3, "tag_length": 20, "tag_pattern": "[a-z-]+"}, tags=tags)

    assert ("machine-learning", "cafe", "a") == rendition.tags
    assert [
        ("the tag 'Machine Learning'", "the tag 'machine-learning'"),
        ("the tag 'Café'", "the tag 'cafe'"),
        (f"the tag '{'x' * 30}'", "left out: it is not allowed there"),
        ("the tag '日本'", "left out: it is not allowed there"),
        ("the tag 'b'", "left out: at most 3"),
    ] == [(loss.what, loss.instead) for loss in rendition.losses]


def test_tags_are_left_out_where_there_are_none() -> None:
    """Without tags each one is told."""
    rendition = rendered({"tags": 0}, tags=("a",))

    assert ((), "left out: there are no tags") == (rendition.tags, rendition.losses[0].instead)


@pytest.mark.parametrize(
    ("slug", "title", "lost"),
    [
        (None, "Big Wheels", False),
        ("mine", "Big Wheels", True),
        ("big-wheels", "Big Wheels!", False),
        ("x", "日本", False),
    ],
)
def test_chosen_slug_is_missed(slug: str | None, title: str, *, lost: bool) -> None:
    """Only a slug that the writer chose is a loss where there are none."""
    assert lost == bool(rendered({"slug": False}, slug=slug, title=title).losses)


def test_canonical_address_is_the_writers_else_homes() -> None:
    """Home's address is canonical for the others; the writer's own comes first."""
    taken = {"canonical_url": True}
    own = "https://c.example/"

    assert None is rendered(taken).canonical_url
    assert HOME_ADDRESS == rendered(taken, home=False).canonical_url
    assert None is rendered(taken, home=False, has_home=False).canonical_url
    assert own == rendered(taken, home=False, canonical_url=own).canonical_url
    assert None is rendered(home=False).canonical_url
    assert () == rendered(home=False).losses
    assert ["the canonical address"] == [loss.what for loss in rendered(canonical_url=own).losses]


def test_who_needs_home() -> None:
    """A rendition that names home's address needs it; one that stands for itself does not."""
    assert needs_home(rendered({"canonical_url": True}, home=False))
    assert not needs_home(rendered({"canonical_url": True}))


def announced(length: int = 0, *, has_home: bool = True, **given: Any) -> Rendition:
    return rendered(
        {"format_": Format.ANNOUNCEMENT, "body_length": length, "tags": 0}, home=False, has_home=has_home, **given
    )


def test_announcement_is_title_sentence_and_link() -> None:
    """An announcement says title and first sentence of the text, and leads home; nothing of that is a loss."""
    rendition = announced(body="# Head\n\nOne *sentence*. Two.", tags=("a",), slug="x")

    assert f"Wheels\n\nOne sentence.\n\n{HOME_ADDRESS}" == rendition.body == rendition.plain
    assert ((), True) == (rendition.losses, needs_home(rendition))


def test_announcement_prefers_the_subtitle() -> None:
    """The writer's own short description stands for the first sentence; a repeated title is not said twice."""
    assert f"Wheels\n\nAll about them\n\n{HOME_ADDRESS}" == announced(subtitle="All about them").body
    assert f"Wheels\n\n{HOME_ADDRESS}" == announced(subtitle="Wheels").body


def test_announcement_keeps_room_for_the_address() -> None:
    """Whatever the texts, an address of up to 100 characters fits."""
    rendition = announced(300, title="T " * 40, body="word " * 80)
    tight = announced(130, title="A long title for a small place", body="word " * 80)

    assert len(rendition.body.replace(HOME_ADDRESS, "x" * 100)) <= 300
    assert "word…" in rendition.body
    assert f"A long title for a small…\n\n{HOME_ADDRESS}" == tight.body
    assert len(announced(10, title="x" * 50).body.removesuffix(HOME_ADDRESS)) <= 5


def test_announcement_without_home_leads_to_the_canonical_address() -> None:
    """Without home the writer's own address is the link, or there is none."""
    assert (
        "Wheels\n\nHello.\n\nhttps://c.example/" == announced(has_home=False, canonical_url="https://c.example/").body
    )
    assert "Wheels\n\nHello." == announced(has_home=False).body


def test_announcement_of_a_template_has_a_sentence() -> None:
    """An issue whose settings have no body is announced by what it says first."""
    issue = issue_of(frame=frame(sections=("sign_off",), sign_off="Only this. And that."))

    assert "Only this." in render(issue, outlet(Format.ANNOUNCEMENT)).body


def test_difference_is_readable() -> None:
    """A change is shown as lines of text, not of markup; equal renditions differ in nothing."""
    old = rendered(body="One.\n\nTwo *words*.\n\nThree.", tags=("a",))
    new = rendered(body="One.\n\nTwo **other** words.\n\nThree.", tags=("a", "b"), title="Wheels!")

    assert "" == difference(old, old)
    lines = difference(old, new).splitlines()
    assert ["--- published", "+++ now"] == lines[:2]
    assert {"-title: Wheels", "+title: Wheels!", "-tags: a", "+tags: a, b", "-Two words.", "+Two other words."} <= set(
        lines
    )
    assert " One." in lines


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ([None], ""),
        ([3], "line 3"),
        ([3, 9], "lines 3 and 9"),
        ([1, 2, 3, 4, 5], "lines 1, 2, 3, 4 and 5"),
        ([1, 2, 3, 4, 5, 6, 7], "lines 1, 2, 3, 4, 5 and 2 more"),
    ],
)
def test_losses_of_one_kind_are_told_to_people_together(lines: list[int | None], where: str) -> None:
    """Thirty equal lines would hide the one that matters; other losses keep their place."""
    many = [Loss(what="a", instead="b", line=line) for line in lines]
    other = Loss(what="c", instead="d", line=8)

    told = [(place, loss.what) for place, loss in gathered([*many, other])]

    assert [(where, "a"), ("line 8", "c")] == told
