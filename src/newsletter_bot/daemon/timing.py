"""When to look next: at the moment that the last look asked for, and not while somebody is still saving."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

NEVER = datetime.max.replace(tzinfo=UTC)
PATIENCE = 15
"""So many times the quiet time is waited for an editor that never stops saving."""


class MachineClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC)

    def alarm(self, moment: datetime) -> datetime:
        """What the machine's clock shows when it is that moment."""
        return moment


class Agenda:
    """The next look; touched from the threads that watch, look and listen."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._due = NEVER
        self._saving_since: datetime | None = None
        self._quiet_at: datetime | None = None

    @property
    def next(self) -> datetime:
        """The moment of the next look: while files are being saved, when they have been left alone for a while."""
        with self._guard:
            return self._quiet_at or self._due

    def touched(self, now: datetime, quiet: timedelta) -> None:
        """A file was saved: look once it has been quiet so long."""
        with self._guard:
            since = self._saving_since
            self._saving_since = since = since if since and since <= now else now
            self._quiet_at = min(now + quiet, since + PATIENCE * quiet)

    def planned(self, moment: datetime) -> None:
        """There is something to do then; an earlier moment that is known already stays."""
        with self._guard:
            self._due = min(self._due, moment)

    def begun(self) -> None:
        """A look begins: what was asked for so far is done by it."""
        with self._guard:
            self._due, self._saving_since, self._quiet_at = NEVER, None, None
