"""HTML for the web, for mail and for Medium."""

from __future__ import annotations

import re

import html5lib
import pytest
from hypothesis import given, settings
from markup_trees import DOCUMENTS, MARKDOWN

from newsletter_bot import document as doc
from newsletter_bot.document import Document, Footnote, Paragraph, Text
from newsletter_bot.markup import email, html, raw, read, write
from newsletter_bot.markup.dialects import Page
from newsletter_bot.model import Format

ACTIVE = re.compile(
    r"<(?:script|style|iframe|form|object|embed|svg|base|meta)\b|\son\w+\s*=|javascript:|vbscript:", re.IGNORECASE
)


def page(markdown: str) -> str:
    return write(read(markdown), Format.HTML)


def medium(markdown: str) -> str:
    return write(read(markdown), Format.MEDIUM)


WEB = {
    '*a* **b** ~~c~~ `d<` [e](/f "g") ![h](i.png "j") k  \nl': "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;</code> "
    '<a href="/f" title="g">e</a> <img src="i.png" alt="h" title="j"> k<br>\nl</p>\n',
    "## a & b": "<h2>a &amp; b</h2>\n",
    "3. a\n\n4. b": '<ol start="3">\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ol>\n',
    "- [ ] a\n- [x] b": '<ul>\n<li class="task"><input type="checkbox" disabled> a</li>\n<li class="task"><input type="checkbox" disabled checked> b</li>\n</ul>\n',
    "- a\n  - b": "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n",
    "```py\na < b\n```": '<pre><code class="language-py">a &lt; b\n</code></pre>\n',
    "> a": "<blockquote>\n<p>a</p>\n</blockquote>\n",
    "> [!TIP]\n> a": '<aside class="callout callout-tip">\n<p>a</p>\n</aside>\n',
    "***": "<hr>\n",
    "|a|\n|-|": "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n",
    "|a|\n|-:|\n|b|": '<table>\n<thead>\n<tr>\n<th style="text-align: right">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
    '<td style="text-align: right">b</td>\n</tr>\n</tbody>\n</table>\n',
    '![a](b.png "c")': '<figure><img src="b.png" alt="a"><figcaption>c</figcaption></figure>\n',
    "[![a](b.png)](/c)": '<figure><a href="/c"><img src="b.png" alt="a"></a></figure>\n',
    "$a<b$\n\n$$c$$": '<p><span class="math">a&lt;b</span></p>\n<div class="math">c</div>\n',
    "a\n: b": "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n</dd>\n</dl>\n",
    "<!-- paywall -->": "<!--paywall-->\n",
    "<!-- subscribe -->": "",
    "https://youtu.be/abcdefghijk": '<p class="embed"><a href="https://youtu.be/abcdefghijk">https://youtu.be/abcdefghijk</a></p>\n',
    "a[^1] b[^1]\n\n[^1]: c": '<p>a<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup> '
    'b<sup class="footnote-ref"><a href="#fn-1" id="fnref-1-2">1</a></sup></p>\n<section class="footnotes" role="doc-endnotes">\n<ol>\n'
    '<li id="fn-1">\n<p>c <a href="#fnref-1" class="footnote-back">↩</a> <a href="#fnref-1-2" class="footnote-back">↩</a></p>\n</li>\n'
    "</ol>\n</section>\n",
}


@pytest.mark.parametrize("markdown", WEB)
def test_web_pages_say_what_things_are(markdown: str) -> None:
    """Each kind of node has its element."""
    assert WEB[markdown] == page(markdown)


def test_web_pages_of_several_issues_keep_their_ids_apart() -> None:
    """A prefix goes before every id and every link to one."""
    written = html.write(read("a[^1]\n\n[^1]: - b"), page=Page(prefix="i7-"))

    assert 'href="#i7-fn-1" id="i7-fnref-1"' in written
    assert '<li id="i7-fn-1">\n<ul>\n<li>b</li>\n</ul>\n<p><a href="#i7-fnref-1"' in written


def test_title_stands_first_where_nothing_else_shows_it() -> None:
    """Web pages asked for it, Medium and mail begin with it."""
    document = read("a")

    assert "<h1>A &amp; B</h1>\n<p>a</p>\n" == html.write(document, title="A & B")
    assert "<h1>A &amp; B</h1>\n<p>a</p>\n" == write(document, Format.MEDIUM, title="A & B")
    assert "<p>a</p>\n" == write(document, Format.HTML, title="A & B")


def test_things_that_no_text_gives_are_written_too() -> None:
    """Sizes of pictures, buttons with an address, footnotes without text, a lone raw tag."""
    blocks = (
        Paragraph((doc.Image("a.png", "b", width=2, height=1),)),
        doc.Button("Go & see", "/x?a=1&b"),
    )
    written = write(Document(blocks, (Footnote("x", 1, (), references=1),)), Format.HTML)

    assert '<img src="a.png" alt="b" width="2" height="1">' in written
    assert '<p class="button"><a class="button" href="/x?a=1&amp;b">Go &amp; see</a></p>' in written
    assert '<li id="fn-1">\n<p><a href="#fnref-1"' in written
    assert "<b></b>" == html.HtmlWriter().inlines((doc.RawInline("<b>"),))


