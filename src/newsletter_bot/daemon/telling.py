"""Who hears of what: failures, held deliveries, questions and a streak at risk, each told once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsletter_bot.app import Bot
from newsletter_bot.errors import NewsletterError, SettingsError
from newsletter_bot.model import Delivery, State, Visibility, digest_of
from newsletter_bot.publishing.cases import held_twins, questions
from newsletter_bot.publishing.risk import missing_for
from newsletter_bot.settings import Secret
from newsletter_bot.settings.times import as_written

log = logging.getLogger(__name__)

TOLD = "told/"
FORGOTTEN = timedelta(days=60)
"""What was told so long ago and is not so any more need not be remembered."""


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
    for due in questions(bot.desk):
        yield Message(f"ask/{due.slot.name}", f"{due.slot.name} passed without an issue", due.reason)
    yield from _twins(bot)
    for finding in bot.newsroom.findings():
        if finding.level == "error":
            text = f"{finding.file or ''}{f':{finding.line}' if finding.line else ''}: {finding.message}"
            yield Message(f"finding/{digest_of(text)[:16]}", "A draft cannot be used", f"{text}. {finding.fix or ''}")


def _twins(bot: Bot) -> Iterator[Message]:
    """Ready drafts that do not go out by the clock, because an issue has their text or title already."""
    held = [f"{entry.path} (issue {twin.number})" for entry, twin in held_twins(bot.desk)]
    if held:
        more = f" and {len(held) - 3} more" if len(held) > 3 else ""
        text = f"{', '.join(held[:3])}{more}: set 'status: draft', or publish it by hand with --twin"
        yield Message(f"twin/{digest_of(' '.join(held))[:16]}", "A ready draft is out already", text)


def of_trouble(errors: Iterable[NewsletterError], now: datetime) -> Iterator[Message]:
    """What was in the way of a look, once a day."""
    for error in errors:
        yield Message(f"trouble/{now:%Y-%m-%d}/{digest_of(str(error))[:16]}", "Something is in the way", str(error))


def _of_delivery(delivery: Delivery) -> Iterator[Message]:
    refused = delivery.state is State.REFUSED or delivery.refused_under
    waits_wrongly = delivery.state is State.DELIVERED and delivery.visibility is not Visibility.PUBLIC
    trouble = delivery.held or (delivery.error if refused or waits_wrongly else None)
    if trouble:
        key = f"delivery/{delivery.id}/{delivery.attempt}/{digest_of(trouble)[:16]}"
        by_person = delivery.held or waits_wrongly
        title = f"{delivery.publication} waits for you" if by_person else f"{delivery.publication} refused an issue"
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


def next_reminder(bot: Bot, now: datetime) -> datetime | None:
    """When the next reminder falls due."""
    slot = bot.next_slot()
    if slot is None:
        return None
    return min((slot.due - span for span in bot.settings.daemon.remind if slot.due - span > now), default=None)


def tell_news(bot: Bot, now: datetime, more: Iterable[Message] = ()) -> Sequence[Message]:
    """Tell what has not been told yet; whom it could not be told is tried again at the next look. Never raises for that."""
    told = bot.ledger.facts(TOLD)
    every = {message.key: message for message in (*news(bot, now), *more)}
    fresh = [message for message in every.values() if TOLD + message.key not in told]
    crier = Crier(bot, told, now)
    for message in fresh:
        crier.tell(message)
    _forget(bot, told, every, now)
    return fresh


def _forget(bot: Bot, told: Mapping[str, str], current: Mapping[str, Message], now: datetime) -> None:
    """A draft that is mended and breaks again is told again; what is long past is remembered no more."""
    for key, at in told.items():
        name = key.removeprefix(TOLD).partition("@")[0]
        past = name.startswith("finding/") or now - datetime.fromisoformat(at) > FORGOTTEN
        if past and name not in current:
            bot.ledger.remember(key, None)


class Crier:
    """Tells messages to everybody in the settings, each of them once; one who cannot be reached is left alone until later."""

    def __init__(self, bot: Bot, told: Mapping[str, str], now: datetime) -> None:
        self._bot = bot
        self._told = told
        self._now = now
        self._silent: set[str] = set()

    def tell(self, message: Message) -> None:
        """Log it, and send it to those who have not got it; it is told when all of them have."""
        log.warning(message.title, extra={"detail": message.body})
        missing = [secret for secret in self._bot.settings.notify if not self._has(message, secret)]
        heard = [secret for secret in missing if self._reached(message, secret)]
        if len(heard) == len(missing):
            self._remember(TOLD + message.key)
            return
        for secret in heard:
            self._remember(_personal(message, secret))

    def _has(self, message: Message, secret: Secret) -> bool:
        return _personal(message, secret) in self._told

    def _remember(self, key: str) -> None:
        self._bot.ledger.remember(key, self._now.isoformat())

    def _reached(self, message: Message, secret: Secret) -> bool:
        if secret.reference in self._silent:
            return False
        try:
            done = _sent(secret.reveal(self._bot.environ, self._bot.settings.folder), message)
        except SettingsError as error:
            log.error("somebody cannot be told", extra={"error": str(error)})  # noqa: TRY400 - a person's error
            done = False
        if not done:
            log.error("somebody could not be told", extra={"whom": secret.reference, "title": message.title})
            self._silent.add(secret.reference)
        return done


def _personal(message: Message, secret: Secret) -> str:
    return f"{TOLD}{message.key}@{secret.reference}"


def _sent(address: str, message: Message) -> bool:
    """Whether the message was taken there. Raises SettingsError for an address that is none."""
    service = require_apprise().Apprise()
    if not service.add(address):
        raise SettingsError("an address of notify is not one that apprise knows", key="notify")
    return bool(service.notify(title=message.title, body=message.body))


def require_apprise() -> Any:
    """The library that speaks to a hundred services. Raises SettingsError when it is not installed."""
    try:
        import apprise
    except ImportError as error:
        fix = "pip install 'newsletter-bot[notify]'"
        raise SettingsError("somebody is to be told, and apprise is not installed", key="notify", fix=fix) from error
    # Its own log repeats addresses, which are secrets.
    logger = logging.getLogger("apprise")
    logger.handlers[:] = [logging.NullHandler()]
    logger.propagate = False
    return apprise
