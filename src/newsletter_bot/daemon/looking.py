"""One look: do what is due, show what has become ready, tell what should be known, and say when to look again."""

from __future__ import annotations

import logging
from datetime import datetime

from newsletter_bot.app import Bot
from newsletter_bot.daemon.status import Vitals
from newsletter_bot.daemon.telling import Message, next_reminder, of_trouble, tell_news
from newsletter_bot.errors import LedgerError, NewsletterError
from newsletter_bot.model import digest_of
from newsletter_bot.publishing import cases
from newsletter_bot.publishing.desk import Outcome, Wishes
from newsletter_bot.publishing.waking import next_wake

log = logging.getLogger(__name__)


def look_after(bot: Bot, vitals: Vitals, shown: set[str]) -> datetime:
    """Look, and return when to look again; ``shown`` are the versions of drafts whose plan was shown already."""
    bot.remember_rules()
    outcome = cases.do_due(bot.desk)
    _log(outcome)
    _show_ready(bot, shown)
    now = bot.clock()
    vitals.read(bot, now)
    told = [*of_trouble(outcome.trouble, now), *_of_settings(vitals)]
    tell_news(bot, now, told)
    moments = (next_wake(bot.desk, now), next_reminder(bot, now), now + bot.settings.daemon.poll)
    return min(moment for moment in moments if moment)


def _of_settings(vitals: Vitals) -> list[Message]:
    wrong = vitals.settings_wrong
    return [Message(f"settings/{digest_of(wrong)[:16]}", "The settings are wrong", wrong)] if wrong else []


def _log(outcome: Outcome) -> None:
    for error in outcome.trouble:
        log.warning("something is in the way", extra={"detail": str(error)})
    for record, deliveries in outcome.issues:
        states = {delivery.publication: delivery.state.value for delivery in deliveries}
        log.info("an issue was looked after", extra={"issue": record.id, "deliveries": states})


def _show_ready(bot: Bot, shown: set[str]) -> None:
    """A draft that has become ready is planned, and the plan shown, once for each of its versions."""
    try:
        plan = cases.plan(bot.desk, None, Wishes())
    except LedgerError:
        raise
    except NewsletterError as error:  # it is told among the findings
        log.info("the next draft cannot be planned", extra={"error": str(error)})
        return
    if plan is None or plan.prepared.before is not None or plan.prepared.entry.digest in shown:
        return
    shown.add(plan.prepared.entry.digest)
    actions = {each.publication: each.action.value for each in plan.deliveries}
    slot = plan.prepared.slot
    told = {"draft": plan.prepared.entry.path, "slot": slot.name, "due": slot.due, "plan": actions}
    log.info("a draft is ready", extra=told)
