"""A search proposes, prunes and ranks by the validation block alone, the same way each time."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from rockfall_desktop.domain.arrays import IncidentArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.events import EpochFinished, Tick
from rockfall_desktop.domain.search import (
    End,
    Outcome,
    Search,
    SearchEnded,
    SearchEvent,
    SearchPlan,
    SearchStarted,
    Trial,
    TrialEnded,
    TrialEpoch,
    TrialStarted,
    search_event_from_json,
)
from rockfall_desktop.domain.search_space import can_vary, space_of
from rockfall_desktop.learning.samples.build import build_samples
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.learning.search import searching
from rockfall_desktop.learning.search.advice import DRAWN_FIRST, PRUNED_AFTER_EPOCHS, PRUNED_AFTER_TRIALS, Advice
from rockfall_desktop.learning.search.searching import SearchWork
from tests.small_site import small_site
from tests.ui import values
from tests.unit.learning.training import small_config

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUICK = ("width", "learning_rate", "window_steps", "imbalance")


def plan(config: TrainingConfig | None = None, vary: Iterable[str] = QUICK, **changes: Any) -> SearchPlan:
    config = config or small_config(epochs=2)
    fields = {
        "search_id": "0190a000-0000-7000-8000-000000000001", "user_id": "u", "site_name": "pit", "simulated": True,
        "data": "0", "config": config, "dimensions": space_of(config, tuple(vary)), "trials": 3,
    }  # fmt: skip
    return SearchPlan.model_validate(fields | changes)


def begun(its: SearchPlan) -> Search:
    return Search.started(SearchStarted(at=NOW, plan=its))


def run(search: Search, site: SiteArrays | None = None, control: Control | None = None) -> list[SearchEvent]:
    work = SearchWork(search, (SiteInput(site or small_site()),), control or Control(), lambda: NOW)
    return [event for event in work.events() if not isinstance(event, Tick)]


def fold(search: Search, events: Iterable[SearchEvent]) -> Search:
    for event in events:
        search = search.apply(event)
    return search


def ended_trials(count: int, losses: tuple[float, ...] = (0.5, 0.4, 0.3, 0.2, 0.1)) -> tuple[Trial, ...]:
    its = plan(vary=("learning_rate",))
    return tuple(
        Trial(number=n, settings=Advice(its, (), n).settings(), losses=losses, outcome=Outcome.COMPLETED,
              value=min(losses))
        for n in range(1, count + 1)
    )  # fmt: skip


@pytest.fixture(scope="module")
def events() -> list[SearchEvent]:
    return run(begun(plan()))


def test_that_the_same_seed_gives_the_same_trials(events: list[SearchEvent]) -> None:
    assert run(begun(plan())) == events
    other = run(begun(plan(small_config(epochs=2, seed=8))))
    assert [e for e in other if isinstance(e, TrialStarted)] != [e for e in events if isinstance(e, TrialStarted)]


def test_that_each_trial_is_judged_by_its_lowest_validation_loss_and_the_best_is_the_lowest(
    events: list[SearchEvent],
) -> None:
    search = fold(begun(plan()), events)
    assert search.ended is End.TRIALS
    assert [trial.number for trial in search.trials] == [1, 2, 3]
    for trial in search.trials:
        assert trial.outcome is Outcome.COMPLETED
        assert trial.value == min(trial.losses)
    assert search.best is not None
    assert search.best.value == min(trial.value for trial in search.trials if trial.value is not None)
    assert search.config_of(search.best.number).width == search.best.settings["width"]


@pytest.mark.parametrize("cut", [1, 2, 4, 5, 7])
def test_that_a_search_that_was_broken_off_anywhere_goes_on_with_the_same_trials(
    cut: int, events: list[SearchEvent]
) -> None:
    broken = fold(begun(plan()), events[:cut])
    done = [event for event in events[:cut] if isinstance(event, TrialEnded)]
    again = run(broken)
    first = TrialStarted if len(done) < 3 else SearchEnded
    begins = [place for place, event in enumerate(events) if isinstance(event, first)]
    assert again == events[begins[len(done)] if len(done) < 3 else begins[0] :]


def test_that_nothing_after_the_validation_block_moves_a_trial(events: list[SearchEvent]) -> None:
    config = small_config(epochs=2)
    site = small_site()
    first = int(build_samples(site, config.model_copy(update={"window_steps": 2})).test.steps.min())
    changed = tuple(
        replace(channel, values=np.where(np.arange(channel.values.shape[-1]) < first, channel.values, np.float32(1e6)))
        for channel in site.channels
    )
    falls = site.incidents
    before = falls.last_step < first
    kept = IncidentArray(falls.zone[before], falls.first_step[before], falls.last_step[before], falls.volume_m3[before])
    extra = IncidentArray(
        np.append(kept.zone, 0).astype(kept.zone.dtype),
        np.append(kept.first_step, first + 20).astype(kept.first_step.dtype),
        np.append(kept.last_step, first + 20).astype(kept.last_step.dtype),
        np.append(kept.volume_m3, 1).astype(kept.volume_m3.dtype),
    )
    assert len(extra.zone) != len(falls.zone)
    assert run(begun(plan()), replace(site, channels=changed, incidents=extra)) == events


def test_that_trials_get_no_test_block_and_all_the_same_validation_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[SampleSet] = []
    real = searching.fit

    def spy(samples: SampleSet, *rest: Any) -> Any:
        seen.append(samples)
        return real(samples, *rest)

    monkeypatch.setattr(searching, "fit", spy)
    search = fold(
        begun(its := plan(small_config(epochs=1), trials=6)), run(begun(plan(small_config(epochs=1), trials=6)))
    )
    assert len(seen) == its.trials
    assert {len(samples.test.rows) for samples in seen} == {0}
    assert {samples.calibration for samples in seen} == {None}
    assert len({trial.settings["window_steps"] for trial in search.trials}) > 1
    keys = {(tuple(s.validation.steps.tolist()), tuple(s.validation.zones.tolist())) for s in seen}
    assert len(keys) == 1
    assert len({len(samples.training.rows) for samples in seen}) > 1


def ends_with(*given_up: str) -> Any:
    """A training of three epochs, the second of which is the best, that ends as it says."""

    def fitted(*_: Any) -> Generator[EpochFinished, None, SimpleNamespace]:
        for epoch, loss in enumerate((0.4, 0.2, 0.3), 1):
            yield EpochFinished(at=NOW, metrics=values.metrics(epoch).model_copy(update={"validation_loss": loss}))
        return SimpleNamespace(given_up=given_up)

    return fitted


def test_that_a_trial_counts_by_its_best_epoch_and_not_by_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "fit", ends_with())
    its = plan(trials=1)
    search = fold(begun(its), run(begun(its)))
    assert (search.trials[0].losses, search.trials[0].value) == ((0.4, 0.2, 0.3), 0.2)


def test_that_a_trial_whose_network_diverged_is_a_failed_one_and_ranks_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "In epoch 4 the loss became nan: the network ends with its epoch 2."
    monkeypatch.setattr(searching, "fit", ends_with(said))
    its = plan(trials=1)
    search = fold(begun(its), run(begun(its)))
    (trial,) = search.trials
    assert (trial.outcome, trial.value, trial.words) == (Outcome.FAILED, None, f"The training diverged: {said}")
    assert search.ranked == ()


def test_that_a_setting_that_does_not_fit_is_a_failed_trial_with_a_reason() -> None:
    config = small_config(epochs=1, batch_size=600)
    its = plan(config, ("batch_size",), trials=4)
    search = fold(begun(its), run(begun(its)))
    failed = [trial for trial in search.trials if trial.outcome is Outcome.FAILED]
    assert failed
    assert all("batch_size" in trial.words and trial.value is None for trial in failed)
    assert all(trial not in search.ranked for trial in failed)


def test_that_a_cancel_ends_the_search_and_keeps_what_was_found() -> None:
    control = Control()
    work = SearchWork(begun(plan(trials=9)), (SiteInput(small_site()),), control, lambda: NOW)
    told: list[SearchEvent] = []
    for event in work.events():
        if not isinstance(event, Tick):
            told.append(event)
        if isinstance(event, TrialEpoch) and event.trial == 2:
            control.cancel()
    assert isinstance(told[-1], SearchEnded)
    assert told[-1].reason is End.STOPPED
    search = fold(begun(plan(trials=9)), told)
    assert [trial.number for trial in search.trials] == [1]


def test_that_a_search_ends_when_its_time_is_up() -> None:
    clock = iter(range(10_000))
    its = plan(trials=9, timeout_s=5.0)
    work = SearchWork(begun(its), (SiteInput(small_site()),), Control(), lambda: NOW, lambda: float(next(clock)))
    told = [event for event in work.events() if not isinstance(event, Tick)]
    assert isinstance(told[-1], SearchEnded)
    assert told[-1].reason is End.TIMEOUT
    assert sum(isinstance(event, TrialStarted) for event in told) < 9


def test_that_proposals_lean_to_where_losses_were_low() -> None:
    its = plan(vary=("learning_rate",))
    before: list[Trial] = []
    for number in range(1, 41):
        settings = Advice(its, before, number).settings()
        loss = abs(np.log10(float(settings["learning_rate"])) + 2.5) + 0.1
        before.append(Trial(number=number, settings=settings, losses=(loss,), outcome=Outcome.COMPLETED, value=loss))
    drawn = np.median([trial.value for trial in before[:DRAWN_FIRST] if trial.value])
    proposed = np.median([trial.value for trial in before[-10:] if trial.value])
    assert proposed < 0.75 * drawn


def test_that_a_trial_above_the_median_is_given_up_but_not_early() -> None:
    its = plan(vary=("learning_rate",))
    advice = Advice(its, ended_trials(PRUNED_AFTER_TRIALS), PRUNED_AFTER_TRIALS + 1)
    bad = (0.9,) * 5
    assert not advice.gives_up(bad[: PRUNED_AFTER_EPOCHS - 1])
    assert advice.gives_up(bad)
    assert not advice.gives_up((0.9, 0.3, 0.2, 0.1, 0.05))
    few = Advice(its, ended_trials(PRUNED_AFTER_TRIALS - 1), PRUNED_AFTER_TRIALS)
    assert not few.gives_up(bad)


def test_that_numbers_of_a_range_stay_in_it_and_have_three_digits() -> None:
    its = plan(vary=("learning_rate", "dropout", "weight_decay"))
    for number in range(1, 30):
        for one in its.dimensions:
            value = float(Advice(its, (), number).settings()[one.name])
            assert one.low <= value <= one.high
            assert value == float(f"{value:.3g}")


@pytest.mark.parametrize("name", ["seed", "fusion", "raster_network", "patience"])
def test_that_a_field_that_makes_no_difference_is_not_varied(name: str) -> None:
    with pytest.raises(WrongInput, match=name):
        space_of(small_config(), (name,))


def test_that_layers_bring_their_networks_into_the_search() -> None:
    config = small_config(spatial_features=("elevation",), raster_network="cnn", temporal_network="none")
    assert {"raster_network", "fusion"} <= set(can_vary(config))
    assert not {"window_steps", "temporal_network", "layers"} & set(can_vary(config))


def test_that_every_event_of_a_search_goes_through_json_and_back(events: list[SearchEvent]) -> None:
    whole: list[SearchEvent] = [SearchStarted(at=NOW, plan=plan()), *events]
    assert [search_event_from_json(event.model_dump_json()) for event in whole] == whole
    assert {type(event) for event in whole} == {SearchStarted, TrialStarted, TrialEpoch, TrialEnded, SearchEnded}
