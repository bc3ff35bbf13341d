"""What Markdown says becomes a tree, and what is wrong in it is told with its line."""

from __future__ import annotations

import pytest

from newsletter_bot import document as doc
from newsletter_bot.document import Block, Inline, Link, Paragraph, Text
from newsletter_bot.markup import read, write
from newsletter_bot.markup.footnotes import Defined, number
from newsletter_bot.markup.text import text_of, walk
from newsletter_bot.model import Format


def inlines(markdown: str, **options: object) -> tuple[Inline, ...]:
    block = read(markdown, **options).blocks[0]  # type: ignore[arg-type]
    assert isinstance(block, Paragraph)
    return block.children


def words(markdown: str, **options: object) -> str:
    return text_of(inlines(markdown, **options))


def hrefs(markdown: str) -> list[tuple[str, str]]:
    return [(text_of(node.children), node.href) for node in walk(read(markdown)) if isinstance(node, Link)]


# --- footnotes ------------------------------------------------------------------------------------------------


def test_footnotes_are_numbered_by_first_reference() -> None:
    """Order of definitions does not matter; a footnote that only footnotes mention comes last; repeats share a number."""
    document = read("x[^b] y[^A] z[^b]\n\n[^a]: eins[^c]\n[^c]: drei\n[^b]: zwei\n")
    references = [node for node in walk(document) if isinstance(node, doc.FootnoteReference)]

    assert [("b", 1, 2), ("a", 2, 1), ("c", 3, 1)] == [(n.label, n.number, n.references) for n in document.footnotes]
    assert [("b", 1, 1), ("a", 2, 1), ("b", 1, 2), ("c", 3, 1)] == [
        (r.label, r.number, r.occurrence) for r in references
    ]
    assert () == document.problems


def test_footnote_problems_name_their_lines() -> None:
    """Undefined, unused and doubled footnotes are errors with the line of the file."""
    document = read("a[^1] b\nc[^nope]\n\n[^1]: x\n[^1]: y\n\n[^idle]: z\n", first_line=11)

    assert [
        ("the footnote [^nope] is not defined", 12, True),
        ("the footnote [^1] is defined twice", 15, True),
        ("the footnote [^idle] is never referred to", 17, True),
    ] == [(p.message, p.line, p.error) for p in document.problems]


def test_escaped_and_quoted_marks_are_no_footnotes() -> None:
    """A mark in code or behind a backslash is text."""
    document = read("`[^a]` \\[^b]\n\n    [^e]\n\ny[^d]\n\n[^d]: n\n")

    assert () == document.problems
    assert 1 == document.footnotes[0].references


def test_references_that_nobody_defines_are_told() -> None:
    """Numbering references that came without a footnote gives a problem, not a failure."""
    numbering = number([doc.FootnoteReference("x", 0)], [])

    assert ["the footnote [^x] is not defined"] == [problem.message for problem in numbering.problems]
    assert [] == number([], [Defined(doc.Footnote("y", 0, ()))]).footnotes


# --- links ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("https://a.example/b_c_d and", [("https://a.example/b_c_d", "https://a.example/b_c_d")]),
        ("https://a.example/_b_/*c*d.", [("https://a.example/_b_/*c*d", "https://a.example/_b_/*c*d")]),
        ("(https://a.example/(b)).", [("https://a.example/(b)", "https://a.example/(b)")]),
        ("[https://a.example/b]", [("https://a.example/b", "https://a.example/b")]),
        ("https://a.example?x=1&amp;y='2'--3!", [("https://a.example?x=1&y='2'--3", "https://a.example?x=1&y='2'--3")]),
        ("https://a.example/b\\_c", [("https://a.example/b_c", "https://a.example/b_c")]),
        ("https://a.example/b[^1]\n\n[^1]: n", [("https://a.example/b", "https://a.example/b")]),
        ("https://a.example&hl;", [("https://a.example", "https://a.example")]),
        ("https://a.example;", [("https://a.example;", "https://a.example;")]),
        ('"https://a.example" www.b.example', [("https://a.example", "https://a.example"), ("www.b.example", "http://www.b.example")]),
        ("请看https://a.example/b。然后", [("https://a.example/b", "https://a.example/b")]),
        ("me@a.example, @me@a.example a@b a@b.c-", [("me@a.example", "mailto:me@a.example")]),
        ("http://localhost:80/x http://_ www._b.c_ www. https:///x", [("http://localhost:80/x", "http://localhost:80/x")]),
        ("https\\://a.example www\\.a.example a\\@b.example", []),
        ("`https://a.example` <b>x</b>", []),
        ("[x https://a.example](/y)", [("x https://a.example", "/y")]),
        ("a https://a.example/*b\n\nc https://c.example/_d_/", [("https://a.example/*b", "https://a.example/*b"), ("https://c.example/_d_/", "https://c.example/_d_/")]),
        ("<me@a.example> <https://ä.example/%zz%20>", [("me@a.example", "mailto:me@a.example"), ("https://ä.example/%zz%20", "https://%C3%A4.example/%25zz%20")]),
        ("WWW.A.EXAMPLE", [("WWW.A.EXAMPLE", "http://WWW.A.EXAMPLE")]),
    ],
)  # fmt: skip
def test_bare_addresses_become_links(markdown: str, expected: list[tuple[str, str]]) -> None:
    """An address that stands in the text is a link, from its first to its last character and no further."""
    assert expected == hrefs(markdown)


