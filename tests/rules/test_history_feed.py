"""History from feeds: every format and all pages, each issue once, nothing invented, and no bomb goes off."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter_bot.errors import SourceError
from newsletter_bot.history import Fetched, History, read_history

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "feeds"
ZONE = "America/Los_Angeles"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'


@dataclass(frozen=True)
class Page:
    url: str
    data: bytes


def network(pages: Mapping[str, str]) -> Callable[[str], Fetched]:
    """Serves these pages and nothing else."""

    def fetch(url: str) -> Fetched:
        if url not in pages:
            raise SourceError("not found")
        return Page(url, pages[url].encode())

    return fetch


OFFLINE = network({})


def read(folder: Path, text: str | bytes, name: str = "feed.xml") -> History:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_history(str(path), zone=ZONE, fetch=OFFLINE)


def item(title: str, date: str | None, link: str = "", guid: str = "") -> str:
    parts = [
        f"<title>{title}</title>",
        f"<pubDate>{date}</pubDate>" if date else "",
        f"<link>{link}</link>" if link else "",
    ]
    return f"<item>{''.join(parts)}{f'<guid>{guid}</guid>' if guid else ''}</item>"


def rss(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Old</title><link>https://old.example/</link>{"".join(items)}</channel></rss>'


def entry(number: int, link: str = "") -> str:
    return (
        f"<entry><id>urn:{number}</id><title>Issue {number}</title><published>2016-01-{number:02}T10:00:00Z</published>"
        f'<link href="{link or f"https://old.example/{number}"}"/></entry>'
    )


def titles(found: History) -> list[str]:
    return [past.title for past in found.pasts]


def reasons(found: History) -> list[tuple[str, str]]:
    return [(left.source, left.reason) for left in found.skipped]


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Thu, 07 Jan 2016 10:00:00 GMT", "2016-01-07T02:00:00-08:00"),
        ("Thu, 07 Jan 2016 10:00:00 +0530", "2016-01-06T20:30:00-08:00"),
        ("Thu, 07 Jan 2016 10:00:00 EST", "2016-01-07T07:00:00-08:00"),
        ("7 Jan 16 10:00:00 GMT", "2016-01-07T02:00:00-08:00"),
        ("Thu, 07 Jan 2016 10:00:00", "2016-01-07T10:00:00-08:00"),
        ("2016-01-07T10:00:00.123Z", "2016-01-07T02:00:00-08:00"),
        ("2016-01-07T10:00:00", "2016-01-07T10:00:00-08:00"),
        ("2016-01-07", "2016-01-07T00:00:00-08:00"),
        ("January 7, 2016", "2016-01-07T00:00:00-08:00"),
        ("Thu Jan  7 10:00:00 2016", "2016-01-07T10:00:00-08:00"),
    ],
)
def test_dates_of_feeds(tmp_path: Path, written: str, published: str) -> None:
    """All usual ways to write a date are read; without an offset it is wall time in the newsletter's zone."""
    found = read(tmp_path, rss(item("A", written)))

    assert [published] == [past.published.isoformat() for past in found.pasts], found.skipped


@pytest.mark.parametrize(
    ("date", "reason"),
    [
        (None, "no date"),
        ("", "no date"),
        ("some day", "'some day' is no date"),
        ("0001-01-01T00:00:00Z", "0001-01-01 stands for no date"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01 stands for no date"),
        ("2016-02-30", "'2016-02-30' is no date"),
    ],
)
def test_no_date_is_invented(tmp_path: Path, date: str | None, reason: str) -> None:
    """An entry without a date, or with one that means none, is left out, and the reason is told."""
    found = read(tmp_path, rss(item("A", date, link="https://old.example/a")))

    assert ([], [("https://old.example/a", reason)]) == (titles(found), reasons(found))


def test_atom_json_and_rdf(tmp_path: Path) -> None:
    """Atom (with only the day of its last change), JSON Feed and RSS 1.0 are feeds as well."""
    atom = f"{ATOM}<entry><id>urn:a</id><title>A</title><updated>2016-01-07T10:00:00Z</updated></entry></feed>"
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>A</title><link>https://old.example/a</link>'
        "<dc:date>2016-01-07T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "home_page_url": "https://old.example/",
        "items": [
            {"id": 7, "title": "A", "url": "a", "date_published": "2016-01-07T10:00:00Z"},
            {"id": "8", "title": "B", "date_modified": "2016-01-08T10:00:00Z"},
            "no entry",
        ],
    }

    found = [read(tmp_path, atom), read(tmp_path, rdf), read(tmp_path, json.dumps(feed), name="feed.json")]

    assert [["A"], ["A"], ["A"]] == [titles(history) for history in found]
    assert {"2016-01-07T02:00:00-08:00"} == {past.published.isoformat() for history in found for past in history.pasts}
    assert ("7", "https://old.example/a") == (found[2].pasts[0].id, found[2].pasts[0].url)
    assert [("B", "no date")] == reasons(found[2])


