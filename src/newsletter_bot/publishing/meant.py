"""Where the writer last said that an issue is to go: what the draft left out since does not go out when the draft is gone."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsletter_bot.model import Delivery, State
from newsletter_bot.publishing.desk import Desk

MEANT = "issues/meant/"


def remember_meant(desk: Desk, issue: str, publications: Sequence[str] | None) -> None:
    """Put into the ledger which publications the draft names (None: all)."""
    desk.ledger.remember(f"{MEANT}{issue}", None if publications is None else json.dumps(sorted(publications)))


def is_left_out(desk: Desk, delivery: Delivery) -> bool:
    """Whether the draft stopped naming this publication before anything was sent there."""
    if delivery.carried is not None or delivery.state not in (State.DUE, State.REFUSED):
        return False
    names = desk.ledger.recall(f"{MEANT}{delivery.issue}")
    return names is not None and delivery.publication not in json.loads(names)
