"""From a draft to what each publication is to carry: assembled with the clock and the notices of its first time out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter_bot.assembly import Composition, assemble, choose_notices, match_edited
from newsletter_bot.cadence import named, slot_to_fill
from newsletter_bot.errors import DraftError, NewsletterError
from newsletter_bot.model import (
    Delivery,
    Draft,
    Finding,
    Issue,
    IssueRecord,
    Level,
    Rendition,
    Slot,
    Visibility,
)
from newsletter_bot.ports import DraftCard, Outlet
from newsletter_bot.publishing.addresses import address_of
from newsletter_bot.publishing.desk import Desk, Wishes
from newsletter_bot.publishing.illustrating import illustrated
from newsletter_bot.publishing.linked import links_of
from newsletter_bot.publishing.turns import Shelf, is_set_aside, paths_of, queue, shelve
from newsletter_bot.renditions import render


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An issue ready to be promised: its text, its slot, and one rendition for each publication that takes it."""

    issue: Issue
    slot: Slot
    record: IssueRecord
    renditions: Mapping[str, Rendition]
    entry: DraftCard
    before: IssueRecord | None
    """What the ledger remembered of the issue, or None while it is new."""

    @property
    def changed(self) -> bool:
        """Whether the writer wrote anything new for it (a new issue is new altogether)."""
        return self.before is None or self.before.basis != self.issue.basis


def shelf(desk: Desk) -> Shelf:
    """The drafts of the folder beside the issues of the ledger."""
    return shelve(desk.newsroom.entries(), desk.ledger.issues())


def filled_slots(desk: Desk) -> frozenset[str]:
    """Slots that have an issue already, out or promised."""
    return frozenset(record.slot for record in desk.ledger.issues() if record.slot)


def prepare(desk: Desk, entry: DraftCard, *, now: datetime, wishes: Wishes, slot: Slot | None = None) -> Prepared:
    """Assemble and render one draft as it would go out now (or as it went out, with what the writer changed since)."""
    record = shelf(desk).record_of(entry)
    slot = _slot_of(desk, record, now, slot)
    issue = look_over(desk, entry, now=now, slot=slot)
    _refuse_broken(issue)
    renditions = {
        outlet.name: _asked(
            _rendered(desk, issue, outlet),
            outlet,
            asked=_visibility(desk, outlet, record, wishes),
            slot=slot,
            now=now,
        )
        for outlet in _served(desk, issue, record, by_clock=wishes.due)
    }
    return Prepared(
        issue=issue,
        slot=slot,
        record=_recorded(issue, slot, record),
        renditions=renditions,
        entry=entry,
        before=record,
    )


def look_over(desk: Desk, entry: DraftCard, *, now: datetime, slot: Slot | None = None) -> Issue:
    """The issue that a draft makes now, with everything that is wrong in it, also what must not go out."""
    shelved = shelf(desk)
    record = shelved.record_of(entry)
    slot = _slot_of(desk, record, now, slot)
    drafts = _drafts_for(desk, shelved, entry, now=now)
    standing = None if record and is_set_aside(record) else record
    issue = _assembled(desk, drafts, record=standing, slot=slot, clock=_clock_of(desk, record, slot, now))
    return replace(issue, id=record.id) if record else issue


def _slot_of(desk: Desk, record: IssueRecord | None, now: datetime, wanted: Slot | None) -> Slot:
    if record and not is_set_aside(record):
        return named(desk.rules, record.slot)
    return wanted or slot_to_fill(desk.rules, now, filled_slots(desk))


def chosen(desk: Desk, issue: Issue) -> Sequence[Outlet]:
    """The publications that an issue goes to, home first."""
    names = [name for name in desk.outlets if issue.publications is None or name in issue.publications]
    return [desk.outlets[name] for name in sorted(names, key=lambda name: name != desk.home)]


def _served(desk: Desk, issue: Issue, record: IssueRecord | None, *, by_clock: bool) -> Sequence[Outlet]:
    """Those it is carried to now; to a publication that came later by the clock only when the draft names it."""
    outlets = chosen(desk, issue)
    if record is None or is_set_aside(record) or not by_clock or issue.publications is not None:
        return outlets
    promised = {delivery.publication for delivery in desk.ledger.deliveries(record.id)}
    return [outlet for outlet in outlets if outlet.name in promised]


def _clock_of(desk: Desk, record: IssueRecord | None, slot: Slot, now: datetime) -> datetime:
    """The moment for which events are listed: the first publication's own; a scheduled issue's is its release."""
    if record and record.clock:
        return record.clock
    home = desk.outlets.get(desk.home or "")
    return max(now, slot.due) if home and home.visibility is Visibility.SCHEDULED else now


