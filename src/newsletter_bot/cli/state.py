"""status, resolve and retract."""

from __future__ import annotations

from collections.abc import Sequence

import click

from newsletter_bot.app import Bot
from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.cli.output import Voice
from newsletter_bot.cli.planning import exit_code
from newsletter_bot.cli.shapes import delivery_shape
from newsletter_bot.cli.standing import Standing, standing_of
from newsletter_bot.errors import UsageError
from newsletter_bot.model import Delivery, State
from newsletter_bot.publishing.desk import Outcome

SHOWN = 10


@click.command(short_help="Issues, deliveries, and what waits for whom.")
@click.argument("delivery", required=False)
@click.option("--all", "everything", is_flag=True, help=f"Every issue, not only the last {SHOWN}.")
@pass_session
def status(session: Session, delivery: str | None, *, everything: bool) -> None:
    """Issues and deliveries, the next slot, and what waits for whom.

    With DELIVERY (such as an-issue/medium), its story from the first request on.
    """
    from newsletter_bot.publishing.cases import questions

    with opened(session) as bot:
        if delivery:
            _tell_story(session.voice, bot, delivery)
            return
        issues = [(record, bot.ledger.deliveries(record.id)) for record in bot.ledger.issues()]
        shown = issues if everything or session.voice.json else issues[-SHOWN:]
        standing = standing_of(bot, shown)
        asked = [due.reason for due in questions(bot.desk)]
        session.voice.document({**standing.shape(session.voice), "questions": asked})
        _tell_status(session.voice, standing, left_out=len(issues) - len(shown))
        for question in asked:
            session.voice.say(question, fg="yellow")


def _tell_status(voice: Voice, standing: Standing, *, left_out: int) -> None:
    if left_out:
        voice.say(f"({left_out} earlier issues; status --all shows them)", dim=True)
    for record, deliveries in standing.issues:
        if record.imported_at:
            voice.say(f"{record.number:4}  {record.slot}  {record.title}  (imported)", dim=True)
            continue
        place = f"{record.number:4}  {record.slot}" if record.slot else "   -  withdrawn"
        voice.say(f"{place}  {record.title}", bold=True)
        for line in standing.rows(voice, deliveries):
            voice.say(f"      {line}")
    slot = standing.next_slot
    if not standing.issues:
        voice.say("No issue yet.")
    if slot:
        voice.say(f"\nNext slot: {slot.name}, due {voice.when(slot.due)}")


def _tell_story(voice: Voice, bot: Bot, name: str) -> None:
    from newsletter_bot.publishing.resolving import find_delivery

    delivery = find_delivery(bot.desk, name)
    story = bot.ledger.story(delivery.id)
    told = [
        {
            "at": voice.iso(line.at),
            "attempt": line.attempt,
            "from": line.before.value if line.before else None,
            "to": line.after.value,
            "what": line.what,
        }
        for line in story
    ]
    voice.document({"delivery": delivery_shape(voice, delivery), "story": told})
    voice.say(delivery.id, bold=True)
    for line in story:
        voice.say(f"  {voice.when(line.at, seconds=True)}  {line.after.value:11}  {line.what}")
    if delivery.difference:
        voice.say("\nWhat differs there:")
        for text in delivery.difference.splitlines():
            voice.say(f"  {text}", dim=True)


@click.command(short_help="Settle a delivery that no machine can.")
@click.argument("delivery")
@click.option("--found", metavar="URL", help="You saw the post at this address.")
@click.option("--absent", is_flag=True, help="You looked, and it is not there: it may be sent again.")
@pass_session
def resolve(session: Session, delivery: str, *, found: str | None, absent: bool) -> None:
    """Settle a delivery that no machine can: tell whether the post is there.

    A post that a person changed there and that is held with its difference is kept as it is with --found; to put our text
    over it: newsletter-bot publish DRAFT --overwrite
    """
    from newsletter_bot.publishing.resolving import resolve_absent, resolve_found

    if (found is None) == (not absent):
        raise UsageError("say what you saw", key="--found", fix="give either --found URL or --absent")
    with opened(session) as bot:
        settled = resolve_found(bot.desk, delivery, found) if found else resolve_absent(bot.desk, delivery)
        _tell_deliveries(session, bot, [settled])


def _tell_deliveries(session: Session, bot: Bot, deliveries: Sequence[Delivery]) -> None:
    record = bot.ledger.issue(deliveries[0].issue)
    assert record is not None
    standing = standing_of(bot, [(record, bot.ledger.deliveries(record.id))])
    session.voice.document(standing.shape(session.voice))
    session.voice.say(f"Issue {record.number}: {record.title}", bold=True)
    for line in standing.rows(session.voice, deliveries):
        session.voice.say(f"  {line}")
    due = [delivery.publication for delivery in deliveries if delivery.state is State.DUE]
    if due:
        session.voice.say(f"The next publish sends it to {', '.join(due)} again.")


@click.command(short_help="Take an issue back where the platforms can.")
@click.argument("issue")
@click.option("--only", multiple=True, metavar="NAME", help="These publications only.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def retract(session: Session, issue: str, *, only: Sequence[str], yes: bool) -> None:
    """Take an issue's posts back where the platforms can, and remember it: nothing brings them back.

    ISSUE is its id, its number or its draft.
    """
    from newsletter_bot.publishing.cases import refuse_unknown
    from newsletter_bot.publishing.resolving import find_issue
    from newsletter_bot.publishing.withdrawing import retract as take_back

    with opened(session) as bot:
        refuse_unknown(bot.desk, only)
        record = find_issue(bot.desk, issue)
        if not yes:
            _ask(
                session,
                f"Take back issue {record.number}, {record.title!r}, on {', '.join(only) or 'all publications'}?",
            )
        bot.require_secrets(tuple(only))
        done = take_back(bot.desk, record.id, only)
        deliveries = [delivery for delivery, _ in done]
        standing = standing_of(bot, [(record, bot.ledger.deliveries(record.id))])
        session.voice.document(standing.shape(session.voice))
        for delivery, what in done:
            session.voice.say(f"  {delivery.publication}: {what}")
        left = [delivery for delivery in deliveries if delivery.state is not State.RETRACTED]
        outcome = Outcome(
            issues=[(record, left)], trouble=[UsageError("something could not be taken back")] if left else []
        )
        click.get_current_context().exit(exit_code(outcome))


def _ask(session: Session, question: str) -> None:
    """A yes from a person; where nobody can be asked it is a usage error."""
    import sys

    if session.voice.json or not sys.stdin.isatty():
        raise UsageError("taking posts back needs a yes", key="--yes", fix="add --yes")
    click.confirm(question, abort=True)
