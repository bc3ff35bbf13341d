"""plan and publish."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from newsletter_bot.app import Bot
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.cli.output import Voice, finding_shape, tell_finding
from newsletter_bot.cli.progress import Progress
from newsletter_bot.cli.shapes import plan_shape
from newsletter_bot.cli.standing import Standing, standing_of
from newsletter_bot.errors import DraftError, SettingsError, UsageError
from newsletter_bot.model import Action, Finding, Level, State, Visibility
from newsletter_bot.planning import Decision
from newsletter_bot.publishing.desk import Outcome, Wishes
from newsletter_bot.publishing.plans import Plan, PlannedDelivery
from newsletter_bot.renditions import gathered

ACTION_COLOURS = {
    Action.CREATE: "green",
    Action.UPDATE: "blue",
    Action.WAIT: "cyan",
    Action.HOLD: "yellow",
    Action.NONE: "bright_black",
}
MOST_DIFF_LINES = 40
DRAFTS = "drafts"
"""How a finding names the folder itself, when there is none."""


@click.command(short_help="Show what publish would do now; change nothing.")
@click.argument("draft", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan to a file, for: publish --plan FILE")
@click.option("--only", multiple=True, metavar="NAME", help="These publications only.")
@click.option("--as", "as_", type=click.Choice(["draft"]), help="As if a person were to publish it there.")
@click.option("--twin", is_flag=True, help="The same text may go out once more under another name.")
@pass_session
def plan(session: Session, draft: str | None, out: Path | None, **asked: Any) -> None:
    """Show what publish would do now, and what each publication cannot carry. Changes nothing.

    DRAFT is a path or an id; without it, the draft whose turn it is.
    """
    from newsletter_bot.publishing import cases

    with opened(session) as bot:
        cases.refuse_unknown(bot.desk, asked["only"])
        found = cases.plan(bot.desk, draft, _wishes(**asked))
        findings = _findings(bot, found)
        shape = plan_shape(session.voice, found, findings) if found else _nothing(findings)
        shape["asked"] = {"only": list(asked["only"]), "as": asked["as_"], "twin": asked["twin"]}
        if out:
            _write(out, shape)
        session.voice.document(shape)
        _tell_plan(session.voice, found)
        for finding in findings:
            tell_finding(session.voice, finding)
        if out:
            session.voice.say(f"\nWritten to {out}; carry out exactly this with: newsletter-bot publish --plan {out}")


def _wishes(only: Sequence[str] = (), as_: str | None = None, *, twin: bool = False, overwrite: bool = False) -> Wishes:
    return Wishes(
        only=tuple(only), visibility=Visibility.DRAFT if as_ else None, twin=twin, overwrite=overwrite, promote=True
    )


def _findings(bot: Bot, plan: Plan | None) -> Sequence[Finding]:
    """What a person should know of the writer's input before it goes out, each thing once."""
    own = plan.prepared.issue.findings if plan else ()
    return list(dict.fromkeys([*own, *bot.newsroom.findings()]))


def _nothing(findings: Sequence[Finding]) -> dict[str, Any]:
    shapes = [finding_shape(finding) for finding in findings]
    return {"plan": "", "slot": None, "issue": None, "deliveries": [], "findings": shapes, "basis": []}


