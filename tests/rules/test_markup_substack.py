"""Substack documents: every node as the editor itself writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from markup_trees import DOCUMENTS

from newsletter_bot import document as doc
from newsletter_bot.document import Document, Footnote, Inline, Paragraph, Text
from newsletter_bot.markup import read, write
from newsletter_bot.model import Format

Node = dict[str, Any]


def nodes(document: Document) -> Node:
    return dict(json.loads(write(document, Format.SUBSTACK)))


def content(markdown: str) -> list[Node]:
    written = json.loads(write(read(markdown), Format.SUBSTACK))
    assert "doc" == written.pop("type")
    return list(written.pop("content"))


def text(words: str, *marks: str) -> Node:
    return {"type": "text", "text": words} | ({"marks": [{"type": mark} for mark in marks]} if marks else {})


def para(*children: Node) -> Node:
    return {"type": "paragraph", "content": list(children)}


def item(*children: Node) -> Node:
    return {"type": "list_item", "content": list(children)}


def link(words: str, href: str) -> Node:
    attrs = {"href": href, "target": "_blank", "rel": "noopener noreferrer nofollow", "class": None}
    return {"type": "text", "text": words, "marks": [{"type": "link", "attrs": attrs}]}


def image(src: str, **known: Any) -> Node:
    attrs = {
        "src": src, "srcNoWatermark": None, "fullscreen": None, "imageSize": None, "height": None, "width": None,
        "resizeWidth": None, "bytes": None, "alt": None, "title": None, "type": None, "href": None, "belowTheFold": False,
        "topImage": False, "internalRedirect": None, "isProcessing": False, "align": None, "offset": False,
    }  # fmt: skip
    return {"type": "image2", "attrs": attrs | known}


def code(words: str, language: str, identity: str) -> Node:
    attrs = {"language": language, "nodeId": identity}
    return {"type": "highlighted_code_block", "attrs": attrs, "content": [text(words)]}


CASES: dict[str, tuple[str, list[Node]]] = {
    "marks": (
        "a *b* **c *d*** ~~e~~ `f` g  \nh\ni",
        [para(text("a "), text("b", "em"), text(" "), text("c ", "strong"), text("d", "strong", "em"), text(" "), text("e", "strikethrough"),
              text(" "), text("f", "code"), text(" g"), {"type": "hard_break"}, text("h i"))],
    ),
    "same mark twice": ("***a** b*, *x*", [para(text("a", "em", "strong"), text(" b", "em"), text(", "), text("x", "em"))]),
    "link": ("[a](https://a.example)", [para(link("a", "https://a.example"))]),
    "heading": ("### a", [{"type": "heading", "attrs": {"textAlign": None, "level": 3}, "content": [text("a")]}]),
    "empty heading": ("#", [{"type": "heading", "attrs": {"textAlign": None, "level": 1}}]),
    "bullets": ("- a\n  - b", [{"type": "bullet_list", "content": [item(para(text("a")), {"type": "bullet_list", "content": [item(para(text("b")))]})]}]),
    "numbers": ("3. a", [{"type": "ordered_list", "attrs": {"start": 3, "type": None, "order": 3}, "content": [item(para(text("a")))]}]),
    "tasks": ("- [x] a\n- [ ] ", [{"type": "bullet_list", "content": [item(para(text("☑ a"))), item(para(text("☐")))]}]),
    "item without paragraph": ("- > a", [{"type": "bullet_list", "content": [item({"type": "paragraph"}, {"type": "blockquote", "content": [para(text("a"))]})]}]),
    "quote": (
        "> # a\n> - b\n>\n> > c",
        [{"type": "blockquote", "content": [para(text("a", "strong")), {"type": "bullet_list", "content": [item(para(text("b")))]}, para(text("c"))]}],
    ),
    "quote with a rule": (
        "> a\n> ***\n> b",
        [{"type": "blockquote", "content": [para(text("a"))]}, {"type": "horizontal_rule"}, {"type": "blockquote", "content": [para(text("b"))]}],
    ),
    "callout": (
        "> [!NOTE]\n> a\n> 1. b\n> - [x] c",
        [{"type": "calloutBlock", "content": [para(text("Note", "strong")), para(text("a")), para(text("1. b")), para(text("☑ c"))]}],
    ),
    "code": ("```python\nprint(1)\n```", [code("print(1)", "python", "e111b50f-65ae-5724-a3d1-d10c74f2bcb1")]),
    "rule": ("---", [{"type": "horizontal_rule"}]),
    "paywall": ("<!-- paywall -->", [{"type": "paywall"}]),
    "figure": (
        '![a](https://a.example/b.png "c *d*")',
        [{"type": "captionedImage", "content": [image("https://a.example/b.png", alt="a"), {"type": "caption", "content": [text("c *d*")]}]}],
    ),
    "linked figure": ("[![](b.png)](/c)", [{"type": "captionedImage", "content": [image("b.png", href="/c")]}]),
    "picture in a paragraph": (
        "a ![b](c.png) d ![e](f.png)",
        [para(text("a ")), {"type": "captionedImage", "content": [image("c.png", alt="b")]}, para(text(" d ")),
         {"type": "captionedImage", "content": [image("f.png", alt="e")]}],
    ),
    "picture in an item": ("- a ![b](c.png) [![d](e.png)](/f)", [{"type": "bullet_list", "content": [item(para(text("a "), link("b", "c.png"), text(" "), link("d", "/f")))]}]),
    "button": ("<!-- subscribe -->", [{"type": "button", "attrs": {"url": "%%checkout_url%%", "text": "Subscribe", "action": None, "class": None}}]),
    "subscribe box": (
        "<!-- subscribe: One letter a week, and nothing else -->",
        [{"type": "subscribeWidget", "attrs": {"url": "%%checkout_url%%", "text": "Subscribe", "language": "en"},
          "content": [{"type": "ctaCaption", "content": [text("One letter a week, and nothing else")]}]}],
    ),
    "youtube": ("https://youtu.be/abcdefghijk", [{"type": "youtube2", "attrs": {"videoId": "abcdefghijk"}}]),
    "vimeo": ("https://vimeo.com/12345", [{"type": "vimeo", "attrs": {"videoId": "12345"}}]),
    "tweet": ("https://x.com/a/status/12", [{"type": "twitter2", "attrs": {"url": "https://x.com/a/status/12"}}]),
    "gist": ("https://gist.github.com/a/abcdef0123", [para(link("https://gist.github.com/a/abcdef0123", "https://gist.github.com/a/abcdef0123"))]),
    "definitions": ("A\n: b", [para(text("A", "strong")), para(text("b"))]),
    "raw": ("a <b>b</b><br>H<sub>2</sub>\n\n<div>c<i>d</i></div>", [para(text("a "), text("b", "strong"), {"type": "hard_break"}, text("H2")), para(text("c"), text("d", "em"))]),
    "footnotes": (
        "a[^x] b[^y] c[^x]\n\n[^x]: one\n\n    two\n[^y]: see[^x]",
        [para(text("a"), {"type": "footnoteAnchor", "attrs": {"number": 1}}, text(" b"), {"type": "footnoteAnchor", "attrs": {"number": 2}},
              text(" c"), {"type": "footnoteAnchor", "attrs": {"number": 3}}),
         {"type": "footnote", "attrs": {"number": 1}, "content": [para(text("one")), para(text("two"))]},
         {"type": "footnote", "attrs": {"number": 2}, "content": [para(text("see [1]"))]},
         {"type": "footnote", "attrs": {"number": 3}, "content": [para(text("one")), para(text("two"))]}],
    ),
    "footnote within a footnote": (
        "a[^x]\n\n[^x]: b [^y]\n[^y]: c",
        [para(text("a"), {"type": "footnoteAnchor", "attrs": {"number": 1}}), {"type": "footnote", "attrs": {"number": 1}, "content": [para(text("b (c)"))]}],
    ),
    "nothing": ("", [{"type": "paragraph"}]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nodes_are_what_the_editor_writes(name: str) -> None:
    """Names, attributes and nesting are exactly these."""
    markdown, expected = CASES[name]

    assert expected == content(markdown)


def test_formulas_have_steady_ids() -> None:
    """Ten capital letters, different for each place, the same each time."""
    first, second = content("a $x$ b $x$\n\n$$\nx\n$$")
    ids = [node["attrs"].pop("id") for node in (*first["content"], second) if "attrs" in node]

    assert [{"type": "inline_latex", "attrs": {"persistentExpression": "x"}}] * 2 == [
        n for n in first["content"] if "attrs" in n
    ]
    assert {"type": "latex_block", "attrs": {"persistentExpression": "x"}} == second
    assert all(len(identity) == 10 and identity.isalpha() and identity.isupper() for identity in ids)
    assert ids[0] != ids[1]
    assert content("a $x$ b $x$") == content("a $x$ b $x$")


def test_tables_become_columns_of_code_and_keep_their_footnotes() -> None:
    """No bars; the anchors of footnotes in cells stand below."""
    table, below, *notes = content("| Name | Zahl |\n|---|--:|\n| a[^1] | 12 |\n| b[^1] | 3 |\n\n[^1]: n")

    assert [text("Name  Zahl\n────  ────\na[1]    12\nb[2]     3")] == table["content"]
    assert ["footnoteAnchor"] * 2 == [node["type"] for node in below["content"]]
    assert ["footnote"] * 2 == [node["type"] for node in notes]


def test_size_and_type_of_a_picture_are_told() -> None:
    """What is known of a picture is in its node."""
    picture = doc.Image("a.png", "b", "t", width=20, height=10, media_type="image/png")
    (node,) = nodes(Document((doc.Figure(picture),)))["content"]

    assert image("a.png", alt="b", title="t", width=20, height=10, type="image/png") == node["content"][0]


def test_what_no_text_gives_is_written_too() -> None:
    """Empty code, lists without items, buttons with an address, and references without a footnote."""
    blocks = (
        doc.CodeBlock(""),
        doc.List(()),
        doc.Button("Go", "/x"),
        Paragraph((doc.FootnoteReference("x", 7), Text(""))),
        doc.Table((), (), ()),
        Paragraph((doc.Link((doc.Link((Text("a"),), "/b"),), "/c"),)),
        doc.Paragraph((Text(" "), doc.Image("a.png"))),
    )
    written = nodes(Document(blocks, (Footnote("y", 1, ()),)))["content"]

    assert "content" not in written[0]
    assert {"url": "/x", "text": "Go", "action": None, "class": None} == written[1]["attrs"]
    assert para(text("[7]")) == written[2]
    assert para(link("a", "/b")) == written[4]
    assert "captionedImage" == written[5]["type"]


def test_empty_footnote_has_a_paragraph() -> None:
    """The editor wants one."""
    document = Document((Paragraph((doc.FootnoteReference("x", 1),)),), (Footnote("x", 1, ()),))

    assert [{"type": "paragraph"}] == nodes(document)["content"][1]["content"]


def test_footnote_keeps_its_references_apart_from_words() -> None:
    """A reference in a footnote is text, with one space before it."""
    reference: tuple[Inline, ...] = (Text("b "), doc.FootnoteReference("x", 1))
    note = Footnote("x", 1, (Paragraph(reference), Paragraph((doc.LineBreak(), doc.FootnoteReference("x", 1)))))
    document = Document((Paragraph((doc.FootnoteReference("x", 1),)),), (note,))

    assert [para(text("b [1]")), para({"type": "hard_break"}, text("[1]"))] == nodes(document)["content"][1]["content"]


KNOWN = {
    "paragraph", "heading", "bullet_list", "ordered_list", "list_item", "blockquote", "highlighted_code_block", "horizontal_rule",
    "paywall", "captionedImage", "image2", "caption", "footnoteAnchor", "footnote", "button", "subscribeWidget", "ctaCaption", "latex_block",
    "inline_latex", "youtube2", "vimeo", "twitter2", "calloutBlock", "hard_break", "text",
}  # fmt: skip


def walk(node: Node) -> list[Node]:
    return [node, *[inner for child in node.get("content", ()) for inner in walk(child)]]


@settings(deadline=None, max_examples=30)
@given(DOCUMENTS)
def test_any_tree_gives_nodes_that_the_editor_takes(document: Document) -> None:
    """Only known nodes, no empty text, anchors and footnotes paired in order, quotations of paragraphs and lists."""
    written = walk(json.loads(write(document, Format.SUBSTACK)))[1:]
    anchors = [node["attrs"]["number"] for node in written if node["type"] == "footnoteAnchor"]

    assert {node["type"] for node in written} <= KNOWN
    assert all(node["text"] for node in written if node["type"] == "text")
    assert list(range(1, len(anchors) + 1)) == anchors
    assert anchors == [node["attrs"]["number"] for node in written if node["type"] == "footnote"]
    assert all(node["content"][0]["type"] == "paragraph" for node in written if node["type"] == "list_item")
    for quote in (node for node in written if node["type"] == "blockquote"):
        assert {child["type"] for child in quote["content"]} <= {"paragraph", "bullet_list", "ordered_list"}
