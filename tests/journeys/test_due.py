"""What cron does: the slot that is due publishes the draft whose turn it is, once, and says nothing when nothing is due."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from writer_stage import Answer, Writer

from newsletter_bot.sandbox import parse_fault

BEFORE = "2026-11-25T08:59:00+00:00"
SLOT = "2026-11-25T09:00:00+00:00"
LATER = "2026-11-25T09:20:00+00:00"
NEXT = "2026-12-02T09:00:00+00:00"


def due(writer: Writer, now: str, **environ: str) -> Answer:
    """``publish --due`` as cron runs it, at that moment on both sides."""
    writer.sandbox.clock.set(datetime.fromisoformat(now))
    return writer.run("publish", "--due", now=now, **environ)


def history(writer: Writer, *, now: str = "2026-11-18T09:00:00+00:00") -> None:
    """An issue in the week before."""
    writer.write("earlier", "What was before.")
    assert 0 == writer.publish(now=now).code


def at_home(writer: Writer) -> list[str]:
    """Titles on Substack."""
    return writer.sandbox.titles("substack")


def cadence(writer: Writer, settings: str) -> None:
    """Other words under ``cadence``."""
    path = writer.folder / "schedule.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('{every: week, day: wednesday, time: "09:00"}', "{" + settings + "}"), encoding="utf-8"
    )


def test_nothing_goes_out_before_the_slot(writer: Writer) -> None:
    """A ready draft waits for its slot, without a word."""
    writer.write("lanterns")

    answer = due(writer, BEFORE)

    assert (0, "", "") == (answer.code, answer.out, answer.err)
    assert [] == at_home(writer)


def test_the_slot_publishes_the_draft_whose_turn_it_is(writer: Writer) -> None:
    """At the slot the earliest draft goes to every publication."""
    writer.write("lanterns")

    answer = due(writer, SLOT)

    assert 0 == answer.code
    assert "Lanterns" in answer.out
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


def test_a_second_run_is_silent_and_sends_nothing(writer: Writer) -> None:
    """What was done at the slot is not done again."""
    writer.write("lanterns")
    due(writer, SLOT)
    writer.sandbox.forget_requests()

    answer = due(writer, SLOT)

    assert (0, "", "") == (answer.code, answer.out, answer.err)
    assert [] == [request for request in writer.sandbox.requests if request.method != "GET"]


def test_two_ready_drafts_take_two_slots(writer: Writer) -> None:
    """A slot takes one issue; the next draft waits for the next slot."""
    writer.write("a-first", "What a-first says.")
    writer.write("b-second", "What b-second says.")

    due(writer, SLOT)
    due(writer, LATER)
    after_one = at_home(writer)
    due(writer, NEXT)

    assert ["A-first"] == after_one
    assert ["A-first", "B-second"] == at_home(writer)


def test_a_date_keeps_a_draft_back(writer: Writer) -> None:
    """A draft with a date is not out before it, and another takes the slot."""
    path = writer.write("a-dated", "What a-dated says.")
    path.write_text(path.read_text("utf-8").replace("status: ready", "status: ready\ndate: 2026-12-01"), "utf-8")
    writer.write("b-free", "What b-free says.")

    due(writer, SLOT)
    due(writer, NEXT)

    assert ["B-free", "A-dated"] == at_home(writer)


def test_a_missed_slot_is_published_late(writer: Writer) -> None:
    """``missed: publish`` fills a slot that passed while the machine was off."""
    history(writer)
    writer.write("lanterns")

    due(writer, "2026-11-26T18:00:00+00:00")

    assert ["Earlier", "Lanterns"] == at_home(writer)


def test_a_slot_older_than_the_limit_is_left(writer: Writer) -> None:
    """Beyond ``missed_limit`` nothing is published without a person."""
    history(writer)
    writer.write("lanterns")

    answer = due(writer, "2026-11-28T09:00:01+00:00")

    assert (0, "") == (answer.code, answer.out)
    assert ["Earlier"] == at_home(writer)


def test_missed_skip_waits_for_the_next_slot(writer: Writer) -> None:
    """``missed: skip`` leaves the slot that nobody attended."""
    cadence(writer, 'every: week, day: wednesday, time: "09:00", missed: skip')
    history(writer)
    writer.write("lanterns")

    due(writer, "2026-11-26T18:00:00+00:00")
    skipped = at_home(writer)
    due(writer, NEXT)

    assert ["Earlier"] == skipped
    assert ["Earlier", "Lanterns"] == at_home(writer)


def test_missed_ask_asks_once_and_a_person_fills_it(writer: Writer) -> None:
    """``missed: ask`` says once that a slot passed, and publish by hand fills it."""
    cadence(writer, 'every: week, day: wednesday, time: "09:00", missed: ask')
    history(writer)
    writer.write("lanterns")

    asked = due(writer, "2026-11-26T18:00:00+00:00")
    again = due(writer, "2026-11-26T18:05:00+00:00")
    shown = writer.run("status")

    assert "2026-W48" in asked.err
    assert "newsletter-bot publish" in asked.err
    assert (0, "", "") == (again.code, again.out, again.err)
    assert "2026-W48 was due" in shown.out
    assert ["Earlier"] == at_home(writer)
    assert "2026-W48" == writer.publish().json["issues"][-1]["slot"]
    assert "was due" not in writer.run("status").out


def test_nothing_is_due_in_a_break(writer: Writer) -> None:
    """In a break nothing goes out by the clock."""
    cadence(writer, 'every: week, day: wednesday, time: "09:00", breaks: ["2026-11-23..2026-11-29"]')
    history(writer)
    writer.write("lanterns")

    due(writer, SLOT)
    in_break = at_home(writer)
    due(writer, NEXT)

    assert ["Earlier"] == in_break
    assert ["Earlier", "Lanterns"] == at_home(writer)


def test_a_publication_comes_later_than_home(writer: Writer) -> None:
    """``after: 3d`` carries the issue to Medium three days after home had it, and not before."""
    writer.configure(medium=", after: 3d")
    writer.write("lanterns")

    due(writer, SLOT)
    due(writer, "2026-11-28T08:59:00+00:00")
    waiting = writer.sandbox.titles("medium")
    due(writer, "2026-11-28T09:00:10+00:00")

    assert [] == waiting
    assert ["Lanterns"] == writer.sandbox.titles("medium")


def test_several_weekdays_each_take_a_draft(writer: Writer) -> None:
    """A list of weekdays makes a slot of each."""
    cadence(writer, 'every: [monday, thursday], time: "09:00"')
    writer.write("a-first", "What a-first says.")
    writer.write("b-second", "What b-second says.")

    due(writer, "2026-11-23T09:00:00+00:00")
    monday = at_home(writer)
    due(writer, "2026-11-25T09:00:00+00:00")
    wednesday = at_home(writer)
    due(writer, "2026-11-26T09:00:00+00:00")

    assert (["A-first"], ["A-first"]) == (monday, wednesday)
    assert ["A-first", "B-second"] == at_home(writer)


def test_a_broken_draft_does_not_stop_the_others(writer: Writer) -> None:
    """A draft that cannot be assembled is told, and the next one takes the slot."""
    writer.write("a-broken", "![gone](gone.png)")
    writer.write("b-sound", "What b-sound says.")

    answer = due(writer, SLOT)

    assert "a-broken.md" in answer.err
    assert ["B-sound"] == at_home(writer)


def test_an_unreadable_draft_does_not_stop_the_others(writer: Writer) -> None:
    """A draft whose front matter is broken leaves the slot to the next."""
    (writer.folder / "drafts" / "a.md").write_text("---\ntitle: [\nstatus: ready\n---\nText.\n", encoding="utf-8")
    writer.write("b-sound", "What b-sound says.")

    due(writer, SLOT)

    assert ["B-sound"] == at_home(writer)


def test_a_missing_secret_claims_nothing(writer: Writer) -> None:
    """Without home's credentials nothing is sent or begun, and the next run with them carries it out."""
    writer.write("lanterns")

    answer = due(writer, SLOT, SUBSTACK_SID="")
    stood = writer.run("status", "--json").json["issues"]

    assert 2 == answer.code
    assert [] == writer.sandbox.titles()
    assert {0} == {each["attempts"] for issue in stood for each in issue["deliveries"]}
    assert 0 == due(writer, LATER).code
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


