"""Whose turn it is: which draft is which issue, which comes next, which has a twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter_bot.errors import DraftError
from newsletter_bot.model import Delivery, IssueRecord, State, Visibility
from newsletter_bot.ports import DraftCard

SAME_DAY = timedelta(hours=36)
"""A draft's date and the day on which a source says that it was out, in whatever zones, are no further apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The drafts of the folder beside the issues of the ledger, and which belongs to which."""

    entries: Sequence[DraftCard]
    records: Mapping[str, IssueRecord]
    issue_of: Mapping[str, str]
    """Path of a draft -> id of the issue it became."""

    def record_of(self, entry: DraftCard) -> IssueRecord | None:
        """The issue that a draft became, or None while it is none."""
        found = self.issue_of.get(entry.path)
        return self.records[found] if found else None

    def entry_of(self, issue: str) -> DraftCard | None:
        """The draft of an issue, or None when its file is gone."""
        return next((entry for entry in self.entries if self.issue_of.get(entry.path) == issue), None)


def paths_of(record: IssueRecord) -> Sequence[str]:
    """The drafts that an issue was made of: one, or those of a digest."""
    return record.draft.split(", ") if record.id.startswith("digest-") else [record.draft]


def shelve(entries: Sequence[DraftCard], records: Sequence[IssueRecord]) -> Shelf:
    """Match drafts with issues: by identity, else by text when the issue's own file has gone (renamed or moved)."""
    own = {record.id: record for record in records}
    issue_of = {entry.path: entry.id for entry in entries if entry.id in own}
    for record in own.values():
        if len(paths_of(record)) > 1:
            issue_of |= dict.fromkeys(paths_of(record), record.id)
    taken = set(issue_of.values())
    orphans = {
        record.text_digest: record.id for record in own.values() if record.id not in taken and record.text_digest
    }
    for entry in entries:
        if entry.path not in issue_of and entry.text_digest in orphans:
            issue_of[entry.path] = orphans.pop(entry.text_digest)
    return Shelf(entries=entries, records=own, issue_of=issue_of)


def twin_of(entry: DraftCard, shelf: Shelf) -> IssueRecord | None:
    """The issue that carries the same text under another name, if there is one."""
    if entry.path in shelf.issue_of or not entry.text_digest:
        return None
    same = (record for record in shelf.records.values() if record.text_digest == entry.text_digest)
    return next(same, None) or _imported_twin(entry, shelf)


def _imported_twin(entry: DraftCard, shelf: Shelf) -> IssueRecord | None:
    """The imported issue that the draft seems to be: of its title and day; of its title alone when that tells it apart."""
    title = _folded(entry.title)
    named = [record for record in shelf.records.values() if record.imported_at and _folded(record.title) == title]
    if entry.date is None:
        return named[0] if len(named) == 1 else None
    date = entry.date
    return next((each for each in named if each.imported_at and abs(each.imported_at - date) <= SAME_DAY), None)


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())


def refuse_twin(entry: DraftCard, shelf: Shelf) -> None:
    """Raise DraftError when the draft's text is out already under another name."""
    twin = twin_of(entry, shelf)
    if twin:
        same = twin.draft or f"{twin.title}, imported"
        raise DraftError(
            f"has the same {'text' if twin.text_digest == entry.text_digest else 'title'} as issue {twin.number} ({same})",
            file=entry.path,
            fix="edit that draft instead, or confirm with --twin that it is to go out once more",
        )


def refuse_unready(entry: DraftCard) -> None:
    """Raise DraftError when the draft may not go out yet."""
    if not entry.ready:
        fix = "set 'status: ready' in its front matter when it may go out"
        raise DraftError("is not ready", file=entry.path, key="status", fix=fix)


def next_entry(shelf: Shelf, now: datetime) -> DraftCard | None:
    """The draft whose turn it is: ready, not an issue yet, date reached; earliest date first, then by path."""
    return next(iter(queue(shelf, now)), None)


def queue(shelf: Shelf, now: datetime) -> Sequence[DraftCard]:
    """All drafts that could go out now, in the order in which they will."""
    waiting = [
        entry
        for entry in shelf.entries
        if entry.ready and _free(entry, shelf) and (entry.date is None or entry.date <= now)
    ]
    return sorted(
        waiting, key=lambda entry: (entry.date is None, entry.date.timestamp() if entry.date else 0, entry.path)
    )


def _free(entry: DraftCard, shelf: Shelf) -> bool:
    """Whether a draft is no issue yet, or one that was set aside."""
    record = shelf.record_of(entry)
    return record is None or is_set_aside(record)


def is_set_aside(record: IssueRecord) -> bool:
    """Whether an issue was promised and withdrawn before anybody had it: it holds no slot and waits for its turn anew."""
    return not record.slot


def is_out(deliveries: Sequence[Delivery], home: str | None) -> bool:
    """Whether home (without one: any publication) carries the issue, or it was taken back there."""
    deciding = [delivery for delivery in deliveries if delivery.publication == home] or deliveries
    return any(delivery.state in (State.DELIVERED, State.RETRACTED) for delivery in deciding)


def is_public(deliveries: Sequence[Delivery], home: str | None) -> bool:
    """Whether a reader can see the issue at home (without one: anywhere)."""
    deciding = [delivery for delivery in deliveries if delivery.publication == home] or deliveries
    return any(delivery.visibility is Visibility.PUBLIC for delivery in deciding)
