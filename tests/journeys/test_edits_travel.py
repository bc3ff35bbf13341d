"""An edit is an update, never a new post and never a mail; what a person changed or wants gone stays so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from writer_stage import Answer, Writer

HOUR_LATER = "2026-11-25T10:00:00+00:00"
TWO_HOURS_LATER = "2026-11-25T11:00:00+00:00"
NEXT_DAY = "2026-11-26T09:00:00+00:00"
NEXT_WEEK = "2026-12-02T09:00:00+00:00"


@pytest.fixture
def out(writer: Writer) -> Writer:
    """An issue that is out everywhere, was mailed, and was seen by a reader's eyes."""
    writer.configure(substack=", email: true")
    writer.write("lanterns", "Eleven lanterns.")
    assert 0 == writer.publish().code
    due(writer, HOUR_LATER)
    return writer


def due(writer: Writer, moment: str) -> Answer:
    """``publish --due`` as cron calls it."""
    return writer.run("publish", "--due", "--json", now=moment)


def edit(writer: Writer, before: str = "Eleven", after: str = "Twelve", *, name: str = "lanterns") -> Path:
    """The writer changes a word."""
    path = writer.folder / "drafts" / f"{name}.md"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return path


def at_substack(writer: Writer, title: str = "Lanterns") -> dict[str, Any]:
    """All that Substack keeps of the post."""
    (row,) = [post for post in writer.sandbox.posts("substack") if post["title"] == title]
    found = writer.sandbox.post(row["id"])
    assert found
    return found


def public_words(writer: Writer, title: str = "Lanterns") -> str:
    """What readers see."""
    return json.dumps(at_substack(writer, title)["wire"]["body"])


def change_there(writer: Writer, words: str, title: str = "Lanterns") -> None:
    """A person changes the text in Substack's own editor."""
    number = at_substack(writer, title)["wire"]["id"]
    document = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}]}
    url = f"{writer.server.url}/api/v1/drafts/{number}"
    cookies = {"substack.sid": writer.sandbox.session}
    body = {"draft_body": json.dumps(document)}
    assert httpx.put(url, json=body, cookies=cookies, timeout=5).is_success


def writes(writer: Writer) -> list[str]:
    """Requests that write since the log was emptied."""
    return [f"{request.method} {request.route}" for request in writer.sandbox.requests if request.method != "GET"]


# --- edits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_hand", [True, False], ids=["hand", "cron"])
def test_an_edit_changes_the_post_and_mails_nobody(out: Writer, by_hand: bool) -> None:
    """The post carries the new words, under its number; the mail went out once."""
    before = at_substack(out)["wire"]["id"]
    edit(out)

    answer = out.publish("drafts/lanterns.md", now=TWO_HOURS_LATER) if by_hand else due(out, TWO_HOURS_LATER)

    assert 0 == answer.code
    assert "Twelve" in public_words(out)
    assert before == at_substack(out)["wire"]["id"]
    assert 1 == out.sandbox.mails
    assert 2 == len(out.sandbox.titles())


@pytest.mark.parametrize(
    "fault",
    ["substack.update=status:1,code=503", "substack.read=429:1,retry_after=300", "substack.publish=lose_answer"],
)
def test_an_edit_that_was_put_off_travels_by_cron(out: Writer, fault: str) -> None:
    """When the platform is down at the moment, cron carries the edit as soon as it may."""
    edit(out)
    out.sandbox.faults.add(fault)
    shaken = due(out, TWO_HOURS_LATER)

    due(out, NEXT_DAY)

    assert 1 == shaken.code
    assert "Twelve" in public_words(out)
    assert (1, 2) == (out.sandbox.mails, len(out.sandbox.titles()))


def test_an_edit_of_an_older_issue_that_was_put_off_travels(out: Writer) -> None:
    """Also when newer issues came since."""
    for number, name in enumerate(("one", "two", "three", "four"), 1):
        out.write(name, f"Text number {number}.")
        assert 0 == out.publish(f"drafts/{name}.md", now=TWO_HOURS_LATER).code
    due(out, "2026-11-25T12:00:00+00:00")
    edit(out)
    out.sandbox.faults.add("substack.update=status:1,code=503")
    due(out, "2026-11-25T13:00:00+00:00")

    due(out, NEXT_DAY)

    assert "Twelve" in public_words(out)


def test_two_edits_in_a_row_with_a_lost_answer_are_no_conflict(out: Writer) -> None:
    """Our own words, of which the answer was lost, are not taken for a change by another hand."""
    edit(out)
    out.sandbox.faults.add("substack.update=lose_answer")
    due(out, TWO_HOURS_LATER)
    edit(out, "Twelve", "Thirteen")

    answer = due(out, NEXT_DAY)

    assert 0 == answer.code
    assert "Thirteen" in public_words(out)


def test_an_edited_notice_travels(writer: Writer) -> None:
    """A reworded notice of an issue that is out changes the post."""
    inbox = writer.folder / "drafts" / "_housekeeping.md"
    inbox.write_text("- The archive moves on Friday.\n", encoding="utf-8")
    writer.write("lanterns")
    writer.publish()
    inbox.write_text("- The archive moves on Saturday.\n", encoding="utf-8")

    due(writer, TWO_HOURS_LATER)

    assert "Saturday" in public_words(writer)
    assert 2 == len(writer.sandbox.titles())


