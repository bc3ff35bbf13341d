"""Sources outside the folder: events of others are listed, and what is down, endless or hostile is told and left out."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from outside_world import endless, flood, silent, world

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tide//tests//EN
BEGIN:VEVENT
UID:{uid}
DTSTART:{start}
DTEND:{end}
SUMMARY:{title}
LOCATION:{place}
URL:https://quay.example/talk
END:VEVENT
END:VCALENDAR
"""
LATER = "2026-12-02T09:00:00+00:00"


def calendar(
    title: Any = "Harbour talk", place: Any = "Lisbon", start: Any = "20261203T180000Z", uid: Any = "talk-1"
) -> Any:
    """A calendar with one event."""
    text = ICS.format(uid=uid, title=title, place=place, start=start, end=start.replace("T18", "T20"))
    return text.replace("\n", "\r\n")


@pytest.fixture
def others() -> Iterator[Any]:
    """Everybody else's servers."""
    with world() as found:
        yield found


@pytest.fixture
def quay(writer: Any, others: Any) -> Any:
    """A writer whose events come from a calendar at /talks.ics."""

    def settle(*sources: str, private: bool = True) -> None:
        listed = json.dumps(list(sources) or [others.url + "/talks.ics"])
        allowed = f"network: {{allow_private: {str(private).lower()}}}\n"
        writer.configure(more=f"events: {{sources: {listed}}}\n{allowed}")

    writer.settle = settle
    settle()
    writer.write("lanterns")
    return writer


def events_of(plan: Any) -> Any:
    """The events that a plan lists."""
    sections = plan["issue"]["sections"]
    return [item for section in sections if section["name"] == "events" for item in section["items"]]


def titles_of(plan: Any) -> Any:
    """Their titles."""
    return [item["title"] for item in events_of(plan)]


def messages(answer: Any) -> Any:
    """What the findings say."""
    return [finding["message"] for finding in answer["findings"]]


def test_a_calendar_on_the_network_is_listed(quay: Any, others: Any) -> None:
    """Events of an .ics address stand in the issue."""
    others.put("/talks.ics", calendar(), "text/calendar")

    plan = quay.run("plan", "--json").json

    assert ["Harbour talk"] == titles_of(plan)
    assert [] == plan["findings"]


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/list.json", "application/json", '[{"name": "Net day", "startDate": "2026-12-05", "city": "Porto"}]'),
        ("/list.csv", "text/csv", "title,start,place\nNet day,2026-12-05,Porto\n"),
        ("/list.yaml", "text/plain", "- title: Net day\n  start: 2026-12-05\n  place: Porto\n"),
        (
            "/export?format=7",
            "application/json; charset=utf-8",
            '{"events": [{"title": "Net day", "start": "2026-12-05"}]}',
        ),
    ],
)
def test_lists_of_every_kind_are_listed(quay: Any, others: Any, path: Path, kind: Any, body: Any) -> None:
    """JSON, CSV and YAML at an address are read by their kind."""
    others.put(path, body, kind)
    quay.settle(others.url + path)

    assert ["Net day"] == titles_of(quay.run("plan", "--json").json)


@pytest.mark.parametrize("kind", ["text/calendar", "text/html", "application/octet-stream"])
@pytest.mark.parametrize("path", ["/talks.ics", "/export"])
def test_calendars_are_known_by_what_they_say(quay: Any, others: Any, path: str, kind: str) -> None:
    """Whatever kind a server claims, in whatever encoding, also a bare event: a calendar is read."""
    event = calendar().partition("tests//EN\r\n")[2].rpartition("END:VCALENDAR")[0]
    quay.settle(others.url + path)
    for body in (calendar().encode("utf-16"), event.encode(), b"\xef\xbb\xbf" + calendar().encode()):
        others.put(path, body, kind)

        assert ["Harbour talk"] == titles_of(quay.run("plan", "--json").json)


