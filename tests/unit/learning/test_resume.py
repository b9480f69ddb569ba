"""A training that was stopped anywhere goes on as if it had not been."""

import math
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, TrainingFault
from rockfall_desktop.domain.events import JobEvent, LogLine
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, State, read_checkpoint
from rockfall_desktop.learning.fitting.fit import Fit, Fitted
from rockfall_desktop.learning.fitting.member import MemberFit
from rockfall_desktop.learning.fitting.new_network import member_seed
from rockfall_desktop.learning.fitting.standing import Diverged
from rockfall_desktop.learning.fitting.window_way import WindowWay
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from tests.small_site import small_site
from tests.unit.learning.training import drain, epochs, now, small_config

EVERY_STEP = {"at_most_every_s": 0.0, "largest_share": math.inf}
SHORT = {"epochs": 2, "batch_size": 256, "width": 4}


class Killed(BaseException):
    """The process is gone: nothing is written any more."""


@pytest.fixture(scope="module")
def samples() -> SampleSet:
    return build_samples(small_site(), small_config())


def training(
    folder: Path, config: TrainingConfig, samples: SampleSet, *, resumed: State | None = None, **spacing: float
) -> Fit:
    folder.mkdir(exist_ok=True)
    checkpoints = Checkpoints(folder, time.monotonic, **(spacing or EVERY_STEP))
    return Fit(samples, config, checkpoints, Control(), now, resumed)


def go_on(folder: Path, config: TrainingConfig, samples: SampleSet) -> tuple[list[JobEvent], Fitted]:
    return drain(training(folder, config, samples, resumed=read_checkpoint(folder)).run())


def told(events: list[JobEvent]) -> list[dict[str, Any]]:
    """What the epochs gave, but how long they took."""
    return [m.model_dump(exclude={"seconds", "samples_per_second"}) for m in epochs(events)]


def demand_same(first: Fitted, second: Fitted) -> None:
    assert first.best_epoch == second.best_epoch
    assert len(first.networks) == len(second.networks)
    for one, other in zip(first.networks, second.networks, strict=True):
        weights = other.state_dict()
        assert all(torch.equal(value, weights[name]) for name, value in one.state_dict().items())