# --- a person's own changes ------------------------------------------------------------------------------------------


@pytest.fixture
def held(out: Writer) -> Writer:
    """Both sides changed the text."""
    change_there(out, "A person's own words.")
    edit(out)
    out.sandbox.forget_requests()
    answer = out.publish("drafts/lanterns.md", now=TWO_HOURS_LATER)
    assert 1 == answer.code
    return out


def test_what_a_person_changed_there_is_not_overwritten(held: Writer) -> None:
    """The delivery is held with the difference; nothing is written, neither by cron nor by a second run."""
    due(held, NEXT_DAY)
    held.publish("drafts/lanterns.md")

    plan = {each["publication"]: each for each in held.run("plan", "drafts/lanterns.md", "--json").json["deliveries"]}
    assert [] == writes(held)
    assert "hold" == plan["substack"]["action"]
    assert "A person's own words." in plan["substack"]["diff"]
    assert "Twelve" in held.run("status", "lanterns/substack").out


def test_overwrite_puts_our_text_there(held: Writer) -> None:
    """``--overwrite`` decides for the draft."""
    answer = held.publish("drafts/lanterns.md", "--overwrite")

    assert 0 == answer.code
    assert "Twelve" in public_words(held)
    assert 1 == held.sandbox.mails


def test_resolve_keeps_theirs(held: Writer) -> None:
    """``resolve --found`` leaves what stands there, and the next edit is an update again."""
    url = held.run("status", "--json").deliveries["substack"]["url"]

    settled = held.run("resolve", "lanterns/substack", "--found", url, "--json")
    kept = held.publish("drafts/lanterns.md")
    kept_words = json.dumps(at_substack(held))
    edit(held, "Twelve", "Thirteen")
    followed = held.publish("drafts/lanterns.md")

    assert (0, 0, 0) == (settled.code, kept.code, followed.code)
    assert "A person's own words." in kept_words
    assert "Thirteen" in public_words(held)


def test_overwrite_is_for_the_named_draft_alone(held: Writer) -> None:
    """What a person changed in another issue stays when --overwrite is given for this one."""
    held.write("bells", "Four bells.")

    held.publish("drafts/bells.md", "--overwrite")

    assert "A person's own words." in json.dumps(at_substack(held))
    assert held.run("status", "lanterns/substack", "--json").json["delivery"]["held"]


def test_publishing_another_draft_makes_no_waiting_one_public(writer: Writer) -> None:
    """What was left as a draft for a person stays one until that draft itself is published."""
    writer.write("bells", "Four bells.")
    writer.publish("drafts/bells.md", "--as", "draft")
    writer.write("lanterns", "Eleven lanterns.")

    writer.publish("drafts/lanterns.md", now=NEXT_DAY)
    due(writer, NEXT_WEEK)

    states = {post["title"]: post["state"] for post in writer.sandbox.posts("substack")}
    assert {"Bells": "draft", "Lanterns": "published"} == states


# --- taking back -----------------------------------------------------------------------------------------------------


def test_retract_wants_a_yes(out: Writer) -> None:
    """Where nobody can be asked, nothing is taken back without --yes."""
    out.sandbox.forget_requests()

    assert 2 == out.run("retract", "1", "--json").code
    assert [] == writes(out)


def test_retract_is_remembered(out: Writer) -> None:
    """What was taken back is not brought back, by cron, by hand or by an edit; Medium is left to a person."""
    answer = out.run("retract", "lanterns", "--yes", "--json", now=TWO_HOURS_LATER)
    said = out.run("retract", "lanterns", "--yes").out
    edit(out)
    due(out, NEXT_DAY)
    out.publish("drafts/lanterns.md")
    due(out, NEXT_WEEK)

    assert 1 == answer.code
    assert "by hand" in said
    assert "retracted" == out.run("status", "--json").states["substack"]
    assert ["draft"] == [post["state"] for post in out.sandbox.posts("substack")]
    assert 1 == out.sandbox.mails


def test_retract_that_could_not_be_done_lets_nothing_else_happen(out: Writer) -> None:
    """A taking back that failed is told and can be asked for again; no edit goes out in between."""
    out.sandbox.faults.add("substack.unpublish=status:1,code=503")
    failed = out.run("retract", "1", "--only", "substack", "--yes", "--json", now=TWO_HOURS_LATER)
    edit(out)
    due(out, NEXT_DAY)
    between = public_words(out)

    again = out.run("retract", "1", "--only", "substack", "--yes", "--json")

    assert (1, 0) == (failed.code, again.code)
    assert "Eleven" in between
    assert "retracted" == again.deliveries["substack"]["state"]


def test_an_issue_that_never_went_out_can_be_taken_back(writer: Writer) -> None:
    """A delivery that waits is only marked; it is not sent afterwards."""
    writer.write("lanterns")
    writer.sandbox.faults.add("substack.*=status:*,code=503")
    writer.publish()
    writer.sandbox.faults.clear()

    answer = writer.run("retract", "lanterns", "--yes", "--json")
    due(writer, NEXT_DAY)
    writer.publish("drafts/lanterns.md")

    assert (0, {"substack": "retracted", "medium": "retracted"}) == (answer.code, answer.states)
    assert [] == writer.sandbox.titles()
