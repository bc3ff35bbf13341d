"""What the newsletter's own story gives to say: a correction, a coming break, a milestone of the streak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from newsletter_bot.app import Bot
from newsletter_bot.app.quoting import Words, quoted
from newsletter_bot.app.suggestions import Suggestion, identity
from newsletter_bot.cadence import slots
from newsletter_bot.cadence.said import said
from newsletter_bot.cadence.slots import first_open, slot_due_day
from newsletter_bot.model import Delivery, IssueRecord, Slot, State, Transition, Visibility

NOTICE = timedelta(days=14)
"""How long before its first slot a break is announced."""
RECENT = timedelta(days=30)
"""How long a change to an issue that is out is worth a word."""
MILESTONES = frozenset({10, 25, 50, 52, *range(100, 10_000, 50), *range(104, 10_000, 52)})
UNITS = ("week", "month")
ENDLESS = 9990
"""The year from which on a break is one without end."""


def occasions(bot: Bot) -> Iterator[Suggestion]:
    """Everything that the ledger and the calendar propose now."""
    yield from corrections(bot)
    yield from breaks(bot)
    yield from milestones(bot)


# --- corrections ----------------------------------------------------------------------------------------------------


def corrections(bot: Bot) -> Iterator[Suggestion]:
    """Issues whose text was changed after readers had it."""
    since = bot.clock() - RECENT
    for record in bot.ledger.issues():
        moments = [(one, _last_change(bot, one, since)) for one in bot.ledger.deliveries(record.id)]
        changed = [(one, change) for one, change in moments if change]
        first = min(
            changed, key=lambda pair: (not pair[0].mailed, pair[0].publication != bot.settings.home), default=None
        )
        if first:
            yield _correction(bot, record, *first)


def _last_change(bot: Bot, delivery: Delivery, since: datetime) -> Transition | None:
    """The line that says that a text which readers had was last replaced by another."""
    seen = delivery.state is State.DELIVERED and (delivery.mailed or delivery.visibility is Visibility.PUBLIC)
    public_at = delivery.public_at
    if not seen or public_at is None or delivery.attempt < 2:
        return None
    lines = [line for line in updates(bot.ledger.story(delivery.id)) if line.at >= public_at and line.at >= since]
    return max(lines, key=lambda line: line.attempt, default=None)


def updates(story: Sequence[Transition]) -> Iterator[Transition]:
    """The lines of a delivery's story that say that a change of the writer's arrived: links that were filled in are none."""
    begun = {line.attempt for line in story if line.after is State.SENDING and line.what == "updating"}
    arrived = tuple(f"{each.value} " for each in Visibility)
    for line in story:
        settled = line.before is State.SENDING and line.after is State.DELIVERED and line.attempt in begun
        if settled and line.what.startswith(arrived):
            yield line


def _correction(bot: Bot, record: IssueRecord, delivery: Delivery, change: Transition) -> Suggestion:
    local = bot.rules.current.local_day
    day = _day(local(change.at), local(bot.clock()))
    return Suggestion(
        id=identity("correction", delivery.id, str(change.attempt)),
        kind="correction",
        text=quoted(
            Words("Correction: "),
            Words(record.title, delivery.url),
            Words(f" (issue {record.number}) was changed on {day}, after it went out."),
        ),
        source=record.draft,
    )


# --- breaks -----------------------------------------------------------------------------------------------------------


def breaks(bot: Bot) -> Iterator[Suggestion]:
    """The breaks whose first slot is near."""
    now = bot.clock()
    for begin, end in bot.settings.cadence.breaks:
        first = _first_slot(bot, begin, end) if end >= now.date() else None
        if first and now < first.due <= now + NOTICE:
            yield _break(bot, first, begin, end)


def _first_slot(bot: Bot, begin: date, end: date) -> Slot | None:
    """The first slot that a break takes out."""
    paused = (slot for slot in slots(bot.rules, begin, end) if begin <= slot_due_day(bot.rules, slot) <= end)
    return next(paused, None)


def _break(bot: Bot, first: Slot, begin: date, end: date) -> Suggestion:
    now = bot.clock()
    today = bot.rules.current.local_day(now)
    following = first_open(bot.rules, first.start, now, ()) if end.year < ENDLESS else None
    span = f"from {_day(begin, today)} to {_day(end, today)}" if end.year < ENDLESS else f"from {_day(begin, today)} on"
    next_one = f" The next one is due on {_day(following.due.date(), today)}." if following else ""
    return Suggestion(
        id=identity("break", begin.isoformat(), end.isoformat()),
        kind="break",
        text=quoted(Words(f"There is no issue {span}.{next_one}")),
        source=f"cadence.breaks: {begin}..{end}, first slot {first.name}, due {said(first.due)}",
        until=end,
    )


def _day(day: date, today: date) -> str:
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# --- milestones -------------------------------------------------------------------------------------------------------


def milestones(bot: Bot) -> Iterator[Suggestion]:
    """A round number of slots kept without a gap."""
    found = bot.streak()
    if found.current not in MILESTONES:
        return
    unit = found.unit if found.unit in UNITS else "issue"
    yield Suggestion(
        id=identity("milestone", str(found.current), found.since or ""),
        kind="milestone",
        text=quoted(Words(f"{bot.settings.newsletter.title} has come out {found.current} {unit}s in a row.")),
        source=f"streak since {found.since}",
    )