def test_files_of_every_kind_are_listed(quay: Any) -> None:
    """Paths are relative to drafts/, and each kind of file is read."""
    drafts = quay.folder / "drafts"
    (drafts / "talks.ics").write_text(calendar(), encoding="utf-8")
    (drafts / "old.ical").write_text(calendar(title="Quay walk", uid="walk"), encoding="utf-8")
    (drafts / "more.csv").write_text("title,start\nRope day,2026-12-08\n", encoding="utf-8")
    quay.settle("talks.ics", "more.csv", "old.ical")

    assert ["Harbour talk", "Quay walk", "Rope day"] == titles_of(quay.run("plan", "--json").json)


def test_what_is_odd_in_front_matter_is_told(quay: Any) -> None:
    """A misspelt key and an address that is none are findings of the plan, and the event is listed."""
    quay.settle("_events.yaml")
    quay.write("ropes")
    path = quay.folder / "drafts" / "ropes.md"
    events = "events:\n  - title: Rope day\n    start: 2026-12-08\n    plaec: Quay\n    url: quay.example\n"
    path.write_text(path.read_text(encoding="utf-8").replace("---\n", f"---\n{events}", 1), encoding="utf-8")

    plan = quay.run("plan", "drafts/ropes.md", "--json").json

    assert ["Rope day"] == titles_of(plan)
    assert [("warning", 5, "events[0].plaec"), ("warning", 6, "events[0].url")] == [
        (one["level"], one["line"], one["key"]) for one in plan["findings"]
    ]


def test_only_the_usual_file_may_be_missing(quay: Any) -> None:
    """_events.yaml need not exist; a file that was named must."""
    quay.settle("_events.yaml", "tals.ics")

    answer = quay.run("plan", "--json")
    error = answer.json["error"]

    assert (2, "drafts/tals.ics") == (answer.code, error["file"])
    assert "events.sources[1]" == error["key"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"gone", "text/plain", 404),
        (b"oops", "text/plain", 500),
        (b"<html><body>Sign in to the hotel</body></html>", "text/html", 200),
        (b"<html><body>Sign in to the hotel</body></html>", "text/calendar", 200),
        (b"", "text/calendar", 200),
        (b"\xff\xfe\x00\x01" * 100, "text/calendar", 200),
    ],
)
def test_a_source_that_fails_is_told_and_the_issue_goes_on(
    quay: Any, others: Any, body: Any, kind: Any, status: Any
) -> None:
    """Errors, pages and rubbish: a warning with the address, and an issue without the events."""
    others.put("/talks.ics", body, kind, status=status)

    answer = quay.run("plan", "--json")

    assert 0 == answer.code
    assert [] == events_of(answer.json)
    (finding,) = answer.json["findings"]
    assert ("warning", others.url + "/talks.ics") == (finding["level"], finding["file"])
    assert finding["message"] in quay.run("plan").out


def test_nobody_at_home(quay: Any, others: Any) -> None:
    """A refused connection is told; the issue goes out."""
    quay.settle("http://127.0.0.1:9/talks.ics")

    (message,) = messages(quay.run("plan", "--json").json)
    answer = quay.publish()

    assert "goes on without its events" in message
    assert (0, True) == (answer.code, message in answer.err)
    assert ["Lanterns", "Lanterns"] == quay.sandbox.titles()


def test_slow_sources_end_at_the_limit_and_side_by_side(quay: Any, others: Any) -> None:
    """Three sources that never come to an end cost the time of one."""
    for name, play in (("a", silent), ("b", endless), ("c", silent)):
        others.put(f"/{name}.ics", "", play=play)
    quay.settle(*(f"{others.url}/{name}.ics" for name in ("a", "b", "c")))
    begun = time.monotonic()

    plan = quay.run("plan", "--json").json

    assert 3 == len(plan["findings"])
    assert time.monotonic() - begun < 20


