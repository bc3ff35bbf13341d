"""The only reader of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from newsletter_bot.errors import UsageError

VARIABLE = "NEWSLETTER_BOT_NOW"
EARLIEST, LATEST = 1970, 9000
"""Years between which calendars can be reckoned with room on both sides."""


def clock_of(environ: Mapping[str, str]) -> Callable[[], datetime]:
    """The machine's clock in UTC, or the fixed moment that NEWSLETTER_BOT_NOW sets for rehearsals and tests."""
    said = environ.get(VARIABLE)
    if not said:
        return lambda: datetime.now(UTC)
    fix = f"write an ISO time with offset, such as {VARIABLE}=2026-11-25T09:00:00-08:00"
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise UsageError(f"{VARIABLE} is no time: {said!r}", fix=fix) from None
    if moment.tzinfo is None:
        raise UsageError(f"{VARIABLE} has no offset: {said!r}", fix=fix)
    if not EARLIEST <= moment.year <= LATEST:
        raise UsageError(f"{VARIABLE} lies outside the years {EARLIEST} to {LATEST}: {said!r}", fix=fix)
    fixed = moment.astimezone(UTC)
    return lambda: fixed
