"""Rows of the ledger as values of the glossary, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from newsletter_bot.errors import LedgerError, StaleError
from newsletter_bot.model import (
    Delivery,
    IssueRecord,
    Listing,
    Notice,
    Operation,
    Origin,
    Rendition,
    State,
    Transition,
    Visibility,
)
from newsletter_bot.ports import DraftCard

DELIVERY = tuple(field.name for field in fields(Delivery))
ISSUE = tuple(field.name for field in fields(IssueRecord))
TRANSITION = tuple(field.name for field in fields(Transition))
DRAFT = DraftCard._fields
"""The columns of each table that hold a value's fields, in order."""
IDENTITY = ("id", "issue", "publication")
"""What makes a delivery this one: no move changes it."""

_DELIVERY_TIMES = tuple(name for name in DELIVERY if name.endswith(("_at", "_until", "_before")))
_ISSUE_TIMES = ("clock", "due", "deadline", "imported_at")


def moment(text: str | None) -> datetime | None:
    """A stored time."""
    return None if text is None else datetime.fromisoformat(text)


def stamp(at: datetime | None) -> str | None:
    """A time as it is stored; a naive one is taken as UTC, since losing a receipt over it would be worse."""
    if at is None:
        return None
    aware = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.isoformat(timespec="microseconds")


def storable(text: str) -> str:
    """Text without lone surrogates: a platform's odd answer must not keep a receipt out of the ledger."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def column(value: Any) -> Any:
    """One field as SQLite holds it."""
    if value is None:  # most fields of most rows
        return None
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, tuple):
        return as_json(value)  # pyright: ignore[reportUnknownArgumentType]
    return value


def columns(value: Any, names: tuple[str, ...]) -> list[Any]:
    """The fields of a value in the order of its columns."""
    return [column(getattr(value, name)) for name in names]


def delivery_of(row: tuple[Any, ...]) -> Delivery:
    """A delivery from its columns."""
    values: dict[str, Any] = dict(zip(DELIVERY, row, strict=True))
    values["state"] = State(values["state"])
    values["operation"] = Operation(values["operation"])
    values["visibility"] = values["visibility"] and Visibility(values["visibility"])
    values["mailed"] = bool(values["mailed"])
    for name in _DELIVERY_TIMES:
        values[name] = moment(values[name])
    return Delivery(**values)


def transition_of(row: tuple[Any, ...]) -> Transition:
    """A transition from its columns."""
    values: dict[str, Any] = dict(zip(TRANSITION, row, strict=True))
    values["at"] = moment(values["at"])
    values["before"] = values["before"] and State(values["before"])
    values["after"] = State(values["after"])
    return Transition(**values)


def issue_of(row: tuple[Any, ...]) -> IssueRecord:
    """An issue from its columns."""
    values: dict[str, Any] = dict(zip(ISSUE, row, strict=True))
    for name in _ISSUE_TIMES:
        values[name] = moment(values[name])
    values["notices"] = tuple(notice_of(entry) for entry in _entries(values["notices"]))
    values["listings"] = tuple(listing_of(entry) for entry in _entries(values["listings"]))
    values["links"] = tuple(_entries(values["links"]))
    return IssueRecord(**values)


def card_of(row: tuple[Any, ...]) -> DraftCard:
    """What is remembered of a draft, from its columns."""
    return DraftCard._make((*row[:7], row[7] == 1, row[8] and moment(row[8]), *row[9:]))


def promised(issue: IssueRecord, rendition: Rendition) -> Delivery:
    """The delivery of a rendition that was just promised."""
    return Delivery(
        id=f"{issue.id}/{rendition.publication}",
        issue=issue.id,
        publication=rendition.publication,
        platform=rendition.platform,
        promised=rendition.digest,
    )


def same_delivery(before: Delivery, after: Delivery) -> None:
    """A move changes what became of a delivery, never which one it is."""
    for name in IDENTITY:
        if getattr(before, name) != getattr(after, name):
            raise LedgerError(f"a move cannot change the {name} of the delivery {before.id}")


def taken(issue: IssueRecord) -> StaleError:
    """Another issue was faster."""
    return StaleError(
        f"another issue has the slot {issue.slot} or the number {issue.number} by now", fix="run the command again"
    )


def begun(before: Delivery, after: Delivery) -> tuple[bool, datetime | None]:
    """Whether this move changes when the post was begun, and to what.

    It is begun with the first request of a creation, and not begun after all when the platform surely stored nothing.
    """
    if after.operation is not Operation.CREATE or after.remote_id is not None:
        return False, None
    if after.state is State.SENDING and before.state is not State.SENDING:
        return True, after.sending_at
    return after.state in (State.DUE, State.REFUSED), None


def as_json(value: Any) -> str:
    """A value of the glossary as JSON; what is None is left out."""
    return json.dumps(_plain(value), separators=(",", ":"))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(part) for name, part in named.items() if part is not None}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _entries(text: str) -> list[Any]:
    if text == "[]":
        return []
    entries: list[Any] = json.loads(text)
    return entries


def known(kind: type[Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that are fields of a dataclass: a newer program may have written more."""
    return {field.name: entry[field.name] for field in fields(kind) if field.name in entry}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_or_time(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def origin_of(entry: Mapping[str, Any] | None) -> Origin | None:
    """Where something was read, from JSON."""
    return None if entry is None else Origin(**known(Origin, entry))


def notice_of(entry: Mapping[str, Any]) -> Notice:
    """A notice from JSON."""
    values = known(Notice, entry)
    values.update(until=_day(entry.get("until")), origin=origin_of(entry.get("origin")))
    return Notice(**values)


def listing_of(entry: Mapping[str, Any]) -> Listing:
    """A listing from JSON."""
    values = known(Listing, entry)
    values.update(start=_day_or_time(entry["start"]), end=_day_or_time(entry.get("end")))
    values.update(until=_day(entry.get("until")), origin=origin_of(entry.get("origin")))
    return Listing(**values)
