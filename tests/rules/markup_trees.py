"""Trees and Markdown made at random, for tests that must hold for any."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from newsletter_bot import document as doc
from newsletter_bot.document import Block, Document, Inline

WORDS = st.sampled_from([
    "word", "two words", " ", "a ", " b", "", "*", "**x**", "_y_", "`", "[a](b)", "](", "<b>", "</p>", "<!-- x", "# h", "> q", "- l", "1. n", "+", "===",
    "---", ": d", "!", "~~", "| c |", "|-|", "$5", "$x$", "&", "&amp;", "\\", '"q"', "it's", "...", "{{ l }}", "{% m %}", "https://a.example/b_c",
    "www.a.example", "a@b.example", "[^1]", "a\nb", "a\n\nb", "\tt", "é", "中文", "中\n文", "שלום", "“q”", "–", "\u00a0", "%%", "]]>", "\\end{x}",
])  # fmt: skip
NAMES = st.sampled_from(["a", "bc", "a b", "1"])
ADDRESSES = st.sampled_from(
    [
        "https://a.example/x_y",
        "http://b.example/(c)?d=1&e=2",
        "mailto:a@b.example",
        "/local",
        "#part",
        "https://c.example/%7B",
    ]
)


def _inline(children: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(doc.Emphasis, several),
        st.builds(doc.Strong, several),
        st.builds(doc.Strikethrough, several),
        st.builds(doc.Link, several, ADDRESSES, WORDS),
    )


LEAVES: st.SearchStrategy[Inline] = st.one_of(
    st.builds(doc.Text, WORDS),
    st.builds(doc.Text, WORDS),
    st.builds(doc.Code, WORDS),
    st.builds(doc.Image, ADDRESSES, WORDS, WORDS),
    st.just(doc.LineBreak()),
    st.just(doc.SoftBreak()),
    st.builds(doc.Math, WORDS),
    st.sampled_from(
        [doc.RawInline(html) for html in ("<b>", "</b>", "<sub>", "<br>", "<script>", '<a href="/x">', "</a>")]
    ),
    st.builds(doc.FootnoteReference, NAMES, st.integers(1, 2)),
)
INLINES = st.lists(st.recursive(LEAVES, _inline, max_leaves=3), max_size=3).map(tuple)


@st.composite
def _tables(draw: st.DrawFn) -> Block:
    width = draw(st.integers(1, 3))
    row = st.tuples(*[INLINES] * width)
    alignments = draw(st.tuples(*[st.sampled_from(["", "left", "center", "right"])] * width))
    return doc.Table(alignments, draw(row), tuple(draw(st.lists(row, max_size=2))))


def _blocks(children: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(children, max_size=3).map(tuple)
    items = st.lists(st.builds(doc.Item, several, st.sampled_from([None, None, True, False])), min_size=1, max_size=3)
    entries = st.lists(
        st.builds(doc.Definition, INLINES, st.lists(several, max_size=2).map(tuple)), min_size=1, max_size=2
    )
    return st.one_of(
        st.builds(doc.Quote, several),
        st.builds(doc.Callout, st.sampled_from(["note", "warning"]), several),
        st.builds(doc.List, items.map(tuple), st.sampled_from([None, 0, 1, 7]), st.booleans()),
        st.builds(doc.DefinitionList, entries.map(tuple)),
    )


SIMPLE: st.SearchStrategy[Block] = st.one_of(
    st.builds(doc.Paragraph, INLINES),
    st.builds(doc.Paragraph, INLINES),
    st.builds(doc.Heading, st.integers(1, 6), INLINES),
    st.builds(doc.CodeBlock, WORDS, st.sampled_from(["", "python", "c++"])),
    st.just(doc.Rule()),
    _tables(),
    st.builds(doc.Figure, st.builds(doc.Image, ADDRESSES, WORDS), INLINES, st.sampled_from(["", "https://a.example/"])),
    st.builds(doc.MathBlock, WORDS),
    st.builds(
        doc.RawBlock,
        st.sampled_from(["<div>x<p>y", "<ul><li>a<li>b</ul>", "<script>x</script>", "<table><tr><td>1</table>"]),
    ),
    st.just(doc.Paywall()),
    st.builds(doc.Button, NAMES, st.sampled_from(["", "https://a.example/"])),
    st.sampled_from(
        [
            doc.Embed("youtube", "https://youtu.be/abcdefghijk", "abcdefghijk"),
            doc.Embed("gist", "https://gist.github.com/a/abcdef0123", "abcdef0123"),
        ]
    ),
)
BLOCKS = st.lists(st.recursive(SIMPLE, _blocks, max_leaves=4), max_size=3).map(tuple)
DOCUMENTS = st.builds(
    Document,
    BLOCKS,
    st.tuples(st.builds(doc.Footnote, NAMES, st.just(1), BLOCKS), st.builds(doc.Footnote, NAMES, st.just(2), BLOCKS)),
)

_PIECES = [
    "word", "Zwei", "中文", " ", " ", "\n", "\n", "\n\n", "\n\n", "*", "**", "_", "__", "~~", "`", "``", "[", "](", "](/u)", ")", "![",
    "# ", "## ", "- ", "1. ", "2) ", "> ", "> [!note]\n> ", "```\n", "    ", "  ", "| a | b |\n|---|:-:|\n", "|", "$", "$$", "---\n", "===\n",
    "[^a]", "\n\n[^a]: note ", "\n: meaning", "<b>", "</b>", "<!-- x -->", "<https://e.example/a_b>", "https://e.example/a_b*c*",
    "www.e.example", "a@b.example", "&amp;", "&", "\\", '"', "'", "--", "...", "!", "- [ ] ", "\n***\n", "[r]", "\n\n[r]: /ref 'title'\n\n",
    "<div>\n", "+", ":", "{%", "{{", "5", ".", "https://youtu.be/abcdefghijk", "<!-- paywall -->\n",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(_PIECES), max_size=24).map("".join)


def bare(value: Any) -> Any:
    """A node as nested tuples without lines, to compare trees."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = [
            entry.name
            for entry in dataclasses.fields(value)
            if entry.compare and entry.name not in ("line", "problems")
        ]
        return (type(value).__name__, *[bare(getattr(value, name)) for name in kept])
    return tuple(map(bare, value)) if isinstance(value, tuple) else value
