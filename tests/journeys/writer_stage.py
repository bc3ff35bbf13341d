"""A writer's folder and the two stand-in services, driven through the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter_bot.__main__ import main
from newsletter_bot.sandbox import Sandbox, Server

NOW = "2026-11-25T09:00:00+00:00"
SETTINGS = """\
newsletter: {{id: tidewater, title: Tidewater, author: Mara, timezone: Europe/Lisbon}}
cadence: {{every: week, day: wednesday, time: "09:00"}}
issue: {{sign_off: "Until next week."}}
home: substack
publications:
  substack: {{platform: substack, url: {url}, api: {url}/api/v1, session: env:SUBSTACK_SID{substack}}}
  medium: {{platform: medium, api: {url}/medium/v1, feed: {url}/medium/feed/@ada, token: env:MEDIUM_TOKEN{medium}}}
daemon: {{status: off}}
"""
DRAFT = """\
---
title: {title}
status: {status}
---

{body}
"""


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document."""
        return json.loads(self.out)

    @property
    def deliveries(self) -> dict[str, dict[str, Any]]:
        """The deliveries of the last issue, by publication."""
        issues = self.json["issues"]
        return {each["publication"]: each for each in issues[-1]["deliveries"]} if issues else {}

    @property
    def states(self) -> dict[str, str]:
        """The states of the last issue's deliveries."""
        return {name: each["state"] for name, each in self.deliveries.items()}


@dataclass
class Writer:
    """A person with a folder, who types commands."""

    folder: Path
    server: Server
    environ: Mapping[str, str]
    now: str = NOW

    @property
    def sandbox(self) -> Sandbox:
        """The services."""
        return self.server.state

    def configure(self, *, substack: str = "", medium: str = "", more: str = "") -> None:
        """Write schedule.yaml; ``substack`` and ``medium`` are more settings of those publications (``, publish: draft``)."""
        text = SETTINGS.format(url=self.server.url, substack=substack, medium=medium)
        (self.folder / "schedule.yaml").write_text(text + more, encoding="utf-8")

    def write(
        self, name: str, body: str = "One honest paragraph.", *, title: str | None = None, status: str = "ready"
    ) -> Path:
        """Write a draft."""
        path = self.folder / "drafts" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DRAFT.format(title=title or name.capitalize(), status=status, body=body), encoding="utf-8")
        return path

    def run(self, *arguments: str, now: str | None = None, **environ: str) -> Answer:
        """Type a command; the clock stands at ``now``."""
        self.now = now or self.now
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        os.environ.update({**self.environ, "NEWSLETTER_BOT_NOW": self.now, **environ})
        try:
            with chdir(self.folder), redirect_stdout(out), redirect_stderr(err):
                code = main(list(arguments))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Answer(code, out.getvalue(), err.getvalue())

    def publish(self, *arguments: str, now: str | None = None) -> Answer:
        """``publish --json``."""
        return self.run("publish", *arguments, "--json", now=now)


def typed(writer: Writer, shell: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A command line as a shell runs it, ``newsletter-bot`` in a process of its own."""
    whole = {**os.environ, **writer.environ, "NEWSLETTER_BOT_NOW": writer.now, **environ}
    return subprocess.run(
        ["/bin/sh", "-c", shell.replace("newsletter-bot", f"{sys.executable} -m newsletter_bot")],
        cwd=writer.folder,
        env=whole,
        capture_output=True,
        timeout=60,
        check=False,
        encoding="utf-8",
        errors="replace",
    )
