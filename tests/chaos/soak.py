"""The long run: a daemon on a clock that goes 14,400 times as fast (a slot a day, so one every six seconds), saves, kills, a stop.

``python tests/chaos/soak.py --minutes 10`` prints figures and ends with 1 when anything was lost, sent twice or kept growing.
The daemon is the real one in a process of its own; only the clock that it is given differs, and the services share it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter_bot.daemon import Daemon
from newsletter_bot.daemon.timing import MachineClock
from newsletter_bot.sandbox import Sandbox, Server, Switches, parse_fault, serve
from newsletter_bot.sandbox.clock import Clock

RATE = 14_400.0
"""A day in six seconds."""
ORIGIN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
SETTINGS = """\
newsletter: {{id: soak, title: Soak, author: Mara, timezone: UTC}}
cadence:
  every: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
  time: "09:00"
  missed_limit: 60d
home: substack
publications:
  substack: {{platform: substack, url: {url}, api: {url}/api/v1, session: env:SUBSTACK_SID}}
  medium: {{platform: medium, api: {url}/medium/v1, feed: {url}/medium/feed/@ada, token: env:MEDIUM_TOKEN}}
daemon: {{status: off, quiet: {quiet}, poll: {poll}}}
"""
DRAFT = "---\ntitle: {title}\nstatus: ready\n---\n\nVersion {version} of {title}.\n"
FAULTS = ("substack.create", "substack.publish", "substack.update", "medium.post")
GROWTH = 8 * 1024
"""Kilobytes by which the memory of one process may differ between its first and its last minute."""


class FastClock(MachineClock):
    """The machine's time, speeded up from a common beginning."""

    def __init__(self, began: float, rate: float = RATE) -> None:
        self._began = began
        self._rate = rate

    def now(self) -> datetime:
        """The present of the long run."""
        return ORIGIN + timedelta(seconds=(time.time() - self._began) * self._rate)

    def alarm(self, moment: datetime) -> datetime:
        """The machine's time of that moment."""
        seconds = min((moment - ORIGIN).total_seconds() / self._rate, 3e9)
        return datetime.fromtimestamp(self._began, UTC) + timedelta(seconds=seconds)


class FastSandboxClock(Clock):
    """The same time for the services."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._fast = clock

    def now(self) -> datetime:
        """To the millisecond."""
        moment = self._fast.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass
class Figures:
    """What is counted while it runs."""

    saves: int = 0
    kills: int = 0
    faults: int = 0
    memory: list[int] = field(default_factory=list[int])


@dataclass
class Soak:
    """One long run in one folder."""

    folder: Path
    server: Server
    began: float
    figures: Figures = field(default_factory=Figures)
    versions: dict[str, int] = field(default_factory=dict[str, int])
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the daemon."""
        state = self.server.state
        secrets = {"SUBSTACK_SID": state.session, "MEDIUM_TOKEN": state.token}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, "--child", str(self.folder / "schedule.yaml"), str(self.began)],
                cwd=self.folder,
                env={**os.environ, **secrets},
                stderr=log,
            )
        self.figures.memory = []

    def end(self, number: int) -> int:
        """End the daemon with that signal; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def sample(self) -> None:
        """Note how much memory the daemon has."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"the daemon ended by itself with {self.process.returncode}; see {self.folder / 'log'}")
        self.figures.memory.append(resident(self.process.pid))

    def save(self, dice: random.Random) -> None:
        """A new ready draft or a changed one, in the manner of one editor or another."""
        fresh = not self.versions or dice.random() < 0.45
        name = f"draft-{len(self.versions):04}" if fresh else dice.choice(list(self.versions))
        self.versions[name] = self.versions.get(name, 0) + 1
        text = DRAFT.format(title=name, version=self.versions[name])
        path = self.folder / "drafts" / f"{name}.md"
        if dice.random() < 0.5:
            part = path.with_name(f".{name}.tmp")
            part.write_text(text, "utf-8")
            part.replace(path)
        else:
            path.write_text(text, "utf-8")
        self.figures.saves += 1

    def break_something(self, dice: random.Random) -> None:
        """The next answer on one way is lost."""
        route = dice.choice(FAULTS)
        self.server.state.faults.add(parse_fault(f"{route}=lose_answer:1"))
        self.figures.faults += 1

    # --- the end -------------------------------------------------------------------------------------------------

    def rows(self) -> list[tuple[str, str]]:
        """Publication and state of every delivery."""
        path = self.folder / ".newsletter-bot" / "ledger.db"
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT publication, state FROM deliveries").fetchall()

    def slots(self) -> list[str]:
        """The slot of every issue."""
        path = self.folder / ".newsletter-bot" / "ledger.db"
        with closing(sqlite3.connect(path)) as connection:
            return [slot for (slot,) in connection.execute("SELECT slot FROM issues")]

    def behind(self) -> list[str]:
        """Drafts that are not on both services, or not in their last version where they can be changed."""
        state = self.server.state
        on_medium = set(state.titles("medium"))
        texts = {post["title"]: json.dumps(state.post(post["id"])) for post in state.posts("substack")}
        public = {post["title"] for post in state.posts("substack") if post["state"] == "published"}
        return [
            name
            for name, version in self.versions.items()
            if name not in on_medium or name not in public or f"Version {version} of" not in texts[name]
        ]

    def judge(self) -> list[str]:
        """What is wrong in the end."""
        state = self.server.state
        counted = {service: Counter(state.titles(service)) for service in ("substack", "medium")}
        twice = [f"{name} at {at}" for at, names in counted.items() for name, times in names.items() if times > 1]
        full = [slot for slot, times in Counter(self.slots()).items() if times > 1]
        open_rows = [row for row in self.rows() if row[1] != "delivered"]
        grown = max(self.figures.memory[-20:]) - max(self.figures.memory[10:30] or [0])
        wrong = [f"lost or behind: {self.behind()}"] if self.behind() else []
        wrong += [f"sent twice: {twice}"] if twice else []
        wrong += [f"slots with two issues: {full}"] if full else []
        wrong += [f"not delivered in the ledger: {open_rows}"] if open_rows else []
        wrong += [f"memory grew by {grown} kB"] if grown > GROWTH else []
        return wrong

    def tell(self) -> None:
        """The figures."""
        memory = self.figures.memory
        state = self.server.state
        print(f"saves {self.figures.saves}, kills {self.figures.kills}, lost answers {self.figures.faults}")
        print(f"drafts {len(self.versions)}, posts {len(state.posts())}, slots {len(self.slots())}")
        print(
            f"memory of the last process: {memory[0]} kB first, {max(memory[10:30] or [0])} kB then, {memory[-1]} kB last"
        )


