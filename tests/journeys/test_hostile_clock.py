"""Clocks and calendars that lie: a clear answer, no crash, no post."""

from __future__ import annotations

from datetime import datetime

import pytest
from writer_stage import Answer, Writer


def setting(writer: Writer, before: str, after: str) -> None:
    """Change the settings."""
    path = writer.folder / "schedule.yaml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def due(writer: Writer, now: str) -> Answer:
    """``publish --due`` at that moment."""
    writer.sandbox.clock.set(datetime.fromisoformat(now))
    return writer.run("publish", "--due", now=now)


@pytest.mark.parametrize("zone", ["Europe/Lissabon", "Mars/Olympus", "../../etc/passwd", "localtime"])
@pytest.mark.parametrize("command", ["publish --due", "streak", "status", "plan"])
def test_a_zone_that_does_not_exist(writer: Writer, zone: str, command: str) -> None:
    """It is an error of the settings with file, line and key, and nothing is sent."""
    setting(writer, "Europe/Lisbon", zone)
    writer.write("lanterns")

    answer = writer.run(*command.split(), "--json")

    error = answer.json["error"]
    assert (2, "newsletter.timezone", 1) == (answer.code, error["key"], error["line"])
    assert [] == writer.sandbox.titles()


def test_a_slot_time_that_does_not_exist_that_day(writer: Writer) -> None:
    """A due time that the clock skips in spring is the same instant as before the change: once, at 01:30 UTC."""
    setting(writer, "Europe/Lisbon", "Europe/Berlin")
    setting(writer, 'day: wednesday, time: "09:00"', 'day: sunday, time: "02:30"')
    writer.write("lanterns")

    early = due(writer, "2027-03-28T01:29:00+00:00")
    sent_early = writer.sandbox.titles("substack")
    due(writer, "2027-03-28T01:30:00+00:00")
    due(writer, "2027-03-28T02:30:00+00:00")

    assert (0, "", []) == (early.code, early.out, sent_early)
    assert ["Lanterns"] == writer.sandbox.titles("substack")


def test_a_slot_time_that_comes_twice(writer: Writer) -> None:
    """A due time that autumn repeats is the first of the two, and publishes once."""
    setting(writer, "Europe/Lisbon", "Europe/Berlin")
    setting(writer, 'day: wednesday, time: "09:00"', 'day: sunday, time: "02:30"')
    writer.write("a", "What a says.")
    writer.write("b", "What b says.")

    due(writer, "2027-10-31T00:30:00+00:00")
    due(writer, "2027-10-31T01:30:00+00:00")
    due(writer, "2027-10-31T02:30:00+00:00")

    assert ["A"] == writer.sandbox.titles("substack")


def test_a_clock_that_is_set_back_by_a_day_posts_nothing(writer: Writer) -> None:
    """What went out tomorrow by a wrong clock is not sent again, and the next draft keeps to its own slot."""
    writer.write("a", "What a says.")
    writer.write("b", "What b says.")
    due(writer, "2026-11-25T09:00:00+00:00")

    codes = [due(writer, f"2026-11-24T{hour:02}:00:00+00:00").code for hour in (9, 15, 21)]
    again = due(writer, "2026-11-25T09:00:00+00:00")
    after = writer.sandbox.titles("substack")
    due(writer, "2026-12-02T09:00:00+00:00")

    assert ([0, 0, 0], 0) == (codes, again.code)
    assert ["A"] == after
    assert ["A", "B"] == writer.sandbox.titles("substack")


def test_a_clock_that_is_set_back_leaves_the_streak_readable(writer: Writer) -> None:
    """An issue from a future that is not yet is shown, and nothing crashes."""
    writer.write("a", "What a says.")
    due(writer, "2026-11-25T09:00:00+00:00")

    found = writer.run("streak", "--json", now="2026-11-24T09:00:00+00:00")

    assert 0 == found.code
    assert "kept" in {slot["state"] for slot in found.json["slots"]}


def test_a_clock_far_in_the_future_publishes_one_issue_only(writer: Writer) -> None:
    """A jump of a year fills no slots that nobody asked for."""
    writer.write("a", "What a says.")
    due(writer, "2026-11-25T09:00:00+00:00")
    for name in "bcdef":
        writer.write(name, f"What {name} says.")

    due(writer, "2027-11-24T09:00:00+00:00")

    assert ["A", "B"] == writer.sandbox.titles("substack")


@pytest.mark.parametrize("breaks", ['["2027-01-03..2026-12-21"]', '["2026-02-30"]', '["tomorrow"]'])
def test_contradictory_breaks(writer: Writer, breaks: str) -> None:
    """A break that ends before it begins, or on no day, is an error of the settings."""
    setting(writer, 'time: "09:00"}', f'time: "09:00", breaks: {breaks}}}')

    answer = writer.run("streak", "--json")

    assert 2 == answer.code
    assert answer.json["error"]["key"].startswith("cadence.breaks")
    assert 2 == answer.json["error"]["line"]


def test_a_break_without_end(writer: Writer) -> None:
    """A break that covers all time leaves nothing due and every command alive."""
    setting(writer, 'time: "09:00"}', 'time: "09:00", breaks: ["2026-01-01..2999-12-31"]}')
    writer.write("lanterns")

    assert (0, "") == ((answer := due(writer, "2026-11-25T09:00:00+00:00")).code, answer.out)
    assert 0 == writer.run("streak").code
    assert 0 == writer.run("status").code
    assert [] == writer.sandbox.titles()


@pytest.mark.parametrize("moment", ["soon", "2026-11-25T09:00:00", "2026-13-01T00:00:00Z"])
def test_a_rehearsal_at_no_time(writer: Writer, moment: str) -> None:
    """NEWSLETTER_BOT_NOW that names no moment is a usage error."""
    answer = writer.run("publish", "--due", "--json", now=moment)

    assert 2 == answer.code
    assert "NEWSLETTER_BOT_NOW" in answer.json["error"]["message"]
