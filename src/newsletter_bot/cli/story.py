"""The demo: a newcomer sees in 20 seconds what the program does, by watching its real commands against the sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newsletter_bot.app.sample import sample_folder
from newsletter_bot.cli import Session
from newsletter_bot.cli.output import Voice
from newsletter_bot.cli.playing import settings_lines
from newsletter_bot.errors import NewsletterError

NOW = "2026-11-25T08:55:00+00:00"
"""The demo plays on the morning of a slot, so that the sample's events are still to come."""
DRAFT = "drafts/2026-11-18-lanterns-on-the-quay.md"
BEFORE = "lights eleven lanterns"
AFTER = "lights twelve lanterns"
SETTINGS = """newsletter: {{id: tidewater-notes, title: Tidewater Notes, author: Mara Quill, timezone: Europe/Lisbon}}
cadence: {{every: week, day: wednesday, time: "09:00"}}
issue: {{sign_off: "Until the next tide, and thank you for reading."}}
events: {{heading: Where to meet}}
{publications}
"""


@dataclass(frozen=True)
class Stage:
    """Where the story plays: its folder, the stand-in services, and the voice that tells it."""

    folder: Path
    server: Any
    voice: Voice

    def tell(self, text: str) -> None:
        """A sentence of the story."""
        self.voice.say(f"\n{text}", bold=True)

    def command(self, *arguments: str, expect: int = 0) -> None:
        """Run a real command and show what it prints."""
        self.voice.say(f"$ newsletter-bot {' '.join(arguments)}", fg="cyan")
        environ = {**os.environ, **self._environment()}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "newsletter_bot", *arguments],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        self.voice.say((done.stdout + done.stderr).rstrip())
        if done.returncode != expect:
            raise NewsletterError(f"the demo's own command ended with {done.returncode}", key=" ".join(arguments))

    def status(self) -> dict[str, Any]:
        """What the program itself says of its issues."""
        environ = {**os.environ, **self._environment()}
        asked = [sys.executable, "-m", "newsletter_bot", "status", "--json"]
        done = subprocess.run(asked, cwd=self.folder, env=environ, capture_output=True, text=True, check=True)  # noqa: S603
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _environment(self) -> dict[str, str]:
        state = self.server.state
        return {"SUBSTACK_SID": state.session, "MEDIUM_TOKEN": state.token, "NEWSLETTER_BOT_NOW": NOW}

    def writes(self) -> int:
        """How many requests that write the services have seen."""
        return sum(request.method != "GET" for request in self.server.state.requests)


def tell(session: Session, *, keep: bool) -> None:
    """Play the whole story."""
    voice = session.voice
    with _stage(voice, keep=keep) as stage:
        _prologue(stage)
        stage.tell(
            "1. What would happen? Nothing is sent yet; what a platform cannot carry is said before it goes out."
        )
        stage.command("plan")
        stage.tell("2. Carry it out: home first, then Medium with home's address as the canonical one.")
        stage.command("publish")
        _read_back(stage)
        _nothing_twice(stage)
        _edit(stage)
        stage.tell("5. Where things stand, and the promise kept.")
        stage.command("status")
        stage.command("streak")
        _epilogue(stage)
        voice.document(_summary(stage))


@contextmanager
def _stage(voice: Voice, *, keep: bool) -> Generator[Stage]:
    from newsletter_bot.sandbox import Sandbox, serve

    folder = Path(tempfile.mkdtemp(prefix="newsletter-bot-demo-"))
    state = Sandbox()
    state.clock.set(datetime.fromisoformat(NOW))
    try:
        with serve(port=0, state=state) as server:
            yield Stage(folder=folder, server=server, voice=voice)
    finally:
        if keep:
            voice.say(f"The folder is kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _prologue(stage: Stage) -> None:
    shutil.copytree(sample_folder() / "drafts", stage.folder / "drafts")
    publications = "\n".join(settings_lines(stage.server.url))
    (stage.folder / "schedule.yaml").write_text(SETTINGS.format(publications=publications), encoding="utf-8")
    stage.tell(
        "A folder with three drafts, a few notices and events; two services, played by the sandbox on this machine:"
    )
    for path in sorted((stage.folder / "drafts").glob("*.*")):
        stage.voice.say(f"  drafts/{path.name}")
    stage.voice.say(f"  the services: {stage.server.url}")


def _read_back(stage: Stage) -> None:
    stage.tell("3. Read back over HTTP, as a reader would:")
    for title, url in _addresses(stage):
        page = _page(url)
        seen = "shows it" if title in page else "does not show it"
        stage.voice.say(f"  {url}  {seen} ({len(page):,} bytes)")


def _addresses(stage: Stage) -> Sequence[tuple[str, str]]:
    issues = stage.status()["issues"]
    return [(issue["title"], each["url"]) for issue in issues for each in issue["deliveries"] if each["url"]]


def _page(url: str) -> str:
    import httpx

    return httpx.get(url, timeout=5).text


def _nothing_twice(stage: Stage) -> None:
    before = stage.writes()
    stage.tell("   Once more, as an impatient hand or an overlapping cron job would:")
    stage.command("publish", DRAFT)
    stage.voice.say(f"  requests that write since then: {stage.writes() - before}")


def _edit(stage: Stage) -> None:
    path = stage.folder / DRAFT
    path.write_text(path.read_text(encoding="utf-8").replace(BEFORE, AFTER), encoding="utf-8")
    stage.tell(f'4. The writer corrects a sentence ("{BEFORE}" becomes "{AFTER}"): an update, never a new post.')
    stage.command("plan", DRAFT)
    stage.command("publish", DRAFT)


def _epilogue(stage: Stage) -> None:
    held = [f"{post['service']}: {post['title']}" for post in stage.server.state.posts()]
    stage.tell(f"The services hold {len(held)} posts after three runs of publish:")
    for line in held:
        stage.voice.say(f"  {line}")
    stage.voice.say(
        "\nNext: newsletter-bot sandbox, in a folder of your own. The README has the ten lines of settings."
    )


def _summary(stage: Stage) -> dict[str, Any]:
    return {"posts": [{"title": title, "url": url} for title, url in _addresses(stage)], "writes": stage.writes()}
