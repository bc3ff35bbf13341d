"""From a folder to two services and back: the main job."""

from __future__ import annotations

import json

import httpx
import pytest
from writer_stage import Writer

from newsletter_bot.sandbox import parse_fault

BOTH = {"substack": "delivered", "medium": "delivered"}


def test_an_issue_reaches_both_services(writer: Writer) -> None:
    """One command carries the issue to Substack and Medium, in public."""
    writer.write("lanterns", "Light them *all*.")

    answer = writer.publish()

    assert (0, BOTH) == (answer.code, answer.states)
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


def test_a_second_publish_sends_nothing(writer: Writer) -> None:
    """What is out is not sent again."""
    writer.write("lanterns")
    writer.publish()
    writer.sandbox.forget_requests()

    answer = writer.publish()

    assert 0 == answer.code
    assert [] == [request for request in writer.sandbox.requests if request.method != "GET"]


def test_medium_gets_the_address_of_home(writer: Writer) -> None:
    """The canonical address on Medium is that of the post on Substack."""
    writer.write("lanterns")

    answer = writer.publish()

    (story,) = [post for post in writer.sandbox.posts() if post["service"] == "medium"]
    assert answer.deliveries["substack"]["url"] == story["canonical_url"]


def test_only_ready_drafts_go_out(writer: Writer) -> None:
    """A draft without status: ready is refused by name and left out by turn."""
    path = writer.write("lanterns", status="draft")

    named = writer.publish(str(path))

    assert 2 == named.code
    assert "ready" in named.json["error"]["message"]
    assert 0 == writer.publish().code
    assert [] == writer.sandbox.titles()


@pytest.mark.parametrize("visibility", [(), ("--as", "draft")])
def test_a_draft_that_is_ready_no_more_changes_nothing(writer: Writer, visibility: tuple[str, ...]) -> None:
    """An issue that is out, or waits there as a draft, is neither changed nor made public while its draft is reworked."""
    writer.write("lanterns", "Eleven lanterns.")
    writer.publish(*visibility)
    path = writer.write("lanterns", "Half a thought", status="draft")
    before = writer.sandbox.posts()
    writer.sandbox.forget_requests()

    named, by_turn = writer.publish(str(path)), writer.publish()

    assert (2, 0) == (named.code, by_turn.code)
    assert [] == [request for request in writer.sandbox.requests if request.method != "GET"]
    assert before == writer.sandbox.posts()


def test_what_was_mailed_is_not_mailed_again_when_it_is_sent_anew(writer: Writer) -> None:
    """A mailed post that was deleted there and is published once more reaches nobody's mail a second time."""
    writer.configure(substack=", email: true")
    writer.write("lanterns", "Eleven lanterns.")
    home = writer.publish().deliveries["substack"]
    writer.sandbox.substack_posts.remove(home["remote_id"])
    writer.write("lanterns", "Twelve lanterns.")
    writer.publish()

    writer.run("resolve", home["id"], "--absent")
    answer = writer.publish()

    assert (0, BOTH) == (answer.code, answer.states)
    assert [("Lanterns", "published")] == [(post["title"], post["state"]) for post in writer.sandbox.posts("substack")]
    assert 0 == writer.sandbox.mails


def test_a_plan_changes_nothing(writer: Writer) -> None:
    """Plan says what would happen and sends nothing."""
    writer.write("lanterns", "| a | b |\n|---|---|\n| 1 | 2 |")

    plan = writer.run("plan", "--json").json

    assert ["create", "create"] == [each["action"] for each in plan["deliveries"]]
    assert plan["deliveries"][0]["losses"]
    assert [] == writer.sandbox.titles()
    assert [] == writer.run("status", "--json").json["issues"]


def test_a_plan_is_held_to(writer: Writer) -> None:
    """Publish --plan refuses when the text moved, and carries out what did not."""
    path = writer.write("lanterns", "First words.")
    writer.run("plan", "--out", "plan.json")
    path.write_text(path.read_text(encoding="utf-8").replace("First", "Other"), encoding="utf-8")

    moved = writer.publish("--plan", "plan.json")

    assert 2 == moved.code
    assert "Other words." in moved.json["error"]["message"]
    assert [] == writer.sandbox.titles()
    writer.run("plan", "--out", "plan.json")
    assert (0, BOTH) == ((held := writer.publish("--plan", "plan.json")).code, held.states)


