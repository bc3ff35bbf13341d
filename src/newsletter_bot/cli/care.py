"""ledger and schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from newsletter_bot.app import ledger_location, platform_fields, read_folder
from newsletter_bot.app.clock import clock_of
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.output import finding_shape, tell_finding
from newsletter_bot.model import Level


@click.command()
def schema() -> None:
    """Print the JSON Schema of schedule.yaml, for editors."""
    from newsletter_bot.settings.schema import schema as schema_of

    click.echo(json.dumps(schema_of(platform_fields()), indent=2, ensure_ascii=False))


@click.group()
def ledger() -> None:
    """Care of the store: check it, back it up, migrate it."""


def _path(session: Session) -> Path:
    from newsletter_bot.ledger import ledger_file

    settings = read_folder(session.config)
    return ledger_file(ledger_location(settings, session.environ), folder=settings.folder)


@ledger.command("check")
@pass_session
def check_ledger(session: Session) -> None:
    """Look for damage, contradictions and open permissions. Changes nothing."""
    from newsletter_bot.ledger import care

    findings = care.check(_path(session))
    session.voice.document({"findings": [finding_shape(finding) for finding in findings]})
    for finding in findings:
        tell_finding(session.voice, finding)
    if not findings:
        session.voice.say("The ledger is sound.")
    if any(finding.level is Level.ERROR for finding in findings):
        click.get_current_context().exit(2)


@ledger.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@pass_session
def backup(session: Session, target: Path | None) -> None:
    """Copy the ledger, also while others use it, to TARGET (default: beside it, with the date). Never overwrites."""
    from newsletter_bot.ledger import care

    path = _path(session)
    stamp = clock_of(session.environ)().strftime("%Y%m%dT%H%M%SZ")
    made = care.backup(path, target or path.with_name(f"{path.stem}-{stamp}.db"))
    session.voice.document({"backup": str(made)})
    session.voice.say(f"Backed up to {made}")


@ledger.command()
@click.argument("source", type=click.Path(path_type=Path))
@pass_session
def restore(session: Session, source: Path) -> None:
    """Put a backup in the ledger's place; what was there is moved aside."""
    from newsletter_bot.ledger import care

    path = _path(session)
    aside = care.restore(source, path)
    session.voice.document({"restored": str(path), "aside": [str(each) for each in aside]})
    session.voice.say(f"Restored {path}")
    for each in aside:
        session.voice.say(f"  what was there is now {each}", dim=True)


@ledger.command()
@pass_session
def migrate(session: Session) -> None:
    """Bring an older ledger up to this version (every command does; a copy is kept beside it)."""
    from newsletter_bot.ledger import care

    version, copy = care.migrate(_path(session), now=clock_of(session.environ)())
    session.voice.document({"schema": version, "backup": str(copy) if copy else None})
    session.voice.say(f"The ledger has schema {version}." + (f" The older one is kept as {copy}" if copy else ""))
