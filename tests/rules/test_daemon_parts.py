"""Parts of the daemon that need no process: when to look next, signs of life, what counts as a change, where to poll."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter_bot.daemon.heart import Heart
from newsletter_bot.daemon.timing import NEVER, PATIENCE, Agenda
from newsletter_bot.daemon.watching import NETWORK, Watch, kind_of_mount

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
QUIET = timedelta(seconds=2)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_nothing_is_planned_at_first() -> None:
    """Without a reason there is no look."""
    assert NEVER == Agenda().next


def test_the_earliest_moment_counts() -> None:
    """Of several moments the earliest is the next look."""
    agenda = Agenda()
    agenda.planned(NOON + seconds(60))
    agenda.planned(NOON)
    agenda.planned(NOON + seconds(10))

    assert NOON == agenda.next


def test_each_save_waits_for_quiet_anew() -> None:
    """A look follows the last save, not the first."""
    agenda = Agenda()
    for at in (0, 1, 2.5):
        agenda.touched(NOON + seconds(at), QUIET)

    assert NOON + seconds(4.5) == agenda.next


def test_endless_saving_is_waited_for_so_long_only() -> None:
    """After some times the quiet time the folder is looked at although it is not quiet."""
    agenda = Agenda()
    for at in range(100):
        agenda.touched(NOON + seconds(at), QUIET)

    assert NOON + PATIENCE * QUIET == agenda.next


def test_a_look_does_what_was_asked_for() -> None:
    """When a look begins the reasons for it are done; a save meanwhile is a new one."""
    agenda = Agenda()
    agenda.planned(NOON)
    agenda.touched(NOON, QUIET)
    agenda.begun()
    before = agenda.next
    agenda.touched(NOON + seconds(5), QUIET)
    agenda.planned(NOON + seconds(3600))

    assert (NEVER, NOON + seconds(7)) == (before, agenda.next)


def test_a_clock_set_back_while_saving_does_not_hold_up() -> None:
    """A save after the clock went back waits from the new time on."""
    agenda = Agenda()
    agenda.touched(NOON, QUIET)
    agenda.touched(NOON - timedelta(days=1), QUIET)

    assert NOON - timedelta(days=1) + QUIET == agenda.next


def test_no_sign_of_life_while_a_look_is_stuck() -> None:
    """Signs come by themselves and stop when all is not well."""
    alive = [True]
    signs: list[float] = []
    heart = Heart(0.01, alive=lambda: alive[0], sign=lambda: signs.append(time.monotonic()), jumped=lambda _: None)
    heart.start()
    until(lambda: len(signs) >= 5)
    alive[0] = False
    time.sleep(0.05)
    count = len(signs)
    time.sleep(0.1)
    heart.stop()

    assert count == len(signs)


def test_a_jump_of_the_clock_is_told_once() -> None:
    """When the wall clock goes otherwise than the steady one, that is told with the seconds."""
    offset = [0.0]
    jumps: list[float] = []

    class Skewed(Heart):
        def _offset(self) -> float:  # type: ignore[override]
            return offset[0]

    heart = Skewed(0.01, alive=lambda: True, sign=lambda: None, jumped=jumps.append)
    heart.start()
    time.sleep(0.03)
    offset[0] = -86_400.0
    until(lambda: jumps)
    time.sleep(0.05)
    heart.stop()

    assert [-86_400.0] == jumps


def test_a_polled_folder_tells_of_changes(tmp_path: Path) -> None:
    """Where the system tells nothing the folder is polled, with the same outcome."""
    (tmp_path / "drafts").mkdir()
    told = threading.Event()
    watch = Watch(tmp_path, tmp_path / "schedule.yaml", told.set, poll=0.05)
    watch.start()
    try:
        time.sleep(0.1)
        (tmp_path / "drafts" / "a.md").write_text("text", "utf-8")
        assert told.wait(10)
    finally:
        watch.stop()


@pytest.mark.parametrize("name", ["drafts/a.md", "drafts/deep/a.md", "schedule.yaml", "templates/events.md.j2"])
def test_what_is_a_change(tmp_path: Path, name: str) -> None:
    """Drafts at any depth, templates and the settings count."""
    assert _told_of(tmp_path, name)


@pytest.mark.parametrize("name", ["drafts/.a.md.swp", "drafts/#a.md#", ".newsletter-bot/ledger.db", "notes.txt"])
def test_what_is_none(tmp_path: Path, name: str) -> None:
    """Editors' own files, the ledger and anything else do not."""
    assert not _told_of(tmp_path, name)


def _told_of(folder: Path, name: str) -> bool:
    for each in ("drafts/deep", "templates", ".newsletter-bot"):
        (folder / each).mkdir(parents=True)
    told = threading.Event()
    watch = Watch(folder, folder / "schedule.yaml", told.set, poll=0)
    watch.start()
    try:
        (folder / name).write_text("text", "utf-8")
        return told.wait(0.5)
    finally:
        watch.stop()


def test_network_mounts_are_known() -> None:
    """The innermost mount decides, also under a name with spaces."""
    mounts = "/dev/sda1 / ext4 rw 0 0\nserver:/home /home/my\\040share nfs4 rw 0 0\ntmpfs /home/my\\040share/tmp tmpfs rw 0 0\n"

    kinds = [kind_of_mount(mounts, Path(path)) for path in ("/srv/a", "/home/my share/letters", "/home/my share/tmp/x")]

    assert ["ext4", "nfs4", "tmpfs"] == kinds
    assert "nfs4" in NETWORK
