"""Carrying a plan out: home first, the others side by side, one failure staying one failure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter_bot.errors import LedgerError, NewsletterError, SettingsError
from newsletter_bot.model import Delivery, IssueRecord, Rendition, State, Visibility, digest_of
from newsletter_bot.planning import Decision, Situation
from newsletter_bot.planning.gates import DAY, Surroundings, gate
from newsletter_bot.ports import Outlet
from newsletter_bot.publishing.addresses import known_addresses
from newsletter_bot.publishing.desk import Desk, Outcome, Wishes
from newsletter_bot.publishing.meant import is_left_out
from newsletter_bot.publishing.preparing import Prepared, stored
from newsletter_bot.publishing.sending import Courier
from newsletter_bot.publishing.strictness import bar
from newsletter_bot.renditions import needs_home

log = logging.getLogger(__name__)

MOST_AT_ONCE = 128
"""Publications served side by side: a thread that waits for an answer costs next to nothing, a second turn costs an answer."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """One issue on its way: what each publication should carry, and whether its draft still stands behind it."""

    record: IssueRecord
    renditions: Mapping[str, Rendition]
    before: IssueRecord | None = None
    """What the ledger remembered of the issue when its draft was read."""
    withdrawn: bool = False
    twin: bool = False
    """Whether a person wants it once more under another name."""
    not_before: datetime | None = None


def errand_for(prepared: Prepared, *, twin: bool = False) -> Errand:
    """The errand of an issue whose draft is at hand."""
    entry = prepared.entry
    return Errand(
        record=prepared.record,
        renditions=prepared.renditions,
        before=prepared.before,
        withdrawn=not entry.ready,
        twin=twin,
        not_before=entry.date,
    )


def errand_without_draft(desk: Desk, record: IssueRecord) -> Errand:
    """The errand of an issue whose draft is gone or broken: what was promised is what is sent."""
    renditions = {
        delivery.publication: stored(desk, delivery)
        for delivery in desk.ledger.deliveries(record.id)
        if delivery.promised and delivery.publication in desk.outlets and not is_left_out(desk, delivery)
    }
    return Errand(record=record, renditions=renditions)


def run(desk: Desk, errand: Errand, wishes: Wishes) -> Outcome:
    """Carry every delivery of an issue as far as it can go now."""
    deliveries = [
        delivery
        for delivery in desk.ledger.deliveries(errand.record.id)
        if delivery.publication in errand.renditions and (not wishes.only or delivery.publication in wishes.only)
    ]
    trouble = list[NewsletterError]()
    with ThreadPoolExecutor(max_workers=max(1, min(MOST_AT_ONCE, len(deliveries)))) as pool:
        home = _start_home(desk, errand, wishes, deliveries, pool)
        rest = [delivery for delivery in deliveries if delivery.publication != desk.home]
        futures = [
            pool.submit(
                _after, home if _waits(desk, errand, delivery) else None, _carry, desk, errand, wishes, delivery
            )
            for delivery in rest
        ]
        for future in (*([home] if home else []), *futures):
            trouble.extend(_trouble(future))
    after = desk.ledger.deliveries(errand.record.id)
    trouble.extend(_remember(desk, errand, after))
    _follow(desk, errand, after)
    moved = {_standing(each) for each in deliveries} - {_standing(each) for each in after}
    return Outcome(issues=[(errand.record, after)] if moved or not wishes.due else [], trouble=trouble)


def _remember(desk: Desk, errand: Errand, deliveries: Sequence[Delivery]) -> Sequence[NewsletterError]:
    """What the writer changed counts as seen once every post that can be changed carries it; until then it is found again."""
    if errand.before in (None, errand.record) or any(_is_behind(desk, errand, delivery) for delivery in deliveries):
        return ()
    try:
        if desk.ledger.issue(errand.record.id) == errand.before:
            desk.ledger.record_issue(errand.record)
    except LedgerError as error:
        return [error]
    return ()


def _is_behind(desk: Desk, errand: Errand, delivery: Delivery) -> bool:
    """Whether a post that is out there is still to be changed, and nobody else is asked about it."""
    wanted = errand.renditions.get(delivery.publication)
    if wanted is None or delivery.held or delivery.carried in (None, wanted.digest):
        return False
    return delivery.state in (State.DELIVERED, State.SENDING) and "updater" in desk.outlets[delivery.publication].powers


def _follow(desk: Desk, errand: Errand, deliveries: Sequence[Delivery]) -> None:
    """Remember the time to which a slot was moved once the post lies in home's queue for it."""
    rendition = errand.renditions.get(desk.home or "")
    release = rendition.release_at if rendition else None
    queued = any(each.publication == desk.home and each.release_at == release for each in deliveries)
    record = desk.ledger.issue(errand.record.id)
    if release and queued and record and record.due and record.deadline and record.due != release:
        later = record.deadline + (release - record.due)
        desk.ledger.record_issue(replace(record, due=release, deadline=later))


def _standing(delivery: Delivery) -> tuple[object, ...]:
    """What a person would call news when it changes: that a post was seen where it is expected is none."""
    told = (delivery.attempt, delivery.state, delivery.visibility, delivery.carried, delivery.held, delivery.error)
    return (delivery.id, *told)


def _start_home(
    desk: Desk, errand: Errand, wishes: Wishes, deliveries: Sequence[Delivery], pool: ThreadPoolExecutor
) -> Future[Delivery] | None:
    at_home = next((delivery for delivery in deliveries if delivery.publication == desk.home), None)
    return pool.submit(_carry, desk, errand, wishes, at_home) if at_home else None


def _waits(desk: Desk, errand: Errand, delivery: Delivery) -> bool:
    """Whether a delivery can use what home's delivery brings in this same run."""
    return needs_home(errand.renditions[delivery.publication]) or desk.outlets[delivery.publication].after is not None


