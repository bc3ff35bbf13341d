"""What is written as Markdown reads back as the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from markup_trees import DOCUMENTS, MARKDOWN, bare

from newsletter_bot.document import (
    Document,
    Emphasis,
    FootnoteReference,
    Inline,
    Item,
    LineBreak,
    Link,
    List,
    Math,
    Paragraph,
    Quote,
    Rule,
    SoftBreak,
    Strikethrough,
    Strong,
    Text,
)
from newsletter_bot.markup import read, write
from newsletter_bot.model import Format


@settings(deadline=None, max_examples=50, derandomize=True)
@given(MARKDOWN)
def test_any_text_without_html_reads_back_the_same(markdown: str) -> None:
    """GFM written from a text's tree is read as that tree."""
    document = read(markdown)
    if "Raw" not in repr(document):
        assert bare(document) == bare(read(write(document, Format.GFM)))


@settings(deadline=None, max_examples=25)
@given(DOCUMENTS)
def test_any_tree_can_be_written_and_read(document: Document) -> None:
    """Trees that no text gives are written all the same, in every dialect."""
    for dialect in (Format.GFM, Format.COMMONMARK, Format.DEV, Format.HASHNODE):
        assert read(write(document, dialect)) is not None


@pytest.mark.parametrize(
    "markdown",
    [
        "a*b*c **d *e* f** ***g** h* *__i__*\n",
        "1986\\. Ein Jahr\n\\# keine Rubrik\n\\- kein Punkt\n\\+ auch nicht\n",
        "\\$5 und \\$10, `$x$`, $y$, a\\_b\\_ c_d\n",
        "[^1](kein Link) \\[^2\\]\n\n[^1]: Note\n\n    - mit\n    - Liste\n",
        "- eins\n\n- zwei\n\n  ```\n  code\n  ```\n\n* andere\n",
        "1. a\n2. b\n   - c\n     1. d\n",
        "> [!TIP]\n> Rat\n>\n> > Zitat\n",
        "Erste Zeile\nzweite\n===\n\nDritte\nvierte\n---\n",
        '`` a`b `` ` ``c`` ` [x](</a(b> "t\\"u")\n',
        "| a | b |\n|:-:|---|\n| `x\\|y` | \\| |\n",
        "Begriff\n: Bedeutung\n\n  mehr\n: andere\n\nZwei\n: drei\n",
        "<me@a.example> <https://a.example/b> www.a.example [b](https://b.example)\n",
        '![a](b.png "c")\n\n[![a](b.png)](/d)\n\n$$\nx\n$$\n\n$$- y$$\n',
        "- ```\n  a\n  ```\n  b\n",
        "~~~ a`b\ncode\n~~~\n",
        "#\n\n## x \\#\n\n-\n",
        "“schon” ‘typografisch’ — gut… it\\'s \\-\\- \\.\\.\\.\n",
        "https\\://a.example www\\.a.example a\\@b.example &amp;copy; \\!\\[x\\]\n",
    ],
)
def test_typical_texts_read_back_the_same(markdown: str) -> None:
    """Texts with the marks that writers use survive."""
    document = read(markdown)

    assert bare(document) == bare(read(write(document, Format.GFM)))


def paragraph(*nodes: Inline) -> Document:
    return Document((Paragraph(nodes),))


@pytest.mark.parametrize(
    "document",
    [
        paragraph(Emphasis((Text("a"),)), Strong((Text("b"),)), Emphasis((Text("c"),))),
        paragraph(Text("a"), Strong((Text("!b"),)), Text("c")),
        paragraph(Strong((Text("a:"),)), Text("b")),
        paragraph(Strong((Emphasis((Text("a"),)), Text("b")))),
        paragraph(Emphasis((Text("x "), Emphasis((Text("a"),)), Text(" y")))),
        paragraph(Strikethrough((Text("a"),)), Strikethrough((Text("b"),))),
        paragraph(Text("a "), Emphasis((Text("\u00a0b\u00a0"),))),
        paragraph(Math("x"), Text("5")),
        paragraph(Text("a "), LineBreak(), Text(" b"), SoftBreak(), Text("c")),
        paragraph(Text(" a\tb ")),
        paragraph(Text("Seht!"), Link((Text("x"),), "/y")),
        paragraph(Link((Text("x"),), "/a)b"), Link((Text("x"),), "/&copy;", "&copy;")),
        Document((List((Item((List((Item(()),)),)),)),)),
        Document((List((Item((Rule(),)),)), List((Item((Quote((Rule(),)),)),)), List((Item((Rule(),)),)))),
        Document(
            (List((Item((Paragraph((Text("a"),)), List((Item((Paragraph((Text("b"),)),)),), start=3))),), tight=False),)
        ),
    ],
)
def test_trees_that_need_care_read_back_the_same(document: Document) -> None:
    """Delimiters that would run together, and white space that would be lost, are kept apart and kept."""
    assert bare(document) == bare(read(write(document, Format.GFM)))


def test_footnote_before_a_bracket_stays_a_footnote() -> None:
    """A reference and a link right after it do not become one link."""
    document = read("a[^1]\\: b[^1]<!-- -->[c](/d)\n\n[^1]: n\n")

    assert bare(document) == bare(read(write(document, Format.GFM)))
    assert 2 == repr(document).count("FootnoteReference(")


def test_labels_that_cannot_stand_in_brackets_become_numbers() -> None:
    """No two footnotes get the same label."""
    one, two = FootnoteReference("a b", 1), FootnoteReference("1", 2)
    notes = read("x[^1]\n\n[^1]: n").footnotes
    note = notes[0]
    first = type(note)("a b", 1, note.children)
    second = type(note)("1", 2, note.children)

    written = write(Document((Paragraph((one, two)),), (first, second)), Format.GFM)

    assert "[^1][^1-2]\n\n[^1]: n\n\n[^1-2]: n\n" == written
