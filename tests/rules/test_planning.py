"""What is the next step of a delivery, and what stands in its way: the rules one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsletter_bot.model import Action, Delivery, Operation, State, Visibility
from newsletter_bot.planning import Decision, Situation, Step, next_step, outcomes
from newsletter_bot.planning.gates import Surroundings, gate

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
EVERY_POWER = frozenset({"finder", "updater", "inspector", "verifier", "scheduler"})
DUE = Delivery(id="a/b", issue="a", publication="b", platform="p", promised="new")
OUT = replace(
    DUE, state=State.DELIVERED, carried="new", remote_id="7", url="https://b.example/7", visibility=Visibility.PUBLIC
)
AT_HOME = replace(OUT, id="a/home", publication="home", public_at=NOW)
SITUATION = Situation(
    now=NOW, powers=EVERY_POWER, wanted="new", visibility=Visibility.PUBLIC, fingerprint="f", patient=True
)


def decided(delivery: Delivery, **changes: object) -> Decision:
    return next_step(delivery, replace(SITUATION, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("step", "delivery"),
    [
        (Step.DELIVER, DUE),
        (Step.WAIT, replace(DUE, not_before=LATER, error="down")),
        (Step.DELIVER, replace(DUE, not_before=NOW, error="down")),
        (Step.TAKE_OVER, replace(DUE, state=State.SENDING, owner="o")),
        (Step.WAIT, replace(DUE, state=State.UNCONFIRMED, settle_until=LATER)),
        (Step.FIND, replace(DUE, state=State.UNCONFIRMED, settle_until=NOW)),
        (Step.HOLD, replace(DUE, state=State.UNCONFIRMED, held="nobody can tell")),
        (Step.HOLD, replace(DUE, state=State.REFUSED, refused_under="f")),
        (Step.DELIVER, replace(DUE, state=State.REFUSED, refused_under="other settings")),
        (Step.REST, OUT),
        (Step.VERIFY, replace(OUT, verify_at=NOW)),
        (Step.INSPECT, replace(OUT, visibility=Visibility.DRAFT, verify_at=NOW)),
        (Step.REST, replace(OUT, visibility=Visibility.SCHEDULED, verify_at=LATER)),
        (Step.UPDATE, replace(OUT, carried="old")),
        (Step.WAIT, replace(OUT, carried="old", not_before=LATER, error="down")),
        (Step.HOLD, replace(OUT, carried="old", refused_under="f")),
        (Step.UPDATE, replace(OUT, carried="old", refused_under="other settings")),
        (Step.HOLD, replace(OUT, carried="old", held="changed there")),
        (Step.REST, replace(OUT, state=State.RETRACTED)),
    ],
)
def test_each_state_has_its_step(step: Step, delivery: Delivery) -> None:
    """A run by the clock does what the state asks for, and nothing before its time."""
    assert step is decided(delivery).step


def test_a_living_owner_is_left_alone() -> None:
    """Whoever still holds the lock is still sending."""
    assert Step.WAIT is decided(replace(DUE, state=State.SENDING, owner="o"), owner_alive=True).step


def test_a_hand_does_not_wait_for_our_own_pause() -> None:
    """Our back-off is kept by the clock only."""
    assert Step.DELIVER is decided(replace(DUE, not_before=LATER, error="down"), patient=False).step
    assert Step.UPDATE is decided(replace(OUT, carried="old", not_before=LATER), patient=False).step


@pytest.mark.parametrize("changes", [{"powers": frozenset[str]()}, {"findable": False}])
def test_what_cannot_be_asked_is_held_at_once(changes: dict[str, object]) -> None:
    """Waiting helps nobody when the platform cannot tell."""
    assert Step.HOLD is decided(replace(DUE, state=State.UNCONFIRMED, settle_until=LATER), **changes).step


def test_a_platform_without_updates_says_where_to_edit() -> None:
    """The reason names the address."""
    decision = decided(replace(OUT, carried="old"), powers=frozenset())

    assert (Step.REST, Action.NONE) == (decision.step, decision.action)
    assert "https://b.example/7" in decision.reason


def test_a_waiting_draft_is_made_public_only_where_it_can_be_checked() -> None:
    """Without updates a person has to publish it there."""
    draft = replace(OUT, visibility=Visibility.DRAFT)

    assert Step.DELIVER is decided(draft, promote=True).step
    assert Step.REST is decided(draft, promote=True, powers=frozenset()).step
    assert Step.REST is decided(draft).step


def test_a_person_may_overwrite() -> None:
    """A held difference gives way to --overwrite, a held unconfirmed delivery does not."""
    assert Step.UPDATE is decided(replace(OUT, held="changed there"), overwrite=True).step
    assert Step.HOLD is decided(replace(DUE, state=State.UNCONFIRMED, held="?"), overwrite=True).step


def test_a_moved_slot_moves_the_release() -> None:
    """A scheduled post follows its slot; while the change is put off it waits."""
    scheduled = replace(OUT, visibility=Visibility.SCHEDULED)

    assert (Step.UPDATE, "its slot was moved") == (
        (decision := decided(scheduled, moved=True)).step,
        decision.reason,
    )
    assert Step.WAIT is decided(replace(scheduled, not_before=LATER, error="down"), moved=True).step


# --- gates ------------------------------------------------------------------------------------------------------------


def gated(delivery: Delivery = DUE, **around: object) -> Decision | None:
    return gate(delivery, Surroundings(now=NOW, **around))  # type: ignore[arg-type]


def test_nothing_in_the_way() -> None:
    """Without surroundings the way is free."""
    assert gated() is None


def test_a_pause_holds_for_every_request() -> None:
    """Also for a post that is out."""
    assert gated(OUT, paused=(LATER, "429")) == gated(paused=(LATER, "429"))
    assert gated(OUT, withdrawn=True) is None


def test_the_tenth_post_of_a_day_is_the_last() -> None:
    """The eleventh waits until the first of the ten is 24 h old, not longer."""
    times = [NOW - timedelta(hours=20) + timedelta(hours=hour) for hour in range(10)]

    decision = gated(daily=10, creations=times)

    assert decision
    assert (Step.WAIT, NOW + timedelta(hours=4)) == (decision.step, decision.until)
    assert gated(daily=10, creations=times[1:]) is None


@pytest.mark.parametrize(
    ("after", "words"),
    [(timedelta(days=3), "3 d"), (timedelta(hours=5), "5 h"), (timedelta(minutes=45), "45 min")],
)
def test_a_cross_post_comes_later(after: timedelta, words: str) -> None:
    """It waits for its time after home, which is said as a person says it."""
    decision = gated(after=after, home=AT_HOME)

    assert decision
    assert NOW + after == decision.until
    assert words in decision.reason
    assert gated(after=after, home=replace(AT_HOME, public_at=NOW - after)) is None


def test_home_comes_first_where_its_address_is_needed() -> None:
    """Unless home has its turn in this same run, or its address is not needed."""
    waiting = replace(AT_HOME, visibility=None, public_at=None)

    assert gated(home=waiting, needs_home=True)
    assert gated(home=waiting) is None
    assert gated(home=waiting, needs_home=True, home_in_turn=True) is None
    assert gated(home=waiting, after=timedelta(days=1), home_in_turn=True)


def test_a_renamed_publication_gets_nothing_twice() -> None:
    """It is held until a person says so; what was begun under the new name is finished."""
    decision = gated(renamed="old")

    assert decision
    assert Step.HOLD is decision.step
    assert gated(replace(DUE, remote_id="7"), renamed="old") is None


# --- outcomes ---------------------------------------------------------------------------------------------------------


def test_a_refused_change_leaves_the_post() -> None:
    """The delivery stays delivered, and is not tried again under the same settings."""
    sending = outcomes.claimed(
        replace(OUT, carried="old"), owner="o", now=NOW, wanted="new", operation=Operation.UPDATE
    )

    after = outcomes.refused(sending, "no", fingerprint="f", now=NOW)

    assert (State.DELIVERED, "old", Visibility.PUBLIC) == (after.state, after.carried, after.visibility)
    assert Step.HOLD is decided(after).step
    assert Step.UPDATE is decided(after, fingerprint="mended").step


def test_a_refused_post_is_held() -> None:
    """Nothing was created, and nothing is tried until settings or draft change."""
    sending = outcomes.claimed(DUE, owner="o", now=NOW, wanted="new", operation=Operation.CREATE)

    after = outcomes.refused(sending, "no", fingerprint="f", now=NOW)

    assert (State.REFUSED, None) == (after.state, after.owner)
    assert Step.HOLD is decided(after).step


def test_pauses_grow_to_six_hours() -> None:
    """Each pause is about twice the last, spread by a fifth, and never longer than the longest."""
    pauses = [outcomes.back_off(failures, seed=str(failures)) for failures in range(1, 30)]

    assert all(outcomes.FIRST_PAUSE * 0.8 <= pause <= outcomes.LONGEST_PAUSE * 1.2 for pause in pauses)
    assert pauses[0] < pauses[3] < pauses[7]


@pytest.mark.parametrize("delivery", [DUE, replace(OUT, carried="old")], ids=["new", "changed"])
def test_what_the_settings_do_not_let_out_is_refused_once(delivery: Delivery) -> None:
    """Nothing is created or changed under a bar; once that is written down, the delivery is held until something changes."""
    refused = outcomes.barred(delivery, "strict", fingerprint="f", now=NOW)

    found = decided(delivery, barred="strict")
    assert (Step.REFUSE, Action.HOLD) == (found.step, found.action)
    assert Step.HOLD is decided(refused, barred="strict").step
    assert decided(delivery).step is decided(refused, fingerprint="other").step
    assert delivery.carried == refused.carried