def resident(pid: int) -> int:
    """Resident memory of a process in kilobytes."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def plan_of(seconds: float, dice: random.Random) -> list[tuple[float, str]]:
    """When what happens: saves all the time, kills and one stop in the first three fifths, so that the last process lives long."""
    saves = [(dice.uniform(1, seconds), "save") for _ in range(200)]
    kills = [(dice.uniform(2, seconds * 0.6), "kill") for _ in range(20)]
    faults = [(dice.uniform(2, seconds), "fault") for _ in range(20)]
    return sorted([*saves, *kills, *faults, (seconds * 0.3, "stop")])


def play(soak: Soak, seconds: float, dice: random.Random) -> None:
    """The long run itself."""
    began, sampled = time.monotonic(), 0.0
    for at, what in plan_of(seconds, dice):
        while (left := at - (time.monotonic() - began)) > 0:
            time.sleep(min(left, 1.0))
            if time.monotonic() - sampled > 1:
                soak.sample()
                sampled = time.monotonic()
        if what == "save":
            soak.save(dice)
        elif what == "fault":
            soak.break_something(dice)
        else:
            soak.end(signal.SIGKILL if what == "kill" else signal.SIGTERM)
            soak.figures.kills += what == "kill"
            time.sleep(30 if what == "stop" else 0)
            began += 30 if what == "stop" else 0
            soak.start()


def settle(soak: Soak, seconds: float = 400) -> None:
    """Let the queue run dry: a draft takes a slot."""
    soak.server.state.faults.clear()
    deadline = time.monotonic() + seconds
    while (soak.behind() or any(state != "delivered" for _, state in soak.rows())) and time.monotonic() < deadline:
        time.sleep(1)
        soak.sample()


def idle(folder: Path, server: Server, seconds: float) -> None:
    """What an idle daemon on the machine's own clock costs."""
    text = (folder / "schedule.yaml").read_text("utf-8").replace("quiet: 2h, poll: 6h", "quiet: 2s, poll: 15m")
    (folder / "schedule.yaml").write_text(text, "utf-8")
    for path in (folder / "drafts").iterdir():
        path.unlink()
    environ = {**os.environ, "SUBSTACK_SID": server.state.session, "MEDIUM_TOKEN": server.state.token}
    words = [sys.executable, "-m", "newsletter_bot", "-q", "daemon"]
    process = subprocess.Popen(words, cwd=folder, env=environ, stderr=subprocess.DEVNULL)
    try:
        time.sleep(10)
        before = (cpu(process.pid), wakeups(process.pid))
        time.sleep(seconds)
        spent, woken = cpu(process.pid) - before[0], wakeups(process.pid) - before[1]
        print(
            f"idle for {seconds:.0f} s: {spent * 3600 / seconds:.2f} s CPU/h, {woken / seconds:.3f} wake-ups/s, "
            f"{resident(process.pid)} kB"
        )
    finally:
        process.terminate()
        process.wait(30)


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    nanoseconds = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        nanoseconds += int((task / "schedstat").read_text("utf-8").split()[0])
    return nanoseconds / 1e9


def wakeups(pid: int) -> int:
    """How often any of its threads went to sleep of its own accord."""
    lines = [
        line for task in Path(f"/proc/{pid}/task").iterdir() for line in (task / "status").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))


def child(config: str, began: str) -> int:
    """The daemon on the fast clock."""
    from newsletter_bot.cli.logs import set_up

    set_up(verbose=1, as_json=False)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
    return Daemon(Path(config), os.environ, FastClock(float(began))).run()


def main() -> int:
    """Run it; 0 when nothing was lost, nothing sent twice and the memory stayed flat."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--idle", type=float, default=120, help="seconds for which an idle daemon is measured; 0: not at all"
    )
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        return child(*asked.child)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    print(f"seed {seed}, {asked.minutes} minutes", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="newsletter-bot-soak-"))
    (folder / "drafts").mkdir()
    began = time.time()
    clock = FastClock(began)
    state = Sandbox(clock=FastSandboxClock(clock), switches=Switches(medium_daily_limit=None))
    with serve(state=state) as server:
        (folder / "schedule.yaml").write_text(SETTINGS.format(url=server.url, quiet="2h", poll="6h"), "utf-8")
        soak = Soak(folder=folder, server=server, began=began)
        soak.start()
        play(soak, asked.minutes * 60, dice)
        settle(soak)
        code = soak.end(signal.SIGTERM)
        soak.tell()
        wrong = soak.judge() + ([f"the daemon ended with {code}"] if code else [])
        if asked.idle:
            idle(folder, server, asked.idle)
    print("\n".join(wrong) or "0 lost, 0 twice, memory flat")
    print(f"kept: {folder}" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
