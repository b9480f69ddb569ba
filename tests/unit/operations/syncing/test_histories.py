"""The promises hold over histories of two stations, and would not hold with any of the planted faults."""

import pytest

from tests.unit.operations.syncing.histories import Histories, Violation, run_histories
from tests.unit.operations.syncing.mutants import DEPLOYMENT, JOB, MUTANTS, Mutant


def test_that_the_promises_hold_over_short_histories() -> None:
    run_histories(Histories, count=25, steps=20, chance=0)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_that_a_planted_fault_is_found(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    class Planted(Histories):
        make_server = mutant.server
        with_jobs, with_deployments = mutant.kind == JOB, mutant.kind == DEPLOYMENT
        with_backups, with_clocks, with_moves = False, mutant.clocks, mutant.moves
        calls, troubles, steps = mutant.calls or (f"push_{mutant.kind}",), mutant.troubles, mutant.steps

    mutant.plant(monkeypatch)
    with pytest.raises(Violation):
        run_histories(Planted, count=1000, steps=12, chance=0)


@pytest.mark.campaign
def test_that_the_promises_hold_over_five_thousand_histories() -> None:
    run_histories(Histories, count=5000, steps=40)
