"""suggest: what the bot proposes is listed, taken or dropped by the writer, and never goes out by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import escape
from typing import Any

import pytest
from outside_world import world
from writer_stage import Writer

NEXT_WEEK = "2026-12-02T09:00:00+00:00"
HOSTILE = [
    "**bold** [x](javascript:alert(1)) <script>alert(1)</script>",
    "# Heading\n\n## Another\n\n- item\n- more",
    "\u202egnp.exe\u202c \u200bhidden\u2066",
    "![i](http://127.0.0.1/p.png) <img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %} <!-- paywall --> %%",
    "[^1] $x^2$ | a | b | ``` ~~~ ---",
    "](http://evil.example) [",
    "Talk (until 2026-01-01)",
    "> [!note] [x]: http://evil.example 'y'",
    "https://evil.example www.evil.example mara@evil.example",
]


def rss(*entries: Any) -> Any:
    """A feed of (title, path, date) entries."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{when}</pubDate></item>"
        for title, link, when in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quay</title>{items}</channel></rss>'


MON = "Mon, 23 Nov 2026 10:00:00 GMT"
TUE = "Tue, 24 Nov 2026 10:00:00 GMT"
FRI = "Fri, 27 Nov 2026 10:00:00 GMT"
OLD = "Mon, 02 Feb 2026 10:00:00 GMT"


@pytest.fixture
def others() -> Iterator[Any]:
    """Everybody else's servers."""
    with world() as found:
        yield found


@pytest.fixture
def reader(writer: Any, others: Any) -> Any:
    """A writer who follows the feed at /feed.xml."""
    writer.feeds = [others.url + "/feed.xml"]

    def configure(more: Any = "") -> None:
        feeds = json.dumps(writer.feeds)
        writer.configure(more=f"housekeeping: {{feeds: {feeds}}}\nnetwork: {{allow_private: true}}\n{more}")

    writer.settle = configure
    configure()
    return writer


def suggested(answer: Any, kind: Any = None) -> Any:
    """The open suggestions."""
    return [one for one in answer.json["suggestions"] if kind in (None, one["kind"])]


def texts(answer: Any, kind: Any = None) -> Any:
    """Their texts."""
    return [one["text"] for one in suggested(answer, kind)]


def inbox(writer: Writer) -> Any:
    """The inbox as it stands."""
    path = writer.folder / "drafts" / "_housekeeping.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""


# --- feeds ----------------------------------------------------------------------------------------------------------


def test_new_entries_are_proposed(reader: Any, others: Any) -> None:
    """An entry of a feed becomes a suggestion with title and address; nothing is written anywhere."""
    others.put("/feed.xml", rss(("Tide tables", "https://quay.example/tides", MON)), "application/rss+xml")

    answer = reader.run("suggest", "--json")

    (one,) = answer.json["suggestions"]
    assert 0 == answer.code
    assert ("entry", "[Tide tables](https://quay.example/tides)") == (one["kind"], one["text"])
    assert others.url + "/feed.xml" == one["source"]
    assert "" == inbox(reader)
    assert one["id"] in reader.run("suggest", "--offline").out


def test_what_was_there_before_the_last_issue_is_not_new(reader: Any, others: Any) -> None:
    """Only entries since the last issue are proposed."""
    reader.write("lanterns")
    reader.publish()
    others.put(
        "/feed.xml",
        rss(("Young", "https://quay.example/b", FRI), ("Old", "https://quay.example/a", OLD)),
        "application/rss+xml",
    )

    answer = reader.run("suggest", "--json", now=NEXT_WEEK)

    assert ["[Young](https://quay.example/b)"] == texts(answer)


def test_an_entry_is_proposed_once(reader: Any, others: Any) -> None:
    """Dropped and accepted ones never come back, also when the feed changes; open ones stay open."""
    entries = [(name, f"https://quay.example/{name}", MON) for name in ("one", "two", "three")]
    others.put("/feed.xml", rss(*entries), "application/rss+xml", etag='"1"')
    ids = {one["text"][1:4]: one["id"] for one in suggested(reader.run("suggest", "--json"))}

    done = reader.run("suggest", "--accept", ids["one"], "--drop", ids["two"], "--json")
    others.put(
        "/feed.xml", rss(("four", "https://quay.example/four", TUE), *entries), "application/rss+xml", etag='"2"'
    )
    again = reader.run("suggest", "--json")

    assert ([ids["one"]], [ids["two"]]) == (done.json["accepted"], done.json["dropped"])
    assert ["[three](https://quay.example/three)"] == texts(done)
    assert {"[three](https://quay.example/three)", "[four](https://quay.example/four)"} == set(texts(again))
    assert "- [one](https://quay.example/one)\n" == inbox(reader)


