"""What stands in place of what a platform's text cannot hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from assembly_samples import draft, frame, issue_of

from newsletter_bot.markup import write
from newsletter_bot.model import Audience, Capabilities, Certainty, Format, ImageWay, Loss, Rendition, TextPowers
from newsletter_bot.ports import Outlet, Platform
from newsletter_bot.renditions import render, with_titles


def nothing_opens() -> Platform:
    raise AssertionError("a rendition needs no adapter")


def outlet(format_: Format = Format.HTML, *, text: TextPowers | None = None, **limits: Any) -> Outlet:
    given: dict[str, Any] = {"subtitle": True, "cover": True, "slug": True, "tags": 9, "body_length": 0, **limits}
    capabilities = Capabilities(
        formats=(format_,), certainty=Certainty.BLIND, settle=timedelta(0), text=text or TextPowers(), **given
    )
    return Outlet(name="there", platform="test", capabilities=capabilities, open=nothing_opens)


def rendered(body: str, *, format_: Format = Format.HTML, **powers: Any) -> Rendition:
    return render(issue_of(draft(body, body_line=10)), outlet(format_, text=TextPowers(**powers)))


def test_what_is_held_is_no_loss() -> None:
    """A platform that holds everything loses nothing."""
    body = "# A\n\n~~x~~ $x$ a[^1]\n\n- [ ] b\n  - c\n\n|a|\n|-|\n|b|\n\nT\n: m\n\n> [!tip]\n> x\n\n```py\nx\n```\n\n[^1]: n"

    assert () == rendered(body).losses


def test_narrow_table_is_aligned() -> None:
    """A table that fits a phone's width becomes columns of characters."""
    rendition = rendered("x\n\n| Name | Cost |\n|---|--:|\n| Tea | 5 |\n| Cocoa | 12 |", tables=False)

    assert "<pre><code>Name   Cost\n─────  ────\nTea       5\nCocoa    12\n</code></pre>" in rendition.body
    assert (Loss(what="a table", instead="aligned columns of characters", line=12),) == rendition.losses


def test_wide_table_is_a_list_of_rows() -> None:
    """A table that is too wide becomes its rows, each cell under its column's name."""
    wide = "word " * 12
    rendition = rendered(
        f"| Name | Why | |\n|---|---|---|\n| Tea | {wide} | x |\n| | b | |\n| Only | | |", tables=False
    )

    assert (
        f"<ul>\n<li>Name: <strong>Tea</strong> — Why: {wide.strip()}; x</li>\n<li>Why: b</li>\n<li>Name: Only</li>\n</ul>\n"
    ) == rendition.body
    assert (Loss(what="a table", instead="a list of its rows", line=10),) == rendition.losses


def test_table_with_links_keeps_them() -> None:
    """Links and notes in a table stay alive in the list of its rows."""
    rendition = rendered("| A | B |\n|---|---|\n| [x](https://x.example) | y[^1] |\n\n[^1]: n", tables=False)

    assert '<strong><a href="https://x.example">x</a></strong> — B: y<sup' in rendition.body
    assert (
        '<p><a href="https://x.example">A</a> · B</p>'
        in rendered("|[A](https://x.example)|B|\n|-|-|", tables=False).body
    )


def test_footnotes_become_numbered_notes() -> None:
    """Where there are no footnotes, numbers lead to a list under a heading in the issue's language."""
    german = issue_of(draft("a[^x] b[^y] c[^x]\n\n[^x]: X.\n[^y]: Y.\n\n    More."), frame=frame(language="de"))
    rendition = render(german, outlet(text=TextPowers(footnotes=False)))

    assert (
        "<p>a[1] b[2] c[1]</p>\n<h2>Fußnoten</h2>\n<ol>\n<li>\n<p>X.</p>\n</li>\n<li>\n<p>Y.</p>\n<p>More.</p>\n</li>\n</ol>\n"
    ) == rendition.body
    assert (Loss(what="footnotes", instead="numbered notes", line=3),) == rendition.losses


def test_numbered_notes_stand_where_the_issue_has_them() -> None:
    """The notes stand before the sign-off, under the settings' heading, on the level of the text's headings."""
    settings = frame(sign_off="Bye.", headings={"footnotes": "Small print", "sign_off": "End"})
    issue = issue_of(draft("# Top\n\na[^x]\n\n[^x]: X."), frame=settings)

    assert render(issue, outlet(text=TextPowers(footnotes=False))).body.endswith(
        "<p>a[1]</p>\n<h1>Small print</h1>\n<ol>\n<li>X.</li>\n</ol>\n<h1>End</h1>\n<p>Bye.</p>\n"
    )


