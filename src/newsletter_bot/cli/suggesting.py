"""suggest: notices that the bot proposes, for the writer to accept or drop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from newsletter_bot.cli import Session, pass_session
from newsletter_bot.cli.opening import opened
from newsletter_bot.cli.output import finding_shape, tell_finding

TAKING = ("--accept", "--drop")


class _Several(click.Command):
    """A command whose options take one name after another: ``--accept ID ID``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option before each of its names."""
        return super().parse_args(ctx, _spread(args))


def _spread(args: Sequence[str]) -> list[str]:
    spread, taking, fresh = list[str](), "", False
    for word in args:
        if word.startswith("-"):
            taking, fresh = (word, True) if word in TAKING else ("", False)
            spread.append(word)
            continue
        spread += [word] if fresh or not taking else [taking, word]
        fresh = False
    return spread


@click.command(cls=_Several)
@click.option("--accept", "accepted", multiple=True, metavar="ID...", help="Put these into the inbox of notices.")
@click.option("--drop", "dropped", multiple=True, metavar="ID...", help="Forget these for good.")
@click.option("--offline", is_flag=True, help="Leave feeds and links alone: what is known already.")
@pass_session
def suggest(session: Session, *, accepted: tuple[str, ...], dropped: tuple[str, ...], offline: bool) -> None:
    """List the notices that the bot proposes: new entries of your feeds, corrections, breaks, lost links, milestones.

    None goes out by itself: --accept puts it into drafts/_housekeeping.md, where you may reword it.
    """
    from newsletter_bot.app.proposing import propose, settle

    with opened(session) as bot:
        if accepted or dropped:
            found = settle(bot, accepted=_names(accepted), dropped=_names(dropped))
        else:
            found = propose(bot, offline=offline)
    voice = session.voice
    voice.document(
        {
            "suggestions": [_shape(one) for one in found.open],
            "accepted": [one.id for one in found.accepted],
            "dropped": [one.id for one in found.dropped],
            "findings": [finding_shape(finding) for finding in found.findings],
        }
    )
    for one in found.accepted:
        voice.say(f"noted    {one.text}", fg="green")
    for one in found.dropped:
        voice.say(f"dropped  {one.text}", dim=True)
    if not accepted and not dropped:
        _tell(session, found.open)
    for finding in found.findings:
        tell_finding(voice, finding)


def _names(said: Sequence[str]) -> list[str]:
    return [name for word in said for name in word.replace(",", " ").split()]


def _tell(session: Session, suggestions: Sequence[Any]) -> None:
    voice = session.voice
    for one in suggestions:
        until = f" (until {one.until})" if one.until else ""
        voice.say(f"{click.style(one.id, bold=True)}  {one.kind:10} {one.text}{until}")
        voice.say(f"{'':21}{one.source}", dim=True)
    if suggestions:
        voice.say("\nTake one with: newsletter-bot suggest --accept ID   or forget it with: --drop ID")
    else:
        voice.say("Nothing to suggest.")


def _shape(one: Any) -> dict[str, Any]:
    until = one.until.isoformat() if one.until else None
    return {"id": one.id, "kind": one.kind, "text": one.text, "source": one.source, "until": until}
