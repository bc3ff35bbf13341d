"""History that begins true: past issues from feeds and folders, each once, and never sent again."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from writer_stage import DRAFT, Writer, typed

CORPORA = Path(__file__).parents[3] / "shared" / "corpora" / "markdown"
NOW = "2026-11-25T08:00:00+00:00"
FIRST = date(2026, 10, 7)


def entry(title: str, day: date, number: int) -> str:
    """One item of a feed."""
    return (
        f"<item><title>{title}</title><link>https://tidewater.example/p/{number}</link><guid>g{number}</guid>"
        f"<pubDate>{day:%a, %d %b %Y} 08:00:00 +0000</pubDate><description>Text {number}</description></item>"
    )


def feed(entries: str) -> str:
    """A feed of these items."""
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://tidewater.example</link>'
    return f"{head}<description>d</description>{entries}</channel></rss>"


def weeks(count: int) -> str:
    """A feed of so many Wednesdays in a row, newest first."""
    days = [(number, FIRST + timedelta(weeks=number)) for number in range(count)]
    return feed("".join(entry(f"Issue of {day}", day, number) for number, day in reversed(days)))


def bring(writer: Writer, *words: str) -> dict[str, Any]:
    """``import --json``."""
    answer = writer.run("import", *words, "--json", now=NOW)
    assert 0 == answer.code, answer.out + answer.err
    found: dict[str, Any] = answer.json
    return found


@contextmanager
def served(pages: dict[str, str]) -> Generator[str]:
    """These pages on a local server; its address."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = pages.get(self.path)
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.end_headers()
            self.wfile.write((text or "").encode())

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_feed_file_starts_number_and_streak(writer: Writer) -> None:
    """Seven weeks of a feed are a streak of seven, and the next issue is the eighth."""
    (writer.folder / "feed.xml").write_text(weeks(7), "utf-8")

    done = bring(writer, "feed.xml")
    streak = writer.run("streak", "--json", now=NOW).json
    writer.write("lanterns")
    plan = writer.run("plan", "--json", now=NOW).json

    assert (7, 0, []) == (done["imported"], done["matched"], done["skipped"])
    assert (7, "2026-W47", 8) == (streak["current"], streak["last_kept"], plan["issue"]["number"])
    assert "2026-W48" == plan["slot"]
    assert [] == writer.sandbox.titles()


def test_a_dry_run_shows_and_changes_nothing(writer: Writer) -> None:
    """What would be imported is listed, and the ledger stays empty."""
    (writer.folder / "feed.xml").write_text(weeks(3), "utf-8")

    shown = bring(writer, "feed.xml", "--dry-run")
    told = writer.run("import", "feed.xml", "--dry-run", now=NOW).out

    assert (0, True, [1, 2, 3]) == (shown["imported"], shown["dry_run"], [each["number"] for each in shown["new"]])
    assert "3 would be imported" in told
    assert [] == writer.run("status", "--json").json["issues"]


def test_twice_is_once(writer: Writer) -> None:
    """A second import of the same source finds all of it known."""
    (writer.folder / "feed.xml").write_text(weeks(5), "utf-8")
    bring(writer, "feed.xml")

    again = bring(writer, "feed.xml")

    assert (0, 5) == (again["imported"], again["matched"])
    assert 5 == len(writer.run("status", "--json").json["issues"])


def test_what_the_bot_published_is_matched(writer: Writer) -> None:
    """An issue that went out through the bot is known again by its address."""
    writer.write("lanterns")
    url = writer.publish(now=NOW).deliveries["substack"]["url"]
    item = entry("Lanterns", date(2026, 11, 25), 1).replace("https://tidewater.example/p/1", url)
    (writer.folder / "feed.xml").write_text(feed(item), "utf-8")

    done = bring(writer, "feed.xml")

    assert (0, 1) == (done["imported"], done["matched"])


def test_a_feed_from_the_network(writer: Writer) -> None:
    """An address is fetched where private addresses are allowed, and refused where they are not."""
    with served({"/feed": weeks(4)}) as address:
        refused = writer.run("import", f"{address}/feed", "--json", now=NOW)
        writer.configure(more="network: {allow_private: true}\n")
        done = bring(writer, f"{address}/feed")

    assert 2 == refused.code
    assert 4 == done["imported"]


def test_undated_and_doubled_entries_are_left_out_with_reasons(writer: Writer) -> None:
    """What has no date, and what is there twice, is named."""
    day = date(2026, 11, 4)
    undated = "<item><title>Undated</title><guid>u</guid></item>"
    (writer.folder / "feed.xml").write_text(feed(entry("One", day, 1) + entry("One", day, 1) + undated), "utf-8")

    done = bring(writer, "feed.xml")

    assert 1 == done["imported"]
    assert 2 == len(done["skipped"])
    assert all(each["reason"] for each in done["skipped"])


def test_a_long_feed(writer: Writer) -> None:
    """Thousands of entries, several in each week, are taken, and the streak answers."""
    start = date(2019, 1, 1)
    items = "".join(entry(f"Post {n}", start + timedelta(days=n), n) for n in range(2_000))
    (writer.folder / "feed.xml").write_text(feed(items), "utf-8")

    done = bring(writer, "feed.xml")

    assert 2_000 == done["imported"]
    assert 0 == writer.run("streak", "--json", now=NOW).code


