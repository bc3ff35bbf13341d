"""Everything that could stop the next issue, found before it does: settings, drafts, ledger, and what is out there."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter_bot.app import Bot
from newsletter_bot.errors import DeliveryError, NewsletterError
from newsletter_bot.model import Finding, Level
from newsletter_bot.ports import DraftCard, Reachable
from newsletter_bot.publishing.desk import Wishes
from newsletter_bot.publishing.preparing import prepare, shelf
from newsletter_bot.settings import inspect


def findings_of(bot: Bot, *, offline: bool) -> list[Finding]:
    """All findings, each once, in the order in which a writer meets them."""
    found = [*inspect(bot.settings, environ=bot.environ), *_machine(), *_drafts(bot), *_ledger(bot)]
    if not offline:
        found.extend(_reach(bot))
        found.extend(_links(bot))
    return list(dict.fromkeys(found))


def _machine() -> Iterator[Finding]:
    import yaml

    if not hasattr(yaml, "CSafeLoader"):
        yield Finding(
            level=Level.INFO,
            message="YAML is read by the slow loader: this installation of PyYAML was built without libyaml",
            fix="install the wheel of PyYAML, or libyaml before building it",
        )


def _drafts(bot: Bot) -> Iterator[Finding]:
    shelved = shelf(bot.desk)
    waiting = [entry for entry in shelved.entries if shelved.record_of(entry) is None]
    for entry in waiting:
        yield from _draft(bot, entry)
    yield from bot.newsroom.findings()


def _draft(bot: Bot, entry: DraftCard) -> Iterator[Finding]:
    try:
        prepared = prepare(bot.desk, entry, now=bot.clock(), wishes=Wishes())
    except NewsletterError as error:
        yield _finding(error, entry.path)
        return
    yield from prepared.issue.findings


def _finding(error: NewsletterError, file: str | None) -> Finding:
    return Finding(
        level=Level.ERROR,
        message=error.message,
        fix=error.fix,
        file=error.file or file,
        line=error.line,
        key=error.key,
    )


def _ledger(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.ledger import care

    if bot.ledger_path:
        yield from care.check(bot.ledger_path)


def _reach(bot: Bot) -> Iterator[Finding]:
    for publication in bot.settings.publications:
        try:
            platform = bot.desk.platform(publication.name)
            if isinstance(platform, Reachable):
                platform.reach()
        except (DeliveryError, NewsletterError) as error:
            found = _finding(error, str(bot.settings.file))
            key = error.key or f"publications.{publication.name}"
            yield Finding(
                level=Level.ERROR,
                message=found.message,
                fix=found.fix,
                file=found.file,
                line=error.line or publication.line,
                key=key,
            )


def _links(bot: Bot) -> Iterator[Finding]:
    from newsletter_bot.app.linking import dead_links

    yield from dead_links(bot)
