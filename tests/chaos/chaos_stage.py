"""Where a case plays: a writer's folder, the two stand-in services, and processes that run the real command line."""

from __future__ import annotations

import copy
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from newsletter_bot import failpoints
from newsletter_bot.sandbox import Sandbox, Server, Switches, serve

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""The due time of the slot 2026-W48 of the newsletter that plays."""
TOO_LONG = 60.0
PATIENCE = 0.4
"""Seconds for which the children wait for an answer; faults that delay wait three times as long."""
SOURCES = str(Path(failpoints.__file__).parents[1])
LEDGER = ".newsletter-bot/ledger.db"
SHELVES = ("substack_posts", "substack_tags", "substack_notes", "medium_posts", "_counters")


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process: it ended with a code, was killed, stopped, or took too long."""

    how: str
    code: int | None
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document."""
        return json.loads(self.out)


class Children:
    """The process that forks; see ``chaos_children``."""

    def __init__(self, folder: Path) -> None:
        environ = {**os.environ, failpoints.VARIABLE: failpoints.LATER, "PYTHONPATH": SOURCES}
        program = str(Path(__file__).with_name("chaos_children.py"))
        self._folder = folder
        self._guard = threading.Lock()
        self._count = 0
        self._running: dict[int, tuple[Path, Path]] = {}
        self._process = subprocess.Popen(
            [sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
        )
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process that forks has died")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _order(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        with self._guard:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def spawn(
        self, arguments: list[str], *, folder: Path, environ: Mapping[str, str], points: str, variant: str
    ) -> int:
        """Begin a command."""
        self._count += 1
        out, err = self._folder / f"out-{self._count % 8}", self._folder / f"err-{self._count % 8}"
        answer = self._order(
            do="spawn",
            arguments=arguments,
            folder=str(folder),
            environ=dict(environ),
            points=points,
            variant=variant,
            patience=PATIENCE,
            out=str(out),
            err=str(err),
        )
        number: int = answer["pid"]
        self._running[number] = (out, err)
        return number

    def wait(self, number: int) -> Ended:
        """What becomes of it; a stopped one may be waited for again."""
        answer = self._order(do="wait", pid=number, seconds=TOO_LONG)
        out, err = self._running[number]
        if answer["how"] == "late":
            self._order(do="push", pid=number, signal=signal.SIGKILL)
            self._order(do="wait", pid=number, seconds=TOO_LONG)
        if answer["how"] != "stopped":
            del self._running[number]
        return Ended(answer["how"], answer.get("code"), out.read_text("utf-8"), err.read_text("utf-8"))

    def go_on(self, number: int) -> None:
        """Let a stopped one go on."""
        self._order(do="push", pid=number, signal=signal.SIGCONT)

    def close(self) -> None:
        """End everything that still runs."""
        for number in list(self._running):
            self._order(do="push", pid=number, signal=signal.SIGKILL)
            self.wait(number)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(TOO_LONG)
        self._process.stdout.close()


@dataclass
class Picture:
    """A folder and the services as they stood, to begin from again."""

    folder: Path
    shelves: Mapping[str, Any]
    images: Any
    now: datetime


@dataclass
class Stage:
    """One place where cases play, one after the other."""

    base: Path
    server: Server
    children: Children
    now: datetime = START
    variant: str = ""
    _pictures: dict[str, Picture] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The writer's folder."""
        return self.base / "writer"

    @property
    def services(self) -> Sandbox:
        """The services."""
        return self.server.state

    def empty(self) -> None:
        """A folder without anything, and services that hold nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "drafts").mkdir(parents=True)
        self.services.reset()
        self.services.switches.medium_daily_limit = None
        self.move_to(START)

    def move_to(self, now: datetime) -> None:
        """The clocks of both sides."""
        self.now = now
        self.services.clock.set(now)

    def pass_by(self, span: timedelta) -> None:
        """Time passes."""
        self.move_to(self.now + span)

    def write(self, name: str, text: str) -> None:
        """A file of the writer."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    # --- processes -----------------------------------------------------------------------------------------------

    def begin(self, *arguments: str, points: str = "") -> int:
        """Begin a command."""
        state = self.services
        environ = {
            "SUBSTACK_SID": state.session,
            "MEDIUM_TOKEN": state.token,
            "NEWSLETTER_BOT_NOW": self.now.isoformat(),
            "HOME": str(self.base),
            "PATH": os.environ.get("PATH", ""),
        }
        return self.children.spawn(
            list(arguments), folder=self.folder, environ=environ, points=points, variant=self.variant
        )

    def run(self, *arguments: str, points: str = "") -> Ended:
        """Run a command until it ends, dies or stops."""
        return self.children.wait(self.begin(*arguments, points=points))

    # --- looking -------------------------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """The deliveries as they stand in the ledger."""
        path = self.folder / LEDGER
        if not path.is_file():
            return []
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone():
                return []
            return [dict(row) for row in connection.execute("SELECT * FROM deliveries ORDER BY key")]

    def pauses(self) -> dict[str, datetime]:
        """Until when which publication asked to be left alone."""
        if not self.rows():
            return {}
        with closing(sqlite3.connect(self.folder / LEDGER)) as connection:
            found = connection.execute("SELECT publication, until FROM pauses").fetchall()
        return {name: datetime.fromisoformat(until) for name, until in found}

    # --- beginning again -----------------------------------------------------------------------------------------

    def photograph(self, name: str) -> None:
        """Remember how everything stands."""
        kept = self.base / f"kept-{len(self._pictures)}"
        shutil.copytree(self.folder, kept)
        shelves = {each: copy.deepcopy(vars(getattr(self.services, each))) for each in SHELVES}
        images = copy.deepcopy(vars(self.services.images))
        self._pictures[name] = Picture(kept, shelves, images, self.now)

    def restore(self, name: str) -> bool:
        """Go back to how it stood; False when there is no such picture."""
        picture = self._pictures.get(name)
        if picture is None:
            return False
        self.empty()
        shutil.rmtree(self.folder)
        shutil.copytree(picture.folder, self.folder)
        for each, values in picture.shelves.items():
            vars(getattr(self.services, each)).update(copy.deepcopy(values))
        vars(self.services.images).update(copy.deepcopy(picture.images))
        self.move_to(picture.now)
        return True

    def close(self) -> None:
        """Stop everything."""
        self.children.close()
        self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def stage(base: Path) -> Iterator[Stage]:
    """A stage in that folder."""
    base.mkdir(parents=True, exist_ok=True)
    state = Sandbox(switches=Switches(medium_daily_limit=None))
    with Stage(base=base, server=serve(state=state), children=Children(base)) as made:
        made.empty()
        yield made