@pytest.mark.parametrize(
    ("settings", "ending"),
    [
        ({"sign_off": "Bye."}, "</section>\n<p>Bye.</p>\n"),
        ({"sign_off": "Bye.", "sections": ("body", "sign_off", "footnotes")}, "</section>\n"),
        ({"sign_off": "Bye.", "sections": ("body", "sign_off")}, "</section>\n"),
        ({"sign_off": "Bye.", "templates": {"issue": "{{ sign_off|upper }} {{ body }}"}}, "</section>\n"),
    ],
)
def test_linked_notes_stand_where_the_issue_has_them(settings: dict[str, Any], ending: str) -> None:
    """On the web notes stand before the sign-off too, or at the end where the settings do not place them."""
    issue = issue_of(draft("a[^x]\n\n[^x]: X."), frame=frame(**settings))

    assert render(issue, outlet()).body.endswith(ending)
    assert render(issue, outlet(Format.GFM)).body.endswith("[^x]: X.\n")


def test_a_section_after_the_notes_keeps_its_rule() -> None:
    """The rule that sets a last section apart stands behind the notes with it."""
    settings = frame(
        sections=("body", "poll", "footnotes", "sign_off"),
        sign_off="Bye.",
        headings={"poll": "Poll"},
        templates={"poll": "?"},
    )
    issue = issue_of(draft("a[^x]\n\n[^x]: X."), frame=settings)

    assert render(issue, outlet()).body.endswith("</section>\n<hr>\n<p>Bye.</p>\n")


def test_formulas_become_their_tex() -> None:
    """Formulas within lines and on their own become code."""
    body = "x $a^2$ y\n\n$$\nb\n$$"
    rendition = rendered(body, maths=False)

    assert '<p>x <code>a^2</code> y</p>\n<pre><code class="language-tex">b\n</code></pre>\n' == rendition.body
    assert [10, 12] == [loss.line for loss in rendition.losses]
    assert "<pre><code>b" in rendered(body, maths=False, code_language=False).body


def test_task_lists_get_boxes() -> None:
    """Tasks become items with a box as a character."""
    rendition = rendered("- [x] a\n- [ ] b\n- c\n- [ ] ```\n      x\n      ```", task_lists=False)

    assert "<li>☑ a</li>\n<li>☐ b</li>\n<li>c</li>\n<li>☐ " in rendition.body
    assert (Loss(what="a task list", instead="a list with ☑ and ☐", line=10),) == rendition.losses


def test_definitions_become_paragraphs() -> None:
    """Terms become strong lines above their first meaning."""
    rendition = rendered("Term\n: One\n: Two", definition_lists=False)

    assert "<p><strong>Term</strong><br>\nOne</p>\n<p>Two</p>\n" == rendition.body
    assert 10 == rendition.losses[0].line


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- a\n  - b\n    1. c\n    2. d\n- e", "<li>a<br>\n– b<br>\n\u20031. c<br>\n\u20032. d</li>\n<li>e</li>"),
        ("1. a\n   - [x] b", "<li>a<br>\n– ☑ b</li>"),
        ("- > q\n  > - b", "<li>\n<blockquote>\n<p>q<br>\n– b</p>\n</blockquote>\n</li>"),
        ("- - b\n  - c", "– b<br>\n– c"),
        ("- a\n\n  - b\n\n    c", "a<br>\n– b<br>\n\u2003c"),
        ("- T\n\n  X\n  : - b", "– b"),
        ("- -", "<li>"),
    ],
)
def test_nested_lists_become_lines(body: str, expected: str) -> None:
    """Lists within items become lines that begin with a dash or their number."""
    rendition = rendered(body, nested_lists=False)

    assert expected in rendition.body
    assert "a list within a list" == rendition.losses[0].what


def test_a_callout_is_headed_in_the_language_of_the_issue() -> None:
    """Where there are callouts, readers see the word for its kind too."""
    issue = issue_of(draft("> [!warning]\n> a"), frame=frame(language="de"))

    assert "<strong>Warnung</strong>" in render(issue, outlet()).body
    assert '"Warnung"' in render(issue, outlet(Format.SUBSTACK)).body