def test_tokens_of_nobody_stay_text() -> None:
    """Characters that the reader uses inside are harmless in a text."""
    assert "\ue0f07\ue0f1 https://a.example/_b_ \ue0f00" == words("\ue0f07\ue0f1 https://a.example/_b_ \ue0f00")


@pytest.mark.parametrize(
    ("markdown", "scheme"),
    [
        ("[x](javascript:alert(1))", "javascript"),
        ("[x](<JaVa\tScript:alert(1)>)", "javascript"),
        ("[x](vbscript:y)", "vbscript"),
        ("[x](data:text/html;base64,AA)", "data"),
        ("<javascript:alert(1)>", "javascript"),
        ("[x][r]\n\n[r]: &#106;avascript:alert(1)", "javascript"),
    ],
)
def test_addresses_that_act_are_dropped_and_named(markdown: str, scheme: str) -> None:
    """The words of the link stay, and a warning names the scheme."""
    document = read(markdown, first_line=3)

    assert [] == [node for node in walk(document) if isinstance(node, Link)]
    assert [(f"a link to a {scheme}: address was dropped", 3, False)] == [
        (p.message, p.line, p.error) for p in document.problems
    ]


def test_pictures_may_carry_their_data_but_nothing_else() -> None:
    """A picture's data: address stays, one of another kind becomes the description."""
    document = read("![ok](data:image/png;base64,AA)\n\nx ![bad](data:text/html,y)")

    assert isinstance(document.blocks[0], doc.Figure)
    assert "x bad" == words("x ![bad](data:text/html,y)")
    assert ["a picture to a data: address was dropped"] == [problem.message for problem in document.problems]


# --- typography -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“A ‘b’ c”, it’s"),
        ("en-GB", "“A ‘b’ c”, it’s"),
        ("xx", "“A ‘b’ c”, it’s"),
        ("de", "„A ‚b‘ c“, it’s"),
        ("de_CH", "«A ‹b› c», it’s"),
        ("fr", "«\u202fA “b” c\u202f», it’s"),
        ("es", "«A “b” c», it’s"),
        ("it", "«A “b” c», it’s"),
        ("sv", "”A ’b’ c”, it’s"),
        ("pl", "„A ‚b’ c”, it’s"),
        ("pt-BR", "“A ‘b’ c”, it’s"),
    ],
)
def test_quotation_marks_follow_the_language(language: str, expected: str) -> None:
    """Straight marks become those of the language; an apostrophe is the same everywhere."""
    assert expected == words("\"A 'b' c\", it's", language=language)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("5'10\" tall", "5’10” tall"),
        ("the '90s -- it's '*so*' --- well...", "the ’90s – it’s ‘so’ — well…"),
        ('\\"as\\" `"it"` \\\'is\\\'', '"as" "it" \'is\''),
        ("“kept” ‘so’", "“kept” ‘so’"),
    ],
)
def test_typography_leaves_code_and_escapes_alone(markdown: str, expected: str) -> None:
    """Marks become typographic where they are prose, and only there."""
    assert expected == words(markdown)


def test_apostrophes_within_single_quotes_are_no_closing_marks() -> None:
    """Where the closing mark differs from the apostrophe, a word's own stays."""
    assert "‚Ich hab’s‘ und Hans’ Haus" == words("'Ich hab's' und Hans' Haus", language="de")


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_letters_left_out_on_both_sides_are_no_quotation(language: str) -> None:
    """In 'n' two apostrophes stand for what is missing, in every language."""
    assert "rock ’n’ roll" == words("rock 'n' roll", language=language)


