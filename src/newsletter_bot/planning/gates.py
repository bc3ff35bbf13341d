"""What a delivery has to wait for although its own state would let it go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter_bot.model import Delivery, State, Visibility
from newsletter_bot.planning.steps import Decision, Step

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The state of the world outside one delivery.

    ``home`` is home's delivery of the same issue (None: there is none), ``needs_home`` whether the rendition holds home's
    address, ``renamed`` the name under which this platform has the issue although the settings have no such publication any more
    (None: it has not), ``creations`` when posts were begun there within a day, ``not_before`` until when to wait whatever else holds, and why.
    """

    now: datetime
    withdrawn: bool = False
    not_before: tuple[datetime, str] | None = None
    paused: tuple[datetime, str] | None = None
    after: timedelta | None = None
    home: Delivery | None = None
    needs_home: bool = False
    home_in_turn: bool = False
    renamed: str | None = None
    daily: int = 0
    creations: Sequence[datetime] = ()


def gate(delivery: Delivery, around: Surroundings) -> Decision | None:
    """The wait that stands before the next request of this delivery, or None when the way is free."""
    if around.paused:
        until, reason = around.paused
        told = f"{delivery.publication} asked to wait: {reason}"
        return Decision(step=Step.WAIT, reason=told, until=until, fault=True)
    if delivery.state not in (State.DUE, State.REFUSED):
        return None
    if around.renamed and delivery.remote_id is None:
        told = (
            f"{delivery.platform} has it already as {around.renamed!r}, a name that the settings do not have any more"
        )
        return Decision(step=Step.HOLD, reason=f"{told}: give that name back, or confirm with --twin", fault=True)
    if around.withdrawn:
        return Decision(step=Step.WAIT, reason="its draft is not ready any more")
    if around.not_before and around.now < around.not_before[0]:
        until, reason = around.not_before
        return Decision(step=Step.WAIT, reason=reason, until=until)
    return _home_first(around) or _a_day(around)


def _home_first(around: Surroundings) -> Decision | None:
    home = around.home
    if home is None or not (around.needs_home or around.after):
        return None
    if home.visibility is not Visibility.PUBLIC or home.public_at is None:
        if around.home_in_turn and not around.after:
            return None
        return Decision(step=Step.WAIT, reason=f"waits until {home.publication} has it in public")
    if around.after and around.now < home.public_at + around.after:
        until = home.public_at + around.after
        return Decision(step=Step.WAIT, reason=f"comes {_words(around.after)} after {home.publication}", until=until)
    return None


def _a_day(around: Surroundings) -> Decision | None:
    if not around.daily or len(around.creations) < around.daily:
        return None
    until = around.creations[-around.daily] + DAY
    return Decision(step=Step.WAIT, reason=f"takes {around.daily} posts in 24 h, and they are used up", until=until)


def _words(span: timedelta) -> str:
    hours, rest = divmod(int(span.total_seconds()), 3600)
    if hours and hours % 24 == 0:
        return f"{hours // 24} d"
    return f"{hours} h" if hours else f"{rest // 60} min"
