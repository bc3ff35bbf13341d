"""History: what was out before the bot came is recorded once, so that number and streak start true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter_bot.app import Bot
from newsletter_bot.app.network import page_fetcher
from newsletter_bot.cadence import slot_of
from newsletter_bot.history import Past, Skipped, match, read_history
from newsletter_bot.model import IssueRecord, digest_of
from newsletter_bot.publishing.preparing import next_number


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did or would do."""

    new: Sequence[IssueRecord]
    matched: Sequence[tuple[Past, IssueRecord]]
    skipped: Sequence[Skipped]


def import_history(bot: Bot, source: str, *, dry_run: bool) -> Imported:
    """Record the past issues of a source that the ledger does not have yet."""
    zone = bot.settings.newsletter.timezone
    history = read_history(source, zone=zone, fetch=page_fetcher(bot.settings))
    urls = {delivery.url: delivery.issue for delivery in bot.ledger.deliveries() if delivery.url}
    matching = match(history.pasts, bot.ledger.issues(), urls=urls)
    first = next_number(bot.desk)
    records = [_record(bot, past, first + place) for place, past in enumerate(matching.new)]
    if not dry_run and records:
        bot.ledger.record_issues(records)
    return Imported(records, matching.matched, history.skipped)


def _record(bot: Bot, past: Past, number: int) -> IssueRecord:
    identity = past.slug or digest_of(past.id)[:12]
    return IssueRecord(
        id=f"imported/{past.published:%Y-%m-%d}-{identity}-{digest_of(past.id)[:6]}",
        number=number,
        title=past.title,
        slot=slot_of(bot.rules, past.published).name,
        draft="",
        slug=past.slug,
        text_digest=past.text_digest or "",
        imported_at=past.published,
        url=past.url,
    )
