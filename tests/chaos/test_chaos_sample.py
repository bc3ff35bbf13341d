"""A sample of the faults of ``make chaos``, spread over all scenarios: never twice, nothing lost."""

from __future__ import annotations

import pytest
from chaos_cases import chosen, course, sample
from chaos_play import play
from chaos_scenarios import SCENARIOS, Scenario
from chaos_stage import Stage

EACH = 6


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_fault_ends_as_promised(one_stage: Stage, scenario: Scenario) -> None:
    """Whatever goes wrong, the services hold each post once, mailed as asked, and a person is asked only where that is said."""
    faults = sample(chosen(scenario, course(one_stage, scenario)), EACH)

    verdicts = [play(one_stage, scenario, fault) for fault in faults]

    assert [] == [str(verdict) for verdict in verdicts if verdict.wrong]
    assert (0, 0) == (sum(each.duplicates for each in verdicts), sum(each.lost for each in verdicts))