def test_typography_can_be_left_out() -> None:
    """Without it the characters stay as typed."""
    assert "\"a\" -- 'b'..." == words("\"a\" -- 'b'...", smart=False)


def test_prices_in_addresses_are_part_of_them() -> None:
    """An address that holds what looks like a formula and like emphasis is one address."""
    assert [("https://a.example/_x_$1-$2", "https://a.example/_x_$1-$2")] == hrefs("https://a.example/_x_$1-$2")


def test_line_ends_in_chinese_text_are_no_spaces() -> None:
    """Lines of scripts without spaces join; other line ends stay."""
    assert "你好世界 and on" == words("你好\n世界 and\non")
    assert "한국 어" == words("한국\n어")
    assert "中 x" == words("中\n*x*")


# --- things ---------------------------------------------------------------------------------------------------


def kinds(markdown: str) -> list[str]:
    return [type(block).__name__ for block in read(markdown).blocks]


@pytest.mark.parametrize(
    ("url", "kind", "identity"),
    [
        ("https://www.youtube.com/watch?t=3&v=abcdefghijk&x=y", "youtube", "abcdefghijk"),
        ("https://youtu.be/abcdefghijk?t=3", "youtube", "abcdefghijk"),
        ("https://m.youtube.com/shorts/abcdefghijk", "youtube", "abcdefghijk"),
        ("https://vimeo.com/123456", "vimeo", "123456"),
        ("https://player.vimeo.com/video/123456?h=1", "vimeo", "123456"),
        ("https://twitter.com/someone/status/12345", "tweet", "12345"),
        ("https://x.com/someone/status/12345?s=20", "tweet", "12345"),
        ("https://gist.github.com/someone/abcdef0123456789", "gist", "abcdef0123456789"),
    ],
)
def test_addresses_alone_on_a_line_become_embeds(url: str, kind: str, identity: str) -> None:
    """Videos, tweets and gists stand alone, whether typed bare or in angle brackets, between other lines too."""
    for markdown in (url, f"<{url}>"):
        (embed,) = read(markdown).blocks
        assert doc.Embed(kind, url, identity, 1) == embed
    assert ["Paragraph", "Embed", "Paragraph"] == kinds(f"before\n{url}\nafter")
    assert ["Embed", "Embed"] == kinds(f"{url}\n{url}")


@pytest.mark.parametrize(
    "markdown",
    [
        "[watch](https://youtu.be/abcdefghijk)",
        "see https://youtu.be/abcdefghijk",
        "https://youtu.be/short",
        "https://example.org/youtu",
        "[*x*](https://youtu.be/abcdefghijk)",
        "- https://youtu.be/abcdefghijk",
        "> https://youtu.be/abcdefghijk",
        "*youtu.be*\nx",
    ],
)
def test_other_links_are_no_embeds(markdown: str) -> None:
    """Links with words of their own, within a text, a list or a quotation stay links."""
    assert "Embed" not in repr(read(markdown))


def test_pictures_alone_are_figures() -> None:
    """The title is the caption; a link around the picture is kept; in a tight list it stays within the line."""
    assert [doc.Figure(doc.Image("a.png", "x y", line=1), (Text("T"),), "", 1)] == list(
        read('![x  *y*](a.png "T")').blocks
    )
    assert [doc.Figure(doc.Image("a.png", "x", line=1), (), "/l", 1)] == list(read("[![x](a.png)](/l)").blocks)
    assert "Figure" not in repr(read("- ![x](a.png)"))
    assert "Figure" in repr(read("- ![x](a.png)\n\n  y"))


def test_prices_are_no_formulas() -> None:
    """Dollars before figures stay; formulas alone on their lines are blocks; empty ones are text."""
    assert ["$5-$10 and $1-$2-$3"] == [words("$5-$10 and $1-$2-$3")]
    assert (doc.Math("x^2"), Text(" and "), doc.Math("y")) == inlines("$x^2$ and $$y$$")
    assert (doc.MathBlock("a\nb", 1),) == read("$$\na\nb\n$$").blocks
    assert "$$ $$ $$$$" == words("$$ $$ $$$$")
    assert (doc.Emphasis((doc.Math("a b"),)),) == inlines("*$$a\nb$$*")
    assert (doc.Math("a b"), Text(" c")) == inlines("$$a\nb$$ c")