def test_feeds_are_asked_conditionally(reader: Any, others: Any) -> None:
    """The second look sends the mark of version; what is open stays open."""
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml", etag='"1"')

    first, second = (texts(reader.run("suggest", "--json")) for _ in range(2))

    assert first == second
    assert [False, True] == [conditional for _, _, conditional in others.requests]


def test_offline_asks_nobody(reader: Any, others: Any) -> None:
    """--offline, --accept and --drop leave the network alone."""
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml")
    (one,) = suggested(reader.run("suggest", "--json"))
    others.requests.clear()

    reader.run("suggest", "--offline")
    reader.run("suggest", "--drop", one["id"])

    assert [] == others.requests


def test_a_feed_that_fails_is_told_and_the_others_count(reader: Any, others: Any) -> None:
    """Down or no feed: a finding with the address; the others are read, and an entry without a word proposes nothing."""
    reader.feeds += [f"{others.url}/{name}" for name in ("down.xml", "page.xml", "letter.xml", "number.xml")]
    reader.settle()
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml")
    others.put("/page.xml", "<html><body>Hello</body></html>")
    for name, number in (("letter", "x110000"), ("number", "99999999999")):
        others.put(f"/{name}.xml", f"<rss><channel><item><title>&#{number};</title></item></channel></rss>")

    answer = reader.run("suggest", "--json")

    assert 0 == answer.code
    assert ["[Tides](https://quay.example/t)"] == texts(answer)
    assert set(reader.feeds[1:3]) == {finding["file"] for finding in answer.json["findings"]}


def test_a_feed_that_recovers_is_read(reader: Any, others: Any) -> None:
    """What a feed said while it was broken is not taken for its state."""
    others.put("/feed.xml", "<html></html>", etag='"same"')
    reader.run("suggest")
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml", etag='"same"')

    assert ["[Tides](https://quay.example/t)"] == texts(reader.run("suggest", "--json"))


def test_feeds_on_private_addresses_are_refused(reader: Any, others: Any) -> None:
    """Without allow_private nothing on this machine is asked."""
    reader.configure(more=f"housekeeping: {{feeds: ['{others.url}/feed.xml']}}\n")

    (finding,) = reader.run("suggest", "--json").json["findings"]

    assert "private address" in finding["message"]
    assert [] == others.requests


@pytest.mark.parametrize("title", HOSTILE)
def test_a_feed_cannot_put_anything_but_words_into_an_issue(reader: Any, others: Any, title: Any) -> None:
    """Whatever a title holds: one notice, one link, its own address; no structure, nothing active."""
    entries = [(title, "https://quay.example/t", MON), (title, "javascript:alert(1)", MON)]
    others.put("/feed.xml", rss(*entries), "application/rss+xml")
    reader.write("lanterns")

    ids = [one["id"] for one in suggested(reader.run("suggest", "--json"))]
    taken = reader.run("suggest", "--accept", *ids, "--json")
    issue = reader.run("plan", "--json").json["issue"]
    reader.publish()

    assert ids == taken.json["accepted"]
    assert len(ids) == len(inbox(reader).splitlines())
    assert ["housekeeping", "body", "sign_off"] == [part["name"] for part in issue["sections"]]
    assert len(ids) == len(issue["sections"][0]["items"])
    (post,) = [post for post in reader.sandbox.posts() if post["service"] == "medium"]
    html = reader.sandbox.post(post["id"])["html"]
    assert ["https://quay.example/t"] == [part.split('"')[0] for part in html.split('href="')[1:]]
    assert not [
        bad for bad in ("<script", "<img", "<em", "<strong", "<code", "<blockquote", "\u202e", "\u2066") if bad in html
    ]
    assert ["Lanterns", "Housekeeping"] == re.findall(r"<h\d>(.*?)</h\d>", html)


