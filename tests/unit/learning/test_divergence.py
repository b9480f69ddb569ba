"""A network whose weights go wrong: back to the last good state, and what is kept in the end."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import TrainingFault
from rockfall_desktop.domain.events import EpochFinished, JobEvent, Level, LogLine
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, read_checkpoint
from rockfall_desktop.learning.fitting.fit import fit
from rockfall_desktop.learning.fitting.member import MemberFit
from rockfall_desktop.learning.fitting.resuming import Stand, missed
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from tests.small_site import small_site
from tests.unit.learning.test_answers import SUBJECT
from tests.unit.learning.training import drain, epochs, now, small_config, start

GIVEN_UP = (
    "In epoch 2 of network 1 an answer of the network became no number, at an eighth of the learning rate too: the"
    " network ends with its epoch 1."
)
SHORT = {"epochs": 3, "batch_size": 256, "width": 4}


@pytest.fixture(scope="module")
def samples() -> SampleSet:
    return build_samples(small_site(), small_config())


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The last step of an epoch leaves weights that are no numbers, that many times."""

    def spoiled(times: int, *, epoch: int) -> None:
        finish, left = MemberFit._finish_step, [times]

        def finished(self: MemberFit) -> None:
            finish(self)
            if (self._at.epoch + 1, self._at.step + 1) == (epoch, self._way.steps) and left[0]:
                left[0] -= 1
                with torch.no_grad():
                    self.network.head.line.weight.fill_(torch.nan)

        monkeypatch.setattr(MemberFit, "_finish_step", finished)

    return spoiled


def warnings_of(events: list[JobEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, LogLine) and event.level is Level.WARNING]


def test_that_weights_that_the_last_step_of_an_epoch_spoiled_are_gone_back_from(
    tmp_path: Path, samples: SampleSet, spoil: Callable[..., None]
) -> None:
    spoil(1, epoch=2)
    events, fitted = drain(start(tmp_path, small_config(**SHORT), samples=samples))
    back = "back to the end of epoch 1, at half the learning rate (1 of 3)."
    assert warnings_of(events) == [f"In epoch 2 an answer of the network became no number: {back}"]
    assert [one.epoch for one in epochs(events)] == [1, 2, 3]
    assert all(torch.isfinite(value).all() for value in fitted.networks[0].parameters())


def test_that_a_network_with_a_good_epoch_ends_with_it_when_it_diverges_for_the_fourth_time(
    tmp_path: Path, samples: SampleSet, spoil: Callable[..., None]
) -> None:
    spoil(4, epoch=2)
    config = small_config(members=2, **SHORT)
    events, fitted = drain(start(tmp_path, config, samples=samples))
    assert warnings_of(events)[-1] == GIVEN_UP
    assert fitted.given_up == (GIVEN_UP,)
    assert [(one.member, one.epoch) for one in epochs(events)] == [(1, 1), (2, 1), (2, 2), (2, 3)]
    assert (len(fitted.networks), fitted.best_epoch) == (2, 1)
    report = drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))[1]
    assert report.given_up == fitted.given_up


def test_that_a_training_that_goes_on_still_knows_which_of_its_networks_diverged(
    tmp_path: Path, samples: SampleSet, spoil: Callable[..., None]
) -> None:
    spoil(4, epoch=2)
    config = small_config(members=2, **SHORT)
    running = start(tmp_path, config, samples=samples)
    while not (isinstance(event := next(running), EpochFinished) and event.metrics.member == 2):
        pass
    running.close()
    again = fit(
        samples, config, Checkpoints(tmp_path, time.monotonic), Control(), now, resumed=read_checkpoint(tmp_path)
    )
    assert drain(again)[1].given_up == (GIVEN_UP,)


def test_that_a_network_without_a_good_epoch_is_a_card(
    tmp_path: Path, samples: SampleSet, spoil: Callable[..., None]
) -> None:
    spoil(4, epoch=1)
    with pytest.raises(
        TrainingFault, match=r"In epoch 1 an answer .* no number, at an eighth of the learning rate too\."
    ):
        drain(start(tmp_path, small_config(**SHORT), samples=samples))


def test_that_a_fault_of_the_program_leaves_the_last_good_state_to_go_on_from(
    tmp_path: Path, samples: SampleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = MemberFit._answers

    def breaks(self: MemberFit) -> Iterator[Any]:
        if self._at.epoch == 1:
            raise ZeroDivisionError
        return (yield from answers(self))

    monkeypatch.setattr(MemberFit, "_answers", breaks)
    with pytest.raises(ZeroDivisionError):
        drain(start(tmp_path, small_config(**SHORT), samples=samples))
    state = read_checkpoint(tmp_path)
    assert state is not None
    assert (state["epoch"], state["position"]["step"], state["best_epoch"]) == (1, 0, 1)


def test_that_a_checkpoint_knows_every_epoch_of_every_network(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(members=2, **(SHORT | {"epochs": 120, "patience": 1000, "batch_size": 4096}))
    running = start(tmp_path, config, samples=samples)
    told = []
    while not told or (told[-1].member, told[-1].epoch) < (2, 3):
        told += epochs([next(running)])
    running.close()
    assert list(missed(read_checkpoint(tmp_path), Stand(1, 4))) == told[4:]
    ended = start(tmp_path / "ended", small_config(**SHORT), samples=samples)
    (tmp_path / "ended").mkdir()
    told = epochs(drain(ended)[0])
    assert list(missed(read_checkpoint(tmp_path / "ended"), Stand(1, 0))) == told