@pytest.mark.parametrize("number", ["&#x110000;", "&#99999999999;", "&#xD800;"])
def test_characters_that_do_not_exist_cost_no_issue(tmp_path: Path, number: str) -> None:
    """A reference to a character beyond all becomes the mark for that; the issue is imported."""
    history = read(tmp_path, rss(item(f"a {number} b", "Wed, 25 Nov 2026 09:00:00 GMT", "https://old.example/a")))

    assert ["a \ufffd b"] == [past.title for past in history.pasts]


def test_each_issue_once(tmp_path: Path) -> None:
    """Entries are the same when they agree in id, or in title and either address or moment."""
    first, second = "Thu, 07 Jan 2016 10:00:00 GMT", "Thu, 14 Jan 2016 10:00:00 GMT"
    found = read(
        tmp_path,
        rss(
            item("A", first, link="https://old.example/a", guid="1"),
            item("A, mended", second, guid="1"),
            item("a", first, guid="2"),
            item("A", second, link="http://www.old.example/a/?utm_source=x#top", guid="3"),
        ),
    )

    assert ["A"] == titles(found)
    assert ["the same issue as 'A'"] * 3 == [left.reason for left in found.skipped]


def test_one_address_for_all_entries_tells_nothing(tmp_path: Path) -> None:
    """Issues that all link to the home page are still so many issues."""
    home = "https://old.example/"
    items = [item(f"Issue {n}", f"0{n} Jan 2016 10:00:00 GMT", link=home, guid=str(n)) for n in range(1, 6)]

    assert [f"Issue {n}" for n in range(1, 6)] == titles(read(tmp_path, rss(*reversed(items))))


def test_all_pages_of_a_feed() -> None:
    """Pages are followed by next and prev-archive, relative or whole, each once, also when they run in a circle."""
    pages = {
        "https://old.example/feed": f'{ATOM}<link rel="next" href="/feed?page=2"/>{entry(9)}{entry(8)}</feed>',
        "https://old.example/feed?page=2": f'{ATOM}<link rel="prev-archive" href="old.xml"/>{entry(8)}{entry(7)}</feed>',
        "https://old.example/old.xml": f'{ATOM}<link rel="next" href="https://old.example/feed"/>{entry(6)}</feed>',
    }

    found = read_history("https://old.example/feed", zone=ZONE, fetch=network(pages))

    assert ["Issue 6", "Issue 7", "Issue 8", "Issue 9"] == titles(found)
    assert [("https://old.example/feed?page=2", "the same issue as 'Issue 8' (https://old.example/feed)")] == reasons(
        found
    )


def test_pages_of_a_json_feed_and_of_a_file(tmp_path: Path) -> None:
    """A file's further pages are fetched where their addresses are whole."""
    second = {"items": [{"id": "2", "title": "B", "date_published": "2016-01-08"}], "next_url": "?page=2"}
    first = {"items": [{"id": "1", "title": "A", "date_published": "2016-01-07"}], "next_url": "https://old.example/2"}
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(first), encoding="utf-8")

    found = read_history(str(path), zone=ZONE, fetch=network({"https://old.example/2": json.dumps(second)}))

    assert ["A", "B"] == titles(found)
    assert [("https://old.example/2?page=2", "this page of the feed cannot be had: not found")] == reasons(found)


def test_pages_without_end() -> None:
    """A feed that always has one more page is given up after many."""

    def fetch(url: str) -> Fetched:
        number = int(url.rpartition("/")[2])
        return Page(url, json.dumps({"items": [], "next_url": str(number + 1)}).encode())

    found = read_history("https://old.example/1", zone=ZONE, fetch=fetch)

    assert [("https://old.example/1002", "more than 1000 pages")] == reasons(found)


def test_first_page_that_cannot_be_had() -> None:
    """Without its first page there is no history."""
    with pytest.raises(SourceError, match="not found"):
        read_history("https://old.example/feed", zone=ZONE, fetch=OFFLINE)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feed.xml", "<html><body>No feed</body></html>"),
        ("feed.xml", ""),
        ("feed.xml", "plain words"),
        ("feed.json", "{"),
        ("feed.json", '{"items": {}}'),
        ("feed.json", "[" * 100_000),
        ("feed.json", '{"items": ' + "[" * 100_000),
    ],
)
def test_what_is_no_feed(tmp_path: Path, name: str, text: str) -> None:
    """A page or a broken file is refused with its name, not read as an empty history."""
    with pytest.raises(SourceError) as raised:
        read(tmp_path, text, name)

    assert str(tmp_path / name) == raised.value.file


