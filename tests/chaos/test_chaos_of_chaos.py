"""The suite is worth something: programs that are broken on purpose are caught."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chaos_cases import course, faults
from chaos_play import Fault, play
from chaos_scenarios import SCENARIOS
from chaos_stage import Stage

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}

pytestmark = pytest.mark.slow


@pytest.fixture
def broken(one_stage: Stage) -> Iterator[Stage]:
    """A stage whose processes can be broken."""
    yield one_stage
    one_stage.variant = ""


def _telling(stage: Stage, variant: str) -> list[Fault]:
    """Faults of an honest run that catch this variant: at the requests that create."""
    stage.variant = ""
    listed = list(faults(course(stage, BY_NAME["hand"])))
    stage.variant = variant
    return [fault for fault in listed if fault.label in ("medium.post", "substack.create") and fault.kind in LOSING]


LOSING = ("answer lost", "502 after storing", "garbage", "too late, stored")


@pytest.mark.parametrize("variant", ["repeat without looking up", "record after sending"])
def test_a_broken_program_is_caught(broken: Stage, variant: str) -> None:
    """Posts that a broken program makes twice are counted as duplicates."""
    telling = _telling(broken, variant)

    verdicts = [play(broken, BY_NAME["hand"], fault) for fault in telling]

    assert telling
    assert [0] == sorted({1 for verdict in verdicts if not verdict.duplicates} or {0})
    assert all(verdict.wrong for verdict in verdicts)


@pytest.mark.parametrize("route", ["http.after medium.post", "http.after substack.create"])
def test_recording_after_sending_is_caught_by_a_kill(broken: Stage, route: str) -> None:
    """A program that writes down what it did once it is done makes a second post after a kill."""
    broken.variant = ""
    killed = next(f for f in faults(course(broken, BY_NAME["hand"])) if f.kind == "kill" and f.label == route)
    honest = play(broken, BY_NAME["hand"], killed)
    broken.variant = "record after sending"
    at = next(f for f in faults(course(broken, BY_NAME["hand"])) if f.kind == "kill" and f.label == route)

    late = play(broken, BY_NAME["hand"], at)

    assert 0 == honest.duplicates
    assert 1 <= late.duplicates


def test_an_honest_program_passes(broken: Stage) -> None:
    """The same faults leave nothing double when nothing is broken."""
    verdicts = [play(broken, BY_NAME["hand"], fault) for fault in _telling(broken, "")]

    assert [] == [str(verdict) for verdict in verdicts if verdict.wrong]


def test_what_is_lost_is_counted(broken: Stage) -> None:
    """A post that somebody deletes behind our back counts as lost."""
    scenario = BY_NAME["hand"]
    scenario.set_up(broken)
    verdict = play(broken, scenario, Fault(kind="429", label="medium.me", wire="medium.me=429:*"))

    assert 1 == verdict.lost
    assert verdict.wrong
