"""Publications that come, go and are renamed while issues are out."""

from __future__ import annotations

from writer_stage import Writer

LATER = "2026-11-25T12:00:00+00:00"
WEEK_LATER = "2026-12-01T12:00:00+00:00"


def rewrite(writer: Writer, old: str, new: str) -> None:
    """Change a word of the settings."""
    path = writer.folder / "schedule.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_renamed_publication_does_not_get_the_issue_twice(writer: Writer) -> None:
    """Another name for the same place holds what is there already, by the clock and by hand, and says so."""
    writer.write("lanterns")
    writer.publish()
    rewrite(writer, "  medium: {", "  magazine: {")

    writer.run("publish", "--due", now=LATER)
    by_hand = writer.publish()
    plan = {each["publication"]: each for each in writer.run("plan", "--json").json["deliveries"]}

    assert ["Lanterns"] == writer.sandbox.titles("medium")
    assert (1, "hold") == (by_hand.code, plan["magazine"]["action"])
    assert "'medium'" in plan["magazine"]["reason"]
    assert "publications.medium" in writer.run("check", "--offline").out


def test_a_renamed_publication_gets_the_next_issue(writer: Writer) -> None:
    """Only what is there already is held; a person may also ask for it once more."""
    writer.write("lanterns", "Light them.")
    writer.publish()
    rewrite(writer, "  medium: {", "  magazine: {")
    writer.write("beacons", "Light those.")

    writer.publish("beacons")
    next_one = writer.sandbox.titles("medium")
    writer.publish("lanterns", "--twin")

    assert ["Lanterns", "Beacons"] == next_one
    assert ["Lanterns", "Beacons", "Lanterns"] == writer.sandbox.titles("medium")


def test_a_publication_that_came_later_gets_old_issues_by_hand_only(writer: Writer) -> None:
    """The clock does not carry what is out to a publication that was not there when it was promised."""
    both = (writer.folder / "schedule.yaml").read_text(encoding="utf-8")
    lines = [line for line in both.splitlines() if not line.startswith("  medium:")]
    (writer.folder / "schedule.yaml").write_text("\n".join(lines), encoding="utf-8")
    writer.write("lanterns")
    writer.publish()
    (writer.folder / "schedule.yaml").write_text(both, encoding="utf-8")

    writer.run("publish", "--due", now=LATER)
    by_clock = writer.sandbox.titles("medium")
    writer.publish("lanterns")

    assert ([], ["Lanterns"]) == (by_clock, writer.sandbox.titles("medium"))


def test_a_renamed_home_keeps_its_streak(writer: Writer) -> None:
    """Slots keep the home under which they passed; what goes out at the old one later counts no more."""
    writer.write("lanterns")
    writer.publish()
    assert 1 == writer.run("streak", "--json").json["current"]
    settings = writer.folder / "schedule.yaml"
    text = (
        settings.read_text(encoding="utf-8").replace("home: substack", "home: blog").replace("  substack:", "  blog:")
    )
    settings.write_text(text, encoding="utf-8")
    week_after = "2026-12-02T09:00:00+00:00"

    before = writer.run("streak", "--json", now=week_after).json
    writer.write("tides", "Another week.")
    writer.publish("drafts/tides.md")
    after = writer.run("streak", "--json").json

    assert ("2026-W48", 1) == (before["last_kept"], before["current"])
    assert (2, ["kept", "kept"]) == (after["current"], [slot["state"] for slot in after["slots"]][:2])


def test_a_publication_that_the_draft_leaves_out_gets_nothing_when_the_draft_is_gone(writer: Writer) -> None:
    """What the writer said last counts: a draft that was narrowed and then deleted goes nowhere else, and status says so."""
    writer.configure(medium=", after: 3d")
    draft = writer.write("lanterns")
    writer.publish()
    text = draft.read_text(encoding="utf-8")
    draft.write_text(text.replace("status: ready", "status: ready\npublications: [substack]"), encoding="utf-8")
    writer.run("publish", "--due", now=LATER)
    left_out = writer.run("status").out
    draft.unlink()

    gone = writer.run("publish", "--due", now=WEEK_LATER)

    assert "does not name this publication any more" in left_out
    assert (0, []) == (gone.code, writer.sandbox.titles("medium"))


def test_a_publication_that_the_draft_names_again_gets_the_issue(writer: Writer) -> None:
    """Left out and taken in again, a publication gets the issue when its time has come, also without the draft."""
    writer.configure(medium=", after: 3d")
    draft = writer.write("lanterns")
    writer.publish()
    text = draft.read_text(encoding="utf-8")
    for names in ("[substack]", "[substack, medium]"):
        narrowed = text.replace("status: ready", f"status: ready\npublications: {names}")
        draft.write_text(narrowed, encoding="utf-8")
        writer.run("publish", "--due", now=LATER)
    draft.unlink()

    writer.run("publish", "--due", now=WEEK_LATER)

    assert ["Lanterns"] == writer.sandbox.titles("medium")
