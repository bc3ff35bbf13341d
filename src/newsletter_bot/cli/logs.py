"""Logs on standard error: events in the past tense with fields; lines for people, JSON for machines; never bodies or secrets."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(*, verbose: int, as_json: bool) -> None:
    """Warnings by default, more with -v, only errors with -q."""
    level = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if as_json else _Lines())
    logger = logging.getLogger("newsletter_bot")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _OWN}


class _Lines(logging.Formatter):
    """``09:00:02 warning  an open issue goes on (issue=…)``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, with the traceback of an unexpected failure below it."""
        fields = ", ".join(f"{name}={value}" for name, value in _fields(record).items())
        moment = datetime.fromtimestamp(record.created).astimezone()
        line = f"{moment:%H:%M:%S} {record.levelname.lower():8} {record.getMessage()}{f' ({fields})' if fields else ''}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class _JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The event with its fields."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = {"at": moment, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        failure = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps({**event, **_fields(record), **failure}, default=str, ensure_ascii=False)
