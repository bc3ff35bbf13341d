"""Odd terminals, streams, clocks and disks: said where it matters, never a traceback, and nothing is sent by halves."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from writer_stage import Writer, typed


@pytest.mark.parametrize(
    "environ",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"COLUMNS": "3"},
        {"COLUMNS": "99999999"},
    ],
    ids=str,
)
def test_any_terminal_will_do(writer: Writer, environ: dict[str, str]) -> None:
    """Letters that a terminal lacks end no command, and JSON stays JSON."""
    writer.write("lanterns", "| ü | 😀 |\n|---|---|\n| 灯 | ✗ |", title="Grüße, 灯 😀")

    told = typed(writer, "newsletter-bot plan && newsletter-bot streak && newsletter-bot --help", **environ)
    shape = json.loads(typed(writer, "newsletter-bot plan --json", **environ).stdout)

    assert (0, "") == (told.returncode, told.stderr)
    assert "Grüße, 灯 😀" == shape["issue"]["title"]


def test_nobody_need_listen(writer: Writer) -> None:
    """With closed standard streams an issue goes out all the same, and its ledger is no place to print to."""
    writer.write("lanterns")

    done = typed(writer, "newsletter-bot publish <&- >&- 2>&-")

    assert 0 == done.returncode
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()
    assert [] == writer.run("ledger", "check", "--json").json["findings"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_answer_that_cannot_be_written_is_said(writer: Writer) -> None:
    """Full standard output is an error on standard error."""
    done = typed(writer, "newsletter-bot schema > /dev/full")

    assert 1 == done.returncode
    assert "could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_who_leaves_is_no_fault(writer: Writer) -> None:
    """Piping into a program that stops reading ends quietly."""
    done = typed(writer, "(newsletter-bot schema; echo $? >&2) | head -1")

    assert ("{\n", "0\n") == (done.stdout, done.stderr)


def test_an_odd_clock_is_refused(writer: Writer) -> None:
    """A set clock at the ends of time is an error, not a crash."""
    for said in ("yesterday", "2026-11-25", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00"):
        assert "NEWSLETTER_BOT_NOW" in writer.run("plan", "--json", now=said).json["error"]["message"]


def test_a_disk_without_room_sends_nothing(writer: Writer) -> None:
    """When the ledger cannot grow nothing is sent; with room again the issue goes out once."""
    writer.write("lanterns")

    done = typed(writer, "ulimit -f 8; newsletter-bot publish --json")

    assert 2 == done.returncode
    assert json.loads(done.stdout)["error"]["fix"]
    assert [] == writer.sandbox.titles()
    assert 0 == writer.publish().code
    assert ["Lanterns", "Lanterns"] == writer.sandbox.titles()


@pytest.fixture
def sealed(writer: Writer) -> Iterator[Writer]:
    """A folder that may only be read."""
    writer.write("lanterns")
    (writer.folder / "drafts").chmod(0o555)
    writer.folder.chmod(0o555)
    yield writer
    writer.folder.chmod(0o755)
    (writer.folder / "drafts").chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
@pytest.mark.parametrize("command", [("publish",), ("plan",), ("new", "A"), ("note", "a"), ("preview", "--out", "x")])
def test_a_folder_that_may_only_be_read_is_said(sealed: Writer, command: tuple[str, ...]) -> None:
    """Without the right to write nothing is sent, and the error says what to do."""
    assert sealed.run(*command, "--json").json["error"]["fix"]
    assert [] == sealed.sandbox.titles()
