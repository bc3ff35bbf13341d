"""Many processes at once, and kills at moments that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from chaos_play import Fault, Verdict, count, listen, settle
from chaos_scenarios import DUE, PUBLISH, SCENARIOS
from chaos_stage import Stage

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
CROWD = 6
KILLS = 12


def _verdict(name: str) -> Verdict:
    return Verdict(scenario=name, fault=Fault(kind="together", label="a crowd"))


@pytest.mark.parametrize("name", ["hand", "cron", "two drafts", "edit"])
def test_a_crowd_makes_one_post(one_stage: Stage, name: str) -> None:
    """Six processes, cron and hand, that begin in the same moment leave what one alone would."""
    scenario, verdict = BY_NAME[name], _verdict(name)
    scenario.set_up(one_stage)
    commands = [DUE if name == "two drafts" or turn % 2 else scenario.command for turn in range(CROWD)]

    crowd = [one_stage.begin(*command) for command in commands]
    for number in crowd:
        listen(one_stage.children.wait(number), verdict)
    settle(one_stage, scenario, verdict)
    count(one_stage, scenario, verdict)

    assert [] == verdict.wrong


@pytest.mark.parametrize("seed", range(3))
def test_kills_at_any_moment(one_stage: Stage, seed: int) -> None:
    """One process after another is killed at a random moment; what the services hold in the end is one post each."""
    scenario, verdict, chance = BY_NAME["hand"], _verdict("hand"), random.Random(seed)
    scenario.set_up(one_stage)

    for _ in range(KILLS):
        number = one_stage.begin(*(PUBLISH if chance.random() < 0.5 else DUE))
        time.sleep(chance.uniform(0.005, 0.08))
        os.kill(number, signal.SIGKILL)
        one_stage.children.wait(number)
        one_stage.move_to(one_stage.now.replace(minute=one_stage.now.minute + chance.choice((0, 1, 3))))
    settle(one_stage, scenario, verdict)
    count(one_stage, scenario, verdict)

    assert [] == verdict.wrong