@pytest.mark.parametrize("text", ["", "not a feed", "<rss", "<html><body>No feed</body></html>"])
def test_no_feed_is_a_clear_error(writer: Writer, text: str) -> None:
    """A file that holds no feed is an error that says so, or an import of nothing; never a traceback."""
    (writer.folder / "feed.xml").write_text(text, "utf-8")

    answer = writer.run("import", "feed.xml", "--json", now=NOW)

    assert 2 == answer.code
    assert answer.json["error"]["message"]


def test_a_source_that_is_not_there(writer: Writer) -> None:
    """A missing file is a usage error."""
    assert 2 == writer.run("import", "nowhere.xml", "--json").code


def test_an_imported_text_in_drafts_is_never_published(writer: Writer) -> None:
    """The folder of past posts may be drafts/ itself, all ready: nothing of it goes out by the clock or by hand."""
    for number in range(3):
        day = FIRST + timedelta(weeks=number)
        writer.write(f"{day}-past-{number}", f"What {number} said.")
    done = bring(writer, "drafts")

    by_clock = writer.run("publish", "--due", now="2026-11-25T09:00:00+00:00")
    by_turn = writer.publish(now="2026-11-25T09:00:00+00:00")
    by_hand = writer.publish(f"drafts/{FIRST}-past-0.md", now="2026-11-25T09:00:00+00:00")

    assert 3 == done["imported"]
    assert (0, 0, 2) == (by_clock.code, by_turn.code, by_hand.code)
    assert [] == writer.sandbox.titles()


def test_a_draft_of_an_issue_from_a_feed_is_never_published(writer: Writer) -> None:
    """A ready draft with title and day of an imported issue is held back by the clock, whatever the feed made of its text."""
    day = FIRST
    (writer.folder / "feed.xml").write_text(feed(entry("Lanterns  on the quay", day, 1)), "utf-8")
    text = DRAFT.format(title="Lanterns on the Quay", status="ready", body="*Marked up*.")
    (writer.folder / "drafts" / "a.md").write_text(text.replace("status:", f"date: {day}\nstatus:"), "utf-8")
    (writer.folder / "drafts" / "b.md").write_text(text.replace("Marked up", "Undated"), "utf-8")
    bring(writer, "feed.xml")

    writer.run("publish", "--due", now="2026-11-25T09:00:00+00:00")
    named = writer.publish("drafts/a.md", now="2026-11-25T09:00:00+00:00")

    assert [] == writer.sandbox.titles()
    assert 2 == named.code
    assert "issue 1" in named.json["error"]["message"]


def test_a_title_that_returns_is_a_new_issue(writer: Writer) -> None:
    """The same title on another day is no twin."""
    (writer.folder / "feed.xml").write_text(feed(entry("This week", FIRST, 1)), "utf-8")
    bring(writer, "feed.xml")
    text = DRAFT.format(title="This week", status="ready", body="New words.")
    (writer.folder / "drafts" / "a.md").write_text(text.replace("status:", "date: 2026-11-24\nstatus:"), "utf-8")

    writer.run("publish", "--due", now="2026-11-25T09:00:00+00:00")

    assert ["This week"] == writer.sandbox.titles("substack")


def test_a_real_newsletter_without_dates(writer: Writer) -> None:
    """Texts that say nowhere when they were out are left out, each with the reason; no date is invented."""
    source = CORPORA / "haskellweekly" / "data"
    if not source.is_dir():
        pytest.skip(f"no corpus at {source}")

    done = bring(writer, str(source))

    assert 0 == done["imported"]
    assert len(done["skipped"]) > 100
    assert all("date" in each["reason"] for each in done["skipped"])


@pytest.mark.parametrize(("name", "least"), [("swiftweekly/_posts", 100), ("rust-blog/content", 50)])
def test_real_newsletters(writer: Writer, name: str, least: int) -> None:
    """Folders of real newsletters are imported whole; a second time nothing is new."""
    source = CORPORA / name
    if not source.is_dir():
        pytest.skip(f"no corpus at {source}")

    done = bring(writer, str(source))
    again = bring(writer, str(source))
    streak = writer.run("streak", "--json", now=NOW).json

    assert done["imported"] >= least
    assert (0, done["imported"]) == (again["imported"], again["matched"])
    assert streak["longest"] > 1


def test_an_import_is_recorded_whole_or_not_at_all(writer: Writer) -> None:
    """A process that dies among thousands of entries leaves none of them, and the next import brings them all."""
    (writer.folder / "feed.xml").write_text(weeks(7), "utf-8")

    died = typed(
        writer, "newsletter-bot import feed.xml", NEWSLETTER_BOT_FAILPOINTS="ledger.statement.record_issue:5=kill"
    )

    assert 0 != died.returncode
    assert [] == writer.run("status", "--json").json["issues"]
    assert 7 == bring(writer, "feed.xml")["imported"]
