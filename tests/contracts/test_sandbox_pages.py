"""The sandbox's pages and feeds can be read, by people and by feed readers."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import feedparser
import httpx
import pytest

from newsletter_bot.sandbox import Server, serve
from newsletter_bot.sandbox.document_html import render
from newsletter_bot.sandbox.medium_html import clean, without_title
from newsletter_bot.sandbox.pictures import look

POST = "http://127.0.0.1:1/p/x"
HEADERS = {"Cookie": "substack.sid=s:sandbox", "Authorization": "Bearer sandbox-token"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers=HEADERS) as client:
        yield client


def text(words: str, *marks: Any) -> dict[str, Any]:
    return {
        "type": "text",
        "text": words,
        "marks": [{"type": mark} if isinstance(mark, str) else mark for mark in marks],
    }


def node(kind: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def html(*nodes: dict[str, Any]) -> str:
    return render({"type": "doc", "content": list(nodes)}, POST)


def publish(web: httpx.Client, title: str, *nodes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = json.dumps({"type": "doc", "content": list(nodes) or [node("paragraph", text("Hello"))]})
    number = web.post("/api/v1/drafts", json={"draft_title": title, "draft_body": body}).json()["id"]
    web.put(f"/api/v1/drafts/{number}", json={"draft_subtitle": "Sub", **fields})
    return dict(web.post(f"/api/v1/drafts/{number}/publish", json={"send": False}).json())


LINK = {"type": "link", "attrs": {"href": "https://e.example/?a=1&b=2"}}
EVIL = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (node("paragraph", text("a < b", "strong", "em")), "<p><strong><em>a &lt; b</em></strong></p>"),
        (node("paragraph", text("x", LINK)), '<p><a href="https://e.example/?a=1&amp;b=2" rel="nofollow">x</a></p>'),
        (node("paragraph", text("x", EVIL)), '<p><a href="#" rel="nofollow">x</a></p>'),
        (node("paragraph", text("a"), {"type": "hard_break"}, text("b", "code")), "<p>a<br><code>b</code></p>"),
        (node("heading", text("H"), level=3), "<h3>H</h3>"),
        (node("heading", text("H"), level=99), "<h2>H</h2>"),
        (node("blockquote", node("paragraph", text("q"))), "<blockquote><p>q</p></blockquote>"),
        (node("pullquote", node("paragraph", text("q"))), '<div class="pullquote"><p>q</p></div>'),
        (node("bulletList", node("listItem", node("paragraph", text("i")))), "<ul><li><p>i</p></li></ul>"),
        (
            node("ordered_list", node("list_item", node("paragraph", text("i"))), start=3),
            '<ol start="3"><li><p>i</p></li></ol>',
        ),
        ({"type": "horizontal_rule"}, "<div><hr></div>"),
        (node("no_such_node", node("paragraph", text("kept"))), "<p>kept</p>"),
    ],
)
def test_document_becomes_html(given: dict[str, Any], expected: str) -> None:
    """Plain nodes have the plain tags, unknown ones show what is in them."""
    assert expected == html(given)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (
            node("highlighted_code_block", text("<b>\n"), language="html"),
            '<code class="language-html">&lt;b&gt;\n</code>',
        ),
        (
            node(
                "captionedImage", node("image2", src="https://e.example/a.png", alt='A "b"'), node("caption", text("C"))
            ),
            '<figcaption class="image-caption">C</figcaption>',
        ),
        (node("footnoteAnchor", number=2), 'id="footnote-anchor-2" href="#footnote-2">2</a>'),
        (node("footnote", node("paragraph", text("n")), number=2), '<div class="footnote-content"><p>n</p></div>'),
        (node("button", url="%%checkout_url%%", text="Join"), 'href="http://127.0.0.1:1/subscribe?"><span>Join</span>'),
        (node("subscribeWidget", node("ctaCaption", text("Thanks"))), '<p class="cta-caption">Thanks</p>'),
        ({"type": "paywall"}, '<div class="paywall-jump"'),
        (node("latex_block", persistentExpression="a<b"), 'class="latex-rendered"'),
        (node("youtube2", videoId="abc"), '<div id="youtube2-abc" class="youtube-wrap"'),
        (
            node("digestPostEmbed", canonical_url="https://e.example/p", title="Other"),
            '<a href="https://e.example/p">Other</a>',
        ),
        (node("twitter2", url="https://e.example/s/1"), '<a href="https://e.example/s/1">'),
    ],
)
def test_special_nodes_have_their_classes(given: dict[str, Any], part: str) -> None:
    """Widgets look as in the service's own pages."""
    assert part in html(given)


@pytest.mark.parametrize(
    "body", ["", "no json", "[]", "null", '{"content": 3}', '{"content": [1, {"type": "text"}]}', "[" * 100_000]
)
def test_page_stands_any_body(web: httpx.Client, body: str) -> None:
    """Whatever was stored as body, the page of the draft is shown."""
    number = web.post("/api/v1/drafts", json={"draft_title": "Odd", "draft_body": body}).json()["id"]

    assert web.get(f"/publish/post/{number}").status_code == 200


