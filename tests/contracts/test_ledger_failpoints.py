"""Fail points: nothing when unset; with them, every boundary of the ledger can be reached and survived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter_bot import failpoints
from newsletter_bot.ledger import open_ledger
from newsletter_bot.ledger.care import check
from newsletter_bot.model import State

SOURCES = str(Path(failpoints.__file__).parents[1])
RUNNER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger import open_ledger
from newsletter_bot.model import Format, IssueRecord, Rendition, State
now = datetime(2026, 11, 25, tzinfo=UTC)
try:
    ledger = open_ledger("ledger.db", folder=Path(sys.argv[1]), newsletter="n")
    print("opened", flush=True)
    issue = IssueRecord(id="a", number=1, title="T", slot="s", draft="d")
    ledger.promise(issue, [Rendition(publication="m", platform="p", format=Format.HTML, title="T", body="B")], now)
    print("due", flush=True)
    delivery = ledger.deliveries()[0]
    for state in (State.SENDING, State.DELIVERED):
        if delivery.state is not State.DELIVERED:
            delivery = ledger.move(delivery, replace(delivery, state=state, owner="o"), at=now, what="x")
            print(state, flush=True)
    ledger.close()
except LedgerError as error:
    print("refused", error.message, flush=True)
"""
PROMISED = ["opened", "due", "sending", "delivered"]


def run(folder: Path, points: str) -> tuple[int, list[str]]:
    folder.mkdir(exist_ok=True)
    environment = {"PYTHONPATH": SOURCES, failpoints.VARIABLE: points}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(folder)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every fail point that one run passes, in order."""
    folder = tmp_path_factory.mktemp("count")
    assert (0, PROMISED) == run(folder / "ledger", f"count:{folder / 'names'}")
    return (folder / "names").read_text().split()


def reached(folder: Path) -> str:
    """What the ledger holds after an accident: whole, or not yet made."""
    ledger = open_ledger("ledger.db", folder=folder, newsletter="n")
    states = [delivery.state for delivery in ledger.deliveries()]
    ledger.close()
    assert [] == check(folder / "ledger.db")
    return str(states[0]) if states else "opened"


def test_nothing_without_the_variable() -> None:
    """In an ordinary run the hook is an empty function."""
    assert not failpoints.active
    assert failpoints.hit is failpoints._nothing


def test_every_boundary_is_named(boundaries: list[str]) -> None:
    """Each transaction passes its beginning, its statements, its commit and what follows it."""
    for name in ("migrate", "register", "promise", "move"):
        kinds = [point.split(".")[1] for point in boundaries if point.endswith(f".{name}")]
        assert {"begin", "statement", "commit", "committed"} == set(kinds)
        assert "committed" == kinds[-1]


def test_killed_anywhere_what_was_reported_is_there(boundaries: list[str], tmp_path: Path) -> None:
    """Killed at every boundary: the ledger is whole, holds what was reported, and the next run ends the work."""
    order = ["opened", "due", "sending", "delivered"]
    moves = [number for number, name in enumerate(boundaries, 1) if not name.endswith("migrate")]
    for number in [1, 7, *moves]:
        folder = tmp_path / str(number)
        code, told = run(folder, f"*:{number}=kill")

        assert -signal.SIGKILL == code
        assert order.index(reached(folder)) >= order.index((told or ["opened"])[-1])
        if number % 3 == 0:
            assert "delivered" == run(folder, "")[1][-1]


def test_a_full_disk_anywhere_leaves_nothing_half_written(boundaries: list[str], tmp_path: Path) -> None:
    """A full disk at every boundary before a commit: said so, nothing half-written, and the next run ends the work."""
    for number, name in enumerate(boundaries, 1):
        if ".committed." in name or (name.endswith("migrate") and number % 8):
            continue
        folder = tmp_path / str(number)
        code, told = run(folder, f"*:{number}=enospc")

        assert (0, True) == (code, told[-1].startswith("refused the disk is full"))
        assert (told[-2:-1] or ["opened"])[0] == reached(folder)
        if number % 3 == 0:
            assert "delivered" == run(folder, "")[1][-1]


@pytest.mark.parametrize(("action", "code"), [("exit", 70), ("kill", -signal.SIGKILL)])
def test_points_are_chosen_by_name_and_turn(tmp_path: Path, action: str, code: int) -> None:
    """A name is counted by itself: the second move, not the first."""
    assert (code, ["opened", "due", "sending"]) == run(tmp_path, f"ledger.commit.move:2={action}")
    assert State.SENDING == reached(tmp_path)


def test_stopped_goes_on(tmp_path: Path) -> None:
    """A stopped process holds still until it is continued, and then ends its work."""
    environment = {"PYTHONPATH": SOURCES, failpoints.VARIABLE: "ledger.committed.move:1=stop"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert State.SENDING == reached(tmp_path)
    process.send_signal(signal.SIGCONT)
    assert PROMISED == process.communicate(timeout=60)[0].split()


def test_an_input_output_error_is_told(tmp_path: Path) -> None:
    """A failing disk is an error of the ledger's own kind; names may end in a star."""
    code, told = run(tmp_path, "ledger.commit.*:4=raise")
    assert (0, True) == (code, "did not read or write" in told[-1])


@pytest.mark.parametrize("points", ["x", "x:1=explode", ":1=kill", "x:one=kill"])
def test_a_wrong_variable_is_refused(points: str) -> None:
    """A misspelt fail point must not pass for a test without faults."""
    with pytest.raises(SystemExit, match="NAME:N=ACTION"):
        failpoints.armed(points)