def test_a_huge_source_is_cut_off(quay: Any, others: Any) -> None:
    """More than the limit is not taken."""
    others.put("/talks.ics", "", play=flood)

    (message,) = messages(quay.run("plan", "--json").json)

    assert "larger than 5 MB" in message


def test_a_redirect_to_a_file_is_none(quay: Any, others: Any) -> None:
    """Only the network is followed, and the message is about where the address leads."""
    others.put("/talks.ics", "", status=302, headers={"Location": "file:///etc/passwd"})

    (message,) = messages(quay.run("plan", "--json").json)

    assert "leads on to what is no http(s) address" in message


def test_endless_redirects_end(quay: Any, others: Any) -> None:
    """A ring of redirects is left after five."""
    others.put("/talks.ics", "", status=302, headers={"Location": "/talks.ics"})

    (message,) = messages(quay.run("plan", "--json").json)

    assert "redirects" in message
    assert others.asked("/talks.ics") <= 6


def test_a_source_that_moved_for_good_is_told(quay: Any, others: Any) -> None:
    """A permanent redirect is followed, and its new address is named."""
    others.put("/talks.ics", "", status=301, headers={"Location": "/new.ics"})
    others.put("/new.ics", calendar(), "text/calendar")

    plan = quay.run("plan", "--json").json

    assert ["Harbour talk"] == titles_of(plan)
    assert f"the source has moved for good to {others.url}/new.ics" in messages(plan)


def test_private_addresses_are_refused_unless_allowed(quay: Any, others: Any) -> None:
    """Without allow_private nothing on this machine is asked."""
    others.put("/talks.ics", calendar(), "text/calendar")
    quay.settle(others.url + "/talks.ics", private=False)

    (finding,) = quay.run("plan", "--json").json["findings"]

    assert "private address" in finding["message"]
    assert "network.allow_private" in finding["fix"]
    assert 0 == others.asked("/talks.ics")


def test_what_did_not_change_is_not_sent_again(quay: Any, others: Any) -> None:
    """The second look is conditional, and lists the same."""
    others.put("/talks.ics", calendar(), "text/calendar", etag='"one"')

    first, second = (titles_of(quay.run("plan", "--json").json) for _ in range(2))

    assert first == second == ["Harbour talk"]
    assert [False, True] == [conditional for _, _, conditional in others.requests]


def test_a_copy_stands_in_for_some_days(quay: Any, others: Any) -> None:
    """While a source is down its last good answer is used for a week, and that is said; then not any more."""
    others.put("/talks.ics", calendar(), "text/calendar")
    quay.run("plan")
    others.put("/talks.ics", b"<html>busy</html>", "text/html", status=503)

    soon = quay.run("plan", "--json", now="2026-11-27T09:00:00+00:00").json
    late = quay.run("plan", "--json", now="2026-12-02T10:00:00+00:00").json

    assert ["Harbour talk"] == titles_of(soon)
    assert "its events are those of 2026-11-25T09:00" in messages(soon)[0]
    assert [] == titles_of(late)


def test_rubbish_does_not_replace_a_good_copy(quay: Any, others: Any) -> None:
    """What cannot be understood is no answer."""
    others.put("/talks.ics", calendar(), "text/calendar")
    quay.run("plan")
    others.put("/talks.ics", "<html>sign in</html>", "text/html")

    for _ in range(2):
        assert ["Harbour talk"] == titles_of(quay.run("plan", "--json").json)


def test_an_issue_that_is_out_keeps_its_events(quay: Any, others: Any) -> None:
    """A calendar that changes or goes down after the issue went out changes nothing in it."""
    others.put("/talks.ics", calendar(), "text/calendar")
    quay.publish()
    others.put("/talks.ics", calendar(title="Another talk", uid="other"), "text/calendar")

    changed = quay.run("plan", "drafts/lanterns.md", "--json").json
    others.pages.clear()
    down = quay.run("plan", "drafts/lanterns.md", "--json", now=LATER).json

    assert ["none", "none"] == [each["action"] for each in changed["deliveries"]]
    assert ["none", "none"] == [each["action"] for each in down["deliveries"]]
    assert [] == [
        request for request in quay.sandbox.requests if request.method == "PUT" and "draft" not in request.path
    ]


