"""Every fault at every boundary, on every way: ``make chaos``."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from chaos_cases import chosen, course
from chaos_play import Fault, Verdict, play
from chaos_scenarios import SCENARIOS, Scenario
from chaos_stage import Stage
from chaos_table import last_line, recovery, table

pytestmark = pytest.mark.slow
LEAST = 1000
PORTION = 20


def _played(stage: Stage, portions: deque[tuple[Scenario, list[Fault]]], guard: Lock) -> list[Verdict]:
    verdicts = list[Verdict]()
    while True:
        with guard:
            if not portions:
                return verdicts
            scenario, faults = portions.popleft()
        verdicts += [play(stage, scenario, fault) for fault in faults]


def test_nothing_twice_and_nothing_lost(new_stage: Callable[[], Stage]) -> None:
    """After every fault and the runs that follow, the services hold exactly one post per publication, mailed as asked."""
    stages = [new_stage() for _ in range(max(2, os.cpu_count() or 2))]
    portions = deque[tuple[Scenario, list[Fault]]]()
    for scenario in SCENARIOS:
        faults = chosen(scenario, course(stages[0], scenario))
        portions.extend((scenario, faults[start : start + PORTION]) for start in range(0, len(faults), PORTION))
    guard = Lock()
    with ThreadPoolExecutor(len(stages)) as pool:
        parts = pool.map(lambda stage: _played(stage, portions, guard), stages)
        verdicts = [verdict for part in parts for verdict in part]

    print("\n" + "\n".join(table(verdicts)))
    for verdict in verdicts:
        if verdict.wrong:
            print(verdict)
    print(recovery(verdicts))
    print(last_line(verdicts))
    assert [] == [str(verdict) for verdict in verdicts if verdict.wrong]
    assert (0, 0) == (sum(each.duplicates for each in verdicts), sum(each.lost for each in verdicts))
    assert LEAST <= len(verdicts)
