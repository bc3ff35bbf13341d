"""What each delivery that is not done waits for, and until when: for whoever asks how things stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newsletter_bot.model import Delivery, IssueRecord, State
from newsletter_bot.planning import Decision, Step
from newsletter_bot.planning.gates import gate
from newsletter_bot.publishing.desk import Desk
from newsletter_bot.publishing.meant import is_left_out
from newsletter_bot.publishing.running import Errand, surroundings_of


def waits(desk: Desk, record: IssueRecord, deliveries: Sequence[Delivery]) -> Mapping[str, Decision]:
    """The wait that stands before the next request of each due delivery, by delivery; told from the ledger alone."""
    now = desk.clock()
    found = dict[str, Decision]()
    for delivery in deliveries:
        if is_left_out(desk, delivery):
            found[delivery.id] = Decision(step=Step.WAIT, reason="its draft does not name this publication any more")
            continue
        rendition = desk.ledger.rendition(delivery.promised) if delivery.state is State.DUE else None
        if rendition is None or delivery.publication not in desk.outlets:
            continue
        errand = Errand(record=record, renditions={delivery.publication: rendition})
        decision = gate(delivery, surroundings_of(desk, desk.outlets[delivery.publication], errand, now=now))
        if decision:
            found[delivery.id] = decision
    return found
