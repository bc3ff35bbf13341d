"""How the program speaks: one JSON document for programs, words and colour for people, errors that say what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from newsletter_bot.cli.streams import all_letters
from newsletter_bot.errors import NewsletterError
from newsletter_bot.model import Finding, Level, State


@dataclass(slots=True)
class Voice:
    """Where and how to speak: ``json`` prints one document, ``verbose`` counts -v minus -q; ``zone`` dates are told in.

    ``answered``: the document is printed, and no other may follow it.
    """

    json: bool = False
    verbose: int = 0
    zone: str = "UTC"
    answered: bool = False

    @property
    def lively(self) -> bool:
        """Whether a person watches: progress is drawn then."""
        return not self.json and self.verbose >= 0 and sys.stderr.isatty()

    def document(self, value: Mapping[str, Any]) -> None:
        """The one JSON document of this command."""
        if self.json:
            self.answered = True
            click.echo(json.dumps(value, ensure_ascii=not all_letters(), indent=2, default=str))

    def say(self, text: str = "", **style: Any) -> None:
        """A line for a person; nothing with --json or -q."""
        if not self.json and self.verbose >= 0:
            click.echo(click.style(text, **style) if style else text)

    def warn(self, text: str) -> None:
        """A line on standard error."""
        click.echo(click.style(text, fg="yellow"), err=True)

    def when(self, moment: datetime | None, *, seconds: bool = False) -> str:
        """A moment in the newsletter's zone, as a person says it."""
        if moment is None:
            return "-"
        local = moment.astimezone(ZoneInfo(self.zone))
        return f"{local:%a %d %b %Y %H:%M:%S}" if seconds else f"{local:%a %d %b %Y %H:%M %Z}"

    def iso(self, moment: datetime | None) -> str | None:
        """A moment as other programs read it."""
        return moment.astimezone(ZoneInfo(self.zone)).isoformat(timespec="seconds") if moment else None


COLOURS = {
    State.DELIVERED: "green",
    State.DUE: "cyan",
    State.SENDING: "cyan",
    State.UNCONFIRMED: "yellow",
    State.REFUSED: "red",
    State.RETRACTED: "bright_black",
}


def tell_error(voice: Voice, error: NewsletterError) -> None:
    """An error in the form that was asked for."""
    if voice.json:
        voice.document({"error": error_shape(error)})
        return
    click.echo(click.style("error: ", fg="red", bold=True, reset=True) + _where(error) + error.message, err=True)
    if error.fix:
        click.echo(click.style("  fix: ", bold=True) + error.fix, err=True)


def _where(error: NewsletterError) -> str:
    place = ":".join(str(part) for part in (error.file, error.line) if part is not None)
    return "".join(f"{part}: " for part in (place, error.key) if part)


def error_shape(error: NewsletterError) -> dict[str, Any]:
    """An error as other programs read it."""
    return {
        "kind": error.kind,
        "message": error.message,
        "file": error.file,
        "line": error.line,
        "key": error.key,
        "fix": error.fix,
    }


def finding_shape(finding: Finding) -> dict[str, Any]:
    """A finding as other programs read it."""
    return {
        "level": finding.level.value,
        "file": finding.file,
        "line": finding.line,
        "key": finding.key,
        "message": finding.message,
        "fix": finding.fix,
    }


def tell_finding(voice: Voice, finding: Finding) -> None:
    """A finding for a person: where, what, and the mend below it."""
    colour = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "blue"}[finding.level]
    place = ":".join(str(part) for part in (finding.file, finding.line) if part is not None)
    head = " ".join(part for part in (place, finding.key) if part)
    voice.say(click.style(f"{finding.level.value:8}", fg=colour) + (f"{head}: " if head else "") + finding.message)
    if finding.fix:
        voice.say(f"        {finding.fix}", dim=True)


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> list[str]:
    """Aligned columns; styled cells count by what is seen of them."""
    every = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    if not every:
        return []
    widths = [max(len(click.unstyle(row[column])) for row in every) for column in range(len(every[0]))]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in every]
    return [click.style(lines[0], bold=True), *lines[1:]] if head else lines


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - len(click.unstyle(cell)))