def test_one_missing_secret_does_not_stop_the_other(writer: Writer) -> None:
    """Without Medium's token home goes out all the same, and the code says that something is put off."""
    writer.write("lanterns")

    answer = due(writer, SLOT, MEDIUM_TOKEN="")

    assert 1 == answer.code
    assert ["Lanterns"] == writer.sandbox.titles()


def test_a_refusal_holds_until_something_changes(writer: Writer) -> None:
    """A refused delivery is not sent again until the draft changes."""
    writer.write("lanterns", "First words.")
    writer.sandbox.faults.add(parse_fault("substack.create=status:1,code=422"))

    refused = due(writer, SLOT)
    writer.sandbox.forget_requests()
    silent = due(writer, LATER)
    writes = [request for request in writer.sandbox.requests if request.method != "GET"]
    writer.write("lanterns", "Other words.")
    mended = due(writer, "2026-11-25T09:30:00+00:00")

    assert (1, 0) == (refused.code, silent.code)
    assert [] == writes
    assert 0 == mended.code
    assert ["Lanterns"] == at_home(writer)


def test_a_refused_issue_keeps_its_slot(writer: Writer) -> None:
    """The next draft does not jump into the slot of one that was refused."""
    writer.write("a-first", "What a-first says.")
    writer.write("b-second", "What b-second says.")
    writer.sandbox.faults.add(parse_fault("substack.create=status:1,code=422"))

    due(writer, SLOT)
    due(writer, LATER)

    assert [] == at_home(writer)