def test_quotations_within_quotations_become_one() -> None:
    """An inner quotation joins the outer one where there is only one level, and that is told."""
    rendition = rendered("> a\n>\n> > b\n> > > c", nested_quotes=False)

    assert "<blockquote>\n<p>a</p>\n<p>b</p>\n<p>c</p>\n</blockquote>\n" == rendition.body
    assert {"a quotation within a quotation"} == {loss.what for loss in rendition.losses}


def test_a_footnote_that_is_repeated_is_told() -> None:
    """Where each reference needs a note of its own, the text of a note that is meant twice stands twice."""
    rendition = rendered("a[^1] b[^1] c[^2]\n\n[^1]: n\n[^2]: m", repeated_notes=False)

    assert ["a footnote with several references"] == [loss.what for loss in rendition.losses]


def test_callouts_become_quotations() -> None:
    """A callout becomes a quotation headed by its kind, in the issue's language."""
    issue = issue_of(draft("> [!warning]\n> x"), frame=frame(language="fr"))

    assert (
        "<blockquote>\n<p><strong>Attention</strong></p>\n<p>x</p>\n</blockquote>\n"
        == render(issue, outlet(text=TextPowers(callouts=False))).body
    )


def test_embeds_become_links() -> None:
    """A video becomes a link to it, unless the platform shows it."""
    url = "https://www.youtube.com/watch?v=abcdefghijk"

    assert (Loss(what="an embedded YouTube video", instead="a link to it", line=10),) == rendered(url).losses
    assert f'<p><a href="{url}">{url}</a></p>\n' == rendered(url).body
    assert () == rendered(url, embeds=("youtube",)).losses


def test_strikethrough_is_told_with_its_line() -> None:
    """Struck words stand between tildes, so that the sense stays; the same loss on one line is told once."""
    rendition = rendered("x\n\n~~a~~ ~~b~~\n\n> ~~c~~", strikethrough=False)

    assert "<p>~~a~~ ~~b~~</p>" in rendition.body
    assert [12, 14] == [loss.line for loss in rendition.losses]


def test_code_loses_its_language() -> None:
    """Where code has no language it is plain."""
    rendition = rendered("```py\nx\n```\n\n```\ny\n```", code_language=False)

    assert "<pre><code>x\n</code></pre>" in rendition.body
    assert ["the language of a code block (py)"] == [loss.what for loss in rendition.losses]


@pytest.mark.parametrize(
    ("levels", "expected", "losses"),
    [
        ((1, 6), "h1 h2 h4", []),
        ((3, 6), "h3 h4 h6", []),
        ((3, 4), "h3 h4 h4", [14]),
        ((1, 2), "h1 h2 h2", [14]),
        ((2, 2), "h2 h2 h2", [12, 14]),
    ],
)
def test_headings_move_into_the_platforms_range(levels: tuple[int, int], expected: str, losses: list[int]) -> None:
    """All headings move down together; what would fall below the range is told."""
    rendition = rendered("# A\n\n## B\n\n#### C", heading_levels=levels)

    assert expected.split() == [line[1:3] for line in rendition.body.splitlines()]
    assert losses == [loss.line for loss in rendition.losses]


def test_captions_become_lines() -> None:
    """Where pictures have no caption it stands below."""
    rendition = rendered('![x](https://i.example/x.png "A *cap*")', captions=False)

    assert "</figure>\n<p><em>A *cap*</em></p>\n" in rendition.body
    assert "the caption of an image" == rendition.losses[0].what


def test_buttons_are_left_out_or_links() -> None:
    """A button to subscribe is left out where there is none."""
    rendition = rendered("a\n\n<!-- subscribe -->\n\nb")

    assert "<p>a</p>\n<p>b</p>\n" == rendition.body
    assert (Loss(what="a subscribe button", instead="left out", line=12),) == rendition.losses
    assert () == rendered("<!-- subscribe -->", buttons=True).losses


def test_button_with_an_address_becomes_a_link() -> None:
    """A button that leads somewhere becomes a link there."""
    from newsletter_bot.document import Button, Document

    issue = replace(issue_of(), document=Document((Button("Go", "https://a.example/", 4),)))

    assert '<p><a href="https://a.example/">Go</a></p>\n' == render(issue, outlet()).body