def test_deep_document_does_no_harm() -> None:
    """Nesting without end is cut, not followed into a crash."""
    deep = node("paragraph", text("bottom"))
    for _ in range(500):
        deep = node("blockquote", deep)

    assert "bottom" not in html(deep)


def test_pages_lead_to_each_other(server: Server, web: httpx.Client) -> None:
    """Index, archive, post, editor and story pages answer with what they hold, and none of it can run."""
    out = publish(web, "A <b>bold</b> title", node("paragraph", text("Body text")))
    user = web.get("/v1/me").json()["data"]["id"]
    story = {"title": "Tale", "contentFormat": "html", "content": "<h1>Tale</h1><p>Once</p><script>x</script>"}
    address = web.post(f"/v1/users/{user}/posts", json=story).json()["data"]["url"]
    pages = {
        path: web.get(path) for path in ("/", "/archive", f"/p/{out['slug']}", f"/publish/post/{out['id']}", address)
    }

    assert [page.status_code for page in pages.values()] == [200] * 5
    assert all(
        "<script" not in page.text and "script-src 'none'" in page.headers["Content-Security-Policy"]
        for page in pages.values()
    )
    assert all("A &lt;b&gt;bold&lt;/b&gt; title" in page.text for page in list(pages.values())[:4])
    assert "Body text" in pages[f"/p/{out['slug']}"].text
    assert (1, "Once" in pages[address].text) == (pages[address].text.count("Tale</h1>"), True)
    assert web.get("/medium/@ada").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/p/none",
        "/publish/post/1",
        "/medium/@ada/none-0",
        "/medium/@bob/x-1",
        "/medium/p/0",
        "/images/no.png",
        "/nowhere",
    ],
)
def test_missing_page_is_a_404(web: httpx.Client, path: str) -> None:
    """What is not there is a 404."""
    assert web.get(path).status_code == 404


def test_every_page_is_closed_html(web: httpx.Client) -> None:
    """Tags are opened and closed in order, so that any browser shows the same page."""
    publish(web, "One", node("bullet_list", node("list_item", node("paragraph", text("x")))))
    for path in ("/", "/archive", "/p/one"):
        checker = _Balance()
        checker.feed(web.get(path).text)
        assert checker.open == []


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "img", "br", "hr", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_newsletter_feed_is_read_by_a_feed_reader(server: Server, web: httpx.Client) -> None:
    """The feed holds the twenty newest posts with their parts, and a paid one ends with a link."""
    for number in range(21):
        server.state.clock.advance(1)
        publish(web, f"Post {number} & ]]> more", cover_image=f"{server.url}/images/nobody.png")
    server.state.clock.advance(1)
    publish(web, "Paid", audience="only_paid")
    feed = feedparser.parse(web.get("/feed").content)
    paid, newest = feed.entries[:2]

    assert (len(feed.entries), bool(feed.bozo), feed.feed.generator) == (20, False, "Substack")
    assert (newest.title, newest.description, newest.author) == ("Post 20 & ]]> more", "Sub", "Ada Sandbox")
    assert newest.content[0].value == "<p>Hello</p>"
    assert newest.link == newest.id == f"{server.url}/p/post-20-more"
    assert "Read more" in paid.content[0].value
    assert [f"{server.url}/images/nobody.png"] == [enclosure.href for enclosure in newest.enclosures]


def test_feed_answers_conditional_requests(web: httpx.Client) -> None:
    """A reader that has the feed already is told so."""
    publish(web, "One")
    first = web.get("/feed")
    second = web.get("/feed", headers={"If-None-Match": first.headers["ETag"]})
    publish(web, "Two")

    assert (second.status_code, web.get("/feed", headers={"If-None-Match": first.headers["ETag"]}).status_code) == (
        304,
        200,
    )


def test_medium_sieve_closes_what_it_opens() -> None:
    """Wrongly nested HTML comes out balanced, and a first heading that is the title is left out."""
    kept, images, words = clean('<h1>A <b>t</h1><p>x<img src="https://e.example/i.png"><a href="javascript:x">y')

    assert kept == '<h1>A <b>t</b></h1><p>x<img src="https://e.example/i.png"><a>y</a></p>'
    assert (images, words) == (["https://e.example/i.png"], "A t x y")
    assert without_title("<h1>A <b>t</b></h1><p>x", "A t") == "<p>x"
    assert without_title("<h1>B</h1>", "A t") == "<h1>B</h1>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"GIF89a\x02\x00\x03\x00", ("image/gif", 2, 3)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07", ("image/jpeg", 7, 5)),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x08\0\0\x06\0\0", ("image/webp", 9, 7)),
        (
            b"II*\x00\x08\0\0\0\x02\0\x00\x01\x03\0\x01\0\0\0\x04\0\0\0\x01\x01\x03\0\x01\0\0\0\x06\0\0\0",
            ("image/tiff", 4, 6),
        ),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_image_is_known_by_its_bytes(content: bytes, expected: tuple[str, int, int] | None) -> None:
    """Type and size are read from the file itself; a stump is no image."""
    looks = look(content)

    assert expected == (looks and (looks.kind, looks.width, looks.height))
