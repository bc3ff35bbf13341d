"""new and note: what a writer starts with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from newsletter_bot.app import read_folder
from newsletter_bot.app.clock import clock_of
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.errors import LedgerError, UsageError
from newsletter_bot.model import Slot
from newsletter_bot.settings import Settings

TEMPLATE = """---
title: {title}
id: {id}
status: draft            # ready: it may go out
date: {date}         # not before this day
tags: []
---

Begin here.
"""


@click.command()
@click.argument("title")
@click.option(
    "--date", "date_", type=click.DateTime(["%Y-%m-%d"]), help="Not before this day; default: the next slot's."
)
@pass_session
def new(session: Session, title: str, *, date_: datetime | None) -> None:
    """Make a draft from the template, with an id of its own.

    A file templates/draft.md is used instead of the built-in template; {title}, {id} and {date} are filled in.
    """
    from newsletter_bot.slugs import slug_of

    settings = read_folder(session.config)
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())
    if not clean:
        raise UsageError("a draft needs a title", key="TITLE", fix='newsletter-bot new "A good title"')
    now = clock_of(session.environ)()
    zone = ZoneInfo(settings.newsletter.timezone)
    slot = _next_slot(session, settings, now)
    day = date_.date() if date_ else (slot.due if slot else now).astimezone(zone).date()
    slug = slug_of(clean) or "draft"
    path = settings.folder / "drafts" / f"{day}-{slug}.md"
    identity = f"{slug[:40].strip('-')}-{secrets.token_hex(3)}"
    text = _filled(_template(settings.folder), {"title": _quoted(clean), "id": identity, "date": str(day)})
    _write_new(path, text)
    shown = path.relative_to(settings.folder).as_posix()
    session.voice.document({"draft": shown, "id": identity, "date": str(day)})
    session.voice.say(f"{shown} is yours to write; set 'status: ready' when it may go out.")


def _next_slot(session: Session, settings: Settings, now: datetime) -> Slot | None:
    """The slot that wants the next issue; while the ledger cannot be read, the next of the calendar."""
    from newsletter_bot.app import cadence_of, open_settings
    from newsletter_bot.cadence import Rules, next_slot

    try:
        with open_settings(settings, session.environ) as bot:
            return bot.next_slot()
    except LedgerError:
        return next_slot(Rules.of(cadence_of(settings)), now, ())


def _template(folder: Path) -> str:
    """The writer's own template, or the built-in one. Raises DraftError when it cannot be read."""
    from newsletter_bot.sources.files import read_text

    own = folder / "templates" / "draft.md"
    return read_text(own, file="templates/draft.md") if own.is_file() else TEMPLATE


def _filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its three placeholders filled in; all other braces stay."""
    import re

    return re.sub(r"\{(title|id|date)\}", lambda found: values[found[1]], template)


def _quoted(title: str) -> str:
    """A YAML scalar: quoted always, so that no title turns into a number, a date or a mapping."""
    import json

    return json.dumps(title, ensure_ascii=False)


def _write_new(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(
            "there is such a draft already", file=str(path), fix="choose another title or --date"
        ) from None
    except OSError as error:
        if path.is_file() and not path.stat().st_size:
            path.unlink()  # of a full disk nothing but the name came about
        fix = "check the rights of the folder and the space on the disk"
        raise UsageError(f"the draft cannot be written: {error.strerror}", file=str(path), fix=fix) from error


@click.command(short_help="Keep a notice for the next issue.")
@click.argument("text")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it may go out.")
@pass_session
def note(session: Session, text: str, *, until: datetime | None) -> None:
    """Put a notice into the inbox (drafts/_housekeeping.md): the next issue carries it, once.

    With --until every issue carries it up to that day.
    """
    from newsletter_bot.sources.notices import append_notice

    settings = read_folder(session.config)
    today = clock_of(session.environ)().astimezone(ZoneInfo(settings.newsletter.timezone)).date()
    if until and until.date() < today:
        raise UsageError(f"{until.date()} has passed", key="--until", fix="name a day to come, or leave it out")
    inbox = settings.folder / "drafts" / "_housekeeping.md"
    append_notice(inbox, text, until.date() if until else None)
    session.voice.document({"notice": " ".join(text.split()), "until": until.date() if until else None})
    session.voice.say("Noted for the next issue.")
