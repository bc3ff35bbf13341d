"""What streak answers: from receipts only, in the newsletter's own time."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

from writer_stage import Writer

from newsletter_bot.sandbox import parse_fault


def out(writer: Writer, name: str, now: str) -> None:
    """An issue that is published by hand at that moment."""
    writer.write(name, f"What {name} says.")
    assert 0 == writer.publish(f"drafts/{name}.md", now=now).code


def streak(writer: Writer, now: str) -> dict[str, Any]:
    """``streak --json``."""
    answer = writer.run("streak", "--json", now=now)
    assert 0 == answer.code, answer.err
    found: dict[str, Any] = answer.json
    return found


def states(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Each slot with what became of it."""
    return [(slot["slot"], slot["state"]) for slot in found["slots"]]


def test_kept_late_and_missed(writer: Writer) -> None:
    """In time is kept, within grace is late and counts, after it is missed and ends the run."""
    out(writer, "one", "2026-11-04T09:00:59+00:00")
    out(writer, "two", "2026-11-12T21:00:00+00:00")
    out(writer, "three", "2026-11-25T08:00:00+00:00")

    found = streak(writer, "2026-11-25T12:00:00+00:00")

    assert [("2026-W45", "kept"), ("2026-W46", "late"), ("2026-W47", "missed"), ("2026-W48", "kept")] == states(found)[
        :4
    ]
    assert (1, 2, "week", "2026-W48") == (found["current"], found["longest"], found["unit"], found["last_kept"])


def test_a_break_bridges(writer: Writer) -> None:
    """A planned pause adds nothing and ends nothing."""
    path = writer.folder / "schedule.yaml"
    text = path.read_text("utf-8").replace('time: "09:00"}', 'time: "09:00", breaks: ["2026-11-09..2026-11-15"]}')
    path.write_text(text, "utf-8")
    out(writer, "one", "2026-11-04T09:00:00+00:00")
    out(writer, "two", "2026-11-18T09:00:00+00:00")

    found = streak(writer, "2026-11-18T12:00:00+00:00")

    assert [("2026-W45", "kept"), ("2026-W46", "break"), ("2026-W47", "kept")] == states(found)[:3]
    assert 2 == found["current"]


def test_at_risk_says_what_is_missing_and_how_long_is_left(writer: Writer) -> None:
    """Before a slot without a ready draft the answer is in words, with the time that is left."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")

    early = streak(writer, "2026-11-20T09:00:00+00:00")
    soon = streak(writer, "2026-11-24T09:00:00+00:00")

    assert (False, True) == (early["at_risk"], soon["at_risk"])
    assert "2026-11-26T21:00:00+00:00" == soon["deadline"]
    assert ["2 d 12 h left for 2026-W48", "no draft is ready"] == soon["missing"]


def test_a_ready_draft_is_nothing_missing(writer: Writer) -> None:
    """With a ready draft in hand nothing is missing."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")
    writer.write("two", "What two says.")

    assert [] == streak(writer, "2026-11-24T09:00:00+00:00")["missing"]


def test_a_refusal_is_named(writer: Writer) -> None:
    """When home refused the issue, the cause stands among what is missing."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")
    writer.write("two", "What two says.")
    writer.sandbox.faults.add(parse_fault("substack.create=status:1,code=422"))
    writer.run("publish", "--due", now="2026-11-25T09:00:00+00:00")

    missing = streak(writer, "2026-11-25T10:00:00+00:00")["missing"]

    assert any("substack" in line and "refused" in line for line in missing)


def test_a_draft_that_waits_on_the_platform_keeps_nothing(writer: Writer) -> None:
    """Only what readers can see at home counts; made public by a person it counts from then."""
    writer.configure(substack=", publish: draft")
    out(writer, "one", "2026-11-18T08:00:00+00:00")

    waiting = streak(writer, "2026-11-18T08:30:00+00:00")

    assert 0 == waiting["current"]
    assert any("draft" in line for line in waiting["missing"])


def test_medium_alone_keeps_nothing(writer: Writer) -> None:
    """What is out elsewhere but not at home keeps no slot."""
    writer.write("one")
    writer.sandbox.faults.add(parse_fault("substack.create=status:1,code=422"))
    writer.publish(now="2026-11-18T08:00:00+00:00")

    assert 0 == streak(writer, "2026-11-18T10:00:00+00:00")["current"]


def test_the_json_of_the_contract(writer: Writer) -> None:
    """All fields are there, times with their offset."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")

    found = streak(writer, "2026-11-18T12:00:00+00:00")

    fields = {"current", "longest", "unit", "last_kept", "at_risk", "deadline", "missing", "slots"}
    assert fields <= set(found)
    assert {"slot", "due", "state", "issue", "delivered_at"} == set(found["slots"][0])
    assert "2026-11-18T09:00:00+00:00" == found["slots"][0]["delivered_at"]
    assert "one" == found["slots"][0]["issue"]
    assert "open" == found["slots"][-1]["state"]


