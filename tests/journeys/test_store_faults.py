"""A store that cannot be used stops everything before anything is sent, and says how to mend it."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from writer_stage import Writer

from newsletter_bot import failpoints

LATER = "2026-11-25T10:00:00+00:00"
SOURCES = str(Path(failpoints.__file__).parents[1])


@pytest.fixture
def ready(writer: Writer) -> Writer:
    """A ready draft."""
    writer.write("lanterns", "Eleven lanterns.")
    return writer


@pytest.fixture
def out(ready: Writer) -> Writer:
    """An issue that is out."""
    assert 0 == ready.publish().code
    ready.sandbox.forget_requests()
    return ready


def ledger(writer: Writer) -> Path:
    """The file."""
    return writer.folder / ".newsletter-bot" / "ledger.db"


def process(
    writer: Writer, *arguments: str, points: str = "", room: int | None = None
) -> subprocess.CompletedProcess[str]:
    """A real process, with fail points, or with room for so many bytes in each file."""

    def limit() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environ = {**os.environ, **writer.environ, "NEWSLETTER_BOT_NOW": writer.now, "PYTHONPATH": SOURCES}
    if points:
        environ[failpoints.VARIABLE] = points
    command = [sys.executable, "-m", "newsletter_bot", *arguments]
    return subprocess.run(
        command,
        cwd=writer.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=limit,
    )


def writes(writer: Writer) -> list[str]:
    """Requests that write."""
    return [request.route for request in writer.sandbox.requests if request.method != "GET"]


@pytest.mark.parametrize(
    "place", ["begin.migrate", "statement.register", "commit.promise", "statement.promise", "begin.move", "commit.move"]
)
def test_a_full_disk_sends_nothing(ready: Writer, place: str) -> None:
    """Whatever cannot be written down before a request keeps the request from being made; with room it goes out once."""
    full = process(ready, "publish", points=f"ledger.{place}:1=enospc")
    sent = list(writes(ready))

    mended = ready.publish()

    assert full.returncode in (1, 2)
    assert "the disk is full" in full.stderr
    assert "free some space" in full.stderr
    assert "Traceback" not in full.stderr
    assert [] == sent
    assert 0 == mended.code
    assert ["Lanterns", "Lanterns"] == ready.sandbox.titles()


def test_no_room_at_all(ready: Writer) -> None:
    """A file system that takes not another byte is told as such."""
    full = process(ready, "publish", room=0)

    assert 2 == full.returncode
    assert "Traceback" not in full.stderr
    assert "ledger" in full.stderr
    assert [] == writes(ready)


@pytest.mark.parametrize("room", [4096, 32768, 65536, 131072])
def test_room_that_ends_somewhere(ready: Writer, room: int) -> None:
    """Wherever the room ends, the next run with room makes one post of it."""
    cut = process(ready, "publish", room=room)

    ready.publish(now=LATER)
    ready.publish(now="2026-11-25T11:00:00+00:00")

    assert "Traceback" not in cut.stderr
    assert ["Lanterns", "Lanterns"] == ready.sandbox.titles()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(ready: Writer) -> None:
    """A read-only folder sends nothing and names the folder."""
    ready.folder.chmod(0o500)
    try:
        answer = ready.publish()
    finally:
        ready.folder.chmod(0o700)

    assert 2 == answer.code
    assert "writable" in answer.json["error"]["fix"]
    assert [] == writes(ready)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_that_may_not_be_written(out: Writer) -> None:
    """A read-only ledger sends nothing and names the file."""
    ledger(out).chmod(0o400)

    answer = out.publish()

    assert 2 == answer.code
    assert "writable" in answer.json["error"]["fix"]
    assert [] == writes(out)


def test_a_folder_in_the_place_of_the_ledger(ready: Writer) -> None:
    """What is no file is told as such."""
    ledger(ready).mkdir(parents=True)

    answer = ready.publish()

    assert (2, "ledger") == (answer.code, answer.json["error"]["kind"])
    assert [] == writes(ready)


@pytest.mark.parametrize("damage", ["head", "middle", "text", "cut", "empty pages"])
def test_a_damaged_ledger_is_told_with_the_way_back(out: Writer, damage: str) -> None:
    """Every command says that the ledger is damaged and how to restore it; none sends anything or crashes."""
    spoil(ledger(out), damage)

    for command in (["publish"], ["publish", "--due"], ["status"], ["plan"], ["ledger", "check"]):
        answer = out.run(*command, "--json", now=LATER)
        assert "Traceback" not in answer.err
        if damage != "middle" or command == ["ledger", "check"]:
            assert 2 == answer.code, (command, answer.out)
            assert "ledger" in answer.out
    assert [] == [route for route in writes(out) if route.endswith(("create", "medium.post"))]


def spoil(path: Path, how: str) -> None:
    """Damage of several kinds; the log beside the file is gone."""
    for part in ("-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    content = bytearray(path.read_bytes())
    if how == "head":
        content[:100] = b"\0" * 100
    elif how == "middle":
        content[len(content) // 2 : len(content) // 2 + 3000] = b"\xa5" * 3000
    elif how == "text":
        content = bytearray(b"This was a ledger once.\n" * 400)
    elif how == "cut":
        del content[5000:]
    else:
        content[4096:] = b"\0" * (len(content) - 4096)
    path.write_bytes(content)


def test_a_backup_brings_everything_back(out: Writer) -> None:
    """Backed up, damaged and restored, the ledger knows what is out, and nothing is sent again."""
    made = out.run("ledger", "backup", "--json").json["backup"]
    spoil(ledger(out), "text")

    restored = out.run("ledger", "restore", made)
    checked = out.run("ledger", "check", "--json")
    again = out.publish("drafts/lanterns.md", now=LATER)

    assert (0, 0, 0) == (restored.code, checked.code, again.code)
    assert [] == checked.json["findings"]
    assert [] == [route for route in writes(out) if route.endswith(("create", "medium.post"))]
    assert ["Lanterns", "Lanterns"] == out.sandbox.titles()


def test_a_backup_overwrites_nothing(out: Writer) -> None:
    """The second backup of the same name is refused."""
    assert 0 == out.run("ledger", "backup", "copy.db").code
    assert 2 == out.run("ledger", "backup", "copy.db").code


def test_a_newer_ledger_is_refused(out: Writer) -> None:
    """A ledger that a later version wrote is left alone."""
    with closing(sqlite3.connect(ledger(out))) as connection:
        connection.execute("PRAGMA user_version = 99")

    answer = out.publish(now=LATER)

    assert 2 == answer.code
    assert "newer version" in answer.json["error"]["message"]
    assert "upgrade" in answer.json["error"]["fix"]


def test_another_programs_file_is_refused(ready: Writer) -> None:
    """An SQLite file that is no ledger is not touched."""
    path = ledger(ready)
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()

    answer = ready.publish()

    assert 2 == answer.code
    assert "another program" in answer.json["error"]["message"]
    assert before == path.read_bytes()


def test_state_is_readable_by_the_owner_only(out: Writer) -> None:
    """Files and folders of state are nobody else's business, whatever the umask."""
    folder = ledger(out).parent
    shutil.rmtree(folder)
    before = os.umask(0)
    try:
        out.publish("drafts/lanterns.md", "--only", "medium")
        out.run("publish", "--due", now=LATER)
        out.run("ledger", "backup")
    finally:
        os.umask(before)

    open_to_others = [
        str(path.relative_to(folder.parent))
        for path in (folder, *folder.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert [] == open_to_others
