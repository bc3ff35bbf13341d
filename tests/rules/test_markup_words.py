"""Words, sentences, walking, rewriting, tables as lines, and HTML read into nodes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from markup_trees import DOCUMENTS, bare

from newsletter_bot import document as doc
from newsletter_bot.document import Block, Document, Inline, Paragraph, Text
from newsletter_bot.markup import autolinks, links, raw, rawtree, read
from newsletter_bot.markup.text import (
    first_sentence,
    map_blocks,
    map_document,
    reading_minutes,
    table_as_lines,
    text_of,
    walk,
    word_count,
)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# T\n\nOne *two* three. Four.", "One two three."),
        ("Dr. A. Smith met e.g. Bob. Then", "Dr. A. Smith met e.g. Bob."),
        ("> Really?! Yes", "Really?!"),
        ("He said “stop.” And", "He said “stop.”"),
        ("中文句子。第二句", "中文句子。"),
        ("no end", "no end"),
        ("![](a.png)\n\n***", ""),
        ("![](a.png) \n\nb[^1]<br>c.\n\n[^1]: n", "b c."),
    ],
)
def test_first_sentence_is_that_of_the_first_paragraph(markdown: str, expected: str) -> None:
    """Abbreviations end no sentence, closing quotes belong to it."""
    assert expected == first_sentence(read(markdown))


def test_long_sentences_are_cut_between_words() -> None:
    """At most 200 characters, with an ellipsis."""
    words = first_sentence(read("lang " * 60))
    letters = first_sentence(read("x" * 300))
    fitting = first_sentence(read("x" * 199 + " y" * 9))

    assert (200, "lang…") == (len(words), words[-5:])
    assert "x" * 199 + "…" == letters
    assert "x" * 199 + "…" == fitting


def test_words_are_counted_with_footnotes_and_code() -> None:
    """Reading time is at least a minute; letters of scripts without spaces count by halves."""
    assert 7 == word_count(read("One two-three it’s `four` 5[^1]\n\n```\nsix\n```\n\n[^1]: seven"))
    assert 3 == word_count(read("中文字 foo"))
    assert 3 == word_count(read("हिन्दी में लिखा"))  # vowel signs divide no word
    assert 4 == word_count(read("กขคงจฉชซฌญ one two"))  # two words of five letters, where nobody writes spaces
    assert 1 == reading_minutes(read(""))
    assert 3 == reading_minutes(read("word " * 700))


def test_text_of_nodes_has_no_marks() -> None:
    """Pictures give their description, formulas their TeX, breaks a space, marks nothing."""
    nodes: tuple[Inline, ...] = (
        doc.Strong((Text("a"),)), doc.LineBreak(), doc.Image("x", "b"), doc.Math("c"), doc.RawInline("<BR>"), doc.RawInline("<b>"),
        doc.FootnoteReference("x", 1), doc.Code("d"),
    )  # fmt: skip

    assert "a bc d" == text_of(nodes)


def test_walking_meets_everything_in_reading_order() -> None:
    """Blocks, items and inline nodes, then the footnotes."""
    document = read('# a\n\n- b *c*\n\n> d\n\n|e|\n|-|\n|f|\n\n![g](h.png "i")\n\nj\n: k\n\nl[^1]\n\n[^1]: m')

    assert [*"abcdefijklm"] == [node.text.strip() for node in walk(document) if isinstance(node, Text)]
    assert 1 == sum(isinstance(node, doc.Item) for node in walk(document))


def shout(node: Inline) -> tuple[Inline, ...]:
    return (Text(node.text.upper()),) if isinstance(node, Text) else (node,)


def test_rewriting_reaches_every_node() -> None:
    """Inline and block functions see footnotes, cells, captions, terms and items."""
    document = read('# a\n\n- b *c*\n\n> d\n\n|e|\n|-|\n|f|\n\n![g](h.png "i")\n\nj\n: k\n\nl[^1]\n\n[^1]: m')
    rewritten = map_document(document, inline=shout)

    assert [*"ABCDEFIJKLM"] == [node.text.strip() for node in walk(rewritten) if isinstance(node, Text)]


def test_rewriting_may_drop_double_and_replace() -> None:
    """What the functions return stands in the node's place; a figure keeps its picture unless it gets one."""

    def block(node: Block) -> tuple[Block, ...]:
        if isinstance(node, doc.Rule):
            return ()
        return (node, node) if isinstance(node, doc.Heading) else (node,)

    def inline(node: Inline) -> tuple[Inline, ...]:
        return (
            (replace(node, src="/new"),)
            if isinstance(node, doc.Image) and node.src == "a"
            else (() if isinstance(node, doc.Image) else (node,))
        )

    blocks = map_blocks(read("# h\n\n***\n\n![](a)\n\n![](b)\n\nx ![](b)").blocks, block=block, inline=inline)

    assert ["Heading", "Heading", "Figure", "Figure", "Paragraph"] == [type(node).__name__ for node in blocks]
    assert ["/new", "b"] == [node.image.src for node in blocks if isinstance(node, doc.Figure)]


