"""A person settles what no machine can: found at this address, or surely absent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from newsletter_bot.errors import DeliveryError, UsageError
from newsletter_bot.model import Delivery, IssueRecord, Receipt, State, Visibility
from newsletter_bot.planning import outcomes
from newsletter_bot.ports import Locator
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.preparing import shelf


def find_delivery(desk: Desk, name: str) -> Delivery:
    """The delivery of that id, also written with the issue's number. Raises UsageError with what there is."""
    found = desk.ledger.delivery(name)
    if found:
        return found
    issue, _, publication = name.rpartition("/")
    by_number = [record.id for record in desk.ledger.issues() if str(record.number) == issue]
    candidates = [desk.ledger.delivery(f"{record}/{publication}") for record in by_number]
    for candidate in candidates:
        if candidate:
            return candidate
    waiting = ", ".join(delivery.id for delivery in desk.ledger.open_deliveries()) or "none"
    raise UsageError(f"there is no delivery {name!r}", fix=f"deliveries that wait: {waiting}")


def find_issue(desk: Desk, reference: str) -> IssueRecord:
    """The issue of that id, number or draft. Raises UsageError when there is none."""
    records = desk.ledger.issues()
    named = (each for each in records if reference in (each.id, str(each.number), each.draft))
    found = next(named, None)
    if found is None:
        with suppress(UsageError):
            shelved = shelf(desk)
            path = desk.newsroom.draft(reference).path
            found = next((shelved.record_of(entry) for entry in shelved.entries if entry.path == path), None)
    if found is None:
        raise UsageError(f"there is no issue {reference!r}", fix="newsletter-bot status --all lists them")
    return found


def resolve_found(desk: Desk, name: str, url: str) -> Delivery:
    """A person saw the post at that address: it is recorded as delivered, and what stands there is left as it is."""
    delivery = _unowned(desk, find_delivery(desk, name))
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"{url!r} is not a web address", key="--found", fix="give the address of the post")
    if delivery.state not in (State.UNCONFIRMED, State.DELIVERED, State.REFUSED, State.DUE):
        raise UsageError(f"{delivery.id} is {delivery.state}: there is nothing to settle")
    receipt = _receipt_at(desk, delivery, url)
    now = desk.clock()
    after = outcomes.delivered(replace(delivery, promised=delivery.promised or ""), receipt, now=now)
    return desk.ledger.move(delivery, after, at=now, what=f"settled by a person: found at {url}")


def resolve_absent(desk: Desk, name: str) -> Delivery:
    """A person looked and it is not there: it may be sent again."""
    delivery = _unowned(desk, find_delivery(desk, name))
    gone = delivery.state is State.DELIVERED and delivery.visibility is None
    if delivery.state not in (State.UNCONFIRMED, State.REFUSED) and not gone:
        raise UsageError(
            f"{delivery.id} is {delivery.state}, not unconfirmed",
            fix="a post that is out is taken back with: newsletter-bot retract",
        )
    fresh = replace(outcomes.absent(delivery), refused_under=None, carried=None, sent_at=None, public_at=None)
    return desk.ledger.move(
        delivery, fresh, at=desk.clock(), what="settled by a person: not there; it may be sent again"
    )


def _unowned(desk: Desk, delivery: Delivery) -> Delivery:
    """The delivery once nobody is sending it; a sender that died leaves it unconfirmed."""
    if delivery.state is not State.SENDING:
        return delivery
    if delivery.owner and desk.claims.alive(delivery.owner):
        raise UsageError(f"{delivery.id} is being sent by another process", fix="wait until it is done")
    now = desk.clock()
    settle = desk.outlets[delivery.publication].capabilities.settle
    after = outcomes.lost(delivery, "the process that was sending it ended", now=now, settle=settle)
    return desk.ledger.move(delivery, after, at=now, what="its sender is gone: answer unknown")


def _receipt_at(desk: Desk, delivery: Delivery, url: str) -> Receipt:
    """The platform's own word on the post at that address where it can be had, else the person's."""
    sent = desk.ledger.rendition(delivery.promised)
    said = Receipt(
        remote_id=delivery.remote_id or url, url=url, visibility=sent.visibility if sent else Visibility.PUBLIC
    )
    if delivery.publication not in desk.outlets:
        return said
    platform = desk.platform(delivery.publication)
    try:
        if isinstance(platform, Locator):
            return platform.locate(url)
    except DeliveryError as error:
        desk.report(delivery.publication, f"could not be asked, your word counts: {error}")
    return said
