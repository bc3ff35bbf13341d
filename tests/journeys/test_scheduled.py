"""Handed to the platform's own scheduler: released there at the slot, followed by edits, taken back when withdrawn."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from writer_stage import Answer, Writer

from newsletter_bot.sandbox import parse_fault

MONDAY = "2026-11-23T12:00:00+00:00"
TUESDAY = "2026-11-24T12:00:00+00:00"
SLOT = "2026-11-25T09:00:00+00:00"
AFTER = "2026-11-25T09:01:00+00:00"


@pytest.fixture
def planner(writer: Writer) -> Writer:
    """A writer whose home schedules by itself."""
    writer.configure(substack=", publish: scheduled")
    return writer


def due(writer: Writer, now: str) -> Answer:
    """``publish --due`` at that moment on both sides."""
    writer.sandbox.clock.set(datetime.fromisoformat(now))
    return writer.run("publish", "--due", now=now)


def home(writer: Writer) -> list[tuple[str, str]]:
    """Titles and states on Substack."""
    return [(post["title"], post["state"]) for post in writer.sandbox.posts("substack")]


def kept(writer: Writer, place: int = 0) -> dict[str, Any]:
    """All that Substack keeps of a post."""
    found = writer.sandbox.post(writer.sandbox.posts("substack")[place]["id"])
    assert found is not None
    return found


def test_a_ready_draft_is_handed_over_before_its_slot(planner: Writer) -> None:
    """The machine may sleep at the slot: Substack releases the post, Medium gets it when it is out."""
    planner.write("lanterns")

    handed = due(planner, MONDAY)
    waiting = home(planner)
    quiet = due(planner, TUESDAY)
    planner.sandbox.clock.set(datetime.fromisoformat(AFTER))
    due(planner, AFTER)

    assert "scheduled" in handed.out
    assert [("Lanterns", "scheduled")] == waiting
    assert (0, "") == (quiet.code, quiet.out)
    assert [("Lanterns", "published")] == home(planner)
    assert ["Lanterns"] == planner.sandbox.titles("medium")
    streak = planner.run("streak", "--json").json
    assert ["kept"] == [slot["state"] for slot in streak["slots"] if slot["slot"] == "2026-W48"]


def test_medium_waits_for_the_release(planner: Writer) -> None:
    """Nothing is in public anywhere before the slot."""
    planner.write("lanterns")

    due(planner, MONDAY)
    due(planner, TUESDAY)

    assert [] == planner.sandbox.titles("medium")


def test_the_draft_of_the_slots_day_is_handed_over_early(planner: Writer) -> None:
    """A date that is reached by the release does not keep the draft back."""
    path = planner.write("lanterns")
    path.write_text(path.read_text("utf-8").replace("status: ready", "status: ready\ndate: 2026-11-25"), "utf-8")

    due(planner, MONDAY)

    assert [("Lanterns", "scheduled")] == home(planner)


def test_two_drafts_take_two_releases(planner: Writer) -> None:
    """Each ready draft has a slot of its own in the queue."""
    planner.write("a-first", "What the first says.")
    planner.write("b-second", "What the second says.")

    due(planner, MONDAY)

    times = {kept(planner, place)["schedule"]["trigger_at"] for place in (0, 1)}
    assert {"2026-11-25T09:00:00.000Z", "2026-12-02T09:00:00.000Z"} == times


def test_an_edit_is_followed_until_the_release(planner: Writer) -> None:
    """What the writer changes until the slot is what goes out, and it stays in the queue."""
    planner.write("lanterns", "Eleven lanterns.")
    due(planner, MONDAY)
    planner.write("lanterns", "Twelve lanterns.")

    due(planner, TUESDAY)
    queued = home(planner)
    due(planner, AFTER)

    assert [("Lanterns", "scheduled")] == queued
    assert [("Lanterns", "published")] == home(planner)
    assert "Twelve" in json.dumps(kept(planner)["wire"])
    assert "Eleven" not in json.dumps(kept(planner)["wire"])


def test_a_mail_goes_out_once_with_the_edited_text(writer: Writer) -> None:
    """A scheduled post that is also mailed is mailed once, also when it was edited in between."""
    writer.configure(substack=", publish: scheduled, email: true")
    writer.write("lanterns", "Eleven lanterns.")
    due(writer, MONDAY)
    writer.write("lanterns", "Twelve lanterns.")
    due(writer, TUESDAY)

    due(writer, AFTER)
    due(writer, "2026-11-25T09:30:00+00:00")

    assert [("Lanterns", "published")] == home(writer)
    assert 1 == writer.sandbox.mails


def test_a_withdrawn_draft_is_taken_back(planner: Writer) -> None:
    """A draft that is not ready any more leaves the queue, and its slot is free for another."""
    planner.write("a-first", "What the first says.")
    due(planner, MONDAY)
    planner.write("a-first", "What the first says.", status="draft")
    planner.write("b-second", "What the second says.")

    due(planner, TUESDAY)
    due(planner, AFTER)

    assert [("A-first", "draft"), ("B-second", "published")] == home(planner)


def test_a_deleted_draft_is_taken_back(planner: Writer) -> None:
    """A draft whose file is gone leaves the queue."""
    path = planner.write("lanterns")
    due(planner, MONDAY)
    path.unlink()

    due(planner, TUESDAY)
    due(planner, AFTER)

    assert [("Lanterns", "draft")] == home(planner)
    assert [] == planner.sandbox.titles("medium")


def test_what_was_withdrawn_and_is_ready_again_is_the_same_post(planner: Writer) -> None:
    """Ready again, the draft goes back into the queue as the post that is there."""
    planner.write("lanterns")
    due(planner, MONDAY)
    planner.write("lanterns", status="draft")
    due(planner, TUESDAY)
    planner.write("lanterns")

    due(planner, "2026-11-24T13:00:00+00:00")
    queued = home(planner)
    due(planner, AFTER)

    assert [("Lanterns", "scheduled")] == queued
    assert [("Lanterns", "published")] == home(planner)


def test_a_moved_slot_moves_the_release(planner: Writer) -> None:
    """A change of the cadence before the slot moves what lies in the queue."""
    planner.write("lanterns")
    due(planner, MONDAY)
    path = planner.folder / "schedule.yaml"
    path.write_text(path.read_text("utf-8").replace("day: wednesday", "day: thursday"), "utf-8")

    due(planner, TUESDAY)
    moved = kept(planner)["schedule"]["trigger_at"]
    due(planner, "2026-11-24T12:05:00+00:00")
    path.write_text(path.read_text("utf-8").replace("day: thursday", "day: friday"), "utf-8")
    due(planner, "2026-11-24T12:10:00+00:00")

    assert "2026-11-26T09:00:00.000Z" == moved
    assert "2026-11-27T09:00:00.000Z" == kept(planner)["schedule"]["trigger_at"]


def test_a_release_that_a_person_moved_there_stays(planner: Writer) -> None:
    """What a person changed in the platform's queue is not turned back."""
    planner.write("lanterns")
    due(planner, MONDAY)
    number = planner.sandbox.posts("substack")[0]["id"]
    with planner.sandbox.lock:
        post = planner.sandbox.substack_posts.get(number)
        assert post is not None
        post["schedule"]["trigger_at"] = "2026-11-25T18:00:00.000Z"
        planner.sandbox.substack_posts.put(number, post)

    due(planner, SLOT)
    due(planner, "2026-11-25T09:20:00+00:00")

    assert "2026-11-25T18:00:00.000Z" == kept(planner)["schedule"]["trigger_at"]


