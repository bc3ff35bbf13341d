"""Markdown for platforms that understand less, or more, than GFM."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup_trees import DOCUMENTS, MARKDOWN

from newsletter_bot import document as doc
from newsletter_bot.document import Document, Paragraph, Text
from newsletter_bot.markup import read, write
from newsletter_bot.model import Format


def written(markdown: str, dialect: Format) -> str:
    return write(read(markdown), dialect)


@pytest.mark.parametrize(
    ("dialect", "markdown", "expected"),
    [
        (Format.COMMONMARK, "a~~b~~", "a<del>b</del>\n"),
        (Format.COMMONMARK, "|a|b|\n|-|-|\n|c[^1]|d|\n\n[^1]: e", "```\na     b\n────  ─\nc[1]  d\n```\n\n***\n\n1. e\n"),
        (Format.COMMONMARK, "a[^x]\n\n[^x]: b\n\n    c", "a\\[1\\]\n\n***\n\n1. b\n\n   c\n"),
        (Format.COMMONMARK, "- [x] a\n- [ ] b", "- ☑ a\n- ☐ b\n"),
        (Format.COMMONMARK, "> [!NOTE]\n> a", "> **Note**\n>\n> a\n"),
        (Format.COMMONMARK, "a\n: b", "**a**\n\nb\n"),
        (Format.COMMONMARK, "$a$\n\n$$b$$", "`a`\n\n```tex\nb\n```\n"),
        (Format.COMMONMARK, "https://youtu.be/abcdefghijk", "<https://youtu.be/abcdefghijk>\n"),
        (Format.HASHNODE, "https://youtu.be/abcdefghijk", "%[https://youtu.be/abcdefghijk]\n"),
        (Format.HASHNODE, "$a$ - [x]\n\n<!-- paywall -->\n<!-- subscribe -->", "$a$ - \\[x\\]\n"),
        (Format.GFM, "<!-- paywall -->\n<!-- subscribe: Join -->\n<!-- subscribe -->", "<!-- paywall -->\n\n<!-- subscribe: Join -->\n\n<!-- subscribe -->\n"),
        (Format.DEV, "https://youtu.be/abcdefghijk", "{% embed https://youtu.be/abcdefghijk %}\n"),
        (Format.DEV, "$\\frac{{a}}{b}$\n\n$$c$$", "{% katex inline %}\\frac{ {a}}{b}{% endkatex %}\n\n{% katex %}\nc\n{% endkatex %}\n"),
        (Format.DEV, "a {{ b }} {% c %}", "a &#123;{ b }} &#123;% c %}\n"),
        (Format.DEV, "`{{ a }}` `b`", "{% raw %}`{{ a }}`{% endraw %} `b`\n"),
        (Format.DEV, "```\n{% a %}\n```", "{% raw %}\n```\n{% a %}\n```\n{% endraw %}\n"),
        (Format.DEV, "[a](/b \"{{c}}\") <i title='{{d}}'>e</i>", '[a](/b "&#123;{c}}") <i title="&#123;{d}}">e</i>\n'),
        (Format.DEV, "<div>{{a}}</div>", "<div>&#123;{a}}</div>\n"),
    ],
)  # fmt: skip
def test_dialects_are_written_with_what_they_understand(dialect: Format, markdown: str, expected: str) -> None:
    """What a dialect lacks is written with what every kind of Markdown has."""
    assert expected == written(markdown, dialect)


def test_a_footnote_stands_where_other_words_may() -> None:
    """First in what is strong within a word, and in a table whatever its label says: both are read as they were."""
    strong = (Text("a"), doc.Strong((doc.FootnoteReference("1", 1, 1), Text(" b"))), Text("c"))
    note = doc.Footnote("1", 1, (Paragraph((Text("d"),), 3),), 3)
    document = Document((Paragraph(strong, 1),), (note,))

    assert document == read(write(document, Format.GFM))
    assert "| a[^1] | d |\n" in written("| a[^b\\|c] | d |\n|---|---|\n\n[^b|c]: e", Format.GFM)


@pytest.mark.parametrize(
    "markdown",
    [
        "`{% endraw %}{{ x }}`",
        "```\n{%- endraw -%}\n{{ x }}\n```",
        "*{*{x}} {`a`",
        "![{{a}}](/b)",
        "# {{",
        "| {{a}} | `{%b` |\n|-|-|",
        "a[^{{b}}] c[^{%d%}]\n\n[^{{b}}]: e\n\n[^{%d%}]: f",
    ],
)
def test_liquid_never_runs(markdown: str) -> None:
    """Outside of raw blocks no command is left but what prints the sign of one, and no raw block is ended early."""
    left = re.sub(r"\{% raw %\}.*?\{% endraw %\}", "", written(markdown, Format.DEV), flags=re.DOTALL)
    left = left.replace('{{ "{%" }}', "")

    assert "{{" not in left
    assert "{%" not in left


@pytest.mark.parametrize("dialect", [Format.GFM, Format.HASHNODE])
def test_no_formula_is_a_tag_where_formulas_are_not_known(dialect: Format) -> None:
    """A space takes the tag away and changes nothing in TeX; comparisons stay as they are."""
    assert "$a<b$ $< img src=x onerror=y>$\n" == written("$a<b$ $<img src=x onerror=y>$", dialect)
    assert "$$\n\\alpha < i>x\n$$\n" == written("$$\\alpha <i>x$$", dialect)


def test_the_end_of_a_raw_block_is_shown_as_code() -> None:
    """Readers see the very characters: the block is left for the sign that begins a command, and entered again."""
    shown = '{% raw %}`{% endraw %}{{ "{%" }}{% raw %} endraw %}`{% endraw %}\n'

    assert shown == written("`{% endraw %}`", Format.DEV)


def test_lists_beside_each_other_stay_apart() -> None:
    """Two lists of one kind have different markers."""
    one = doc.List((doc.Item((Paragraph((Text("a"),)),)),))
    two = doc.List((doc.Item((Paragraph((Text("b"),)),)),), start=1)

    assert "- a\n\n* a\n\n- a\n\n1. b\n\n1) b\n" == write(Document((one, one, one, two, two)), Format.GFM)


def test_what_no_text_gives_is_written_as_well_as_it_goes() -> None:
    """Tasks without words, unknown callouts, breaks in cells, empty things, emphasis in emphasis, code without text."""
    cell = (Text("a"), doc.LineBreak(), Text("b|c"), doc.SoftBreak(), doc.Code("d|e"))
    blocks = (
        doc.List((doc.Item((doc.Rule(),), checked=True),)),
        doc.Callout("odd", ()),
        doc.Table(("center",), (cell,), ()),
        Paragraph((doc.Emphasis(()), doc.Code(""), Text("x"))),
        Paragraph((Text("a"), doc.Emphasis((Text("b"), doc.Emphasis((Text("c"),)), Text("d"))))),
        Paragraph((doc.Strikethrough((doc.Strikethrough((Text("s"),)),)),)),
        doc.Button("Go", "/x"),
        doc.Heading(3, (Text("a"), doc.SoftBreak(), Text("b"))),
        doc.Heading(1, (doc.LineBreak(),)),
        doc.CodeBlock(""),
        doc.Embed("gist", "https://gist.github.com/a/b"),
        doc.Figure(doc.Image("a.png"), (), "/l"),
    )

    assert (
        "- [x] …\n  ***\n\n> **Odd**\n\n| a<br>b\\|c `d\\|e` |\n| :-: |\n\nx\n\na*b<em>c</em>d*\n\n~~s~~\n\n[Go](/x)\n\n"
        "### a b\n\n#\n\n```\n```\n\n<https://gist.github.com/a/b>\n\n[![](a.png)](/l)\n"
    ) == write(Document(blocks), Format.GFM)
    assert "" == write(Document(()), Format.GFM)


def test_raw_html_stays_but_clean() -> None:
    """The same tags as on the web, without what acts."""
    markdown = "a <kbd onclick='x'>b</kbd> <script>c</script>\n\n<div style='x'>d <a id='e' href='javascript:f'>g</a>&amp;<3</div>"

    assert 'a <kbd>b</kbd>&#32;\n\n<div>d <a id="e">g</a>&amp;&lt;3</div>\n' == written(markdown, Format.GFM)


@settings(max_examples=60, deadline=None)
@given(st.one_of(DOCUMENTS, MARKDOWN.map(read)), st.permutations(list(Format)))
def test_what_is_kept_with_a_tree_changes_no_format(document: Document, order: list[Format]) -> None:
    """What was written for one format and serves another is what that would have written by itself."""
    alone = {form: write(deepcopy(document), form) for form in Format}

    assert alone == {form: write(document, form) for form in order}