def test_the_writers_own_events_are_followed_after_the_issue_is_out(quay: Any, others: Any) -> None:
    """What the writer changes in _events.yaml reaches the issue; what others' calendars added stays."""
    others.put("/talks.ics", calendar(), "text/calendar")
    own = quay.folder / "drafts" / "_events.yaml"
    own.write_text("- title: Harbour talk\n  start: 2026-12-03T18:00:00Z\n", encoding="utf-8")
    quay.settle("_events.yaml", others.url + "/talks.ics")
    quay.publish()
    others.pages.clear()

    same = quay.run("plan", "drafts/lanterns.md", "--json").json
    own.write_text("- title: Harbour talk\n  start: 2026-12-03T18:00:00Z\n  note: Bring a line.\n", encoding="utf-8")
    changed = quay.run("plan", "drafts/lanterns.md", "--json").json

    assert "none" == same["deliveries"][0]["action"]
    assert "update" == changed["deliveries"][0]["action"]
    assert "Bring a line." in changed["deliveries"][0]["diff"]
    assert "Lisbon" == events_of(changed)[0]["place"]


def test_a_new_event_of_the_writers_own_waits_for_the_next_issue(quay: Any) -> None:
    """An event that is written down after an issue went out changes nothing in it; the next one lists it as new."""
    own = quay.folder / "drafts" / "_events.yaml"
    own.write_text("- title: Harbour talk\n  start: 2026-12-03T18:00:00Z\n", encoding="utf-8")
    quay.settle("_events.yaml")
    quay.publish()
    own.write_text(own.read_text(encoding="utf-8") + "- title: Rope day\n  start: 2026-12-08\n", encoding="utf-8")
    quay.write("second", "Another paragraph.")

    out = quay.run("plan", "drafts/lanterns.md", "--json").json
    following = quay.run("plan", "drafts/second.md", "--json").json

    assert ("none", ["Harbour talk"]) == (out["deliveries"][0]["action"], titles_of(out))
    assert ["Harbour talk", "Rope day"] == titles_of(following)


HOSTILE = [
    "**bold** [x](javascript:alert(1)) <script>alert(1)</script>",
    "# Heading\\n\\n## Another\\n\\n- item",
    "\u202egnp.exe\u202c \u200bhidden",
    "![i](http://127.0.0.1/pixel.png) <img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %} <!-- paywall -->",
    "[^1] $x^2$ | a | b | ~~~ ``` ---",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_calendar_cannot_put_anything_active_into_an_issue(quay: Any, others: Any, title: Any) -> None:
    """Titles and places of others are words: no heading, no link, no image, no script."""
    others.put("/talks.ics", calendar(title=title, place=title), "text/calendar")

    answer = quay.publish()

    assert 0 == answer.code
    (post,) = [post for post in quay.sandbox.posts() if post["service"] == "medium"]
    html = quay.sandbox.post(post["id"])["html"]
    assert ["h", "h", "ul", "li", "a", "hr", "p", "p"] == re.findall(r"<(h(?=\d)|[a-z]+)", html)
    assert [] == re.findall("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", html)


def test_the_address_of_a_source_is_shown_without_its_secret(quay: Any, others: Any) -> None:
    """The query of a calendar's address is in no output and not in the ledger."""
    quay.settle(f"{others.url}/talks.ics?key=hush-hush")

    answer, told = quay.run("plan", "--json"), quay.run("check", "--json")

    assert 1 == len(answer.json["findings"])
    said = (
        answer.out
        + answer.err
        + told.out
        + (quay.folder / ".newsletter-bot" / "ledger.db").read_bytes().decode("latin-1")
    )
    assert "hush-hush" not in said