def _after(first: Future[Delivery] | None, carry: Callable[..., Delivery], *arguments: object) -> Delivery:
    if first is not None:
        with suppress(NewsletterError):
            first.result()
    return carry(*arguments)


def _trouble(future: Future[Delivery]) -> Sequence[NewsletterError]:
    """What kept a delivery from being carried: the store failed, or a setting is wrong; the others went on."""
    try:
        future.result()
    except (LedgerError, SettingsError) as error:
        log.info("a delivery could not go on", extra={"error": str(error)})
        return [error]
    return ()


def _carry(desk: Desk, errand: Errand, wishes: Wishes, delivery: Delivery) -> Delivery:
    return courier(desk, errand, wishes, delivery.publication).carry(delivery)


def courier(desk: Desk, errand: Errand, wishes: Wishes, publication: str) -> Courier:
    """The courier of one publication for one errand."""
    outlet = desk.outlets[publication]
    rendition = errand.renditions[publication]

    def situation(delivery: Delivery, now: datetime) -> Situation:
        return situation_of(desk, rendition, delivery, now=now, wishes=wishes)

    def waiting(delivery: Delivery, now: datetime) -> Decision | None:
        return gate(delivery, surroundings_of(desk, outlet, errand, now=now))

    return Courier(
        desk=desk,
        outlet=outlet,
        rendition=rendition,
        situation=situation,
        gate=waiting,
        addresses=lambda: known_addresses(desk, rendition, home_of(desk, errand.record.id)),
    )


def situation_of(desk: Desk, rendition: Rendition, delivery: Delivery, *, now: datetime, wishes: Wishes) -> Situation:
    """What the rules need to know beside the delivery itself."""
    outlet = desk.outlets[rendition.publication]
    sending_elsewhere = delivery.state is State.SENDING and delivery.owner is not None
    return Situation(
        now=now,
        powers=outlet.powers,
        findable=rendition.visibility in outlet.capabilities.findable,
        wanted=rendition.digest,
        visibility=rendition.visibility,
        fingerprint=digest_of(f"{outlet.fingerprint} {rendition.digest}"),
        owner_alive=sending_elsewhere and delivery.owner is not None and desk.claims.alive(delivery.owner),
        overwrite=wishes.overwrite,
        patient=wishes.due,
        moved=_moved(desk, delivery, rendition),
        promote=wishes.promote and wishes.visibility is None and rendition.visibility is Visibility.PUBLIC,
        barred=bar(outlet, rendition),
    )


def _moved(desk: Desk, delivery: Delivery, rendition: Rendition) -> bool:
    """Whether the slot moved while the post lies in the platform's queue; a release that a person moved there stays."""
    record = desk.ledger.issue(delivery.issue) if rendition.release_at else None
    return record is not None and record.due == delivery.release_at and record.due != rendition.release_at


def surroundings_of(
    desk: Desk, outlet: Outlet, errand: Errand, *, now: datetime, home_in_turn: bool = False
) -> Surroundings:
    """What a delivery may have to wait for."""
    rendition = errand.renditions[outlet.name]
    daily = outlet.capabilities.daily
    return Surroundings(
        now=now,
        withdrawn=errand.withdrawn,
        not_before=_not_before(desk, errand, rendition),
        paused=desk.ledger.paused(outlet.name, now),
        after=outlet.after,
        home=None if outlet.name == desk.home else home_of(desk, errand.record.id) or _home_to_be(desk, errand),
        needs_home=needs_home(rendition),
        home_in_turn=home_in_turn,
        renamed=None if errand.twin else _renamed(desk, outlet, errand.record.id),
        daily=daily,
        creations=desk.ledger.creations(outlet.name, now - DAY) if daily else (),
    )


def _renamed(desk: Desk, outlet: Outlet, issue: str) -> str | None:
    """The name under which the same platform has, or may have, the issue, when the settings do not have it any more."""
    begun = (State.DELIVERED, State.SENDING, State.UNCONFIRMED)
    return next(
        (
            each.publication
            for each in desk.ledger.deliveries(issue)
            if each.publication not in desk.outlets and each.platform == outlet.platform and each.state in begun
        ),
        None,
    )


def _not_before(desk: Desk, errand: Errand, rendition: Rendition) -> tuple[datetime, str] | None:
    """The draft's date; what home's own scheduler releases later is not public elsewhere before."""
    date, release = errand.not_before, rendition.release_at
    if date and (release is None or date > release):
        return date, "the draft's date is not reached"
    home = errand.renditions.get(desk.home or "")
    if release is None and home and home.release_at:
        return home.release_at, f"{home.publication} releases it at its slot"
    return None


def home_of(desk: Desk, issue: str) -> Delivery | None:
    """Home's delivery of an issue, once it is promised."""
    return desk.ledger.delivery(f"{issue}/{desk.home}") if desk.home else None


def _home_to_be(desk: Desk, errand: Errand) -> Delivery | None:
    rendition = errand.renditions.get(desk.home or "")
    return _unborn(errand.record.id, rendition) if rendition else None


def _unborn(issue: str, rendition: Rendition) -> Delivery:
    """A delivery as it would be promised now."""
    return Delivery(
        id=f"{issue}/{rendition.publication}",
        issue=issue,
        publication=rendition.publication,
        platform=rendition.platform,
        promised=rendition.digest,
    )


def to_be(desk: Desk, issue: str, rendition: Rendition) -> Delivery:
    """The delivery of a rendition as it stands in the ledger, or as it would be promised now."""
    return desk.ledger.delivery(f"{issue}/{rendition.publication}") or _unborn(issue, rendition)