def _assembled(
    desk: Desk, drafts: Sequence[Draft], *, record: IssueRecord | None, slot: Slot, clock: datetime
) -> Issue:
    records = desk.ledger.issues()
    inbox = desk.newsroom.notices()
    if record:
        own = [notice for draft in drafts for notice in draft.housekeeping]
        notices = match_edited(record.notices, (*inbox, *own))
    else:
        used = frozenset(notice.key for past in records for notice in past.notices)
        notices = choose_notices(inbox, drafts, used, desk.frame.local_day(clock))
    earlier = [past for past in records if past.imported_at is None and (record is None or past.number < record.number)]
    pictures, faults = illustrated(desk, drafts, notices, issue=record.id if record else None)
    return assemble(
        drafts,
        notices=notices,
        listings=desk.newsroom.listings(clock, known=record.listings if record and record.clock else None),
        frame=desk.frame,
        number=record.number if record else next_number(desk),
        slot=slot.name,
        clock=clock,
        previous=earlier[-1] if earlier else None,
        pictures=pictures,
        faults=faults,
        issues={path: past.id for past in records if address_of(desk, past.id) for path in paths_of(past)},
        paths=[entry.path for entry in desk.newsroom.entries()],
    )


def _drafts_for(desk: Desk, shelved: Shelf, entry: DraftCard, *, now: datetime) -> Sequence[Draft]:
    """The drafts that make the issue: one, or in a digest all that are ready (later: all that went into it)."""
    record = shelved.record_of(entry)
    paths = [entry.path]
    if record and len(paths_of(record)) > 1:
        paths = [each.path for each in shelved.entries if shelved.issue_of.get(each.path) == record.id]
    elif record is None and desk.frame.compose == Composition.DIGEST:
        paths = list(dict.fromkeys([*(each.path for each in queue(shelved, now)), entry.path]))
    return [desk.newsroom.draft(path) for path in paths]


def next_number(desk: Desk) -> int:
    """The number of the next issue."""
    return max([desk.number_from - 1, *(record.number for record in desk.ledger.issues())]) + 1


def _refuse_broken(issue: Issue) -> None:
    """Raise DraftError for the first thing in the text that must not go out."""
    broken = next((finding for finding in issue.findings if finding.level is Level.ERROR), None)
    if broken:
        raise draft_error(broken)
    if not issue.document.blocks or all(section.name in ("footnotes", "sign_off") for section in issue.sections):
        fix = "write its text, or set 'status: draft' until there is some"
        raise DraftError("the issue says nothing: no text, no notices, no events", file=issue.draft, fix=fix)


def draft_error(finding: Finding) -> DraftError:
    """The error that a finding is, when it stops something."""
    return DraftError(finding.message, file=finding.file, line=finding.line, key=finding.key, fix=finding.fix)


def _rendered(desk: Desk, issue: Issue, outlet: Outlet) -> Rendition:
    return render(issue, outlet, home=outlet.name == desk.home, has_home=_has_home(desk, issue), fit=desk.fit)


def _asked(rendition: Rendition, outlet: Outlet, *, asked: Visibility, slot: Slot, now: datetime) -> Rendition:
    """The rendition with the visibility that is asked for; a slot that is past is not queued for."""
    if asked is Visibility.SCHEDULED and slot.due <= now:
        asked = Visibility.PUBLIC
    return replace(
        rendition,
        visibility=asked,
        email=outlet.email and asked is not Visibility.DRAFT,
        release_at=slot.due if asked is Visibility.SCHEDULED else None,
    )


def _visibility(desk: Desk, outlet: Outlet, record: IssueRecord | None, wishes: Wishes) -> Visibility:
    """What a person asks for now; a run by the clock goes on with what was asked when the delivery was promised."""
    if wishes.visibility and (not wishes.only or outlet.name in wishes.only):
        return wishes.visibility
    delivery = desk.ledger.delivery(f"{record.id}/{outlet.name}") if record and wishes.due else None
    promised = desk.ledger.rendition(delivery.promised) if delivery and delivery.carried is None else None
    return promised.visibility if promised else outlet.visibility


def _has_home(desk: Desk, issue: Issue) -> bool:
    return desk.home is not None and (issue.publications is None or desk.home in issue.publications)


def _recorded(issue: Issue, slot: Slot, record: IssueRecord | None) -> IssueRecord:
    fresh = IssueRecord(
        id=issue.id,
        number=issue.number,
        title=issue.title,
        slot=issue.slot,
        draft=issue.draft,
        slug=issue.slug,
        draft_digest=issue.draft_digest,
        text_digest=issue.text_digest,
        basis=issue.basis,
        clock=issue.clock,
        due=slot.due,
        deadline=slot.deadline,
        notices=issue.notices,
        listings=issue.listings,
        links=links_of(issue),
    )
    due = record and record.due
    return replace(fresh, due=record.due, deadline=record.deadline) if record and due else fresh


def stored(desk: Desk, delivery: Delivery) -> Rendition:
    """The rendition that was promised: what is sent when its draft cannot be had any more."""
    found = desk.ledger.rendition(delivery.promised)
    if found is None:
        raise NewsletterError(f"the ledger has lost the text of {delivery.id}", fix="run: newsletter-bot ledger check")
    return found