MEDIUM = {
    "# a\n\n### b\n\n##### c": "<h3>a</h3>\n<h3>b</h3>\n<h4>c</h4>\n",
    "a\n~~b~~ $c$ <u>d</u> <b>e</b>": "<p>a b <code>c</code> d <strong>e</strong></p>\n",
    "```py\na\n```\n\n$$b$$": "<pre>a</pre>\n<pre>b</pre>\n",
    "|a|b|\n|-|-|\n|c[^1]|d|\n\n[^1]: e": "<pre>a     b\n────  ─\nc[1]  d</pre>\n<hr>\n<ol>\n<li>e</li>\n</ol>\n",
    "> a\n>\n> # b\n>\n> ```\n> c\n>\n> d\n> ```": "<blockquote>a<br><br><strong>b</strong><br><br><code>c</code><br>\n<br>\n<code>d</code></blockquote>\n",
    "> [!NOTE]\n> a": "<blockquote><strong>Note</strong><br><br>a</blockquote>\n",
    "- [x] a\n  - b\n    1. c\n- d": "<ul>\n<li>☑ a<br>• b<br>1. c</li>\n<li>d</li>\n</ul>\n",
    "a\n: b": "<p><strong>a</strong></p>\n<p>b</p>\n",
    "<!-- paywall -->\n<!-- subscribe -->": "",
    "https://youtu.be/abcdefghijk": '<p><a href="https://youtu.be/abcdefghijk">https://youtu.be/abcdefghijk</a></p>\n',
    "<div>a<hr>b</div>": "<p>a</p>\n<hr>\n<p>b</p>\n",
    '![a](b.png "c") ': '<figure><img src="b.png" alt="a"><figcaption>c</figcaption></figure>\n',
    "a[^1]\n\n[^1]: - b\n    - ![](c.png)\n\n    ![](d.png)": '<p>a[1]</p>\n<hr>\n<ol>\n<li>• b<br>• <img src="c.png" alt=""><br><a href="d.png">🖼</a></li>\n</ol>\n',
}  # fmt: skip


@pytest.mark.parametrize("markdown", MEDIUM)
def test_medium_gets_only_what_it_keeps(markdown: str) -> None:
    """Two sizes of headings, no lists in lists, notes by number, columns for tables."""
    assert MEDIUM[markdown] == medium(markdown)


def test_text_from_the_right_says_so() -> None:
    """Paragraphs and headings that begin in Arabic or Hebrew run from right to left, whatever surrounds them."""
    assert '<h2 dir="rtl">**ים**</h2>\n<p dir="rtl">«<em>بحر</em>» and more</p>\n<p>sea ים</p>\n' == page(
        "## \\*\\*ים\\*\\*\n\n«*بحر*» and more\n\nsea ים"
    )
    assert "<p>بحر</p>" in medium("بحر")
    assert ' lang="he" dir="rtl">' in write(read("ים"), Format.EMAIL, language="he")


def test_medium_leaves_out_empty_lists_and_keeps_buttons_with_an_address() -> None:
    """Nothing empty, nothing dead."""
    blocks = (doc.List(()), doc.Button("Go", "/x"))

    assert '<p><a href="/x">Go</a></p>\n' == write(Document(blocks), Format.MEDIUM)


def test_boxes_hold_whatever_is_put_into_them() -> None:
    """Formulas, tables, figures, embeds, definitions, HTML and rules in a quotation are text there."""
    inner = (
        doc.MathBlock("x"),
        doc.Table(("",), ((Text("h"),),), ()),
        doc.Figure(doc.Image("a.png"), (Text("cap"),), "/l"),
        doc.Figure(doc.Image("a.png", "alt"), (Text("cap"),)),
        doc.Embed("gist", "https://gist.github.com/a/b"),
        doc.DefinitionList((doc.Definition((Text("t"),), ((Paragraph((Text("m"),)),),)),)),
        doc.RawBlock("<p>raw"),
        doc.Rule(),
        doc.Button("gone"),
        doc.Quote((doc.Callout("tip", ()),)),
        doc.List((doc.Item(()),)),
    )
    written = write(Document((doc.Quote(inner),)), Format.MEDIUM)

    assert (
        "<blockquote><code>x</code><br><br><code>h</code><br>\n<code>─</code><br><br>"
        '<a href="/l">cap</a><br><br><a href="a.png">alt</a><br><br>'
        '<a href="https://gist.github.com/a/b">https://gist.github.com/a/b</a><br><br>'
        "<strong>t</strong><br><br>m<br><br>raw<br><br><strong>Tip</strong><br><br>• </blockquote>\n"
    ) == written


