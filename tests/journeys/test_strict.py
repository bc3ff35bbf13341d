"""A strict publication carries a text as it is written or not at all, and stops no other."""

from __future__ import annotations

import pytest
from writer_stage import Writer

CALLOUT = "First.\n\n> [!note]\n> Bring a lantern."
"""Substack carries it as written, Medium does not."""


@pytest.fixture
def strict(writer: Writer) -> Writer:
    """Medium is strict."""
    writer.configure(medium=", strict: true")
    writer.write("lanterns", CALLOUT)
    return writer


def test_a_loss_stops_that_delivery_alone(strict: Writer) -> None:
    """Home goes out; nothing is asked of the strict one, and whoever asks is told what it cannot carry, and where."""
    answer = strict.publish()

    assert (1, {"substack": "delivered", "medium": "refused"}) == (answer.code, answer.states)
    assert "strict and cannot carry a callout (line 8)" in answer.deliveries["medium"]["error"]
    assert [] == [one for one in strict.sandbox.requests if one.route.startswith("medium")]


def test_the_plan_says_it_before(strict: Writer) -> None:
    """The plan holds the strict one with every loss, creates the other, and what it says is what happens."""
    planned = strict.run("plan", "--json", "--out", "p.json")
    carried_out = strict.publish("--plan", "p.json")

    told = {each["publication"]: each for each in planned.json["deliveries"]}
    assert (0, "create", "hold") == (planned.code, told["substack"]["action"], told["medium"]["action"])
    assert [("a callout", 8)] == [(loss["what"], loss["line"]) for loss in told["medium"]["losses"]]
    assert {"substack": "delivered", "medium": "refused"} == carried_out.states


def test_it_is_not_told_again_by_every_run(strict: Writer) -> None:
    """A run by the clock with nothing new says nothing and sends nothing."""
    strict.publish()
    strict.sandbox.forget_requests()

    again = strict.publish("--due")

    assert (0, []) == (again.code, again.json["issues"])
    assert [] == [one for one in strict.sandbox.requests if one.method != "GET"]


def test_a_text_without_losses_goes_out(strict: Writer) -> None:
    """Once the writer has put it in another way, the strict one gets it too, and home is only changed."""
    strict.publish()
    strict.write("lanterns", "First.\n\nBring a lantern.")

    answer = strict.publish("--due")

    assert (0, {"substack": "delivered", "medium": "delivered"}) == (answer.code, answer.states)
    assert (1, 1) == (len(strict.sandbox.titles("substack")), len(strict.sandbox.titles("medium")))


def test_allowing_the_losses_sends_it(strict: Writer) -> None:
    """Settings that are no longer strict let the same text out."""
    strict.publish()
    strict.configure()

    assert {"substack": "delivered", "medium": "delivered"} == strict.publish("--due").states


def test_a_post_that_is_out_is_not_changed_into_less(writer: Writer) -> None:
    """An edit that a strict home cannot carry leaves the post as readers know it, until the writer mends the edit."""
    writer.configure(substack=", strict: true")
    writer.write("lanterns", "First words.")
    writer.publish()
    writer.write("lanterns", "Other words.\n\n| a | b |\n|---|---|\n| c | d |")

    held = writer.publish("drafts/lanterns.md")
    planned = writer.run("plan", "drafts/lanterns.md", "--json").json["deliveries"]
    writer.write("lanterns", "Other words.")
    mended = writer.publish("drafts/lanterns.md")

    assert (1, "delivered", "delivered") == (held.code, held.states["substack"], held.states["medium"])
    assert "strict" in held.deliveries["substack"]["error"]
    assert "hold" == next(each["action"] for each in planned if each["publication"] == "substack")
    assert (0, None) == (mended.code, mended.deliveries["substack"]["error"])


def test_check_names_every_loss(strict: Writer) -> None:
    """Each thing that a strict publication cannot carry is an error with its line, before it is the draft's turn."""
    strict.write("lanterns", f"{CALLOUT}\n\n- [ ] oil")

    answer = strict.run("check", "--offline", "--json")

    said = [(one["level"], one["file"], one["line"]) for one in answer.json["findings"] if "strict" in one["message"]]
    assert (2, [("error", "drafts/lanterns.md", 8), ("error", "drafts/lanterns.md", 11)]) == (answer.code, said)