@pytest.mark.parametrize(
    ("body", "expected", "losses"),
    [
        ("a <kbd>b</kbd> <sub>c</sub>", "<p>a <code>b</code> c</p>\n", ["HTML <sub>"]),
        ("*<b>a</b>* [<i>b</i>](/c)", '<p><em><strong>a</strong></em> <a href="/c"><em>b</em></a></p>\n', []),
        ("# <u>a</u>", "<h1>a</h1>\n", ["HTML <u>"]),
        ("<div>\n<p>a</p>\n<script>b</script>\n</div>", "<p>a</p>\n", ["HTML <script>"]),
        ("<blink>a</blink> b", "<p>a b</p>\n", ["HTML <blink>"]),
        ("|<b>a</b>|\n|-|\n|b|", "<strong>a</strong>", []),
        ("T <b>a</b>\n: x", "<dt>T <strong>a</strong></dt>", []),
        ('![x](https://i.example/x.png "c")', "<figcaption>c</figcaption>", []),
        ("<!-- only a comment -->\n\na", "<p>a</p>\n", []),
    ],
)
def test_raw_html_becomes_what_it_means(body: str, expected: str, losses: list[str]) -> None:
    """Without raw HTML, tags with a meaning of their own keep it, others leave their text; what acts is left out."""
    rendition = rendered(body + ("" if "<" in body.partition("\n")[0] else "\n\nx <b>y</b>"))

    assert expected in rendition.body
    assert losses == [loss.what for loss in rendition.losses]


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<a href="javascript:x()">a</a>', "the javascript: address of HTML <a>"),
        ('a <a href=" java&Tab;script:x()">b</a>', "the javascript: address of HTML <a>"),
        ("<img src='data:text/html,x' alt='a'>", "the data: address of HTML <img>"),
        ("<p onclick=x()>a</p>", "the onclick of HTML <p>"),
        ('a <b style="color: red">b</b>', "the style of HTML <b>"),
    ],
)
def test_what_an_attribute_would_do_is_told(body: str, what: str, *, kept: bool) -> None:
    """Whatever a tag would do or look like by its attributes is left out, and named with its line, in every format."""
    rendition = rendered(f"a\n\n{body}", raw_html=kept)

    assert Loss(what=what, instead="left out", line=12) in rendition.losses
    assert not any(word in rendition.body for word in ("javascript", "onclick", "color", "text/html"))


def test_a_picture_in_raw_html_is_told_with_its_line() -> None:
    """One that cannot be had is described, and the loss says where it stands."""
    told = [rendered(f"a\n\n{body}").losses for body in ("<img src=x.png alt=a>", "a <img src=x.png alt=a> b")]

    assert [12, 12] == [loss.line for losses in told for loss in losses]


def test_raw_html_stays_where_it_is_taken() -> None:
    """Where raw HTML is taken it stays, and only what acts is left out and told."""
    rendition = rendered("a <sub>b</sub>\n\n<iframe src=x></iframe>", raw_html=True)

    assert "<sub>b</sub>" in rendition.body
    assert "iframe" not in rendition.body
    assert (Loss(what="HTML <iframe>", instead="left out", line=12),) == rendition.losses


def test_losses_of_formats_agree_in_the_document() -> None:
    """A document for Substack holds native notes, and lists instead of tables."""
    rendition = rendered(
        "a[^1]\n\n|x|\n|-|\n|y|\n\n[^1]: n", format_=Format.SUBSTACK, tables=False, inline_images=False
    )
    kinds = [node["type"] for node in json.loads(rendition.body)["content"]]

    assert ["paragraph", "highlighted_code_block", "footnote"] == kinds


PAID = "Free[^1].\n\n<!-- paywall -->\n\nSecret[^2].\n\n[^1]: See [^3].\n[^2]: Hidden.\n[^3]: Third."


def paid(body: str = PAID, *, home: bool = False, has_home: bool = True, **limits: Any) -> Rendition:
    issue = issue_of(draft(body, audience=Audience.PAID, body_line=10), frame=frame(sign_off="Bye."))
    return render(issue, outlet(**limits), home=home, has_home=has_home)


def test_paywall_stands_where_there_is_one() -> None:
    """A paid post keeps its paywall where the platform has that."""
    rendition = paid(paid=True, text=TextPowers(paywall=True))

    assert "<!--paywall-->" in rendition.body
    assert (Audience.PAID, ()) == (rendition.audience, rendition.losses)


