"""Feeds become entries of plain text with harmless addresses, whatever they hold; what is no feed is a finding."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter_bot.sources.feeds import Feed, read_feed
from newsletter_bot.sources.foreign import plain_line, plain_text

ADDRESS = "https://blog.example/feeds/main.xml?key=s3cret"


def rss(items: str, head: str = "<title>Blog</title>") -> Feed:
    text = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
    return read_feed(text.encode(), "application/rss+xml", ADDRESS)


def test_rss() -> None:
    """Title, address, time and summary of each entry, in the order of the feed."""
    feed = rss(
        "<item><guid isPermaLink='false'>1</guid><title>One &amp; two</title><link>/one</link>"
        "<pubDate>Wed, 25 Nov 2026 09:00:00 -0800</pubDate><description>&lt;p&gt;Some &lt;b&gt;text&lt;/b&gt;</description></item>"
        "<item><title>No link, no date</title></item>"
    )

    one, two = feed.entries
    assert ("Blog", "1", "One & two", "https://blog.example/one") == (feed.title, one.id, one.title, one.url)
    assert (datetime(2026, 11, 25, 17, tzinfo=UTC), "Some text") == (one.published, one.summary_text)
    assert ("No link, no date", None, None) == (two.title, two.url, two.published)
    assert two.id


def test_atom_with_more_pages() -> None:
    """The link to older entries is followed only forward."""
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">A &lt;i&gt;b&lt;/i&gt;</title>'
        '<link rel="next" href="?page=2"/><entry><id>urn:1</id><title>T</title><updated>2026-11-25T09:00:00Z</updated>'
        '<link href="https://blog.example/t"/><author><name>Ada</name></author></entry></feed>'
    )

    feed = read_feed(text.encode(), "application/atom+xml", ADDRESS)

    assert ("A b", "https://blog.example/feeds/main.xml?page=2") == (feed.title, feed.next_page)
    assert [("urn:1", "Ada", datetime(2026, 11, 25, 9, tzinfo=UTC))] == [
        (one.id, one.author, one.published) for one in feed.entries
    ]


def test_json_feed() -> None:
    """JSON Feed with all that may be missing."""
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "next_url": "/2.json",
        "items": [
            {
                "id": 1,
                "url": "/a",
                "content_html": "<p>Hi <script>x</script>you</p>",
                "date_published": "2026-11-25T09:00:00Z",
            },
            {"title": 5, "authors": [{"name": "Ada"}, 7], "date_published": "soon"},
            "nonsense",
        ],
    }

    feed = read_feed(json.dumps(value).encode(), "application/feed+json", ADDRESS)

    one, two = feed.entries
    assert ("1", "https://blog.example/a", "Hi you") == (one.id, one.url, one.summary_text)
    assert (datetime(2026, 11, 25, 9, tzinfo=UTC), "https://blog.example/2.json") == (one.published, feed.next_page)
    assert (None, "Ada", "") == (two.published, two.author, two.title)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<![CDATA[<a href='javascript:alert(1)'>x</a><style>*{}</style><!-- c -->]]>",
    ],
)
def test_active_content_cannot_come_in(text: str) -> None:
    """Tags, scripts and handlers are gone from every text."""
    feed = rss(f"<item><title>{text}T</title><description>{text}D</description><author>{text}</author></item>")

    said = " ".join(f"{one.title} {one.summary_text} {one.author}" for one in feed.entries)
    assert not any(word in said for word in ("<", "onerror", "javascript", "alert(1)<", "*{}"))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", " "])
def test_addresses_lead_to_the_web_only(link: str) -> None:
    """Other schemes lead nowhere."""
    assert [None] == [one.url for one in rss(f"<item><title>T</title><link>{link}</link></item>").entries]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"items": 5}',
        b"[" * 100_000,
        b'{"items":' + b"[" * 100_000,
        b"<html><body>Not found</body></html>",
        b"\x00\x01\x02",
        b"/etc/passwd",
        b"https://blog.example/feed.xml",
        b"<" * 100_000,
    ],
)
def test_what_is_no_feed_is_a_finding(body: bytes) -> None:
    """Nothing is opened or fetched in its place, and the finding holds no secret."""
    feed = read_feed(body, "text/html", ADDRESS)

    assert ((), 1) == (feed.entries, len(feed.findings))
    assert "https://blog.example/feeds/main.xml" == feed.findings[0].file


def test_a_feed_that_breaks_off_gives_what_can_be_read() -> None:
    """The entries before the break are used, and the break is told."""
    text = "<rss version='2.0'><channel><title>B</title><item><title>One</title></item><item><title>Tw"

    feed = read_feed(text.encode(), "text/xml", ADDRESS)

    assert "One" == feed.entries[0].title
    assert 1 == len(feed.findings)


def test_entities_do_not_explode() -> None:
    """A document that declares entities upon entities costs nothing."""
    text = "<!DOCTYPE x [" + "<!ENTITY a0 'aaaaaaaaaa'>"
    text += "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    text += "]><rss version='2.0'><channel><title>&a11;</title></channel></rss>"
    began = time.process_time()

    feed = read_feed(text.encode(), "text/xml", ADDRESS)

    assert len(feed.title) < 1000
    assert time.process_time() - began < 3


def test_the_same_entry_counts_once() -> None:
    """A feed that repeats itself does not."""
    assert 1 == len(rss("<item><guid>1</guid><title>A</title></item>" * 3).entries)


def test_a_long_feed_is_cut() -> None:
    """Megabytes of entries are read in bounded time, the first ones are kept."""
    began = time.process_time()

    feed = rss("<item><title>T</title><description>&lt;p&gt;some text&lt;/p&gt;</description></item>" * 2000)

    assert len(feed.entries) <= 500
    assert time.process_time() - began < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1251", "koi8-r", "shift_jis"])
def test_encodings(encoding: str) -> None:
    """A feed in an old encoding keeps its letters."""
    word = {"iso-8859-1": "Größe", "shift_jis": "日本"}.get(encoding, "Жук")
    text = (
        f"<?xml version='1.0' encoding='{encoding}'?><rss version='2.0'><channel><title>{word}</title></channel></rss>"
    )

    assert word == read_feed(text.encode(encoding), "text/xml", ADDRESS).title


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a<br>b", "a b"),
        ("&amp;lt;b&gt;", "&lt;b>"),
        ("x\u202eevil\u200b\x07", "xevil"),
        ("<b>bold", "bold"),
    ],
)
def test_html_as_a_reader_reads_it(source: str, plain: str) -> None:
    """Words stay apart, signs stay signs, invisible characters go."""
    assert plain == plain_text(source)


@pytest.mark.parametrize("number", ["&#x110000;", "&#99999999999;", "&#xD800;", f"&#{'9' * 99};", "&amp;#x110000;"])
def test_characters_that_do_not_exist_cost_no_entry(number: str) -> None:
    """A reference to a character beyond all becomes the mark for that; the rest of the feed is read."""
    feed = rss(f"<item><title>a {number} b</title></item><item><title>c</title></item>")

    assert ["a \ufffd b", "c"] == [one.title for one in feed.entries]


def test_long_lines_are_cut_between_words() -> None:
    """What was left out is shown."""
    assert "one two…" == plain_line("one two three", length=9)


CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "feeds"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the real feeds of ../shared/corpora/feeds")
def test_real_feeds() -> None:
    """Every real feed gives entries, or says why not."""
    kinds = {".xml", ".rss", ".atom", ".json"}
    for path in sorted(path for path in CORPUS.rglob("*") if path.suffix in kinds):
        feed = read_feed(path.read_bytes(), "", "https://blog.example/x/feed")
        assert feed.entries or feed.findings, path.name
        for entry in feed.entries:
            assert entry.id
            assert entry.url is None or entry.url.startswith(("http://", "https://"))
            assert "<script" not in f"{entry.title}{entry.summary_text}".lower()