@settings(deadline=None, max_examples=20)
@given(DOCUMENTS)
def test_rewriting_without_change_is_the_same(document: Document) -> None:
    """Nodes in which nothing changed are equal, and where it costs nothing the same objects."""
    same = map_document(document, block=lambda node: (node,), inline=lambda node: (node,))

    assert bare(document) == bare(same)
    assert bare(document) == bare(map_document(document))


def table(*rows: tuple[str, ...], alignments: tuple[doc.Alignment, ...] = ("left", "right")) -> doc.Table:
    cells = [tuple((Text(cell),) for cell in row) for row in rows]
    return doc.Table(alignments, cells[0], tuple(cells[1:]))


def test_tables_are_columns_of_one_width() -> None:
    """Wide letters take two columns; a table that does not fit is not cut."""
    assert "a     b\n──  ───\n中    1\nx   222" == table_as_lines(table(("a", "b"), ("中", "1"), ("x", "222")))
    assert table_as_lines(table(("a" * 40, "b" * 40))) is None
    assert table_as_lines(table(("a" * 40, "b" * 40)), None) is not None
    assert table_as_lines(table(("a", "b")), 3) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/ä b", "https://a.example/%C3%A4%20b"),
        ("  java\nscript:x", None),
        ("java\u200bscript:x", None),
        ("JAVASCRIPT:x", None),
        ("data:image/png;base64,x", None),
        ("/x:javascript:y", "/x:javascript:y"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_harmless_addresses_pass(url: str, expected: str | None) -> None:
    """Whatever browsers would run is refused, however it is spelled."""
    assert expected == links.safe_href(url)


def test_addresses_can_be_nothing_but_punctuation() -> None:
    """Then nothing is left of them, and text without any holds none."""
    assert "" == autolinks.trimmed("...")
    assert not autolinks.may_link("a @ b, [x](https://a.example) <https://b.example>\n\n[r]: https://c.example")
    assert links.embed_of("https://a.example") is None


HTML: dict[str, list[Block] | None] = {
    "<p>a</p><p>b <i>c</i>": [Paragraph((Text("a"),)), Paragraph((Text("b "), doc.Emphasis((Text("c"),))))],
    "<h2> a</h2><hr>b": [doc.Heading(2, (Text("a"),)), doc.Rule(), Paragraph((Text("b"),))],
    "<h2> </h2>": [],
    "<ul><li>a<li>b<ul><li>c</ul></ul>": None,
    "<blockquote>a</blockquote>": [doc.Quote((Paragraph((Text("a"),)),))],
    "<pre>a\n <b>b</b>&lt;</pre>": [doc.CodeBlock("a\n b<")],
    "<pre>open": [doc.CodeBlock("open")],
    "<img src='a.png' alt='b' width=3 height=x title=t>": [doc.Figure(doc.Image("a.png", "b", "t", 3, 0))],
    "x<img alt='none'><br> y <code>c<b>d</b></code><kbd></kbd>": [
        Paragraph((Text("x"), doc.LineBreak(), Text(" y "), doc.Code("cd"))),
    ],
    "<a href='/x' title='y'>a</a> <a name='z'>b</a> <a href='javascript:x'>c</a>": [
        Paragraph((doc.Link((Text("a"),), "/x", "y"), Text(" "), Text("b"), Text(" "), Text("c"))),
    ],
    "<s>a</s><del>b</del></i>": [Paragraph((doc.Strikethrough((Text("a"),)), doc.Strikethrough((Text("b"),))))],
    "<details><summary>a</summary>b</details>": [Paragraph((doc.Strong((Text("a"),)),)), Paragraph((Text("b"),))],
    "<figure><img src=a><figcaption>b</figcaption></figure>": [doc.Figure(doc.Image("a"), (Text("b"),))],
    "<figcaption>b</figcaption><figcaption></figcaption>": [Paragraph((doc.Emphasis((Text("b"),)),))],
    "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>": [
        doc.Table(("", ""), ((Text("a"),), (Text("b"),)), (((Text("c"),), ()),)),
    ],
    "<table></td><td>a</td></table>": [doc.Table(("",), ((Text("a"),),), ())],
    "<table><tr><td>a</td>": [doc.Table(("",), ((Text("a"),),), ())],
    "<table></table><tr><td>x</td>": [Paragraph((Text("x"),))],
    "<script>x</script><x-y>a</x-y><u>b<sub>c</sub></u></blockquote>": [Paragraph((Text("a"), Text("b"), Text("c")))],
    "<b>a<i>b</b>c</i>": [Paragraph((doc.Strong((Text("a"), doc.Emphasis((Text("b"),)))), Text("c")))],
    "a<br>": [Paragraph((Text("a"),))],
    "<br> ": [],
    "<pre>a<p>b</pre>": [doc.CodeBlock("ab")],
    "a<summary>b</summary>": [Paragraph((Text("a"),)), Paragraph((doc.Strong((Text("b"),)),))],
    "<li>a</li>": [Paragraph((Text("a"),))],
    "<ol>x<li>a</ol>": [doc.List((doc.Item((Paragraph((Text("x"),)),)), doc.Item((Paragraph((Text("a"),)),))), 1)],
}


@pytest.mark.parametrize("html", HTML)
def test_html_is_read_for_what_it_says(html: str) -> None:
    """Simple tags keep their meaning, of everything else the text is kept."""
    expected = HTML[html]
    found = rawtree.blocks(html)

    if expected is not None:
        assert bare(tuple(expected)) == bare(found)


def test_lists_in_html_keep_their_items() -> None:
    """Whether their ends are written or not."""
    (block,) = rawtree.blocks("<ul><li>a<li>b<ul><li>c</ul></ul>")

    assert isinstance(block, doc.List)
    assert ["a", "b", "c"] == [node.text for node in walk(Document((block,))) if isinstance(node, Text)]


def test_deep_html_is_flattened() -> None:
    """No writer has to go deeper than it can."""
    assert "x" in repr(rawtree.blocks("<blockquote>" * 500 + "<b>" * 500 + "x"))
    assert "x" in repr(rawtree.inlines((*[doc.RawInline("<b>")] * 100, Text("x"))))


def test_attributes_are_harmless_ones() -> None:
    """The first of a name counts; ids cannot be those of footnotes; switches have no value."""
    assert {"title": "a", "id": "b"} == raw.attributes(" title=a TITLE='c' id=b name='fn-1' onclick=x style=y")
    assert {"open": ""} == raw.attributes(" open=x")
    assert {"src": "data:image/png;base64,x"} == raw.attributes(" src='data:image/png;base64,x'", "img")
    assert {} == raw.attributes(" href='data:image/png;base64,x'", "a")