def kill_at_step(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """The process dies in the middle of its step of that number, from 1."""
    left, pieces = [steps], WindowWay.pieces

    def counted(self: WindowWay, picked: torch.Tensor) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return pieces(self, picked)

    monkeypatch.setattr(WindowWay, "pieces", counted)


@given(
    step=st.integers(1, 22),
    network=st.sampled_from(["lstm", "gru", "transformer"]),
    schedule=st.sampled_from(["one_cycle", "plateau", "constant"]),
    members=st.integers(1, 2),
)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_that_a_training_killed_at_any_step_ends_with_the_same_weights(
    tmp_path_factory: pytest.TempPathFactory,
    samples: SampleSet,
    step: int,
    network: str,
    schedule: str,
    members: int,
) -> None:
    folder = tmp_path_factory.mktemp("resumed")
    config = small_config(temporal_network=network, schedule=schedule, members=members, **SHORT)
    all_events, whole = drain(training(folder / "whole", config, samples, at_most_every_s=1e9).run())
    with pytest.MonkeyPatch.context() as patched:
        kill_at_step(patched, step)
        try:
            before, _ = drain(training(folder, config, samples).run())
        except Killed:
            before = []
    torch.rand(5)
    events, resumed = go_on(folder, config, samples)
    demand_same(whole, resumed)
    assert before or told(all_events)[-len(told(events)) :] == told(events)


def test_that_a_window_closed_at_any_event_loses_no_step(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(members=2, **SHORT)
    _, whole = drain(training(tmp_path / "whole", config, samples, at_most_every_s=1e9).run())
    for count in range(1, 5):
        folder = tmp_path / str(count)
        running = training(folder, config, samples, at_most_every_s=1e9).run()
        for _ in range(count):
            next(running)
        running.close()
        _, resumed = go_on(folder, config, samples)
        demand_same(whole, resumed)


def test_that_a_training_killed_in_every_epoch_loses_no_bit(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(epochs=4, dropout=0.5, augmentation=("jitter",), schedule="plateau", batch_size=256)
    _, whole = drain(training(tmp_path / "whole", config, samples, at_most_every_s=1e9).run())
    folder = tmp_path / "killed"
    for step in (3, 4, 6, 2):
        with pytest.MonkeyPatch.context() as patched:
            kill_at_step(patched, step)
            with pytest.raises(Killed):
                drain(training(folder, config, samples, resumed=read_checkpoint_or_none(folder)).run())
    _, resumed = go_on(folder, config, samples)
    demand_same(whole, resumed)


def read_checkpoint_or_none(folder: Path) -> State | None:
    return read_checkpoint(folder) if folder.is_dir() else None


def test_that_a_training_that_was_over_is_not_done_again(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(members=3, **SHORT)
    _, whole = drain(training(tmp_path, config, samples).run())
    assert {path.name for path in tmp_path.iterdir()} == {"last.pt"} | {f"best-{n}.safetensors" for n in (1, 2, 3)}
    events, resumed = go_on(tmp_path, config, samples)
    assert events == []
    demand_same(whole, resumed)


def test_that_every_member_learns_from_a_seed_of_its_own_and_the_first_from_the_trainings(
    tmp_path: Path, samples: SampleSet
) -> None:
    _, alone = drain(training(tmp_path / "one", small_config(**SHORT), samples).run())
    events, three = drain(training(tmp_path / "three", small_config(members=3, **SHORT), samples).run())
    assert [(m.member, m.epoch) for m in epochs(events)] == [(m, e) for m in (1, 2, 3) for e in (1, 2)]
    demand_same(alone, replace(three, networks=three.networks[:1]))
    first = [next(network.parameters()).flatten()[0].item() for network in three.networks]
    assert len(set(first)) == 3
    assert len({member_seed(seed, member) for seed in (7, 8) for member in range(1, 17)}) == 32


def test_that_an_early_stop_keeps_the_members_that_have_an_epoch_and_begins_no_other(
    tmp_path: Path, samples: SampleSet
) -> None:
    config, control = small_config(members=4, **SHORT), Control()
    running = Fit(samples, config, Checkpoints(tmp_path, time.monotonic, **EVERY_STEP), control, now).run()
    events: list[JobEvent] = []
    while len(epochs(events)) < 3:
        events.append(next(running))
    control.stop_early()
    rest, fitted = drain(running)
    assert len(fitted.networks) == 2
    assert "2 of 4 networks are kept" in next(line.text for line in rest if isinstance(line, LogLine))
    events, again = go_on(tmp_path, config, samples)
    assert epochs(events) == []
    demand_same(fitted, again)


def test_that_a_member_stopped_in_its_first_epoch_is_left_out(tmp_path: Path, samples: SampleSet) -> None:
    config, control = small_config(members=2, epochs=1, batch_size=64), Control()
    running = Fit(samples, config, Checkpoints(tmp_path, time.monotonic), control, now).run()
    while not epochs([next(running)]):
        pass
    control.stop_early()
    _, fitted = drain(running)
    assert len(fitted.networks) == 1


def test_that_a_checkpoint_is_damaged_is_a_sentence(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(members=2, **SHORT)
    drain(training(tmp_path, config, samples).run())
    state = read_checkpoint(tmp_path)
    (tmp_path / "best-1.safetensors").write_bytes(b"other")
    with pytest.raises(StoreFault, match="not the file that the checkpoint names"):
        training(tmp_path, config, samples, resumed=state)
    whole = (tmp_path / "last.pt").read_bytes()
    flipped = (bytes((*whole[:place], whole[place] ^ 1, *whole[place + 1 :])) for place in range(0, len(whole), 4001))
    for content in (b"", b"no zip", whole[: len(whole) // 2], whole[:-3], *flipped):
        (tmp_path / "last.pt").write_bytes(content)
        with pytest.raises(StoreFault, match="checkpoint cannot be used"):
            read_checkpoint(tmp_path)
    Checkpoints(tmp_path, time.monotonic).write({"schema": 99})
    with pytest.raises(StoreFault, match="another version"):
        read_checkpoint(tmp_path)
    (tmp_path / "last.pt").unlink()
    assert read_checkpoint(tmp_path) is None


def test_that_checkpoints_are_as_rare_as_they_are_slow(tmp_path: Path) -> None:
    clock = {"s": 0.0}
    kept = Checkpoints(tmp_path, lambda: clock["s"])
    clock["s"] = 19.9
    assert not kept.due
    clock["s"] = 20.0
    assert kept.due
    seconds = iter((20.0, 21.0))
    kept._seconds = lambda: next(seconds)  # one that took a second
    kept.write({})
    kept._seconds = lambda: clock["s"]
    clock["s"] = 21.0 + 99.0
    assert not kept.due
    clock["s"] = 21.0 + 100.0
    assert kept.due


def test_that_a_disk_that_fills_up_ends_the_training_with_a_sentence_and_the_checkpoint_of_before(
    tmp_path: Path, samples: SampleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small_config(**SHORT)
    running = training(tmp_path, config, samples).run()
    while not epochs([next(running)]):
        pass
    before = (tmp_path / "last.pt").read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000))  # type: ignore[attr-defined]
    with pytest.raises(StoreFault, match=r"nearly full.*resume the job"):
        drain(running)
    assert (tmp_path / "last.pt").read_bytes() == before
    monkeypatch.undo()
    _, resumed = go_on(tmp_path, config, samples)
    _, whole = drain(training(tmp_path / "whole", config, samples).run())
    demand_same(whole, resumed)


def diverge(monkeypatch: pytest.MonkeyPatch, times: int, *, epoch: int = 2) -> None:
    """The validation loss of an epoch explodes, that many times."""
    judge, left = MemberFit._judge_epoch, [times]

    def judged(self: MemberFit, train_loss: float, rate: float) -> Any:
        if self._at.epoch + 1 == epoch and left[0] > 0:
            left[0] -= 1
            raise Diverged("the loss became nan")
        return judge(self, train_loss, rate)

    monkeypatch.setattr(MemberFit, "_judge_epoch", judged)


@pytest.mark.parametrize("schedule", ["one_cycle", "plateau", "constant"])
def test_that_a_training_that_diverges_goes_back_and_on_at_half_the_rate(
    tmp_path: Path, samples: SampleSet, monkeypatch: pytest.MonkeyPatch, schedule: str
) -> None:
    config = small_config(schedule=schedule, **(SHORT | {"epochs": 3}))
    calm, _ = drain(training(tmp_path / "calm", config, samples).run())
    diverge(monkeypatch, 2)
    events, _ = drain(training(tmp_path / "wild", config, samples).run())
    lines = [event.text for event in events if isinstance(event, LogLine)]
    assert lines == [
        f"In epoch 2 the loss became nan: back to the end of epoch 1, at half the learning rate ({n} of 3)."
        for n in (1, 2)
    ]
    assert told(events)[0] == told(calm)[0]
    rates = [
        (wild.learning_rate, still.learning_rate) for wild, still in zip(epochs(events), epochs(calm), strict=True)
    ]
    assert [wild / still for wild, still in rates] == [1, 0.25, 0.25]


def test_that_a_training_that_diverges_four_times_in_its_first_epoch_is_a_card_and_resumed_with_three_tries_more(
    tmp_path: Path, samples: SampleSet
) -> None:
    config = small_config(**(SHORT | {"epochs": 3}))
    with pytest.MonkeyPatch.context() as patched:
        diverge(patched, 4, epoch=1)
        with pytest.raises(TrainingFault, match=r"In epoch 1 the loss became nan, at an eighth.*lower learning rate"):
            drain(training(tmp_path, config, samples).run())
    state = read_checkpoint(tmp_path)
    assert state is not None
    assert (state["epoch"], state["position"]["step"], state["rollbacks"]) == (0, 0, 0)
    with pytest.MonkeyPatch.context() as patched:
        diverge(patched, 3, epoch=1)
        events, _ = go_on(tmp_path, config, samples)
    assert len(epochs(events)) == 3


def test_that_a_resumed_training_goes_back_to_the_same_state_as_one_that_was_not(
    tmp_path: Path, samples: SampleSet
) -> None:
    config = small_config(**(SHORT | {"epochs": 3}))
    with pytest.MonkeyPatch.context() as patched:
        diverge(patched, 1)
        _, whole = drain(training(tmp_path / "whole", config, samples).run())
    with pytest.MonkeyPatch.context() as patched:
        kill_at_step(patched, samples_steps(samples, config) + 2)
        with pytest.raises(Killed):
            drain(training(tmp_path / "killed", config, samples).run())
    with pytest.MonkeyPatch.context() as patched:
        diverge(patched, 1)
        _, resumed = go_on(tmp_path / "killed", config, samples)
    demand_same(whole, resumed)


def samples_steps(samples: SampleSet, config: TrainingConfig) -> int:
    return -(-len(samples.training.rows) // config.batch_size)


def test_that_a_loss_far_from_the_best_one_is_a_divergence(tmp_path: Path, samples: SampleSet) -> None:
    config = small_config(**SHORT)
    with pytest.MonkeyPatch.context() as patched:
        forward, calls = RockfallNetwork.forward, [0]

        def wild(self: RockfallNetwork, *given: Any, **named: Any) -> torch.Tensor:
            calls[0] += not self.training
            logits = forward(self, *given, **named)
            return logits + 60 if not self.training and calls[0] == 2 else logits

        patched.setattr(RockfallNetwork, "forward", wild)
        events, _ = drain(training(tmp_path, config, samples).run())
    lines = [event.text for event in events if isinstance(event, LogLine)]
    assert lines[0].startswith("In epoch 2 the validation loss became ")
    assert "more than ten times the best one: back to the end of epoch 1" in lines[0]
    assert [m.epoch for m in epochs(events)] == [1, 2]


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory"), torch.OutOfMemoryError("x")]
)
def test_that_a_lack_of_memory_halves_the_pieces_and_loses_no_sample(
    tmp_path: Path, samples: SampleSet, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    config = small_config(**SHORT, dropout=0.0)
    calm, _ = drain(training(tmp_path / "calm", config, samples).run())
    pieces = WindowWay.pieces

    def hungry(self: WindowWay, picked: torch.Tensor) -> Any:
        for number, piece in enumerate(pieces(self, picked)):
            if self.at_once.samples > 64 and number == 0:
                raise error
            yield piece

    monkeypatch.setattr(WindowWay, "pieces", hungry)
    events, _ = drain(training(tmp_path / "hungry", config, samples).run())
    lines = [event.text for event in events if isinstance(event, LogLine)]
    assert [line.split(": ")[1][:3] for line in lines] == ["128", "64 "]
    for halved, whole in zip(epochs(events), epochs(calm), strict=True):
        assert halved.train_loss == pytest.approx(whole.train_loss, rel=1e-4)
    state = read_checkpoint(tmp_path / "hungry")
    assert state is not None
    assert state["learning"]["samples"] == 64
    _, resumed = go_on(tmp_path / "hungry", config, samples)
    assert len(resumed.networks) == 1
