"""Who hears of what: failures, held deliveries and a streak at risk, each told once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsletter_bot.app import Bot
from newsletter_bot.errors import SettingsError
from newsletter_bot.model import Delivery, State, digest_of
from newsletter_bot.publishing.risk import missing_for
from newsletter_bot.settings.times import as_written

log = logging.getLogger(__name__)

TOLD = "told/"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell; ``key`` is the same for the same occasion, however often it is found."""

    key: str
    title: str
    body: str


def news(bot: Bot, now: datetime) -> Iterator[Message]:
    """Everything that should be known now, told or not."""
    for delivery in bot.ledger.open_deliveries():
        yield from _of_delivery(delivery)
    yield from _reminders(bot, now)
    for finding in bot.newsroom.findings():
        if finding.level == "error":
            text = f"{finding.file or ''}{f':{finding.line}' if finding.line else ''}: {finding.message}"
            yield Message(f"finding/{digest_of(text)[:16]}", "A draft cannot be used", f"{text}. {finding.fix or ''}")


def _of_delivery(delivery: Delivery) -> Iterator[Message]:
    refused = delivery.state is State.REFUSED or delivery.refused_under
    trouble = delivery.held or (delivery.error if refused else None)
    if trouble:
        key = f"delivery/{delivery.id}/{delivery.attempt}/{digest_of(trouble)[:16]}"
        title = f"{delivery.publication} waits for you" if delivery.held else f"{delivery.publication} refused an issue"
        yield Message(key, title, f"{delivery.id}: {trouble}")


def _reminders(bot: Bot, now: datetime) -> Iterator[Message]:
    """For every reminder that the settings ask for and whose time has come: what the coming slot lacks."""
    found = bot.streak()
    slot = found.next_slot
    if slot is None:
        return
    due = [span for span in bot.settings.daemon.remind if slot.due - span <= now]
    if not due:
        return
    missing = missing_for(bot.desk, now, found)
    if missing:
        span = as_written(min(due))
        yield Message(f"remind/{slot.name}/{span}", f"{slot.name} is at risk", "; ".join(missing))


def tell_news(bot: Bot, now: datetime) -> list[Message]:
    """Tell what has not been told yet; what nobody could be told is tried again at the next look."""
    told = bot.ledger.facts(TOLD)
    fresh = [message for message in news(bot, now) if TOLD + message.key not in told]
    for message in fresh:
        log.warning(message.title, extra={"detail": message.body})
        if _sent(bot, message):
            bot.ledger.remember(TOLD + message.key, now.isoformat())
    return fresh


def _sent(bot: Bot, message: Message) -> bool:
    """Whether everybody who is to be told was; without anybody to tell the log is enough."""
    addresses = [secret.reveal(bot.environ, bot.settings.folder) for secret in bot.settings.notify]
    if not addresses:
        return True
    apprise = require_apprise()
    service = apprise.Apprise()
    usable = [service.add(address) for address in addresses]
    if not all(usable):
        log.error("an address of notify is not one that apprise knows", extra={"position": usable.index(False) + 1})
    done = bool(service.notify(title=message.title, body=message.body))
    if not done:
        log.error("somebody could not be told", extra={"title": message.title})
    return done


def require_apprise() -> Any:
    """The library that speaks to a hundred services. Raises SettingsError when it is not installed."""
    try:
        import apprise
    except ImportError as error:
        fix = "pip install 'newsletter-bot[notify]'"
        raise SettingsError("somebody is to be told, and apprise is not installed", key="notify", fix=fix) from error
    return apprise


def next_reminder(bot: Bot, now: datetime) -> datetime | None:
    """When the next reminder falls due."""
    slot = bot.next_slot()
    if slot is None:
        return None
    return min((slot.due - span for span in bot.settings.daemon.remind if slot.due - span > now), default=None)
