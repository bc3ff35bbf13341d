"""The use cases: plan, publish by hand, do what is due."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeAlias

from newsletter_bot.cadence import CatchUp, DueSlot, due_slots, next_due
from newsletter_bot.errors import DraftError, LedgerError, NewsletterError, StaleError, UsageError
from newsletter_bot.model import IssueRecord, Slot, State, Visibility
from newsletter_bot.ports import DraftCard
from newsletter_bot.publishing.desk import Desk, Outcome, Wishes, merged
from newsletter_bot.publishing.plans import Plan, hold_to, plan_of
from newsletter_bot.publishing.preparing import Prepared, filled_slots, prepare, shelf
from newsletter_bot.publishing.promising import ask_again, promise
from newsletter_bot.publishing.running import Errand, errand_for, errand_without_draft, run
from newsletter_bot.publishing.turns import (
    Shelf,
    is_out,
    is_public,
    is_set_aside,
    next_entry,
    paths_of,
    queue,
    refuse_twin,
    refuse_unready,
    twin_of,
)
from newsletter_bot.publishing.withdrawing import set_aside, take_back

log = logging.getLogger(__name__)

SEEN = "slots/seen/"
ASKED = "told/ask/"
MOST_TWINS = 20
MOST_RIVALS = 10
"""Times that a hand tries again when other processes are faster with the number of its issue."""
RECENT = 3
"""Issues whose shared inputs (inbox, events) are still followed for edits."""
_Shown: TypeAlias = "tuple[str, Sequence[str]]"
"""The digest of a plan that was shown, and what it rests on."""


def choose(desk: Desk, reference: str | None, now: datetime) -> DraftCard | None:
    """The draft that is meant: the named one, else an unfinished issue's, else the next in turn, else the last one out."""
    shelved = shelf(desk)
    if reference is not None:
        path = desk.newsroom.draft(reference).path
        return next(entry for entry in shelved.entries if entry.path == path)
    return (
        next(iter(_unfinished(desk, shelved)), None)
        or next_entry(shelved, now)
        or next(iter(_changed(desk, shelved)), None)
        or _latest(shelved)
    )


def _unfinished(desk: Desk, shelved: Shelf) -> Iterable[DraftCard]:
    for record in shelved.records.values():
        entry = None if is_set_aside(record) else shelved.entry_of(record.id)
        deliveries = desk.ledger.deliveries(record.id)
        if entry and entry.ready and deliveries and not is_out(deliveries, desk.home):
            yield entry


def _changed(desk: Desk, shelved: Shelf) -> Iterable[DraftCard]:
    """Drafts of issues that are out and that the writer changed since, newest issue first."""
    for record in sorted(shelved.records.values(), key=lambda record: -record.number):
        entry = shelved.entry_of(record.id)
        single = len(paths_of(record)) == 1
        if (
            entry
            and entry.ready
            and single
            and entry.digest != record.draft_digest
            and desk.ledger.deliveries(record.id)
        ):
            yield entry


def _latest(shelved: Shelf) -> DraftCard | None:
    numbered = sorted(shelved.records.values(), key=lambda record: -record.number)
    entries = (shelved.entry_of(record.id) for record in numbered if not record.imported_at)
    return next((entry for entry in entries if entry and entry.ready), None)


def plan(desk: Desk, reference: str | None, wishes: Wishes) -> Plan | None:
    """What publishing would do now; None when there is no draft to plan for."""
    return _planned(desk, reference, wishes, refuse=True)


def rehearse(desk: Desk, reference: str | None) -> Plan | None:
    """The plan for a draft as if it were ready: for looking at what is still being written."""
    return _planned(desk, reference, Wishes(), refuse=False)


def _planned(desk: Desk, reference: str | None, wishes: Wishes, *, refuse: bool) -> Plan | None:
    now = desk.clock()
    entry = choose(desk, reference, now)
    if entry is None:
        return None
    if refuse:
        _refuse(entry, shelf(desk), wishes)
    return plan_of(desk, prepare(desk, entry, now=now, wishes=wishes), now=now, wishes=wishes)


def _refuse(entry: DraftCard, shelved: Shelf, wishes: Wishes) -> None:
    record = shelved.record_of(entry)
    if record and record.imported_at:
        fix = "nothing is sent for it; write a new draft, or change it there by hand"
        raise DraftError(f"was out before the bot came (issue {record.number}, imported)", file=entry.path, fix=fix)
    refuse_unready(entry)
    if record is None and not wishes.twin:
        refuse_twin(entry, shelved)