def test_broken_feed_gives_what_can_be_read(tmp_path: Path) -> None:
    """Entries before the place where a feed breaks off are kept."""
    text = rss(item("A", "2016-01-07"), item("B &nbsp; C & D", "2016-01-08")).removesuffix("</channel></rss>")

    assert ["A", "B C & D"] == titles(read(tmp_path, text))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_bombs_do_not_go_off(tmp_path: Path, encoding: str) -> None:
    """Entities that a feed declares do not unfold and read no files."""
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))]
    secret = tmp_path / "secret"
    secret.write_text("hidden words", encoding="utf-8")
    head = f'<?xml version="1.0"?><!DOCTYPE rss [{"".join(lines)}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    start = time.process_time()

    found = read(tmp_path, (head + rss(item("A &a12; &f;", "2016-01-07"))).encode(encoding))

    assert 5 > time.process_time() - start
    assert 100 > max(len(title) for title in titles(found))
    assert "hidden" not in str(found)


def test_one_long_entity_many_times(tmp_path: Path) -> None:
    """A long entity that is named often does not unfold either."""
    head = f'<!DOCTYPE rss [<!ENTITY a "{"ha" * 50_000}">]>'

    found = read(tmp_path, head + rss(item("A" + "&a;" * 20_000, "2016-01-07")))

    assert 200_000 > len(titles(found)[0])


def test_markup_in_titles_is_dropped(tmp_path: Path) -> None:
    """A title is plain text; addresses that are none of the web are not kept."""
    text = rss(item("&lt;script&gt;x&lt;/script&gt; A &lt;b&gt;B&lt;/b&gt;", "2016-01-07", link="javascript:alert(1)"))

    past = read(tmp_path, text).pasts[0]

    assert ("x A B", None) == (past.title, past.url)


def test_ten_thousand_entries(tmp_path: Path) -> None:
    """A feed of ten thousand entries, every tenth twice and every hundredth without a date, is read in one go."""
    items = [
        item(
            f"Issue {n // 10 * 10 if n % 10 == 1 else n}",
            None if n % 100 == 5 else f"{2000 + n // 366}-01-{n % 28 + 1:02}",
            guid=str(n // 10 * 10 if n % 10 == 1 else n),
        )
        for n in range(10_000)
    ]

    found = read(tmp_path, rss(*items))

    assert (8_900, 1_100) == (len(found.pasts), len(found.skipped))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no feeds at ../shared/corpora/feeds")
def test_real_feeds() -> None:
    """Real feeds of all kinds are read whole, or refused with a reason; entries are left out only for want of a date."""
    counts = {}
    for path in sorted(CORPUS.rglob("*.*")):
        if path.suffix in {".xml", ".rss", ".atom", ".json"}:
            try:
                found = read_history(str(path), zone=ZONE, fetch=OFFLINE)
            except SourceError as error:
                counts[path.name] = error.message
            else:
                counts[path.name] = f"{len(found.pasts)} + {len(found.skipped)}"

    assert "this is no RSS, Atom or JSON feed" == counts.pop("unrecognized.rss")
    assert {
        "heraldsun.rss": "0 + 2",
        "incomplete-fields.atom": "0 + 1",
        "itunes-missing-image.rss": "130 + 1",
        "medium-feed.xml": "3 + 0",
        "missing-fields.atom": "0 + 1",
        "pagination-links.rss": "1 + 1",
        "rdf-standard.xml": "3 + 0",
        "rss-feed-miss-base-url.xml": "175 + 0",
    }.items() <= counts.items()


@pytest.mark.parametrize("name", ["feed", "feed.txt", "export.html"])
def test_feed_is_known_by_how_it_starts(tmp_path: Path, name: str) -> None:
    """A feed's file may have any name, or the ending that a browser gave it."""
    assert ["A"] == titles(read(tmp_path, rss(item("A", "2016-01-07")), name))


def test_links_and_identities_that_are_none(tmp_path: Path) -> None:
    """Broken addresses, an id that is the address and a title that is missing are taken as they are."""
    text = (
        f"{ATOM}<link rel='next' href='ftp://old.example/2'/>"
        "<entry><id>https://old.example/p/first-post.html</id><published>2016-01-07</published></entry>"
        "<entry><id>b</id><title>B</title><link href='http://[broken'/><published>2016-01-08</published></entry>"
        "<entry><published>2016-01-09</published></entry></feed>"
    )

    found = read(tmp_path, text)

    assert ["first post", "B", "Untitled"] == titles(found)
    assert ("https://old.example/p/first-post.html", "first-post") == (found.pasts[0].url, found.pasts[0].slug)


@pytest.mark.parametrize("date", ["2016-01-07 10:00 Nowhere", "9999-12-31T23:00:00-10:00", "Thu, 32 Jan 2016 10:00:00"])
def test_dates_outside_the_calendar(tmp_path: Path, date: str) -> None:
    """An offset, a day or a year that does not exist is no date."""
    assert 1 == len(read(tmp_path, rss(item("A", date))).skipped)