def test_a_release_that_did_not_come_is_told(planner: Writer) -> None:
    """When the platform has not released the post some minutes after the slot, status says so."""
    planner.write("lanterns")
    due(planner, MONDAY)
    planner.sandbox.clock.set(datetime.fromisoformat(MONDAY))

    planner.run("publish", "--due", now=SLOT)
    planner.run("publish", "--due", now="2026-11-25T09:06:00+00:00")

    status = planner.run("status", "--json").json
    assert "has not" in status["issues"][0]["deliveries"][0]["error"]
    assert any("has not" in line for line in planner.run("streak", "--json").json["missing"])


def test_a_post_taken_out_of_the_queue_there_is_told(planner: Writer) -> None:
    """A person who takes the post out of the queue on the platform has the last word, and the streak warns."""
    planner.write("lanterns")
    due(planner, MONDAY)
    number = planner.sandbox.posts("substack")[0]["id"]
    with planner.sandbox.lock:
        post = planner.sandbox.substack_posts.get(number)
        assert post is not None
        post["schedule"] = None
        planner.sandbox.substack_posts.put(number, post)

    due(planner, TUESDAY)

    assert [("Lanterns", "draft")] == home(planner)
    assert any("draft" in line for line in planner.run("streak", "--json").json["missing"])


def test_a_lost_answer_of_the_scheduler_is_found(planner: Writer) -> None:
    """When the answer to scheduling is lost the post is looked up, and nothing is made twice."""
    planner.write("lanterns")
    planner.sandbox.faults.add(parse_fault("substack.schedule=lose_answer:1"))

    due(planner, MONDAY)
    due(planner, "2026-11-23T12:10:00+00:00")
    due(planner, AFTER)

    assert [("Lanterns", "published")] == home(planner)


def test_a_slot_that_has_come_is_published_at_once(planner: Writer) -> None:
    """A draft that is ready only when its slot is due is made public, not queued."""
    planner.write("lanterns")

    due(planner, SLOT)

    assert [("Lanterns", "published")] == home(planner)
