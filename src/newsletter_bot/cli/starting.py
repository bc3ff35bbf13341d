"""init: a folder to begin with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import click

from newsletter_bot.app.clock import clock_of
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.errors import SettingsError, UsageError

SETTINGS = """\
# `newsletter-bot schema` prints every key there is.
newsletter:
  title: {title}
  author: {author}
  timezone: {timezone}               # every local time below is in it

cadence: {{every: week, day: {day}, time: "{time}"}}

issue:
  sign_off: "Thanks for reading."

home: substack                       # its address is the canonical one
publications:
  substack:
    platform: substack
    url: {url}
    session: env:SUBSTACK_SID        # the value of your browser's cookie substack.sid
  # medium:                          # only for those who still have an integration token
  #   platform: medium
  #   token: env:MEDIUM_TOKEN
  #   after: 3d
"""
DRAFT = """\
---
title: {title}
id: first-issue
status: draft            # ready: it may go out
date: {date}         # not before this day
---

Begin here. `newsletter-bot plan drafts/{name}` shows what would happen, once this says `status: ready`.
"""
IGNORED = ".newsletter-bot/\n"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new newsletter needs to know."""

    title: str
    author: str
    url: str
    timezone: str
    day: str
    time: str


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", help="Name of the newsletter; default: the folder's.")
@click.option("--author", help="Who writes.")
@click.option("--url", help="Address of the Substack publication.")
@click.option("--timezone", help="IANA name, such as Europe/Lisbon.")
@click.option("--day", type=click.Choice(DAYS), help="The day of the week on which an issue is due.")
@click.option("--time", help="HH:MM")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults for what is not given.")
@pass_session
def init(session: Session, folder: Path, *, yes: bool, **given: str | None) -> None:
    """Begin a newsletter: settings, a folder for drafts with a first one, and a .gitignore. Never overwrites a file."""
    ask = not yes and not session.voice.json
    answers = _answers(folder, given, ask=ask)
    today = clock_of(session.environ)().date()
    files = {
        "schedule.yaml": _settings(answers),
        f"drafts/{today}-first-issue.md": DRAFT.format(
            title=json.dumps("The first issue"), date=today, name=f"{today}-first-issue.md"
        ),
        ".gitignore": IGNORED,
    }
    _check(files["schedule.yaml"], folder / "schedule.yaml")
    written, kept = _write(folder, files)
    session.voice.document({"written": written, "kept": kept})
    for name in written:
        session.voice.say(f"wrote {name}")
    for name in kept:
        session.voice.say(f"kept  {name} (it was there)", dim=True)
    session.voice.say("\nNext: write the draft, then newsletter-bot check --offline, and newsletter-bot plan")


def _answers(folder: Path, given: dict[str, str | None], *, ask: bool) -> Answers:
    name = folder.absolute().name or "newsletter"
    slug = re.sub(r"[^a-z0-9-]", "", name.lower()) or "example"
    usual = {
        "title": name,
        "author": "me",
        "url": f"https://{slug}.substack.com",
        "timezone": _local_zone(),
        "day": "wednesday",
        "time": "09:00",
    }
    asked = {
        key: given.get(key) or (str(click.prompt(key.capitalize(), default=value)) if ask else value)
        for key, value in usual.items()
    }
    return Answers(**asked)


def _local_zone() -> str:
    """The machine's own zone where it can be told, else UTC."""
    link = Path("/etc/localtime")
    _, _, name = str(link.resolve()).rpartition("zoneinfo/")
    return name if link.is_symlink() and name else "UTC"


def _settings(answers: Answers) -> str:
    return SETTINGS.format(
        title=json.dumps(answers.title, ensure_ascii=False),
        author=json.dumps(answers.author, ensure_ascii=False),
        url=json.dumps(answers.url),
        timezone=answers.timezone,
        day=answers.day,
        time=answers.time,
    )


def _check(text: str, path: Path) -> None:
    """Raise UsageError when the answers would make settings that cannot be read."""
    from newsletter_bot.app import platform_fields
    from newsletter_bot.settings import parse

    try:
        parse(text.encode("utf-8"), path=path, platforms=platform_fields())
    except SettingsError as error:
        raise UsageError(
            f"{error.key}: {error.message}", key=f"--{(error.key or '').rpartition('.')[2]}", fix=error.fix
        ) from error


def _write(folder: Path, files: dict[str, str]) -> tuple[list[str], list[str]]:
    """What was written, and what was there already and was left alone."""
    written, kept = list[str](), list[str]()
    has_drafts = any((folder / "drafts").glob("*.md"))
    for name, text in files.items():
        path = folder / name
        if path.exists() or (name.startswith("drafts/") and has_drafts):
            kept.append(name)
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"it cannot be written: {error.strerror}", file=str(path)) from error
        written.append(name)
    return written, kept