def _write(path: Path, shape: dict[str, Any]) -> None:
    try:
        path.write_text(json.dumps(shape, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the plan cannot be written: {error.strerror}", file=str(path), key="--out") from error


def _tell_plan(voice: Voice, plan: Plan | None) -> None:
    if plan is None:
        voice.say("Nothing to do: no draft is ready. A draft goes out once it says 'status: ready'.")
        return
    issue = plan.prepared.issue
    voice.say(f"Issue {issue.number}: {issue.title}", bold=True)
    voice.say(f"  {issue.draft}, for {issue.slot} (due {voice.when(plan.prepared.slot.due)})")
    for section in issue.sections:
        count = len(section.items)
        listed = f"{count} item{'s' if count != 1 else ''}" if count else ""
        told = ": ".join(part for part in (section.heading, listed) if part)
        voice.say(f"  {section.name.replace('_', ' '):13} {told}".rstrip())
    voice.say()
    for delivery in plan.deliveries:
        _tell_planned(voice, delivery)


def _tell_planned(voice: Voice, delivery: PlannedDelivery) -> None:
    action = click.style(f"{delivery.action.value:7}", fg=ACTION_COLOURS[delivery.action], bold=True)
    until = f" (until {voice.when(delivery.until)})" if delivery.until else ""
    voice.say(f"{action} {delivery.publication}: {delivery.reason}{until}")
    for where, loss in gathered(delivery.losses):
        voice.say(f"          {where}{': ' if where else ''}{loss.what} -> {loss.instead}", dim=True)
    lines = delivery.diff.splitlines()
    for line in lines[:MOST_DIFF_LINES]:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        voice.say(f"          {line}", **({"fg": colour} if colour else {"dim": True}))
    if len(lines) > MOST_DIFF_LINES:
        voice.say(f"          … {len(lines) - MOST_DIFF_LINES} more lines", dim=True)


@click.command(short_help="Carry an issue to its publications, each once.")
@click.argument("draft", required=False)
@click.option("--due", is_flag=True, help="Only what is due: for cron. Silent when nothing is.")
@click.option("--plan", "plan_file", type=click.Path(path_type=Path), help="Only if nothing changed since that plan.")
@click.option("--only", multiple=True, metavar="NAME", help="These publications only.")
@click.option("--as", "as_", type=click.Choice(["draft"]), help="Leave it there as a draft for a person to publish.")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--overwrite", is_flag=True, help="Put our text over what a person changed there.")
@click.option("--twin", is_flag=True, help="The same text may go out once more under another name.")
@pass_session
def publish(
    session: Session, draft: str | None, *, due: bool, plan_file: Path | None, dry_run: bool, **asked: Any
) -> None:
    """Carry an issue to its publications, each once; a second run sends nothing.

    DRAFT is a path or an id; without it, the draft whose turn it is. Exit codes: 0 done or nothing to do, 1 refused or
    put off, 2 settings, draft or usage wrong (nothing was sent), 3 unconfirmed and waiting for a person.
    """
    if due and (draft or plan_file or dry_run or any(asked.values())):
        raise UsageError("--due decides by the clock alone", key="--due", fix="leave out DRAFT and the other options")
    if dry_run and plan_file:
        raise UsageError("--plan carries out what --dry-run only shows", key="--plan", fix="leave out one of them")
    if dry_run:
        click.get_current_context().invoke(plan, draft=draft, out=None, **asked)
        return
    if due:
        _publish_due(session)
        return
    shown = _read_plan(plan_file) if plan_file else None
    if shown:
        asked = {**shown.asked, **{name: value for name, value in asked.items() if value}}
    wishes = _wishes(**asked)
    with Progress(session.voice) as progress, opened(session, report=progress.report) as bot:
        from newsletter_bot.publishing import cases

        bot.require_secrets(tuple(wishes.only))
        bot.remember_rules()
        planned = (shown.digest, shown.basis) if shown else None
        outcome = cases.publish(bot.desk, draft or (shown.draft if shown else None), wishes, planned=planned)
        progress.close()
        _warn_of_sources(session.voice, bot)
        _answer(session, standing_of(bot, outcome.issues), outcome)


def _warn_of_sources(voice: Voice, bot: Bot) -> None:
    """What of the events and notices could not be had for the issue that was just made."""
    for finding in bot.newsroom.findings():
        if _shared(finding) and voice.verbose >= 0:
            place = ":".join(str(part) for part in (finding.file, finding.line) if part is not None)
            voice.warn(f"{finding.level.value}: {place}: {finding.message}")


def _shared(finding: Finding) -> bool:
    """Whether a part of every issue is missing: not what is wrong with another draft."""
    if finding.file == DRAFTS or (finding.key or "").startswith("events.sources"):
        return True
    return finding.level is Level.ERROR and (finding.file or "").rpartition("/")[2].startswith("_")


def _publish_due(session: Session) -> None:
    from newsletter_bot import quiet
    from newsletter_bot.publishing import cases

    with opened(session) as bot:
        ledger = str(bot.ledger_path or "")
        look = quiet.Look(str(session.config), bot.newsroom.inputs(), ledger)
        bot.remember_rules()
        outcome = cases.do_due(bot.desk)
        asked = [due.reason for due in cases.new_questions(bot.desk)]
        standing, until = standing_of(bot, outcome.issues), bot.quiet_until()
        _warn_of_sources(session.voice, bot)
    if until and ledger and not outcome.trouble:
        look.remember(until.timestamp())
    for question in asked:
        session.voice.warn(question)
    if outcome.issues or outcome.trouble or session.voice.json:
        _answer(session, standing, outcome, by_clock=True)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A plan that was written with ``plan --out``: its identity, its draft, and the options it was made with."""

    digest: str
    basis: Sequence[str]
    draft: str | None
    asked: Mapping[str, Any]


def _read_plan(path: Path) -> _Shown:
    fix = "write one with: newsletter-bot plan --out FILE"
    try:
        shape = json.loads(path.read_text(encoding="utf-8"))
        issue, asked = shape["issue"], shape.get("asked", {})
        return _Shown(
            digest=str(shape["plan"]),
            basis=[str(line) for line in shape.get("basis", [])],
            draft=str(issue["draft"]) if issue else None,
            asked={
                "only": [str(name) for name in asked.get("only", [])],
                "as_": asked.get("as"),
                "twin": bool(asked.get("twin")),
            },
        )
    except OSError as error:
        raise UsageError(f"the plan cannot be read: {error.strerror}", file=str(path), key="--plan", fix=fix) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("this is no plan", file=str(path), key="--plan", fix=fix) from error


def _answer(session: Session, standing: Standing, outcome: Outcome, *, by_clock: bool = False) -> None:
    voice = session.voice
    voice.document(standing.shape(voice))
    for record, deliveries in standing.issues:
        voice.say(f"Issue {record.number}: {record.title}", bold=True)
        for line in standing.rows(voice, deliveries):
            voice.say(f"  {line}")
    if not outcome.issues and not outcome.trouble and not by_clock:
        voice.say("Nothing to do.")
    for error in outcome.trouble:
        voice.warn(str(error))
    click.get_current_context().exit(exit_code(outcome, standing.waiting.values()))


def exit_code(outcome: Outcome, waiting: Iterable[Decision] = ()) -> int:
    """The contract's exit code for what stands in the ledger after a run, and for what was not begun because of a fault."""
    deliveries = [delivery for _, each in outcome.issues for delivery in each]
    if any(delivery.state is State.UNCONFIRMED and delivery.held for delivery in deliveries):
        return 3
    sent = any(delivery.state is State.DELIVERED for delivery in deliveries)
    if outcome.trouble and not sent and all(isinstance(error, SettingsError | DraftError) for error in outcome.trouble):
        return 2
    faulty = any(
        delivery.state in (State.REFUSED, State.UNCONFIRMED)
        or delivery.held
        or (delivery.state in (State.DUE, State.DELIVERED) and delivery.error and delivery.failures)
        for delivery in deliveries
    )
    return 1 if faulty or outcome.trouble or any(wait.fault for wait in waiting) else 0