def publish(
    desk: Desk, reference: str | None, wishes: Wishes, *, planned: tuple[str, Sequence[str]] | None = None
) -> Outcome:
    """Carry out the plan for one draft, and go on with what earlier runs left open.

    ``planned`` is the digest and basis of a plan that was shown: PlanError when it no longer holds.
    """
    refuse_unknown(desk, wishes.only)
    fresh = _promised(desk, reference, wishes, planned)
    chosen = [_carry_on(desk, fresh.prepared, wishes)] if fresh else []
    done = {record.id for outcome in chosen for record, _ in outcome.issues}
    # What was asked for this draft is asked for no other: those go on as they would by the clock.
    others = Wishes(only=wishes.only, due=True)
    return merged([*chosen, *([] if planned else _go_on(desk, others, skip=done))])


def _promised(desk: Desk, reference: str | None, wishes: Wishes, planned: _Shown | None) -> Plan | None:
    """The plan whose issue is in the ledger now; made anew when another process was faster with its number."""
    for _ in range(MOST_RIVALS - 1):
        with suppress(StaleError):
            return _planned_and_promised(desk, reference, wishes, planned)
    return _planned_and_promised(desk, reference, wishes, planned)


def _planned_and_promised(desk: Desk, reference: str | None, wishes: Wishes, planned: _Shown | None) -> Plan | None:
    fresh = plan(desk, reference, wishes)
    if planned:
        if fresh is None:
            raise UsageError("the plan is for a draft that is not there any more", fix="plan again")
        hold_to(fresh, *planned)
    if fresh:
        promise(desk, fresh.prepared)
    return fresh


def refuse_unknown(desk: Desk, names: Iterable[str]) -> None:
    """Raise UsageError for a publication that the settings do not have."""
    for name in names:
        if name not in desk.outlets:
            known = ", ".join(desk.outlets)
            raise UsageError(f"there is no publication {name!r}", key="--only", fix=f"the settings have: {known}")


def _carry_on(desk: Desk, prepared: Prepared, wishes: Wishes) -> Outcome:
    if not wishes.due:
        ask_again(desk, prepared, wishes)
    return run(desk, errand_for(prepared, twin=wishes.twin), wishes)


def _go_on(desk: Desk, wishes: Wishes, *, skip: Iterable[str]) -> list[Outcome]:
    """What earlier runs left open in other issues: put off, unconfirmed, waiting to be looked at."""
    outcomes = list[Outcome]()
    for issue in dict.fromkeys(delivery.issue for delivery in desk.ledger.open_deliveries()):
        record = desk.ledger.issue(issue)
        if record is None or issue in skip or record.imported_at:
            continue
        if is_set_aside(record) and _ready(desk, record):
            continue  # it waits for its turn
        errand = _errand(desk, record, wishes)
        take_back(desk, errand)
        set_aside(desk, errand)
        outcomes.append(run(desk, errand, wishes))
    return outcomes


def _ready(desk: Desk, record: IssueRecord) -> bool:
    entry = shelf(desk).entry_of(record.id)
    return entry is not None and entry.ready


def _errand(desk: Desk, record: IssueRecord, wishes: Wishes) -> Errand:
    """What an open issue should carry now; from the ledger alone when its draft is gone, broken or not ready any more."""
    entry = shelf(desk).entry_of(record.id)
    try:
        if entry and entry.ready:
            prepared = prepare(desk, entry, now=desk.clock(), wishes=wishes)
            promise(desk, prepared)
            return errand_for(prepared)
    except NewsletterError as error:
        log.warning("an open issue goes on with its stored text", extra={"issue": record.id, "error": str(error)})
    gone = entry is None and is_public(desk.ledger.deliveries(record.id), desk.home)
    stored = errand_without_draft(desk, record)
    return (
        stored
        if gone or (entry and entry.ready)
        else Errand(record=record, renditions=stored.renditions, withdrawn=True)
    )


def do_due(desk: Desk) -> Outcome:
    """What the clock asks for: open deliveries, edits of issues that are out, and the slots that are due."""
    wishes = Wishes(due=True)
    outcomes = _go_on(desk, wishes, skip=())
    outcomes += [outcome for entry in _edited(desk) if (outcome := _attempt(desk, entry, wishes))]
    tried = set[str]()
    while (slot := _slot_due(desk)) and (entry := _next_for(desk, slot, without=tried)):
        outcome = _attempt(desk, entry, wishes, slot=slot)
        tried.add(entry.path)
        outcomes += [outcome] if outcome else []
    return merged(outcomes)


