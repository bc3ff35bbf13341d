"""Gathers what can be proposed for the next issue's housekeeping, and carries out what the writer says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter_bot.app import Bot
from newsletter_bot.app.suggestions import Box, Suggestion, accept, refuse_used
from newsletter_bot.errors import UsageError
from newsletter_bot.model import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is open now, what the writer just settled, and what went wrong with a source."""

    open: Sequence[Suggestion]
    accepted: Sequence[Suggestion] = ()
    dropped: Sequence[Suggestion] = ()
    findings: Sequence[Finding] = ()


def propose(bot: Bot, *, offline: bool) -> Proposal:
    """Everything that is open; unless ``offline`` the feeds and the links of the last issue are looked at first."""
    from newsletter_bot.app.headlines import look_at_feeds
    from newsletter_bot.app.linking import look_at_last_issue

    findings = list[Finding]()
    if not offline:
        findings = look_at_feeds(bot)
        look_at_last_issue(bot)
    return Proposal(open=_open(bot), findings=findings)


def settle(bot: Bot, *, accepted: Sequence[str], dropped: Sequence[str]) -> Proposal:
    """Put the accepted ones into the inbox and forget the dropped ones for good; the network is not asked.

    Raises UsageError, and does nothing, when one of the names is none of an open suggestion.
    """
    box = Box(ledger=bot.ledger, now=bot.clock())
    both = next((name for name in accepted if name in dropped), None)
    if both:
        raise UsageError(f"{both} cannot be accepted and dropped", key="--drop", fix="name it once")
    known = _open(bot)
    taken = box.find(accepted, known, option="--accept")
    refused = box.find(dropped, known, option="--drop")
    refuse_used(box, taken)
    for suggestion in taken:
        accept(box, suggestion, bot.settings.folder / "drafts" / "_housekeeping.md")
    for suggestion in refused:
        box.settle(suggestion, "dropped")
    return Proposal(open=_open(bot), accepted=taken, dropped=refused)


def _open(bot: Bot) -> list[Suggestion]:
    from newsletter_bot.app.linking import lost_links
    from newsletter_bot.app.occasions import occasions

    box = Box(ledger=bot.ledger, now=bot.clock())
    return box.open_among([*occasions(bot), *lost_links(bot), *box.waiting()])
