"""import."""

from __future__ import annotations

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened

SHOWN = 20


@click.command("import", short_help="Record past issues, for number and streak.")
@click.argument("source")
@click.option(
    "--dry-run", is_flag=True, help="Show what would be imported, what is known already, and what is left out."
)
@pass_session
def import_(session: Session, source: str, *, dry_run: bool) -> None:
    """Record past issues, so that number and streak start true. Importing twice is the same as once.

    SOURCE is the address or file of a feed (RSS, Atom, JSON), or a folder of Markdown with dates.
    """
    from newsletter_bot.app.importing import import_history

    with opened(session) as bot:
        done = import_history(bot, source, dry_run=dry_run)
    voice = session.voice
    voice.document(
        {
            "imported": 0 if dry_run else len(done.new),
            "matched": len(done.matched),
            "skipped": [{"source": each.source, "reason": each.reason} for each in done.skipped],
            "new": [
                {
                    "id": each.id,
                    "number": each.number,
                    "title": each.title,
                    "slot": each.slot,
                    "date": voice.iso(each.imported_at),
                }
                for each in done.new
            ],
            "dry_run": dry_run,
        }
    )
    verb = "would be imported" if dry_run else "imported"
    voice.say(f"{len(done.new)} {verb}, {len(done.matched)} known already, {len(done.skipped)} left out", bold=True)
    for record in done.new[:SHOWN] if dry_run else ():
        voice.say(f"  {record.number:4}  {record.slot}  {record.title}")
    for skipped in done.skipped[:SHOWN]:
        voice.say(f"  left out: {skipped.source}: {skipped.reason}", dim=True)
    if len(done.skipped) > SHOWN:
        voice.say(f"  … and {len(done.skipped) - SHOWN} more (all with --json)", dim=True)