def test_paywall_within_a_paid_post_is_told_where_there_is_none() -> None:
    """Where all of a paid post is closed, the line that opens its beginning is a loss."""
    rendition = paid(paid=True)

    assert (Loss(what="the paywall", instead="all of the text is for paying readers", line=12),) == rendition.losses
    assert "paywall" not in rendition.body
    assert () == paid("Text", paid=True).losses


def test_paid_text_does_not_leak() -> None:
    """Where nobody pays, only the free part is shown, with its own notes and the way to the rest."""
    rendition = paid()

    assert "Secret" not in rendition.body + rendition.plain
    assert "Hidden" not in rendition.body + rendition.plain
    assert '<p><a href="https://home.newsletter-bot.invalid/">Read on</a></p>' in rendition.body
    assert "[2] Third." in rendition.plain
    assert [("the part for paying readers", 12)] == [(loss.what, loss.line) for loss in rendition.losses]
    assert "Read on" not in paid(has_home=False).body


def test_paid_text_without_a_free_part_is_one_sentence() -> None:
    """A paid post without a paywall shows its first sentence elsewhere."""
    rendition = paid("One sentence. And a second one.")

    assert "<p>One sentence.</p>\n<p><a " in rendition.body
    assert "second" not in rendition.body


def test_home_without_paying_readers_says_so() -> None:
    """At home, where nothing else would be left, the whole text is shown and the loss told."""
    rendition = paid(home=True)

    assert "Secret" in rendition.body
    assert "everyone can read it" == rendition.losses[0].instead


def test_paywall_in_a_free_post_means_nothing() -> None:
    """For everyone the line is dropped without a word."""
    rendition = rendered("a\n\n<!-- paywall -->\n\nb", paywall=True)

    assert ("<p>a</p>\n<p>b</p>\n", ()) == (rendition.body, rendition.losses)


def test_long_text_is_cut_between_blocks() -> None:
    """A body beyond the limit is cut at a block, with its notes, and leads home."""
    body = "\n\n".join(f"Paragraph {number}[^{number}]." for number in range(20))
    body += "".join(f"\n\n[^{number}]: Note {number}." for number in range(20))
    issue = issue_of(draft(body, body_line=10))
    rendition = render(issue, outlet(body_length=900), home=False)

    assert 500 < len(rendition.body) <= 900
    assert rendition.body.index("Read on") < rendition.body.index("Note 0")
    assert [("the text beyond 900 characters", "left out")] == [(loss.what, loss.instead) for loss in rendition.losses]
    assert "Read on" not in render(issue, outlet(body_length=900), home=True).body
    assert () == render(issue, outlet(body_length=90_000)).losses


def test_text_of_one_long_block_leaves_the_link() -> None:
    """When not even the first block fits, the way home remains."""
    rendition = render(issue_of(draft("word " * 100)), outlet(body_length=100), home=False)

    assert '<p><a href="https://home.newsletter-bot.invalid/">Read on</a></p>\n' == rendition.body
    assert "" == render(issue_of(draft("word " * 100)), outlet(body_length=100)).body


@pytest.mark.parametrize("images", list(ImageWay))
@pytest.mark.parametrize("format_", list(Format))
def test_every_format_can_be_rendered(format_: Format, images: ImageWay) -> None:
    """Each format carries an issue of all parts, with its plain text beside it."""
    body = "# A\n\nb[^1] ![c](https://i.example/c.png)\n\n|x|\n|-|\n|y|\n\n[^1]: n"
    rendition = render(issue_of(draft(body), frame=frame(sign_off="Bye.")), outlet(format_, images=images))

    assert rendition.body
    assert rendition.plain
    assert format_ is rendition.format


def test_where_a_video_begins_is_told() -> None:
    """A player that takes nothing but the video begins at its beginning."""
    video = "https://youtu.be/abcdefghijk"
    begins = Loss(what="where a video begins", instead="its beginning", line=10)

    assert (begins,) == rendered(f"{video}?t=30", embeds=("youtube",)).losses
    assert () == rendered(video, embeds=("youtube",)).losses


def test_a_whole_text_has_its_boxes_headed_in_its_language() -> None:
    """As the preview shows it: the kind in the reader's words, all else as it is."""
    issue = issue_of(draft("> [!note]\n> a\n\nb"))

    assert "<strong>Hinweis</strong>" in write(with_titles(issue.document, "de"), Format.HTML)
    assert "callout-title" not in write(issue.document, Format.HTML)
