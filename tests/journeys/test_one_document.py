"""With --json standard output holds exactly one document, whatever is asked and however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest
from outside_world import Page, world
from writer_stage import Writer

from newsletter_bot import __version__

PROGRAM = [sys.executable, "-m", "newsletter_bot"]


@pytest.mark.parametrize("words", [("--json", "--version"), ("--version", "--json"), ("-q", "-V", "--json")])
def test_the_version_is_a_document(writer: Writer, words: tuple[str, ...]) -> None:
    """The version can be read by programs."""
    answer = writer.run(*words)

    assert (0, {"version": __version__}) == (answer.code, answer.json)


def test_the_version_is_a_line_for_people() -> None:
    """Without --json the version is said as other programs say theirs."""
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)

    assert f"newsletter-bot, version {__version__}\n" == done.stdout


@pytest.mark.parametrize("words", [("--json", "--help"), ("plan", "--help", "--json"), ("--json", "ledger", "-h")])
def test_help_is_a_document(writer: Writer, words: tuple[str, ...]) -> None:
    """Help is the text that people see, in a document."""
    answer = writer.run(*words)

    assert 0 == answer.code
    assert "Usage: newsletter-bot" in answer.json["help"]


@pytest.mark.parametrize("words", [("--json",), ("ledger", "--json")])
def test_a_missing_command_is_one_line(writer: Writer, words: tuple[str, ...]) -> None:
    """A group without a command is an error that says so, not a page of help in a message."""
    answer = writer.run(*words)

    assert (2, "Missing command.") == (answer.code, answer.json["error"]["message"])


@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_is_told_in_the_form_that_was_asked_for(writer: Writer, *, as_json: bool) -> None:
    """Ctrl-C ends a command with 130, as shells expect, and says where what had begun stands."""
    started: list[subprocess.Popen[str]] = []
    begun = Event()

    def press(handler: BaseHTTPRequestHandler, closing: Event) -> None:
        del handler
        begun.wait(30)
        os.kill(started[0].pid, signal.SIGINT)
        closing.wait(30)

    with world() as others:
        others.pages["/talks.ics"] = Page(play=press)
        writer.configure(more=f"events: {{sources: ['{others.url}/talks.ics']}}\nnetwork: {{allow_private: true}}\n")
        writer.write("lanterns")
        environ = {**os.environ, **writer.environ, "NEWSLETTER_BOT_NOW": writer.now}
        command = [*PROGRAM, "publish", *(["--json"] if as_json else [])]
        pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        # Where these tests run in the background, SIGINT is ignored, and what they start would ignore it too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        started.append(subprocess.Popen(command, cwd=writer.folder, env=environ, **pipes))
        signal.signal(signal.SIGINT, before)
        begun.set()
        out, err = started[0].communicate(timeout=60)

    said = json.loads(out)["error"]["message"] if as_json else err
    assert 130 == started[0].returncode
    assert "interrupted" in said
    assert [] == writer.sandbox.posts()