def test_mail_is_a_whole_page_with_its_styles_inlined() -> None:
    """No style sheets, no controls, no comments; stand-in addresses untouched; the language told."""
    markdown = "- [x] a\n- [ ] b\n- c\n\n<!-- paywall -->\n\n$x$ <i>y</i>\n\n$$z$$\n\n![d](https://image.newsletter-bot.invalid/abc)"
    written = write(read(markdown), Format.EMAIL, title="T < U", language="de")

    assert written.startswith('<!DOCTYPE html><html lang="de">')
    assert "<title>T &lt; U</title>" in written
    assert "<style" not in written
    assert "<input" not in written
    assert "<!--" not in written
    assert 'src="https://image.newsletter-bot.invalid/abc"' in written
    assert re.search(r"<h1 style=\"[^\"]+\">T &lt; U</h1>", written)
    assert "☑ a" in written
    assert "☐ b" in written
    assert write(read("a"), Format.EMAIL).startswith("<!DOCTYPE html><html><head>")


@pytest.mark.parametrize("tag", sorted(raw.TAGS | {"aside", "section"}))
def test_each_tag_gets_its_style_and_stays_itself(tag: str) -> None:
    """Also those that a parser only takes within a table; what a tag says already stays."""
    opening = f'<{tag} class="x" style="text-align: right"'

    assert re.fullmatch(rf'<{tag} class="x" style="[^"]*text-align: right;?"', email._STYLED[opening])


@pytest.mark.parametrize("language", ["<you>", "Vec<T>", "a&b", "it's", "<code"])
def test_a_language_of_code_with_signs_of_html_stays_a_language(language: str) -> None:
    """In mail as on the web: its tag is whole, and the code is code."""
    document = read(f"```{language}\nx\n```")
    opening = re.escape(write(document, Format.HTML).partition(">x")[0].removeprefix("<pre>"))

    assert re.search(rf'{opening} style="[^"]+">x\n</code>', write(document, Format.EMAIL))


HOSTILE = [
    'a <a href="&nbsp;javascript:alert(1)">b</a>',
    '<img src="&#8195;javascript:alert(1)">',
    "<script>alert(1)</script>",
    "a <script>alert(1)</script> b",
    "<img src=x onerror=alert(1)>",
    "a <a href='javascript:alert(1)' onclick=\"x\">b</a>",
    'a <a href="&#106;ava&#9;script:alert(1)">b</a>',
    "<iframe src='https://a.example'></iframe><form action=x><input name=y></form>",
    "<div style='position:fixed'>x</div>",
    "<svg onload=alert(1)><a xlink:href='javascript:x'>",
    "<p>a<style>*{}</style><textarea></section></textarea>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<a title='\"><script>x</script>'>b</a>",
    "<![CDATA[<script>x</script>]]> <?php x ?> <!DOCTYPE x>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
]


@pytest.mark.parametrize("markdown", HOSTILE)
@pytest.mark.parametrize("form", [Format.HTML, Format.EMAIL, Format.MEDIUM, Format.GFM, Format.DEV])
def test_nothing_active_goes_out(markdown: str, form: Format) -> None:
    """HTML of the writer's own cannot act anywhere."""
    document = read(f"before\n\n{markdown}\n\nafter [^1]\n\n[^1]: note")
    written = write(document, form)

    assert not [
        tag for tag in re.findall(r"(?<!\\)<[^>]*>", written.partition("<body")[2] or written) if ACTIVE.search(tag)
    ]
    assert "after" in written
    assert "note" in written


def test_raw_html_keeps_its_pairs() -> None:
    """Tags around Markdown stay around it; what is never opened or closed harms nobody."""
    folded = page("<details><summary>More</summary>\n\n*inside*\n\n</details>\n\nafter")

    assert "<details><summary>More</summary>\n<p><em>inside</em></p>\n</details>\n<p>after</p>\n" == folded
    assert "<p>a</p>\n<p>b <sub>c</sub> <b>d</b></p>\n<p>e</p>\n" == page("a</sub>\n\nb <sub>c</sub> <b>d\n\ne</b>")
    assert "<p>a <b><i>b</i></b> c</p>\n" == page("a <b><i>b</b> c</i>")
    assert page("x " + "<u>" * 100).count("<u>") <= 32
    assert "<div><span>a</span></div>\n" == page("<div><span>a</div>")
    assert page("<div>" * 100 + "</span>x").count("<div>") <= 32
    assert "<ol>\n<li>a\n</li></ol>\n<p>b<br>c</p>\n" == page("<ol>\n<li>a\n</ol>\n\nb<br>c")


@settings(deadline=None, max_examples=20)
@given(DOCUMENTS)
def test_any_tree_is_a_sound_and_harmless_page(document: Document) -> None:
    """Pages parse, hold nothing active, and every footnote is linked from its reference."""
    for form in (Format.HTML, Format.MEDIUM):
        written = write(document, form, title="T")
        parsed = html5lib.parseFragment(written, namespaceHTMLElements=False)
        tags = {element.tag for element in parsed.iter() if isinstance(element.tag, str)}
        assert not tags & {"script", "style", "iframe", "form", "object", "svg", "math", "base", "meta"}
    web = write(document, Format.HTML)
    assert len(document.footnotes) == web.count('<li id="fn-')


@settings(deadline=None, max_examples=15)
@given(MARKDOWN)
def test_any_text_is_a_mail(markdown: str) -> None:
    """Mail pages can be made of any text."""
    assert "</html>" in write(read(markdown), Format.EMAIL)
