"""A ledger that lives as long as its process: for rehearsals, dry runs and tests; same rules as the one on disk."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from newsletter_bot.errors import StaleError
from newsletter_bot.ledger.landings import of_periods
from newsletter_bot.ledger.rows import begun, promised, same_delivery, taken
from newsletter_bot.model import Delivery, IssueRecord, Rendition, State, Transition, Visibility
from newsletter_bot.ports import DraftCard, Landed, open_states


def is_open(delivery: Delivery) -> bool:
    """Whether a delivery is not at rest."""
    waits = delivery.state is State.DELIVERED and delivery.visibility in (Visibility.DRAFT, Visibility.SCHEDULED)
    held = delivery.held is not None or delivery.verify_at is not None
    return delivery.state in open_states() or held or waits


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class MemoryLedger:
    """The port ``Ledger`` over plain dictionaries."""

    def __init__(self, newsletter: str = "") -> None:
        self.newsletter = newsletter
        self._guard = threading.RLock()
        self._issues: dict[str, IssueRecord] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._stories: dict[str, list[Transition]] = {}
        self._renditions: dict[str, Rendition] = {}
        self._uploads: dict[str, dict[str, str]] = {}
        self._pauses: dict[str, tuple[datetime, str]] = {}
        self._begun: dict[str, datetime] = {}
        self._facts: dict[str, str] = {}
        self._drafts: dict[str, DraftCard] = {}

    def promise(
        self, issue: IssueRecord, renditions: Sequence[Rendition], now: datetime, *, alone: bool = False
    ) -> None:
        """Record the issue and its deliveries as due."""
        with self._guard:
            if self._rivalled(issue, alone=alone):
                raise taken(issue)
            self._issues.setdefault(issue.id, issue)
            for rendition in renditions:
                delivery = promised(issue, rendition)
                if delivery.id not in self._deliveries:
                    self._deliveries[delivery.id] = delivery
                    self._tell(delivery, at=now, what="promised", before=None)
                    self.keep_rendition(rendition)

    def _rivalled(self, issue: IssueRecord, *, alone: bool) -> bool:
        others = [other for other in self._issues.values() if other.id != issue.id]
        standing = self._issues.get(issue.id)
        if (alone or not (standing and standing.slot)) and any(issue.number == other.number for other in others):
            return True
        return alone and any(issue.slot == other.slot for other in others)

    def _tell(self, delivery: Delivery, *, at: datetime, what: str, before: State | None) -> None:
        line = Transition(
            delivery=delivery.id,
            at=at,
            attempt=delivery.attempt,
            before=before,
            after=delivery.state,
            what=what,
            owner=delivery.owner,
        )
        self._stories.setdefault(delivery.id, []).append(line)

    def record_issue(self, issue: IssueRecord) -> None:
        """Insert or replace what is remembered of an issue."""
        self.record_issues([issue])

    def record_issues(self, issues: Sequence[IssueRecord]) -> None:
        """Insert or replace what is remembered of many issues."""
        with self._guard:
            self._issues.update((issue.id, issue) for issue in issues)

    def issues(self, slot: str | None = None) -> Sequence[IssueRecord]:
        """All issues by number, or those planned for one slot."""
        with self._guard:
            every = sorted(self._issues.values(), key=lambda issue: (issue.number, issue.id))
        return every if slot is None else [each for each in every if each.slot == slot and not each.imported_at]

    def first_date(self) -> datetime | None:
        """The earliest due time or imported date of any issue."""
        dates = [_aware(at) for each in self.issues() for at in (each.due, each.imported_at) if at]
        return min(dates, default=None)

    def landings(self, publication: str | None, starts: Sequence[datetime]) -> Sequence[Landed]:
        """What a streak is reckoned from."""
        first: dict[str, Landed] = {}
        for delivery in self.deliveries():
            out = delivery.public_at if delivery.state in (State.DELIVERED, State.SENDING) else None
            record = self._issues[delivery.issue]
            if out is None or record.imported_at or publication not in (None, delivery.publication):
                continue
            landed = Landed(record.id, record.slot, _aware(out), imported=False)
            first[record.slot] = min(first.get(record.slot, landed), landed, key=lambda each: each.at)
        imports = sorted((_aware(each.imported_at), each.id) for each in self.issues() if each.imported_at)
        dated = [(at, Landed(issue, "", at, imported=True)) for at, issue in imports]
        return [*first.values(), *of_periods(dated, starts)]

    def issue(self, issue: str) -> IssueRecord | None:
        """One issue by id."""
        with self._guard:
            return self._issues.get(issue)

    def deliveries(self, issue: str | None = None) -> Sequence[Delivery]:
        """Deliveries of one issue, or all, in the order in which they were promised."""
        with self._guard:
            return [delivery for delivery in self._deliveries.values() if issue in (None, delivery.issue)]

    def open_deliveries(self) -> Sequence[Delivery]:
        """Those that are not at rest, in the order in which they were promised."""
        return [delivery for delivery in self.deliveries() if is_open(delivery)]

    def delivery(self, delivery: str) -> Delivery | None:
        """One delivery by id."""
        with self._guard:
            return self._deliveries.get(delivery)

    def move(self, before: Delivery, after: Delivery, *, at: datetime, what: str) -> Delivery:
        """Compare-and-set on ``before.revision``."""
        moved = replace(after, revision=before.revision + 1)
        same_delivery(before, moved)
        with self._guard:
            standing = self._deliveries.get(before.id)
            if standing is None or standing.revision != before.revision:
                raise StaleError(f"the delivery {before.id} was moved by somebody else", fix="run the command again")
            self._deliveries[moved.id] = moved
            self._note_begun(before, moved)
            self._tell(moved, at=at, what=what, before=before.state)
        return moved

    def _note_begun(self, before: Delivery, after: Delivery) -> None:
        changes, begun_at = begun(before, after)
        if changes:
            self._begun.pop(after.id, None)
            if begun_at:
                self._begun[after.id] = _aware(begun_at)

    def story(self, delivery: str) -> Sequence[Transition]:
        """The transitions of a delivery in order."""
        with self._guard:
            return list(self._stories.get(delivery, ()))

    def keep_rendition(self, rendition: Rendition) -> str:
        """Store a rendition with its images; of two with one digest the last one stands."""
        with self._guard:
            self._renditions[rendition.digest] = rendition
            return rendition.digest

    def rendition(self, digest: str) -> Rendition | None:
        """A stored rendition."""
        with self._guard:
            return self._renditions.get(digest)

    def uploaded(self, publication: str) -> Mapping[str, str]:
        """Addresses of images that a publication carries already, by picture digest."""
        with self._guard:
            return dict(self._uploads.get(publication, {}))

    def record_upload(self, publication: str, digest: str, url: str) -> None:
        """Remember the address of an uploaded image."""
        with self._guard:
            self._uploads.setdefault(publication, {})[digest] = url

    def pause(self, publication: str, until: datetime, reason: str) -> None:
        """No request to this publication before then; the last word counts."""
        with self._guard:
            self._pauses[publication] = (_aware(until), reason)

    def paused(self, publication: str, now: datetime) -> tuple[datetime, str] | None:
        """Until when and why, or None."""
        with self._guard:
            pause = self._pauses.get(publication)
            return pause if pause and pause[0] > _aware(now) else None

    def creations(self, publication: str, since: datetime) -> Sequence[datetime]:
        """When posts were begun there since a time, oldest first; surely failed attempts do not count."""
        with self._guard:
            begun_at = [at for key, at in self._begun.items() if self._deliveries[key].publication == publication]
            return sorted(at for at in begun_at if at >= _aware(since))

    def recall(self, key: str) -> str | None:
        """A small remembered fact."""
        with self._guard:
            return self._facts.get(key)

    def remember(self, key: str, value: str | None) -> None:
        """Store or forget a fact."""
        with self._guard:
            self._facts.pop(key, None)
            if value is not None:
                self._facts[key] = value

    def facts(self, prefix: str) -> Mapping[str, str]:
        """All facts whose key starts so, by key."""
        with self._guard:
            return {key: self._facts[key] for key in sorted(self._facts) if key.startswith(prefix)}

    def draft_signatures(self) -> Sequence[tuple[str, int, int, int]]:
        """(path, mtime_ns, size, inode) of every draft at the last look, by path."""
        return [(card.path, card.mtime_ns, card.size, card.inode) for card in self.draft_index().values()]

    def draft_index(self) -> Mapping[str, DraftCard]:
        """What the last look found in every draft, by path."""
        with self._guard:
            return {path: self._drafts[path] for path in sorted(self._drafts)}

    def record_drafts(self, changed: Iterable[DraftCard], gone: Iterable[str] = ()) -> None:
        """Replace what is known of changed drafts and forget the paths that are gone."""
        with self._guard:
            for path in gone:
                self._drafts.pop(path, None)
            self._drafts.update((card.path, card) for card in changed)

    def close(self) -> None:
        """Release the store."""