def _slot_due(desk: Desk) -> Slot | None:
    """The slot to publish for now: one that is due, or the coming one when home's own scheduler is to hold it."""
    now = desk.clock()
    filled = filled_slots(desk)
    found = due_slots(desk.rules, now, filled, _catch_up(desk))
    for due in found:
        desk.ledger.remember(f"{SEEN}{due.slot.name}", desk.ledger.recall(f"{SEEN}{due.slot.name}") or now.isoformat())
    home = desk.outlets.get(desk.home or "")
    open_slots = [due.slot for due in found if not due.ask]
    if not open_slots and home and home.visibility is Visibility.SCHEDULED:
        return next_due(desk.rules, now, filled)
    return open_slots[0] if open_slots else None


def questions(desk: Desk) -> list[DueSlot]:
    """Slots that passed while nothing ran and that a person is to decide about (``missed: ask``), while a draft is ready."""
    if desk.missed != "ask":
        return []
    asked = [due for due in due_slots(desk.rules, desk.clock(), filled_slots(desk), _catch_up(desk)) if due.ask]
    return [due for due in asked if _next_for(desk, due.slot)]


def new_questions(desk: Desk) -> list[DueSlot]:
    """Those of the questions that nobody has been asked yet; they are from now on."""
    fresh = [due for due in questions(desk) if desk.ledger.recall(ASKED + due.slot.name) is None]
    for due in fresh:
        desk.ledger.remember(ASKED + due.slot.name, desk.clock().isoformat())
    return fresh


def held_twins(desk: Desk) -> list[tuple[DraftCard, IssueRecord]]:
    """The first of the ready drafts that are out already under another name: the clock leaves them to a person."""
    shelved = shelf(desk)
    waiting = queue(shelved, desk.clock())[:MOST_TWINS]
    return [(entry, twin) for entry in waiting if (twin := twin_of(entry, shelved))]


def _catch_up(desk: Desk) -> CatchUp:
    seen = {key.removeprefix(SEEN): datetime.fromisoformat(at) for key, at in desk.ledger.facts(SEEN).items()}
    return CatchUp(missed=desk.missed, limit=desk.missed_limit, seen=seen)


def _next_for(desk: Desk, slot: Slot, *, without: Collection[str] = ()) -> DraftCard | None:
    """The first ready draft that is no twin; a twin never goes out by the clock. ``without`` are paths tried already."""
    shelved = shelf(desk)
    now = max(desk.clock(), slot.due)
    fresh = (entry for entry in queue(shelved, now) if entry.path not in without)
    return next((entry for entry in fresh if twin_of(entry, shelved) is None), None)


def _edited(desk: Desk) -> list[DraftCard]:
    """Drafts of issues that are out whose text, notices or events may have changed."""
    shelved = shelf(desk)
    changed = list(_changed(desk, shelved))
    newest = sorted(shelved.records.values(), key=lambda record: -record.number)[:RECENT]
    recent = [
        entry for record in newest if not record.imported_at and (entry := shelved.entry_of(record.id)) and entry.ready
    ]
    open_issues = {
        delivery.issue for delivery in desk.ledger.open_deliveries() if delivery.state is not State.DELIVERED
    }
    return [entry for entry in dict.fromkeys([*changed, *recent]) if shelved.issue_of[entry.path] not in open_issues]


def _attempt(desk: Desk, entry: DraftCard, wishes: Wishes, *, slot: Slot | None = None) -> Outcome | None:
    """One draft by the clock; a broken one is reported and holds up nothing else."""
    try:
        prepared = prepare(desk, entry, now=desk.clock(), wishes=wishes, slot=slot)
        if not prepared.changed or (slot and slot.name in filled_slots(desk)):
            return None  # another process was faster
        promise(desk, prepared, alone=slot is not None)
        return _carry_on(desk, prepared, wishes)
    except StaleError:
        return None  # faster by a hair
    except LedgerError:
        raise
    except NewsletterError as error:
        log.error("a draft could not be published", extra={"draft": entry.path, "error": str(error)})  # noqa: TRY400 - a person's error needs no traceback
        return Outcome(trouble=[error])
