"""The embedded ledger: one SQLite file beside the settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsletter_bot.errors import LedgerError, StaleError
from newsletter_bot.ledger import landings
from newsletter_bot.ledger.faults import damaged, legible
from newsletter_bot.ledger.renditions import packed, unpacked
from newsletter_bot.ledger.rows import (
    DELIVERY,
    ISSUE,
    TRANSITION,
    begun,
    card_of,
    column,
    columns,
    delivery_of,
    issue_of,
    moment,
    promised,
    same_delivery,
    stamp,
    storable,
    taken,
    transition_of,
)
from newsletter_bot.ledger.statements import (
    DELIVERIES,
    DRAFTS,
    ISSUES,
    MOVE,
    MOVE_BEGUN,
    MOVED,
    NEW_DELIVERY,
    NEW_ISSUE,
    NEW_TRANSITION,
    OPEN,
    SAME_NUMBER,
    SAME_SLOT,
    SET_DRAFT,
    SET_ISSUE,
    SET_RENDITION,
    SLOT_OF,
    STORY,
    upsert,
)
from newsletter_bot.ledger.store import Change, Store
from newsletter_bot.model import Delivery, IssueRecord, Rendition, State, Transition
from newsletter_bot.ports import DraftCard, Landed


class SqliteLedger:
    """The port ``Ledger`` over one SQLite file, for one newsletter."""

    def __init__(self, store: Store, newsletter: str) -> None:
        self.newsletter = storable(newsletter)
        """Under whose name the rows stand."""
        self.path = store.path
        self._store = store

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self._store.rows(sql, self.newsletter, *values)

    def promise(
        self, issue: IssueRecord, renditions: Sequence[Rendition], now: datetime, *, alone: bool = False
    ) -> None:
        """Record the issue and its deliveries as due."""
        with self._store.change("promise") as change:
            if self._rivalled(change, issue, alone=alone):
                raise taken(issue)
            change.execute(NEW_ISSUE, self.newsletter, *columns(issue, ISSUE))
            for rendition in renditions:
                self._promise(change, promised(issue, rendition), rendition, now)

    def _rivalled(self, change: Change, issue: IssueRecord, *, alone: bool) -> bool:
        key = (self.newsletter, storable(issue.id))
        placed = any(slot for (slot,) in change.rows(SLOT_OF, *key))
        if (alone or not placed) and change.rows(SAME_NUMBER, *key, issue.number):
            return True
        return alone and bool(change.rows(SAME_SLOT, *key, issue.slot))

    def _promise(self, change: Change, delivery: Delivery, rendition: Rendition, now: datetime) -> None:
        if change.execute(NEW_DELIVERY, self.newsletter, *columns(delivery, DELIVERY)):
            self._tell(change, delivery, at=now, what="promised", before=None)
            _keep(change, rendition)

    def _tell(self, change: Change, delivery: Delivery, *, at: datetime, what: str, before: State | None) -> None:
        """One line of the delivery's story, numbered by the revision that it made."""
        line = Transition(
            delivery=delivery.id,
            at=at,
            attempt=delivery.attempt,
            before=before,
            after=delivery.state,
            what=what,
            owner=delivery.owner,
        )
        change.execute(NEW_TRANSITION, self.newsletter, delivery.revision, *columns(line, TRANSITION))

    def record_issue(self, issue: IssueRecord) -> None:
        """Insert or replace what is remembered of an issue."""
        self.record_issues([issue])

    def record_issues(self, issues: Sequence[IssueRecord]) -> None:
        """Insert or replace what is remembered of many issues, in one transaction."""
        with self._store.change("record_issue") as change:
            for issue in issues:
                change.execute(SET_ISSUE, self.newsletter, *columns(issue, ISSUE))

    def issues(self, slot: str | None = None) -> Sequence[IssueRecord]:
        """All issues by number, or those planned for one slot."""
        of_slot = "" if slot is None else "AND slot = ? AND imported_at IS NULL"
        rows = self._rows(f"{ISSUES} {of_slot} ORDER BY number, id", *(() if slot is None else (storable(slot),)))
        with legible(self.path):
            return [issue_of(row) for row in rows]

    def first_date(self) -> datetime | None:
        """The earliest due time or imported date of any issue."""
        with legible(self.path):
            return landings.first_date(self._store, self.newsletter)

    def landings(self, publication: str | None, starts: Sequence[datetime]) -> Sequence[Landed]:
        """What a streak is reckoned from."""
        with legible(self.path):
            planned = landings.planned(self._store, self.newsletter, publication)
            return [*planned, *landings.imported(self._store, self.newsletter, starts)]

    def issue(self, issue: str) -> IssueRecord | None:
        """One issue by id."""
        rows = self._rows(f"{ISSUES} AND id = ?", storable(issue))
        with legible(self.path):
            return issue_of(rows[0]) if rows else None

    def deliveries(self, issue: str | None = None) -> Sequence[Delivery]:
        """Deliveries of one issue, or all, in the order in which they were promised."""
        if issue is None:
            return self._deliveries(f"{DELIVERIES} ORDER BY key")
        return self._deliveries(f"{DELIVERIES} AND issue = ? ORDER BY key", storable(issue))

    def _deliveries(self, sql: str, *values: Any) -> list[Delivery]:
        rows = self._rows(sql, *values)
        with legible(self.path):
            return [delivery_of(row) for row in rows]

    def open_deliveries(self) -> Sequence[Delivery]:
        """Those that are not at rest, in the order in which they were promised."""
        return self._deliveries(f"{DELIVERIES} AND ({OPEN}) ORDER BY key")

    def delivery(self, delivery: str) -> Delivery | None:
        """One delivery by id."""
        found = self._deliveries(f"{DELIVERIES} AND id = ?", storable(delivery))
        return found[0] if found else None

    def move(self, before: Delivery, after: Delivery, *, at: datetime, what: str) -> Delivery:
        """Compare-and-set on ``before.revision``; one durable commit for the new row and its line of the story."""
        moved = replace(after, revision=before.revision + 1)
        same_delivery(before, moved)
        changes, begun_at = begun(before, moved)
        values = [*columns(moved, MOVED), *([stamp(begun_at)] if changes else [])]
        key = (self.newsletter, storable(before.id), before.revision)
        with self._store.change("move") as change:
            if not change.execute(MOVE_BEGUN if changes else MOVE, *values, *key):
                raise StaleError(f"the delivery {before.id} was moved by somebody else", fix="run the command again")
            self._tell(change, moved, at=at, what=what, before=before.state)
        return moved

    def story(self, delivery: str) -> Sequence[Transition]:
        """The transitions of a delivery in order."""
        rows = self._rows(STORY, storable(delivery))
        with legible(self.path):
            return [transition_of(row) for row in rows]

    def keep_rendition(self, rendition: Rendition) -> str:
        """Store a rendition with its images; of two with one digest the last one stands."""
        with self._store.change("keep_rendition") as change:
            return _keep(change, rendition)

    def rendition(self, digest: str) -> Rendition | None:
        """A stored rendition."""
        rows = self._store.rows("SELECT content FROM renditions WHERE digest = ?", storable(digest))
        with legible(self.path):
            return unpacked(rows[0][0], self._picture) if rows else None

    def _picture(self, digest: str) -> bytes:
        rows = self._store.rows("SELECT content FROM pictures WHERE digest = ?", digest)
        if not rows:
            raise damaged(self.path, "the bytes of a picture are missing")
        return bytes(rows[0][0])

    def uploaded(self, publication: str) -> Mapping[str, str]:
        """Addresses of images that a publication carries already, by picture digest."""
        sql = "SELECT digest, url FROM uploads WHERE newsletter = ? AND publication = ?"
        return dict(self._rows(sql, storable(publication)))

    def record_upload(self, publication: str, digest: str, url: str) -> None:
        """Remember the address of an uploaded image."""
        sql = upsert("uploads", ("publication", "digest", "url"), "publication, digest")
        with self._store.change("record_upload") as change:
            change.execute(sql, self.newsletter, storable(publication), storable(digest), storable(url))

    def pause(self, publication: str, until: datetime, reason: str) -> None:
        """No request to this publication before then; the last word counts."""
        sql = upsert("pauses", ("publication", "until", "reason"), "publication")
        with self._store.change("pause") as change:
            change.execute(sql, self.newsletter, storable(publication), stamp(until), storable(reason))

    def paused(self, publication: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when and why, or None."""
        sql = "SELECT until, reason FROM pauses WHERE newsletter = ? AND publication = ? AND until > ?"
        rows = self._rows(sql, storable(publication), stamp(now))
        with legible(self.path):
            return (datetime.fromisoformat(rows[0][0]), rows[0][1]) if rows else None

    def creations(self, publication: str, since: datetime) -> Sequence[datetime]:
        """When posts were begun there since a time, oldest first; surely failed attempts do not count."""
        sql = "SELECT begun_at FROM deliveries WHERE newsletter = ? AND publication = ? AND begun_at >= ? ORDER BY begun_at"
        rows = self._rows(sql, storable(publication), stamp(since))
        with legible(self.path):
            return [at for (text,) in rows if (at := moment(text))]

    def recall(self, key: str) -> str | None:
        """A small remembered fact."""
        rows = self._rows("SELECT value FROM facts WHERE newsletter = ? AND key = ?", storable(key))
        return str(rows[0][0]) if rows else None

    def remember(self, key: str, value: str | None) -> None:
        """Store or forget a fact; nothing is written when it is known already."""
        text = None if value is None else storable(value)
        if self.recall(key) == text:
            return
        with self._store.change("remember") as change:
            if text is None:
                change.execute("DELETE FROM facts WHERE newsletter = ? AND key = ?", self.newsletter, storable(key))
            else:
                change.execute(upsert("facts", ("key", "value"), "key"), self.newsletter, storable(key), text)

    def facts(self, prefix: str) -> Mapping[str, str]:
        """All facts whose key starts so, by key."""
        start = storable(prefix)
        sql = "SELECT key, value FROM facts WHERE newsletter = ? AND key >= ? AND key < ? ORDER BY key"
        rows = self._rows(sql, start, f"{start}\U0010ffff\U0010ffff")
        return {key: value for key, value in rows if key.startswith(start)}

    def draft_signatures(self) -> Sequence[tuple[str, int, int, int]]:
        """(path, mtime_ns, size, inode) of every draft at the last look, by path."""
        return self._rows("SELECT path, mtime_ns, size, inode FROM drafts WHERE newsletter = ? ORDER BY path")

    def draft_index(self) -> Mapping[str, DraftCard]:
        """What the last look found in every draft, by path."""
        rows = self._rows(f"{DRAFTS} ORDER BY path")
        with legible(self.path):
            return {row[0]: card_of(row) for row in rows}

    def record_drafts(self, changed: Iterable[DraftCard], gone: Iterable[str] = ()) -> None:
        """Replace what is known of changed drafts and forget the paths that are gone."""
        cards, paths = list(changed), list(gone)
        if not cards and not paths:
            return
        with self._store.change("record_drafts") as change:
            for path in paths:
                change.execute("DELETE FROM drafts WHERE newsletter = ? AND path = ?", self.newsletter, storable(path))
            for card in cards:
                change.execute(SET_DRAFT, self.newsletter, *map(column, card))

    def close(self) -> None:
        """Release the store."""
        self._store.close()


def _keep(change: Change, rendition: Rendition) -> str:
    digest = rendition.digest
    text, blobs = packed(rendition)
    change.execute(SET_RENDITION, digest, text)
    for key, blob in blobs.items():
        change.execute("INSERT INTO pictures (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING", key, blob)
    return digest


def open_sqlite(store: Store, newsletter: str, *, own: bool) -> SqliteLedger:
    """The ledger of a newsletter in a store.

    A store within the newsletter's own folder that knows one newsletter is that one's, whatever it is called today: a
    renamed folder or id must not make a ledger look empty and everything be sent again.
    """
    names = [str(name) for (name,) in store.rows("SELECT id FROM newsletters ORDER BY id")]
    wanted = storable(newsletter)
    if wanted in names or (own and len(names) == 1):
        return SqliteLedger(store, wanted if wanted in names else names[0])
    if own and names:
        fix = f"set newsletter.id in schedule.yaml to one of: {', '.join(names)}"
        raise LedgerError(f"the ledger does not know the newsletter {wanted!r}", file=str(store.path), fix=fix)
    with store.change("register") as change:
        change.execute("INSERT INTO newsletters (id) VALUES (?) ON CONFLICT DO NOTHING", wanted)
    return SqliteLedger(store, wanted)
