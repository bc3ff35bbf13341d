"""Until when a platform asks us to wait: ``Retry-After`` in all its spellings, kept, capped, and said."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from newsletter_bot.platforms._answers import Answer

LONGEST_WAIT = timedelta(hours=24)
_HEADERS = ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


def wait_of(answer: Answer) -> tuple[datetime | None, str]:
    """The time before which we should not ask again, and that in words; (None, "") when nothing is said."""
    texts = (answer.headers[name] for name in _HEADERS if name in answer.headers)
    until = next((found for text in texts if (found := wait_until(text, answer.received))), None)
    if until is None:
        return None, ""
    if until - answer.received > LONGEST_WAIT:
        hours = int(LONGEST_WAIT / timedelta(hours=1))
        until = answer.received + LONGEST_WAIT
        return until, f"; it asks for more than {hours} h, we try again after {hours} h, at {_told(until)}"
    return until, f"; again at {_told(until)}"


def wait_until(text: str, now: datetime) -> datetime | None:
    """The moment that a header names: seconds, a time since 1970, an ISO or HTTP date; past ones are now, junk is None."""
    text = text.strip()
    try:
        number = float(text)
    except ValueError:
        moment = _date(text)
    else:
        moment = _numbered(number, now)
    return moment and max(moment, now)


def _numbered(number: float, now: datetime) -> datetime | None:
    """A span, unless it is a time since 1970 that lies around now: a span of decades is absurd, a date of decades ago too."""
    if math.isnan(number):
        return None
    beyond = now + 2 * LONGEST_WAIT
    for since in (number, number / 1000):
        if (now - 2 * LONGEST_WAIT).timestamp() <= since <= beyond.timestamp():
            return datetime.fromtimestamp(since, UTC)
    return now + timedelta(seconds=max(number, 0)) if number < 2 * LONGEST_WAIT.total_seconds() else beyond


def _date(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
