"""Beginning a newsletter."""

from __future__ import annotations

from writer_stage import Writer


def test_a_new_folder_can_be_used_at_once(writer: Writer) -> None:
    """What init writes is valid, and its draft waits until it is ready."""
    made = writer.run("init", "fresh", "--yes", "--timezone", "Europe/Lisbon", "--json")

    assert ["schedule.yaml", "drafts/2026-11-25-first-issue.md", ".gitignore"] == made.json["written"]
    plan = writer.run("--config", "fresh/schedule.yaml", "plan", "--json")
    assert (0, None) == (plan.code, plan.json["issue"])


def test_nothing_is_overwritten(writer: Writer) -> None:
    """What is there stays as it is."""
    writer.write("mine")
    before = (writer.folder / "schedule.yaml").read_bytes()

    answer = writer.run("init", ".", "--yes", "--json")

    assert [".gitignore"] == answer.json["written"]
    assert before == (writer.folder / "schedule.yaml").read_bytes()


def test_a_wrong_answer_writes_nothing(writer: Writer) -> None:
    """A zone that does not exist is told with the nearest name."""
    answer = writer.run("init", "fresh", "--yes", "--timezone", "Europe/Lissabon", "--json")

    assert 2 == answer.code
    assert "Europe/Lisbon" in answer.json["error"]["fix"]
    assert not (writer.folder / "fresh").exists()
