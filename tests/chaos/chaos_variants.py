"""Deliberately broken programs: what the suite must catch. Only the process that forks our commands can take one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newsletter_bot.errors import Unavailable, Unconfirmed
from newsletter_bot.model import Delivery, Operation, State
from newsletter_bot.planning import Decision, Situation, Step, next_step, outcomes
from newsletter_bot.publishing import sending
from newsletter_bot.publishing.addresses import resolve


def take(name: str) -> None:
    """Break this process in the named way."""
    {"repeat without looking up": _repeat, "record after sending": _record_late}[name]()


def _repeat() -> None:
    """A lost answer counts as a failure: the next run sends again."""

    def blind(delivery: Delivery, situation: Situation) -> Decision:
        decision = next_step(delivery, situation)
        if decision.step in (Step.TAKE_OVER, Step.FIND) or delivery.state is State.UNCONFIRMED:
            return Decision(step=Step.DELIVER, reason="try again")
        return decision

    sending.next_step = blind  # type: ignore[attr-defined]


def _record_late() -> None:
    """The ledger hears of a sending once it is over."""

    def send(courier: sending.Courier, delivery: Delivery, operation: Operation, request: Any) -> Delivery:
        desk = courier.desk
        platform = desk.platform(courier.outlet.name)
        ready = resolve(desk, courier.outlet, platform, courier.rendition, courier.addresses())
        claimed = outcomes.claimed(
            delivery,
            owner=desk.claims.owner,
            now=desk.clock(),
            wanted=courier.rendition.digest,
            operation=operation,
        )
        pen = _Blank(claimed)
        try:
            receipt = request(platform, pen, ready)
        except (Unavailable, Unconfirmed) as error:
            return courier._write(delivery, outcomes.put_off(claimed, str(error), now=desk.clock()), "put off")
        after = outcomes.delivered(replace(claimed, remote_id=receipt.remote_id), receipt, now=desk.clock())
        return courier._write(delivery, after, "delivered")

    sending.Courier._send = send  # type: ignore[method-assign, assignment]


class _Blank:
    """A checkpoint that writes nothing down."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.remote_id: str | None = delivery.remote_id

    def __call__(self, remote_id: str) -> None:
        self.remote_id = remote_id
