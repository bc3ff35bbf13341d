"""Opening the newsletter for a command, with the voice told in which zone to speak."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from newsletter_bot.app import Bot, open_bot
from newsletter_bot.cli import Session
from newsletter_bot.ports import Reporter


@contextmanager
def opened(session: Session, *, report: Reporter | None = None) -> Generator[Bot]:
    """The newsletter of the session's settings file."""
    with open_bot(session.config, session.environ, report=report) as bot:
        session.voice.zone = bot.settings.newsletter.timezone
        yield bot
