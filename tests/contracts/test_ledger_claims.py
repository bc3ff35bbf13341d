"""Claims: a lock is held for as long as its process lives, and no longer."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

import newsletter_bot
from newsletter_bot.errors import LedgerError
from newsletter_bot.ledger import open_claims
from newsletter_bot.ledger.claims import FileClaims
from newsletter_bot.ports import Claims

SOURCES = str(Path(newsletter_bot.__file__).parents[1])
OTHER = """
import sys
from pathlib import Path
from newsletter_bot.ledger.claims import FileClaims
claims = FileClaims(Path(sys.argv[1]))
print(claims.owner, claims.hold("daemon"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def claims(tmp_path: Path) -> Iterator[FileClaims]:
    held = FileClaims(tmp_path)
    yield held
    held.close()


@contextmanager
def another(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process with an owner's key and, if it is free, the daemon's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": SOURCES},
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[0]
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_we_are_alive(claims: Claims) -> None:
    """Our own key is alive and stays the same, in every thread."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: claims.owner, range(50)))

    assert {claims.owner} == keys
    assert claims.alive(claims.owner)


def test_keys_are_random_bits(tmp_path: Path) -> None:
    """Keys are 62 random bits, so that they also name an advisory lock of a database."""
    keys = {FileClaims(tmp_path / str(number)).owner for number in range(20)}
    assert 20 == len(keys)
    assert all(0 <= int(key, 16) < 2**62 for key in keys)


def test_somebody_else_is_alive_until_the_end(claims: FileClaims, tmp_path: Path) -> None:
    """Another process is alive while it runs and while it is paused, and gone when it is killed; its file goes too."""
    with another(tmp_path) as (process, owner):
        assert claims.alive(owner)
        process.send_signal(signal.SIGSTOP)
        assert claims.alive(owner)
        process.kill()
        process.wait(timeout=10)

        assert not claims.alive(owner)
        assert [] == list((tmp_path / "run").glob(f"{owner}*"))


def test_two_in_one_process_are_two(claims: FileClaims, tmp_path: Path) -> None:
    """Two objects in one process have keys of their own and see each other."""
    second = FileClaims(tmp_path)

    assert claims.owner != second.owner
    assert claims.alive(second.owner)
    assert second.alive(claims.owner)
    gone = second.owner
    second.close()
    assert not claims.alive(gone)
    assert gone != second.owner
    second.close()


@pytest.mark.parametrize("owner", ["", "nobody", "../../etc/passwd", "0" * 16, "daemon", "A" * 16, "\0"])
def test_unknown_keys_are_gone(claims: FileClaims, owner: str) -> None:
    """A key that nobody holds, or that is none, is not alive, and no file is touched outside of the folder."""
    assert claims.owner
    assert not claims.alive(owner)


def test_files_of_the_dead_are_swept(tmp_path: Path) -> None:
    """A new process removes the files of those that were killed."""
    for _ in range(2):
        with another(tmp_path) as (process, _owner):
            process.kill()
            process.wait(timeout=10)
    claims = FileClaims(tmp_path)

    assert [f"{claims.owner}.lock"] == [
        file.name for file in sorted((tmp_path / "run").iterdir()) if file.stem != "daemon"
    ]
    claims.close()


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    """A program that we started and that outlives us does not keep us alive."""
    code = "import subprocess, sys; exec(sys.argv[1]); child = subprocess.Popen(['sleep', '60'], close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); print(claims.owner, child.pid, flush=True)"
    setup = f"from pathlib import Path; from newsletter_bot.ledger.claims import FileClaims; claims = FileClaims(Path({str(tmp_path)!r})); claims.owner"
    done = subprocess.run(
        [sys.executable, "-c", code, setup],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": SOURCES, "PATH": os.environ["PATH"]},
    )
    owner, child = done.stdout.split()
    try:
        assert not FileClaims(tmp_path).alive(owner)
    finally:
        os.kill(int(child), signal.SIGKILL)


def test_a_forked_child_is_somebody_else(tmp_path: Path) -> None:
    """After a fork the parent's lock is the parent's alone, and the child draws a key of its own."""
    code = (
        "import os\n"
        "mine = claims.owner\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os._exit(0 if claims.owner != mine and claims.alive(mine) else 1)\n"
        "print(os.waitpid(child, 0)[1], claims.alive(mine))\n"
    )
    setup = f"from pathlib import Path; from newsletter_bot.ledger.claims import FileClaims; claims = FileClaims(Path({str(tmp_path)!r}))\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + code], capture_output=True, text=True, check=True, env={"PYTHONPATH": SOURCES}
    )
    assert "0 True" == done.stdout.strip()


def test_one_daemon_at_a_time(claims: FileClaims, tmp_path: Path) -> None:
    """A named lock has one holder, whom others can name; it is free when that one ends."""
    with another(tmp_path) as (process, _owner):
        assert not claims.hold("daemon")
        holder = claims.holder("daemon")
        assert holder is not None
        assert process.pid == holder.pid
        assert f"process {process.pid}" in str(holder)
        assert process.pid in [one.pid for one in claims.living()]
        process.kill()
        process.wait(timeout=10)

        assert None is claims.holder("daemon")
        assert claims.hold("daemon")
        assert not claims.hold("daemon")
        claims.release("daemon")
        claims.release("daemon")
        assert None is claims.holder("daemon")


def test_named_lock_under_contention(tmp_path: Path) -> None:
    """However often the file of a lock comes and goes, never two hold it."""
    holding: list[int] = []
    most: list[int] = []

    def contend(number: int) -> None:
        claims = FileClaims(tmp_path)
        for _ in range(100):
            if claims.hold("daemon"):
                holding.append(number)
                most.append(len(holding))
                holding.remove(number)
                claims.release("daemon")
            claims.holder("daemon")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(contend, range(6)))
    assert {1} == set(most)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a" * 16, ".hidden", "x\0"])
def test_names_of_locks_are_plain(claims: FileClaims, name: str) -> None:
    """A lock's name is a plain word that is no owner's key."""
    with pytest.raises(LedgerError, match="no name"):
        claims.hold(name)


def test_locks_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    """Folder and files of locks are for the owner alone and lie beside the ledger."""
    claims = open_claims(".newsletter-bot/ledger.db", folder=tmp_path)
    run = tmp_path / ".newsletter-bot" / "run"
    name = f"{claims.owner}.lock"

    assert [name] == [file.name for file in run.iterdir()]
    assert [0o700, 0o700, 0o600] == [stat.S_IMODE(path.stat().st_mode) for path in (run.parent, run, run / name)]
    claims.close()
    assert [] == list(run.iterdir())


def test_a_place_without_folders_is_told(tmp_path: Path) -> None:
    """Where locks cannot be made, it is an error with the place."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(LedgerError):
        assert FileClaims(tmp_path / "file").owner