def test_an_undated_feed_of_many_proposes_the_newest(reader: Any, others: Any) -> None:
    """At most ten from one look, and that is said."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Q",
        "items": [{"id": str(n), "title": f"No {n}", "url": f"https://quay.example/{n}"} for n in range(40)],
    }
    others.put("/feed.xml", json.dumps(feed), "application/feed+json")

    answer = reader.run("suggest", "--json")

    assert 10 == len(suggested(answer))
    assert "40 new entries" in answer.json["findings"][0]["message"]
    assert 10 == len(suggested(reader.run("suggest", "--json")))


# --- what the writer says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--accept", "--drop"])
def test_an_unknown_name_changes_nothing(reader: Any, others: Any, option: Any) -> None:
    """A slip is refused with the nearest name, and nothing else is carried out."""
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml")
    (one,) = suggested(reader.run("suggest", "--json"))

    answer = reader.run("suggest", "--accept", one["id"], option, one["id"][:-1] + "~", "--json")

    assert 2 == answer.code
    assert (option, f"did you mean {one['id']}?") == (answer.json["error"]["key"], answer.json["error"]["fix"])
    assert "" == inbox(reader)


def test_a_settled_one_is_said_to_be(reader: Any, others: Any) -> None:
    """Accepting twice is refused in so many words."""
    others.put("/feed.xml", rss(("Tides", "https://quay.example/t", MON)), "application/rss+xml")
    (one,) = suggested(reader.run("suggest", "--json"))
    reader.run("suggest", "--accept", one["id"])

    answer = reader.run("suggest", "--drop", one["id"], "--json")

    assert 2 == answer.code
    assert "accepted already" in answer.json["error"]["message"]


def test_nothing_to_suggest(reader: Any) -> None:
    """Without feeds and history there is nothing, and that is no fault."""
    reader.feeds = []
    reader.settle()

    assert 0 == reader.run("suggest").code
    assert "Nothing to suggest." in reader.run("suggest").out
    assert [] == suggested(reader.run("suggest", "--json"))


# --- the newsletter's own story ----------------------------------------------------------------------------------------


def edit(path: Any, old: Any, new: Any) -> None:
    """Change a draft."""
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_an_issue_that_was_edited_gives_a_correction(reader: Any) -> None:
    """Once the change is out, a correction is proposed; another change gives another."""
    path = reader.write("lanterns", "Eleven lanterns.")
    first = reader.publish()
    before = texts(reader.run("suggest", "--json", "--offline"))
    edit(path, "Eleven", "Twelve")
    planned = texts(reader.run("suggest", "--json", "--offline"))
    reader.publish(str(path))

    (one,) = suggested(reader.run("suggest", "--json", "--offline"), "correction")
    reader.run("suggest", "--drop", one["id"])
    dropped = texts(reader.run("suggest", "--json", "--offline"), "correction")
    edit(path, "Twelve", "Thirteen")
    reader.publish(str(path))

    assert ([], [], []) == (before, planned, dropped)
    assert (
        f"Correction: [Lanterns]({first.deliveries['substack']['url']}) (issue 1) was changed on 25 November, after it went out."
        == one["text"]
    )
    assert 1 == len(suggested(reader.run("suggest", "--json", "--offline"), "correction"))


def test_a_link_that_was_filled_in_is_no_correction(writer: Writer) -> None:
    """When an issue gets the address of one that came out later, its words are what they were."""
    path = writer.write(
        "lanterns", "Eleven lanterns. More of them in [the sequel](sequel.md), and [here](lanterns.md)."
    )
    writer.publish()
    writer.publish("--due", now="2026-11-25T12:00:00+00:00")
    writer.write("sequel")
    writer.publish(now="2026-12-02T09:00:00+00:00")
    filled = json.dumps(writer.sandbox.post(writer.sandbox.posts("substack")[0]["id"]))
    before = suggested(writer.run("suggest", "--json", "--offline"))
    edit(path, "Eleven", "Twelve")
    writer.publish(str(path), now="2026-12-03T09:00:00+00:00")
    (one,) = suggested(writer.run("suggest", "--json", "--offline"))
    writer.run("suggest", "--drop", one["id"])
    writer.write("epilogue")
    edit(path, "More", "More, and [an end](epilogue.md),")
    writer.publish(str(path), now="2026-12-04T09:00:00+00:00")
    (another,) = suggested(writer.run("suggest", "--json", "--offline"))
    writer.run("suggest", "--drop", another["id"])
    writer.publish("drafts/epilogue.md", now="2026-12-09T09:00:00+00:00")

    assert "/p/sequel" in filled
    assert [] == before
    assert "was changed on 3 December" in one["text"]
    assert "was changed on 4 December" in another["text"]
    assert [] == suggested(writer.run("suggest", "--json", "--offline"))


def test_a_suggestion_in_words_that_went_out_is_refused(reader: Any, others: Any) -> None:
    """A notice goes out once: accepting the very same words would lose them, so that is said."""
    others.put("/feed.xml", rss(("A kiln", "https://quay.example/kiln", TUE)), "application/rss+xml")
    (one,) = suggested(reader.run("suggest", "--json"))
    reader.run("note", one["text"])
    reader.write("lanterns")
    reader.publish()

    answer = reader.run("suggest", "--accept", one["id"], "--json")

    assert (2, f"issue 1 has carried the very notice of {one['id']}") == (answer.code, answer.json["error"]["message"])
    assert [one] == suggested(reader.run("suggest", "--json", "--offline"))


def test_a_draft_that_was_edited_before_readers_had_it_gives_none(writer: Writer) -> None:
    """What only waited there was never wrong in public."""
    writer.configure(substack=", publish: draft")
    path = writer.write("lanterns", "Eleven lanterns.")
    writer.publish("--only", "substack")
    edit(path, "Eleven", "Twelve")
    writer.publish("--only", "substack", str(path))

    assert [] == suggested(writer.run("suggest", "--json", "--offline"))


BREAK = 'cadence: {{every: week, day: wednesday, time: "09:00", breaks: ["{first}..{last}"]}}'


def with_break(writer: Writer, first: Any, last: Any) -> None:
    """Settings with a break."""
    path = writer.folder / "schedule.yaml"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("cadence:"))
    path.write_text(text.replace(line, BREAK.format(first=first, last=last)), encoding="utf-8")


def test_a_coming_break_is_announced_with_its_last_day(writer: Writer) -> None:
    """Within two weeks before its first slot a break is proposed; accepted, the notice ends with it."""
    with_break(writer, "2026-12-07", "2026-12-20")

    (one,) = suggested(writer.run("suggest", "--json"))
    writer.run("suggest", "--accept", one["id"])

    assert ("break", "2026-12-20") == (one["kind"], one["until"])
    assert "There is no issue from 7 December to 20 December. The next one is due on 23 December." == one["text"]
    assert inbox(writer).endswith("(until 2026-12-20)\n")
    assert [] == suggested(writer.run("suggest", "--json"))


@pytest.mark.parametrize(
    ("first", "last"), [("2026-12-14", "2026-12-27"), ("2026-11-16", "2026-12-05"), ("2026-10-01", "2026-10-20")]
)
def test_a_break_that_is_far_or_has_begun_is_not_announced(writer: Writer, first: Any, last: Any) -> None:
    """Three weeks ahead is too early; after its first slot it is too late."""
    with_break(writer, first, last)

    assert [] == suggested(writer.run("suggest", "--json"))


@pytest.mark.parametrize(("count", "told"), [(9, 0), (10, 1), (11, 0), (52, 1)])
def test_a_milestone_is_proposed(writer: Writer, count: Any, told: Any) -> None:
    """A round number of weeks in a row is worth a word."""
    past = writer.folder / "past"
    past.mkdir()
    for week in range(count):
        day = date(2026, 11, 25) - timedelta(weeks=week)
        (past / f"{day}.md").write_text(
            f"---\ntitle: Issue of {day}\ndate: {day} 09:00\n---\n\nText {week}.\n", encoding="utf-8"
        )
    assert count == writer.run("import", "past", "--json").json["imported"]

    found = texts(writer.run("suggest", "--json", "--offline"), "milestone")

    assert [f"Tidewater has come out {count} weeks in a row."] * told == found


# --- links of the last issue --------------------------------------------------------------------------------------------


def test_lost_links_of_the_last_issue_are_proposed(reader: Any, others: Any) -> None:
    """A page that went and one that moved for good are worth a word; others are not."""
    reader.feeds = []
    reader.settle()
    others.put("/stays", "here")
    others.put("/moved", "", status=301, headers={"Location": "/new-place"})
    others.put("/new-place", "here")
    links = " ".join(f"[{name}]({others.url}/{name})" for name in ("stays", "goes", "moved"))
    reader.write("lanterns", f"Read {links}.")
    reader.publish()

    unknown = suggested(reader.run("suggest", "--json", "--offline"))
    found = suggested(reader.run("suggest", "--json"))

    assert [] == unknown
    assert ["link", "link"] == [one["kind"] for one in found]
    assert [f"issue 1: {others.url}/goes", f"issue 1: {others.url}/moved"] == [one["source"] for one in found]
    assert f"{others.url}/new-place" in found[1]["text"]
    assert found == suggested(reader.run("suggest", "--json", "--offline"))