def test_no_history_is_no_error(writer: Writer) -> None:
    """Before the first issue the answer is a streak of nothing and the slot to come."""
    found = streak(writer, "2026-11-18T08:00:00+00:00")

    assert (0, 0, None) == (found["current"], found["longest"], found["last_kept"])
    assert [("2026-W47", "open")] == states(found)


def test_why_explains_every_slot(writer: Writer) -> None:
    """--why gives a sentence for each slot, with the cause."""
    out(writer, "one", "2026-11-04T09:00:00+00:00")
    out(writer, "two", "2026-11-12T20:00:00+00:00")

    told = writer.run("streak", "--why", now="2026-11-20T12:00:00+00:00").out

    assert "2026-W45" in told
    assert "1 d 11 h late, within the grace of 1 d 12 h" in told
    assert "nothing was out" in told


def test_pictures(writer: Writer) -> None:
    """Heat map and badge are written as SVG that stands alone."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")

    answer = writer.run("streak", "--svg", "map.svg", "--badge", "badge.svg", now="2026-11-18T12:00:00+00:00")

    assert 0 == answer.code
    for name in ("map.svg", "badge.svg"):
        root = ET.parse(writer.folder / name).getroot()
        assert root.tag.endswith("svg")
    assert "prefers-color-scheme" in (writer.folder / "map.svg").read_text("utf-8")
    assert "1 week" in (writer.folder / "badge.svg").read_text("utf-8")


def test_a_picture_that_cannot_be_written_is_a_usage_error(writer: Writer) -> None:
    """A path that is a folder is told with its option, and exit code 2."""
    answer = writer.run("streak", "--json", "--svg", "drafts")

    assert (2, "--svg") == (answer.code, answer.json["error"]["key"])


def test_a_change_of_the_cadence_keeps_past_slots(writer: Writer) -> None:
    """Slots that passed keep the rule and the zone under which they passed."""
    out(writer, "one", "2026-11-11T09:00:00+00:00")
    out(writer, "two", "2026-11-18T09:00:00+00:00")
    before = states(streak(writer, "2026-11-18T12:00:00+00:00"))[:2]
    path = writer.folder / "schedule.yaml"
    text = path.read_text("utf-8").replace("day: wednesday", "day: friday").replace("Europe/Lisbon", "Asia/Tokyo")
    path.write_text(text, "utf-8")
    writer.run("publish", "--due", now="2026-11-19T12:00:00+00:00")

    after = streak(writer, "2026-11-19T12:05:00+00:00")

    assert before == states(after)[:2]
    assert 2 == after["current"]
    assert [("2026-W48", "open")] == states(after)[2:]


def test_two_issues_in_a_slot_count_once(writer: Writer) -> None:
    """A second issue in the same week adds nothing."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")
    out(writer, "two", "2026-11-19T09:00:00+00:00")

    found = streak(writer, "2026-11-19T12:00:00+00:00")

    assert (1, 1) == (found["current"], found["longest"])


def test_a_late_issue_does_not_fill_the_next_slot(writer: Writer) -> None:
    """What came late for one week leaves the next one open."""
    out(writer, "one", "2026-11-11T09:00:00+00:00")
    out(writer, "two", "2026-11-19T20:00:00+00:00")

    found = streak(writer, "2026-11-19T21:00:00+00:00")

    assert [("2026-W46", "kept"), ("2026-W47", "late"), ("2026-W48", "open")] == states(found)


def test_people_read_words(writer: Writer) -> None:
    """Without --json there are words and a year at a glance, and no escape codes in a pipe."""
    out(writer, "one", "2026-11-18T09:00:00+00:00")

    told = writer.run("streak", now="2026-11-18T12:00:00+00:00").out

    assert "Streak: 1 week since 2026-W47; longest 1 week" in told
    assert "kept" in told
    assert "\x1b" not in told
    assert "{" not in json.dumps(told)
