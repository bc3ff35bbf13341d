"""Row 8: the daemon at rest, and how soon it takes up what was saved."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from measuring import Line, in_ms
from places import CLEAN, PROGRAM, PYTHON, Missing, folder, peer
from stage import SECRETS, settings, write_drafts

REST = float(os.environ.get("NEWSLETTER_BOT_BENCH_REST", "90"))
"""Seconds at rest that are measured; the daemon looks at the clock once a minute."""
QUIET = 0.5
POLLS = 4
"""Looks in an hour in which nothing changes, at the default poll of 15 minutes."""
SLEEPER = "import time\nwhile True:\n    time.sleep(60)"
WATCHER = "import sys\nfrom watchfiles import watch\nfor changes in watch(sys.argv[1]):\n    print('taken', flush=True)"


class Process(NamedTuple):
    """A running process and what it says."""

    pid: int
    log: Path


def measure() -> list[Line]:
    """Ours, a loop that sleeps and watchfiles, all at rest in the same seconds; then saves."""
    with folder() as place:
        write_drafts(place, 20)
        text = settings(quiet=f"{int(QUIET * 1000)}ms", status=f"127.0.0.1:{_free_port()}")
        (place / "schedule.yaml").write_text(text)
        with _started([PROGRAM, "-v", "daemon"], place) as ours, _started([PYTHON, "-c", SLEEPER], place) as sleeper:
            _wait_for(ours, b"daemon started")
            with _watcher(place) as (watcher, missing):
                rests = _at_rest(
                    {"ours": ours, "a sleeping loop": sleeper} | ({"watchfiles": watcher} if watcher else {})
                )
                theirs = _latency(place, watcher, b"taken", "note") if watcher else None
            look = _look(ours)
            memory = _memory(ours.pid)
            latency = _latency(place, ours, b"a draft is ready", "tide")
    return [
        *_rest_lines(rests, missing, look),
        Line(row="8", work="daemon: memory (RSS)", unit="MB", ours=memory, against="", threshold=60),
        Line(
            row="8",
            work="save -> taken up, beyond the quiet time, wall",
            unit="ms",
            ours=in_ms(latency - QUIET),
            against="",
            threshold=50,
        ),
        Line(
            row="8",
            work="save -> taken up, wall",
            unit="ms",
            ours=in_ms(latency),
            against="watchfiles",
            theirs=theirs and in_ms(theirs),
            skipped=missing,
        ),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _started(words: Sequence[str | Path], place: Path) -> Iterator[Process]:
    with (place / f"{Path(words[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=place, env=CLEAN | SECRETS, stdout=log, stderr=log)
    try:
        yield Process(process.pid, Path(log.name))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def _watcher(place: Path) -> Iterator[tuple[Process | None, str | None]]:
    try:
        python = peer("watchfiles") / "python"
    except Missing as missing:
        yield None, str(missing)
        return
    with _started([python.with_name("python3"), "-c", WATCHER, place / "drafts"], place) as process:
        time.sleep(2)
        yield process, None


def _wait_for(process: Process, said: bytes, count: int = 1) -> float:
    """When a process has said something that often; RuntimeError when it does not within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.log.read_bytes().count(said) >= count:
            return time.monotonic()
        time.sleep(0.002)
    raise RuntimeError(f"waited in vain for {said!r}: {process.log.read_bytes()[-1000:]!r}")


def _at_rest(processes: Mapping[str, Process]) -> dict[str, tuple[float, float]]:
    """CPU seconds an hour and wake-ups a second of each."""
    time.sleep(3)
    before = {name: (_cpu(each.pid), _switches(each.pid)) for name, each in processes.items()}
    began = time.monotonic()
    time.sleep(REST)
    spent = time.monotonic() - began
    return {
        name: ((_cpu(each.pid) - before[name][0]) * 3600 / spent, (_switches(each.pid) - before[name][1]) / spent)
        for name, each in processes.items()
    }


def _cpu(pid: int) -> float:
    """CPU seconds of all threads, in the kernel's finest reckoning."""
    tasks = Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def _switches(pid: int) -> int:
    """How often its threads went to sleep by themselves: each time they had been woken."""
    texts = [(task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    lines = [line for text in texts for line in text.splitlines() if line.startswith("voluntary_ctxt_switches")]
    return sum(int(line.split()[1]) for line in lines)


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def _latency(place: Path, process: Process, said: bytes, name: str) -> float:
    """Seconds from the end of a save until it is taken up, the median of five."""
    found: list[float] = []
    for turn in range(5):
        known = process.log.read_bytes().count(said)
        path = place / "drafts" / f"{name}.md"
        path.write_text(f"---\ntitle: Tide\nid: tide\nstatus: ready\n---\n\nThe water of {name} came {turn} times.\n")
        saved = time.monotonic()
        found.append(_wait_for(process, said, known + 1) - saved)
        time.sleep(1)
    (place / "drafts" / f"{name}.md").unlink()
    time.sleep(2)
    return statistics.median(found)


def _look(process: Process) -> float:
    """CPU seconds of one whole look (which SIGHUP asks for), the median of three."""
    found: list[float] = []
    for _ in range(3):
        before = _cpu(process.pid)
        os.kill(process.pid, signal.SIGHUP)
        time.sleep(QUIET + 2)
        found.append(_cpu(process.pid) - before)
    return statistics.median(found)


def _rest_lines(rests: Mapping[str, tuple[float, float]], missing: str | None, look: float) -> list[Line]:
    wakes = rests["ours"][1]
    cpu = rests["ours"][0] + POLLS * look
    lines = [
        Line(row="8", work="daemon at rest, CPU an hour", unit="s", ours=cpu, against="", threshold=0.6),
        Line(row="8", work="daemon at rest, wake-ups a second", unit="/s", ours=wakes, against="", threshold=0.3),
        Line(
            row="8",
            work="daemon at rest, CPU an hour",
            unit="s",
            ours=cpu,
            against="a sleeping loop",
            theirs=rests["a sleeping loop"][0],
            limit=True,
        ),
    ]
    theirs = rests.get("watchfiles", (None, None))
    for at, (what, unit) in enumerate((("CPU an hour", "s"), ("wake-ups a second", "/s"))):
        lines.append(
            Line(
                row="8",
                work=f"daemon at rest, {what}",
                unit=unit,
                ours=(cpu, wakes)[at],
                against="watchfiles",
                theirs=theirs[at],
                skipped=missing,
            )
        )
    return lines