def test_a_plan_keeps_what_it_was_asked_for(writer: Writer) -> None:
    """A plan for some publications, or for a draft there, is carried out as it was made."""
    writer.write("lanterns")
    writer.run("plan", "--only", "substack", "--as", "draft", "--out", "plan.json")

    answer = writer.publish("--plan", "plan.json")

    assert 0 == answer.code
    assert [("substack", "draft")] == [(post["service"], post["state"]) for post in writer.sandbox.posts()]


@pytest.mark.parametrize("other", [("--dry-run",), ("--overwrite",), ("--twin",), ("--as", "draft"), ("lanterns",)])
def test_the_clock_takes_no_wishes(writer: Writer, other: tuple[str, ...]) -> None:
    """--due with a wish that it would not keep is refused, and nothing is sent."""
    writer.write("lanterns")

    assert 2 == writer.run("publish", "--due", *other).code
    assert [] == writer.sandbox.titles()


def test_what_waits_because_of_a_fault_is_told_by_the_code(writer: Writer) -> None:
    """An issue that a publication's pause keeps back is put off by a fault, although it was not tried itself."""
    writer.write("lanterns", "Light them.")
    writer.write("beacons", "Light those.")
    writer.sandbox.faults.add(parse_fault("substack.create=429:1,retry_after=3600"))
    writer.publish("lanterns")

    answer = writer.publish("beacons")

    assert (1, "due") == (answer.code, answer.states["substack"])


def test_a_hand_that_published_there_is_seen_at_once(writer: Writer) -> None:
    """Whoever publishes the waiting draft on the platform and says publish here does not wait for the next poll."""
    writer.configure(substack=", publish: draft")
    writer.write("lanterns")
    home = writer.publish().deliveries["substack"]
    address = f"{writer.server.url}/api/v1/drafts/{home['remote_id']}/publish"
    httpx.post(address, json={"send": False}, cookies={"substack.sid": writer.sandbox.session}).raise_for_status()

    answer = writer.publish()

    assert (0, "public", "delivered") == (
        answer.code,
        answer.deliveries["substack"]["visibility"],
        answer.states["medium"],
    )


def test_a_post_is_taken_back_by_the_path_of_its_draft(writer: Writer) -> None:
    """Retract takes the draft as the shell writes it, as every command does."""
    path = writer.write("lanterns")
    writer.publish()

    writer.run("retract", str(path), "--only", "substack", "--yes")

    assert [("Lanterns", "draft")] == [(post["title"], post["state"]) for post in writer.sandbox.posts("substack")]


def test_an_edit_is_an_update(writer: Writer) -> None:
    """A changed draft changes the post on Substack; on Medium it is said to be impossible."""
    path = writer.write("lanterns", "Eleven lanterns.")
    writer.publish()
    path.write_text(path.read_text(encoding="utf-8").replace("Eleven", "Twelve"), encoding="utf-8")

    plan = {each["publication"]: each for each in writer.run("plan", str(path), "--json").json["deliveries"]}
    answer = writer.publish(str(path))

    assert ("update", "none") == (plan["substack"]["action"], plan["medium"]["action"])
    assert "cannot update" in plan["medium"]["reason"]
    assert (0, BOTH) == (answer.code, answer.states)
    (post,) = [post for post in writer.sandbox.posts() if post["service"] == "substack"]
    assert 2 == len(writer.sandbox.titles())
    assert "Twelve" in json.dumps(writer.sandbox.post(post["id"]))


def test_a_twin_is_refused(writer: Writer) -> None:
    """The same text under another name goes out only when confirmed."""
    writer.write("lanterns", "The very same text.")
    writer.publish()
    twin = writer.write("copy", "The very same text.")

    refused = writer.publish(str(twin))

    assert 2 == refused.code
    assert 2 == len(writer.sandbox.titles())
    assert 0 == writer.publish(str(twin), "--twin").code


