"""Imports happen where they are used: a command loads what it needs, and a run with nothing to do next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import newsletter_bot

SOURCES = str(Path(newsletter_bot.__file__).parents[1])
TELL = """
import contextlib, io, json, sys
from newsletter_bot.__main__ import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]))
"""
QUIET_TELL = """
import sys
before = set(sys.modules)
from newsletter_bot.__main__ import main
code = main(sys.argv[1:])
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps([code, loaded]))
"""
HEAVY = (
    "apscheduler",
    "flask",
    "feedparser",
    "watchdog",
    "PIL",
    "waitress",
    "prometheus_client",
    "icalendar",
    "babel",
    "rich",
)
SENDING = ("httpx", "httpcore")
LONG_WAY = ("click", "yaml", "httpx", "sqlite3", "dataclasses", "typing", "re", "pathlib", "newsletter_bot.cli")
SETTINGS = """\
newsletter: {id: tidewater, title: Tidewater, author: Mara, timezone: Europe/Lisbon}
cadence: {every: week, day: wednesday, time: "09:00"}
home: medium
publications:
  medium: {platform: medium, api: "http://127.0.0.1:9/v1", token: env:MEDIUM_TOKEN}
"""
DRAFT = "---\ntitle: Tides\nstatus: {status}\n---\n\nOne honest paragraph.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "drafts" / "tides.md").write_text(DRAFT.format(status="draft"), encoding="utf-8")
    return tmp_path


def loaded(folder: Path, *arguments: str, tell: str = TELL) -> tuple[int, set[str]]:
    """The exit code of a command in a process of its own, and what it had loaded by its end."""
    environ = {**os.environ, "PYTHONPATH": SOURCES, "MEDIUM_TOKEN": "a-token"}
    environ["NEWSLETTER_BOT_NOW"] = "2026-11-25T09:00:00+00:00"
    words = [sys.executable, "-c", tell, *arguments]
    done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=True)
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


def found(names: set[str], wanted: tuple[str, ...]) -> list[str]:
    return sorted(names & set(wanted))


@pytest.mark.parametrize(
    "command",
    [
        "--version",
        "--help",
        "check --offline",
        "new Tides",
        "note Hello",
        "plan",
        "plan drafts/tides.md",
        "platforms",
        "preview drafts/tides.md --out there",
        "publish",
        "publish --due",
        "publish --dry-run drafts/tides.md",
        "schema",
        "status",
        "streak",
        "ledger check",
    ],
)
def test_a_command_loads_what_it_needs(folder: Path, command: str) -> None:
    """Nothing of the daemon, of pages, feeds, calendars, pictures or the network is loaded by a command that uses none."""
    _, names = loaded(folder, *command.split())

    assert [] == found(names, (*HEAVY, *SENDING))


def test_sending_loads_the_network(folder: Path) -> None:
    """The HTTP client is loaded when something is to be sent, and only that."""
    (folder / "drafts" / "tides.md").write_text(DRAFT.format(status="ready"), encoding="utf-8")

    code, names = loaded(folder, "publish", "drafts/tides.md")

    assert 1 == code
    assert sorted(SENDING) == found(names, (*HEAVY, *SENDING))


def test_nothing_due_is_answered_before_anything_is_loaded(folder: Path) -> None:
    """A second `publish --due` with nothing due is answered before the command line, YAML, HTTP and SQLite are loaded."""
    first, _ = loaded(folder, "publish", "--due")
    second, names = loaded(folder, "publish", "--due", tell=QUIET_TELL)

    assert (0, 0) == (first, second)
    assert [] == found(names, LONG_WAY)


@pytest.mark.parametrize("name", ["schedule.yaml", "drafts/tides.md", "drafts/_housekeeping.md", "drafts/wave.png"])
def test_a_change_is_looked_at(folder: Path, name: str) -> None:
    """After a change of settings, draft, inbox or a picture beside a draft the next run takes the long way."""
    loaded(folder, "publish", "--due")
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write("\n")

    _, names = loaded(folder, "publish", "--due", tell=QUIET_TELL)

    assert "newsletter_bot.cli" in names


def test_the_next_slot_is_looked_at(folder: Path) -> None:
    """What is remembered holds no longer than until something can become due."""
    loaded(folder, "publish", "--due")
    later = QUIET_TELL.replace(
        "import sys", "import os, sys\nos.environ['NEWSLETTER_BOT_NOW'] = '2026-12-02T09:00:00+00:00'"
    )

    _, names = loaded(folder, "publish", "--due", tell=later)

    assert "newsletter_bot.cli" in names
