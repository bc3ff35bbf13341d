"""The sandbox's time: the machine's, moved at will."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """A running clock that can be set to another time; all times are aware and in UTC."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The sandbox's present, to the millisecond."""
        with self._lock:
            moment = datetime.now(UTC) + self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def set(self, moment: datetime) -> None:
        """Goes on from this moment; one without a zone is UTC."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        with self._lock:
            self._offset = aware - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        """Jumps ahead by so many seconds (back with a negative number)."""
        with self._lock:
            self._offset += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Shows the machine's time again."""
        with self._lock:
            self._offset = timedelta()


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z, as both services write times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment_of(text: str) -> datetime:
    """The time that an ISO text names; ValueError when it names none. Without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