def test_a_withdrawn_draft_frees_its_slot(writer: Writer) -> None:
    """A draft that is withdrawn before anybody had it leaves slot and number to the next, and comes later itself."""
    first = writer.write("a-first", "What a-first says.")
    writer.sandbox.faults.add(parse_fault("substack.create=status:1,code=422"))
    due(writer, SLOT)
    writer.write("a-first", "What a-first says.", status="draft")
    writer.write("b-second", "What b-second says.")

    due(writer, LATER)
    taken = writer.run("status", "--json").json["issues"]
    first.write_text(first.read_text("utf-8").replace("status: draft", "status: ready"), "utf-8")
    due(writer, "2026-11-25T10:00:00+00:00")
    waiting = at_home(writer)
    due(writer, NEXT)
    issues = {each["title"]: each for each in writer.run("status", "--json").json["issues"]}

    assert [("B-second", 1, "2026-W48")] == [(i["title"], i["number"], i["slot"]) for i in taken if i["slot"]]
    assert ["B-second"] == waiting
    assert ["B-second", "A-first"] == at_home(writer)
    assert (2, "2026-W49") == (issues["A-first"]["number"], issues["A-first"]["slot"])


def test_a_slot_needs_no_draft(writer: Writer) -> None:
    """Without a ready draft the slot passes in silence, and a draft that is ready within grace still goes out."""
    history(writer)
    quiet = due(writer, SLOT)
    writer.write("lanterns")

    due(writer, LATER)

    assert (0, "", "") == (quiet.code, quiet.out, quiet.err)
    assert ["Earlier", "Lanterns"] == at_home(writer)


def test_json_holds_one_document(writer: Writer) -> None:
    """--json answers also when nothing is due."""
    writer.write("lanterns")

    answer = writer.run("publish", "--due", "--json", now=BEFORE)

    assert {"issues": [], "next_slot": {"slot": "2026-W48", "due": "2026-11-25T09:00:00+00:00"}} == answer.json


def test_a_twin_never_goes_out_by_the_clock(writer: Writer) -> None:
    """A copy of what is out is not published at the next slot."""
    writer.write("lanterns", "The very same text.")
    due(writer, SLOT)
    writer.write("zcopy", "The very same text.")

    due(writer, NEXT)

    assert ["Lanterns"] == at_home(writer)


def test_a_moved_folder_goes_on(writer: Writer, tmp_path: Path) -> None:
    """What is out stays out when the folder is moved: the ledger moves with it."""
    writer.write("lanterns")
    due(writer, SLOT)
    moved = tmp_path.with_name("moved")
    tmp_path.rename(moved)
    writer.folder = moved

    answer = due(writer, LATER)

    assert (0, "") == (answer.code, answer.out)
    assert ["Lanterns"] == at_home(writer)
