"""Queries of the streak: narrow ones, answered from indexes however long the history is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from newsletter_bot.ledger.rows import moment, stamp, storable
from newsletter_bot.ledger.store import Store
from newsletter_bot.ports import Landed

# CROSS JOIN fixes the order: issues by slot, then their deliveries; so that nothing is sorted.
_PLANNED = """SELECT i.id, i.slot, min(d.public_at) FROM issues i INDEXED BY planned_issues
  CROSS JOIN deliveries d ON d.newsletter = i.newsletter AND d.issue = i.id
  WHERE i.newsletter = ? AND i.imported_at IS NULL AND d.public_at IS NOT NULL AND d.state IN ('delivered', 'sending')"""
_OF_ONE = f"{_PLANNED} AND d.publication = ? GROUP BY i.slot"
_OF_ALL = f"{_PLANNED} GROUP BY i.slot"
_IMPORTED = """SELECT id, imported_at FROM issues
  WHERE newsletter = ? AND imported_at IS NOT NULL AND imported_at >= ? ORDER BY imported_at, id LIMIT ?"""
_FIRST = """SELECT min(due), (SELECT min(imported_at) FROM issues WHERE newsletter = ?1 AND imported_at IS NOT NULL)
  FROM issues WHERE newsletter = ?1 AND due IS NOT NULL"""
FEW = 2
"""Imported issues that can matter in one period: one late for the period before, one for its own."""


def planned(store: Store, newsletter: str, publication: str | None) -> Iterator[Landed]:
    """The first issue that is out in public of those planned for each slot."""
    key = (newsletter,) if publication is None else (newsletter, storable(publication))
    for issue, slot, at in store.rows(_OF_ALL if publication is None else _OF_ONE, *key):
        yield Landed(issue, slot, _moment(at), imported=False)


def imported(store: Store, newsletter: str, starts: Sequence[datetime]) -> Iterator[Landed]:
    """The first few imported issues of each period, and all that lie after the last start."""
    ends: list[str | None] = [*(stamp(start) for start in starts), None]
    begin: str = ""
    for end in ends:
        for issue, at in store.rows(_IMPORTED, newsletter, begin, FEW if end else -1):
            if end and at >= end:
                break
            yield Landed(issue, "", _moment(at), imported=True)
        begin = end or ""


def first_date(store: Store, newsletter: str) -> datetime | None:
    """The earliest due time or imported date of any issue."""
    (row,) = store.rows(_FIRST, newsletter)
    return min((_moment(at) for at in row if at), default=None)


def _moment(text: Any) -> datetime:
    found = moment(text)
    assert found is not None
    return found


def of_periods(dates: Sequence[tuple[datetime, Landed]], starts: Sequence[datetime]) -> Iterator[Landed]:
    """The same choice of imported issues from a list in order of time."""
    places: Iterator[datetime | None] = iter([*starts, None])
    end, taken = next(places), 0
    for at, what in dates:
        while end is not None and at >= end:
            end, taken = next(places), 0
        taken += 1
        if end is None or taken <= FEW:
            yield what
