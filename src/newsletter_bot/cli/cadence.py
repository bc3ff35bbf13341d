"""streak."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter_bot.cadence import Streak
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.cli.output import Voice, table
from newsletter_bot.errors import UsageError

COLOURS = {"kept": "green", "late": "yellow", "missed": "red", "break": "blue", "open": "cyan"}


@click.command(short_help="Slots kept without a gap, and what the next one needs.")
@click.option("--svg", type=click.Path(path_type=Path), help="Write the heat map of a year to a file.")
@click.option("--badge", type=click.Path(path_type=Path), help="Write a badge to a file.")
@click.option("--year", type=click.IntRange(1970, 9998), help="The year to show; default: the last 52 weeks.")
@click.option("--why", is_flag=True, help="Explain every slot.")
@pass_session
def streak(session: Session, *, svg: Path | None, badge: Path | None, year: int | None, why: bool) -> None:
    """The run of slots kept without a gap: from confirmed receipts only, in the newsletter's own time."""
    from newsletter_bot.cadence.badge import badge_svg
    from newsletter_bot.cadence.heatmap import heatmap_svg
    from newsletter_bot.publishing.risk import missing_for

    with opened(session) as bot:
        now = bot.clock()
        found = bot.streak()
        missing = missing_for(bot.desk, now, found)
        today = bot.rules.current.local_day(now)
        if svg:
            _write(svg, heatmap_svg(found, today=today, year=year), "--svg")
        if badge:
            _write(badge, badge_svg(found), "--badge")
        session.voice.document(found.as_json(missing))
        if not session.voice.json:
            from newsletter_bot.cadence.heatmap import heatmap_text

            _tell(session.voice, found, missing, why=why)
            if found.slots and not why:
                session.voice.say("\n" + heatmap_text(found, today=today, colour=_colourful(), year=year))


def _colourful() -> bool:
    import sys

    return sys.stdout.isatty()


def _write(path: Path, text: str, key: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"it cannot be written: {error.strerror}", file=str(path), key=key) from error


def _tell(voice: Voice, found: Streak, missing: list[str], *, why: bool) -> None:
    since = f" since {found.since}" if found.since else ""
    voice.say(
        f"Streak: {found.counted(found.current)}{since}; longest {found.counted(found.longest)}",
        bold=True,
    )
    if found.deadline:
        voice.say(f"Next deadline: {voice.when(found.deadline)}")
    for line in missing:
        voice.say(f"  {line}", fg="yellow" if found.at_risk else None)
    if why:
        rows = [
            [each.slot.name, click.style(each.state.value, fg=COLOURS[each.state.value]), each.reason]
            for each in found.slots
        ]
        for line in table(rows):
            voice.say(line)
