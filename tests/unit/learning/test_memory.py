"""Where the memory does not do, less goes through at once: when learning, when answering, and in the encoders."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import TrainingFault
from rockfall_desktop.domain.events import JobEvent, LogLine
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.learning import planning
from rockfall_desktop.learning.evaluation import answering, predicting
from rockfall_desktop.learning.evaluation.evaluate import evaluate
from rockfall_desktop.learning.export.checking import checked_samples, largest_difference, torch_answer
from rockfall_desktop.learning.fitting import thread_probe, window_way
from rockfall_desktop.learning.fitting.checkpoints import read_checkpoint
from rockfall_desktop.learning.fitting.fit import Fitted
from rockfall_desktop.learning.gathering import gather
from rockfall_desktop.learning.memory import AtOnce, within_memory
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.uncertainty import laplace
from tests.small_site import small_site
from tests.unit.learning.made_spatial import made_samples
from tests.unit.learning.networks.inputs import Choice
from tests.unit.learning.test_resume import Killed, demand_same, go_on, kill_at_step, training
from tests.unit.learning.training import drain, epochs, now, small_config, start

CONFIG = small_config(epochs=1, batch_size=512, width=4, uncertainty="laplace", calibration="temperature")
SUBJECT: dict[str, str | bool] = {"job_id": "j", "site_id": "s", "site_name": "S", "simulated": True}
FULL: Choice = ("gru", "cnn", "pointnet", "gated")
LACK = torch.OutOfMemoryError("CUDA out of memory")
FALL = ["512 samples", "256 samples", "128 samples", "64 samples"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[SampleSet, Fitted]:
    samples = build_samples(small_site(), CONFIG)
    return samples, drain(start(tmp_path_factory.mktemp("trained"), CONFIG, samples=samples))[1]


@contextmanager
def only(samples: int, *modules: ModuleType) -> Iterator[None]:
    """No more samples fit into the memory at once."""

    def hungry(held: Any, block: Any, picked: torch.Tensor, encoded: Any) -> Any:
        if len(picked) > samples:
            raise LACK
        return gather(held, block, picked, encoded)

    with pytest.MonkeyPatch.context() as patched:
        for module in modules:
            patched.setattr(module, "gather", hungry)
        yield


@contextmanager
def only_stacks(most: int, *, learning: bool) -> Iterator[None]:
    """No more stacks of rasters can be encoded together."""
    original = RockfallNetwork.raster_tokens

    def hungry(self: RockfallNetwork, bands: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        if self.training == learning and len(bands) > most:
            raise LACK
        return original(self, bands, classes)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RockfallNetwork, "raster_tokens", hungry)
        yield


def told(events: list[JobEvent]) -> list[str]:
    """What is said of a lack of memory, without the words that are always the same."""
    lines = [event.text.split(": ")[1] for event in events if isinstance(event, LogLine)]
    return [line.split(" are ")[0].split(" is ")[0].removeprefix("rasters or points of ") for line in lines]


def judged(trained: tuple[SampleSet, Fitted], at_once: AtOnce) -> tuple[list[JobEvent], PerformanceReport]:
    samples, fitted = trained
    return drain(evaluate(replace(fitted, answering=at_once), samples, CONFIG, SUBJECT, Control(), now))


@pytest.mark.parametrize("hungry", [laplace, answering])
def test_that_a_lack_of_memory_when_judging_halves_what_is_answered_and_is_told(
    trained: tuple[SampleSet, Fitted], hungry: ModuleType
) -> None:
    _, calm = judged(trained, AtOnce(1024))
    at_once = AtOnce(1024)
    with only(64, hungry):
        events, report = judged(trained, at_once)
    assert told(events) == FALL
    assert at_once.samples == 64
    for found, expected in zip(report.scores, calm.scores, strict=True):
        kept = {"model"}
        assert found.model_dump(exclude=kept) == pytest.approx(expected.model_dump(exclude=kept), rel=1e-4)


def test_that_the_test_block_alone_may_lack_the_memory(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    config = CONFIG.model_copy(update={"uncertainty": "none", "calibration": "none"})
    at_once = AtOnce(1024)
    with only(64, answering):
        work = evaluate(replace(fitted, answering=at_once), samples, config, SUBJECT, Control(), now)
        assert told(drain(work)[0]) == FALL


def test_that_judging_begins_where_the_training_had_to_go_and_so_after_a_resume(tmp_path: Path) -> None:
    samples = build_samples(small_site(), CONFIG)
    with only(64, window_way, predicting, answering, laplace):
        events, fitted = drain(training(tmp_path, CONFIG, samples).run())
        assert told(events) == [*FALL[1:], *FALL]
        assert told(drain(evaluate(fitted, samples, CONFIG, SUBJECT, Control(), now))[0]) == []
        again, resumed = go_on(tmp_path, CONFIG, samples)
    assert told(again) == []
    assert resumed.answering == fitted.answering == AtOnce(64)


def test_that_one_sample_that_does_not_fit_is_a_sentence(trained: tuple[SampleSet, Fitted]) -> None:
    with only(0, answering), pytest.raises(TrainingFault, match="even with one sample at a time"):
        judged(trained, AtOnce(4))


def test_that_the_measuring_of_threads_survives_a_lack_of_memory(
    trained: tuple[SampleSet, Fitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_probe, "bound_threads", lambda _: None)
    monkeypatch.setattr(thread_probe, "_LONGEST_S", 0.0)
    with only(64, window_way):
        drain(thread_probe.probe_threads(trained[0], CONFIG, 2, now))


def test_that_the_dry_run_goes_on_in_the_pieces_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    samples, ticks = build_samples(small_site(), CONFIG), itertools.count()
    monkeypatch.setattr(planning, "_clock_s", lambda _: float(next(ticks)))  # every look at the clock a second later
    steps = len(samples.training.rows) / 512
    with only(128, window_way):  # the whole block could be answered at once
        assert planning.seconds_per_epoch(samples, CONFIG) == pytest.approx(steps + 1)
    with only(64, predicting):
        assert planning.seconds_per_epoch(samples, CONFIG) == pytest.approx(steps + len(samples.validation.rows) / 64)
    with only(0, window_way), pytest.raises(TrainingFault, match="even with one sample at a time"):
        planning.seconds_per_epoch(samples, CONFIG)


def test_that_a_model_is_checked_for_its_export_in_the_pieces_that_fit(trained: tuple[SampleSet, Fitted]) -> None:
    samples, fitted = trained
    _, picked = checked_samples(samples, 64)
    state = AnswerState(correction=fitted.loss.correction)
    calm = torch_answer(fitted.networks, samples, picked, state)
    with only(16, answering):
        assert largest_difference(torch_answer(fitted.networks, samples, picked, state), calm) < 1e-6


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "CUDA error: out of memory",
    ],
)
def test_that_the_libraries_of_a_graphics_card_lack_memory_in_words_of_their_own(words: str) -> None:
    at_once = AtOnce(8)

    def attempt() -> Iterator[JobEvent]:
        yield from ()
        if at_once.samples > 4:
            raise RuntimeError(words)

    assert len(drain(within_memory(at_once, attempt, "answered", now))[0]) == 1  # type: ignore[arg-type]


def test_that_a_lack_of_memory_in_an_encoder_makes_its_groups_smaller(tmp_path: Path) -> None:
    samples, config = made_samples(FULL, epochs=1, batch_size=256, dropout=0.0, modality_dropout=0.0)
    calm, _ = drain(training(tmp_path / "calm", config, samples).run())
    with only_stacks(2, learning=True):
        events, _ = drain(training(tmp_path / "hungry", config, samples).run())
    assert told(events) == ["3 zones", "one zone"]
    assert epochs(events)[0].train_loss == pytest.approx(epochs(calm)[0].train_loss, rel=1e-4)
    state = read_checkpoint(tmp_path / "hungry")
    assert state is not None
    assert (state["learning"]["stacks"], state["learning"]["keeps"]) == (1, False)
    assert state["learning"]["samples"] > 1


def test_that_a_resumed_job_keeps_the_smaller_groups_and_ends_with_the_same_weights(tmp_path: Path) -> None:
    samples, config = made_samples(FULL, epochs=1, batch_size=256, augmentation=("turn_chips", "jitter_points"))
    with pytest.MonkeyPatch.context() as patched:  # a training that takes three from its first try on
        patched.setattr(window_way, "AtOnce", lambda count, **_: AtOnce(count, 3))
        _, whole = drain(training(tmp_path / "whole", config, samples).run())
    with only_stacks(3, learning=True):
        with pytest.MonkeyPatch.context() as patched:
            kill_at_step(patched, 4)  # the second try of the first step is one too
            with pytest.raises(Killed):
                drain(training(tmp_path / "killed", config, samples).run())
        events, resumed = go_on(tmp_path / "killed", config, samples)
    assert told(events) == []
    demand_same(whole, resumed)


def test_that_a_lack_of_memory_in_an_encoder_when_answering_makes_its_groups_smaller(tmp_path: Path) -> None:
    samples, config = made_samples(FULL, epochs=1, batch_size=512)
    with only_stacks(2, learning=False):
        events, fitted = drain(start(tmp_path, config, samples=samples))
        assert told(events) == ["3 zones", "one zone"]
        fitted.answering.stacks = 4
        assert told(drain(evaluate(fitted, samples, config, SUBJECT, Control(), now))[0]) == ["2 zones"]


def test_that_one_stack_that_does_not_fit_is_a_sentence_of_its_own(tmp_path: Path) -> None:
    samples, config = made_samples(FULL, epochs=1, batch_size=512)
    with only_stacks(0, learning=True), pytest.raises(TrainingFault, match="even with the rasters or points of one"):
        drain(start(tmp_path, config, samples=samples))


@pytest.mark.parametrize(
    ("before", "failed_stacks", "after"),
    [
        (AtOnce(9, keeps=True), None, AtOnce(4, keeps=True)),
        (AtOnce(1, keeps=True), None, AtOnce(1, keeps=False)),
        (AtOnce(9, keeps=True), 7, AtOnce(9, 3, keeps=False)),
        (AtOnce(9, 1, keeps=True), 1, AtOnce(9, 1, keeps=False)),
        (AtOnce(9, 3), 3, AtOnce(9, 1)),
    ],
)
def test_that_what_is_kept_for_the_way_back_goes_before_the_training_gives_up(
    before: AtOnce, failed_stacks: int | None, after: AtOnce
) -> None:
    at_once = AtOnce(**asdict(before))
    assert at_once.fall(failed_stacks, "learned from at a time").startswith("Not enough memory: ")
    assert at_once == after
