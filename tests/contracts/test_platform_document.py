"""Substack's document: what counts as the same text, and how it is shown to a person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter_bot.platforms.substack._document import canonical, has_node, lines_of


def doc(*blocks: dict[str, Any]) -> str:
    return json.dumps({"type": "doc", "content": list(blocks)})


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"marks": list(marks)} if marks else {})}


def node(name: str, *children: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {
        "type": name,
        **({"attrs": attributes} if attributes else {}),
        **({"content": list(children)} if children else {}),
    }


IMAGE = node("image2", src="https://x/i.png", alt="A", width=2, height=3, bytes=9, resizeWidth=None, type="image/png")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (node("paragraph", text("a")), node("paragraph", text("a"), textAlign=None)),
        (node("paragraph", text("ab")), node("paragraph", text("a"), text("b"))),
        (
            node("paragraph", text("a", {"type": "em"}, {"type": "strong"})),
            node("paragraph", text("a", {"type": "bold"}, {"type": "italic"})),
        ),
        (
            node("bullet_list", node("list_item", node("paragraph", text("a")))),
            node("bulletList", node("listItem", node("paragraph", text("a")))),
        ),
        (node("ordered_list", start=1, order=1), node("ordered_list")),
        (
            node("captionedImage", IMAGE),
            node("captionedImage", node("image2", src="https://x/i.png", alt="A", width=728)),
        ),
        (
            node("highlighted_code_block", text("x"), language="plaintext", nodeId="1"),
            node("code_block", text("x"), language=None),
        ),
        (
            node("latex_block", persistentExpression="x", id="A"),
            node("latex_block", persistentExpression="x", dirty=True),
        ),
        (
            node(
                "paragraph",
                text("a", {"type": "link", "attrs": {"href": "https://x", "target": "_blank", "class": None}}),
            ),
            node("paragraph", text("a", {"type": "link", "attrs": {"href": "https://x"}})),
        ),
    ],
)
def test_the_same_text(one: dict[str, Any], other: dict[str, Any]) -> None:
    """What the editor adds or spells otherwise is no change."""
    assert canonical(doc(one)) == canonical(doc(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (node("paragraph", text("a")), node("paragraph", text("a "))),
        (node("heading", text("a"), level=2), node("heading", text("a"), level=3)),
        (node("paragraph", text("a", {"type": "em"})), node("paragraph", text("a"))),
        (node("captionedImage", IMAGE), node("captionedImage", node("image2", src="https://x/j.png", alt="A"))),
        (
            node("paragraph", text("a", {"type": "link", "attrs": {"href": "https://x"}})),
            node("paragraph", text("a", {"type": "link", "attrs": {"href": "https://y"}})),
        ),
        (node("ordered_list", start=2), node("ordered_list")),
        (node("unknownWidget", anything=1), node("unknownWidget", anything=2)),
    ],
)
def test_another_text(one: dict[str, Any], other: dict[str, Any]) -> None:
    """What a reader would see otherwise is a change."""
    assert canonical(doc(one)) != canonical(doc(other))


def test_lines_for_a_person() -> None:
    """Headings, lists, links and pictures can be recognized in the lines."""
    body = doc(
        node("heading", text("Title"), level=2),
        node("paragraph", text("see "), text("this", {"type": "link", "attrs": {"href": "https://x"}})),
        node(
            "bullet_list",
            node("list_item", node("paragraph", text("one"))),
            node("list_item", node("paragraph", text("two"))),
        ),
        node("captionedImage", IMAGE),
        node("horizontal_rule"),
        node("paragraph"),
    )

    expected = [
        "## Title",
        "see this <https://x>",
        "- one",
        "- two",
        "[image2 https://x/i.png A]",
        "[horizontal_rule]",
        "",
    ]
    assert expected == lines_of(body)


@pytest.mark.parametrize("body", [None, "", "no json", "[1]", '{"a": 1}', '{"type": 3}', "[" * 10_000, 12])
def test_bodies_that_are_no_documents(body: object) -> None:
    """Anything may stand in a body without harm."""
    assert isinstance(canonical(body), str)
    assert isinstance(lines_of(body), list)
    assert not has_node(body, "paywall")


def test_deep_documents() -> None:
    """A document nested beyond all sense is compared and shown without harm."""
    deep: dict[str, Any] = node("paragraph", text("x"))
    for _ in range(3000):
        deep = {"type": "blockquote", "content": [deep]}

    assert isinstance(canonical(deep), str)
    assert lines_of({"type": "doc", "content": [deep]})
    assert has_node(deep, "paragraph")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NODES = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["paragraph", "text", "image2", "list_item"])},
        optional={"text": st.text(), "attrs": JSON, "marks": JSON},
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.text()}, optional={"content": st.lists(inner), "attrs": JSON, "marks": JSON}
    ),
    max_leaves=10,
)


@given(NODES | JSON)
@settings(deadline=None, max_examples=50)
def test_any_json_is_survived(body: Any) -> None:
    """Whatever a server holds, comparing and showing it gives an answer, and the same one each time."""
    is_document = isinstance(body, dict) and "type" in body
    assert canonical(body) == canonical(json.dumps(body) if is_document else body)
    assert isinstance(lines_of(body), list)