def test_comments_mean_something_or_nothing() -> None:
    """Paywall and subscribe lines become blocks; other comments vanish, also within a line."""
    document = read(
        "<!-- Paywall -->\n<!-- subscribe -->\n<!-- subscribe:  Join us -->\n<!-- x\ny --> \n<!-- c -->\na <!-- b --> c\n\n<!-- z --> y <!-- q -->\nd\n"
    )

    assert [
        doc.Paywall(1),
        doc.Button("Subscribe", "", 2),
        doc.Button("Join us", "", 3),
        Paragraph((Text("a  c"),), 7),
        doc.RawBlock(" y ", 9),
        Paragraph((Text("d"),), 10),
    ] == list(document.blocks)
    assert () == read("a\n\n<!---->\n").problems


def test_comments_leave_no_space_behind() -> None:
    """A paragraph ends where its words end, and one of comments only is none."""
    assert (Text("a"),) == inlines("a <!-- x -->")
    assert "ab" == words("a<!-- x -->b <!-- y --> ")
    assert (Text("a"), doc.SoftBreak(), Text("b")) == inlines("a\n*<!-- x -->*\nb<!-- y -->")
    assert () == read("*<!-- x -->*").blocks
    assert "a   b" == words("a ~~<!-- x -->~~ **<!-- y -->** b")


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("> <!-- paywall -->", "no effect within a list"),
        ("<!-- paywall -->\n\n<!-- paywall -->", "only the first"),
        ("a <!-- paywall --> b", "no effect within a line"),
        ("a <!-- subscribe: x --> b", "no effect within a line"),
        ("```py\ncode\n", "never closed"),
        ("> ~~~\n> code\n\nx", "never closed"),
        (">" * 70 + " x", "nested more than 64"),
        ("[words]()", "the link has no address"),
        ("x\n\n| a | b |\n|---|\n| 1 | 2 |", "its head has 2 cells and the line of dashes below it 1"),
        ("> [!custom]\n> x", "no kind of callout"),
        ("*a _b " * 60 + "c_ d* " * 60, "nested more than 64"),
    ],
)
def test_doubtful_places_are_warned_of(markdown: str, message: str) -> None:
    """They do not stop publishing."""
    (problem,) = read(markdown).problems

    assert message in problem.message
    assert not problem.error


def test_a_footnote_without_text_is_an_error() -> None:
    """An empty note would go out as a number that leads to nothing."""
    (problem,) = read("c[^e]\n\n[^e]:\n").problems

    assert ("the footnote [^e] says nothing", 3, True) == (problem.message, problem.line, problem.error)


def test_bars_that_are_a_table_or_none_are_not_warned_of() -> None:
    """A table whose rows fit, and prose with a bar in it."""
    assert () == read("| a | b |\n|---|---|\n| 1 | 2 |\n\na | b\nc --- d\n").problems


def test_a_callout_may_have_a_title() -> None:
    """Words behind its kind are its first line; what stands below stays below; a sign for folding is dropped."""
    for mark in ("[!NOTE]", "[!note]-", "[!Note]+"):
        (callout,) = read(f"> {mark} A *fine* title\n> x\n>\n> y").blocks

        assert isinstance(callout, doc.Callout)
        assert ("note", ["A fine title", "x", "y"]) == (
            callout.kind,
            [text_of(block.children) for block in callout.children if isinstance(block, Paragraph)],
        )


@pytest.mark.parametrize("markdown", [r"> \[!note] a", r"> [!note\] a", "> &#91;!note] a", r"> > \[!new] a"])
def test_the_mark_of_a_callout_behind_a_backslash_is_text(markdown: str) -> None:
    """A quotation that begins with such words stays one, and is written so that it does; nothing is told of its kind."""
    found = read(markdown)

    assert isinstance(found.blocks[0], doc.Quote)
    assert () == found.problems
    assert found == read(write(found, Format.GFM))


def test_what_a_hidden_element_holds_is_not_read_out() -> None:
    """Within a line as in a block: its tags are told of later, its content is nobody's text; without one it hides nothing."""
    assert "x  y" == words("x <script>alert(1)</script> y")
    assert "x  z" == words("x <STYLE>a{} *b* </style> z")
    assert "x  is a tag" == words("x <title> is a tag")
    assert "x  y  z" == words("x <svg/> y <svg>w</svg> z")