def test_a_moved_draft_is_recognised(writer: Writer) -> None:
    """A renamed draft with the same text is the same issue."""
    path = writer.write("lanterns", "Wherever it lies.", title="Lanterns")
    writer.publish()
    path.rename(path.with_name("renamed.md"))

    answer = writer.publish("drafts/renamed.md")

    assert (0, BOTH) == (answer.code, answer.states)
    assert 2 == len(writer.sandbox.titles())


@pytest.mark.parametrize("secret", ["s:literal-cookie", "abcdef0123456789"])
def test_a_literal_secret_is_refused_and_not_repeated(writer: Writer, secret: str) -> None:
    """A credential in the settings stops everything and is not shown."""
    text = (writer.folder / "schedule.yaml").read_text(encoding="utf-8")
    (writer.folder / "schedule.yaml").write_text(text.replace("env:SUBSTACK_SID", f'"{secret}"'), encoding="utf-8")
    writer.write("lanterns")

    answer = writer.publish()

    assert 2 == answer.code
    assert secret not in answer.out + answer.err
    assert "publications.substack.session" == answer.json["error"]["key"]


def test_a_missing_secret_stops_before_anything_is_sent(writer: Writer) -> None:
    """Without the session nothing is sent, to Medium neither."""
    writer.write("lanterns")

    answer = writer.run("publish", "--json", SUBSTACK_SID="")

    assert 2 == answer.code
    assert [] == writer.sandbox.titles()


def test_flags_are_taken_before_and_after_the_command(writer: Writer) -> None:
    """--json works in either place."""
    assert writer.run("--json", "status").json == writer.run("status", "--json").json


def test_an_unknown_command_names_the_nearest(writer: Writer) -> None:
    """A slip of the keyboard gets a hint, and the code of wrong usage."""
    answer = writer.run("pubish", "--json")

    assert 2 == answer.code
    assert "publish" in answer.json["error"]["message"]


def test_the_clock_keeps_to_what_a_hand_asked_for(writer: Writer) -> None:
    """What was asked for as a draft and put off does not become public by cron."""
    writer.write("lanterns")
    writer.sandbox.faults.add("substack.create=429:1")
    writer.publish("--as", "draft", "--only", "substack")

    writer.run("publish", "--due", now="2026-11-26T09:00:00+00:00")

    assert ["draft"] == [post["state"] for post in writer.sandbox.posts("substack")]


def test_a_lost_draft_on_medium_is_asked_of_a_person(writer: Writer) -> None:
    """Medium cannot be asked about drafts: the delivery is held at once, and settled by what a person saw."""
    writer.configure(medium=", publish: draft")
    writer.write("lanterns")
    writer.sandbox.faults.add("medium.post=lose_answer:1")

    lost = writer.publish()

    assert (3, "unconfirmed") == (lost.code, lost.states["medium"])
    assert 3 == writer.publish(now="2026-11-25T12:00:00+00:00").code
    settled = writer.run("resolve", "lanterns/medium", "--found", "https://medium.com/p/0123456789ab", "--json")
    assert "delivered" == settled.states["medium"]
    assert 1 == len(writer.sandbox.posts("medium"))


def test_a_lost_answer_is_looked_up(writer: Writer) -> None:
    """A post whose answer was lost is found, finished and never created twice."""
    writer.write("lanterns")
    writer.sandbox.faults.add("substack.create=lose_answer:1")

    lost = writer.publish()
    settled = writer.publish(now="2026-11-25T09:10:00+00:00")

    assert (1, "unconfirmed") == (lost.code, lost.states["substack"])
    assert (0, {"substack": "delivered", "medium": "delivered"}) == (settled.code, settled.states)
    assert 1 == len(writer.sandbox.posts("substack"))


def test_a_section_without_a_heading_is_told_plainly(writer: Writer) -> None:
    """The plan counts what stands in a section that has no heading, without a colon before it."""
    writer.configure(more='housekeeping: {heading: ""}\n')
    writer.write("lanterns")
    writer.run("note", "The studio is closed on Monday.")

    shown = writer.run("plan").out

    assert "  housekeeping  1 item\n" in shown
    assert "  body\n" in shown