def test_a_link_within_a_link_is_none() -> None:
    """Pages cannot nest them: the outer one leads."""
    assert [("x", "https://e.example")] == hrefs('[<a href="https://a.example">x</a>](https://e.example)')


def test_many_meanings_of_one_term_are_read_quickly() -> None:
    """All are kept, whatever their number."""
    (found,) = read("a\n" + ": b\n" * 3000).blocks

    assert isinstance(found, doc.DefinitionList)
    assert 3000 == len(found.entries[0].meanings)


def test_comment_without_end_is_an_error() -> None:
    """It would hide the rest of the text."""
    (problem,) = read("a\n\n<!-- b\n\nc", first_line=5).problems

    assert (7, True) == (problem.line, problem.error)


@pytest.mark.parametrize("markdown", ["```\nx\n```", "> ```\n> x\n> ```", "- ~~~~\n  x\n  ~~~~~", "    x", "```\n```"])
def test_closed_code_is_not_warned_of(markdown: str) -> None:
    """Fences within quotations and lists count, whatever their length."""
    assert () == read(markdown).problems


def test_task_lists_and_tight_lists() -> None:
    """Boxes belong to their items, also in loose lists; a list is tight when its paragraphs stand close."""
    tight, loose = read("- [ ] a\n- [x] b\n- c").blocks[0], read("1. [x] a\n\n2. b").blocks[0]

    assert isinstance(tight, doc.List)
    assert isinstance(loose, doc.List)
    assert [False, True, None] == [item.checked for item in tight.items]
    assert [True, None] == [item.checked for item in loose.items]
    assert (True, False) == (tight.tight, loose.tight)


def test_definition_lists_are_read() -> None:
    """Terms have one meaning or more; lists beside each other are one."""
    (block,) = read("A\n: one\n: two\n\nB\n: three").blocks

    assert isinstance(block, doc.DefinitionList)
    assert [("A", 2), ("B", 1)] == [(text_of(entry.term), len(entry.meanings)) for entry in block.entries]
    assert 1 == len(read("A\n: b\n\n[r]: /x\n\n :)\n: c").blocks)


def test_callouts_have_their_kind() -> None:
    """The five kinds are known in any case; other brackets are a quotation."""
    assert ["Callout", "Quote"] == kinds("> [!nOtE]\n> a\n\n> [!other]\n> b")


def test_lines_count_from_the_file() -> None:
    """Lines are those of the draft's file, after letters of many bytes too."""
    document = read("ä\n\n# ö\n\n> ü\n> - [x](/y)\n", first_line=5)

    assert [5, 7, 9] == [block.line for block in document.blocks]
    assert [10] == [node.line for node in walk(document) if isinstance(node, Link)]


def test_text_is_cleaned_of_what_is_no_text() -> None:
    """Line ends of all kinds, a byte order mark, NUL and half characters do no harm."""
    assert "a\ufffdb c d \ufffd\ufffd\ufffd" == words("\ufeffa\0b\rc\r\nd \ud800")
    assert () == read("").blocks


def test_breaks_at_the_start_of_a_paragraph_are_dropped() -> None:
    """There is nothing to break."""
    assert (Text("a"),) == inlines("\\\na")


def deepest(blocks: tuple[Block, ...]) -> int:
    return max(
        (1 + deepest(getattr(block, "children", ())) for block in blocks if not isinstance(block, Paragraph)), default=0
    )


def test_deep_nesting_is_flattened_but_not_lost() -> None:
    """Quotations, lists, definitions and emphasis beyond the limit keep their text."""
    quotes = read("> " * 200 + "end\n" + "> " * 200 + "> ```\n" + "> " * 200 + "> x")

    assert deepest(quotes.blocks) <= 66
    assert "end" in repr(quotes)
    assert "z" in repr(read("- " * 100 + "[y](/x) *z*"))
    assert "deep" in repr(
        read(
            "> " * 63
            + "- a\n"
            + "> " * 63
            + "  - [ ] deep\n"
            + "> " * 63
            + "\n"
            + "> " * 63
            + "t\n"
            + "> " * 63
            + ": d\n"
        )
    )
    assert "![" not in repr(read("*a _b " * 40 + "![p](q) [l](m) ~~s~~" + "c_ d* " * 40))
