"""Scoring 1,000 zones beside the bare onnxruntime calls on the very arrays that it ends in.

A score is everything after the site was read: channels matched, windows, chips, graphs, answers, levels. Every zone is
calm, so it takes as many steps as a level is held (three) and no further look back. The graphs have the
threads that the program gives them. A bare call takes all stacks, or all samples, at once; a score hands them to the
same graphs in pieces that stay near the processor, which is why it may be the faster of the two.
"""

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.figures import verdict

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays
    from rockfall_desktop.domain.config import TrainingConfig
    from rockfall_desktop.domain.layer_arrays import SiteLayers
    from rockfall_desktop.learning.samples.site_part import SiteInput
    from rockfall_desktop.scoring.loading import LoadedModel

_ZONES, _STEPS, _STEP_S = 1000, 20_000, 3600
_LEARNED_ZONES, _LEARNED_STEPS = 6, 2000
_WINDOW, _WIDTH, _SIDE = 72, 32, 32
_BANDS = ("elevation", "slope", "aspect_sine", "aspect_cosine", "roughness", "curvature")
_ZONED = (("prism", "displacement", "mm"), ("piezometer", "pore_pressure", "kPa"), ("radar", "velocity", "mm/h"))
_OF_SITE = (("rain", "rainfall", "mm"), ("air", "temperature", "degC"))
_ROUNDS, _GOAL = 9, 1.2


class _Case(NamedTuple):
    """A model, and a site that was read already."""

    loaded: "LoadedModel"
    site: "SiteInput"


def run() -> None:
    """Score and bare calls in turns; the median of the ratios of each pair counts."""
    found = {}
    for name in ("lstm", "lstm + cnn"):
        whole, bare, samples, words = _seconds(_case(name))
        found[name] = statistics.median(one / other for one, other in zip(whole, bare, strict=True))
        each = " and ".join(f"{1e3 * statistics.median(times):.0f} ms" for times in (whole, bare))
        print(f"{name}: {samples:,} samples of {_ZONES:,} zones, score and bare calls {each};", end=" ")
        print(f"the words of all zones {1e3 * words:.0f} ms more")
    figure = ", ".join(f"{name} {ratio:.2f} x" for name, ratio in found.items())
    verdict("score_zones", figure, f"<= {_GOAL} x the bare calls", met=all(ratio <= _GOAL for ratio in found.values()))


def _seconds(case: _Case) -> tuple[list[float], list[float], int, float]:
    """Seconds of scores and of bare calls, the samples of a score, and the seconds of the words about it."""
    from rockfall_desktop.judging.alignment import sample_moments
    from rockfall_desktop.scoring.newest import newest_answers
    from rockfall_desktop.scoring.site_inputs import SiteInputs
    from rockfall_desktop.scoring.zone_scores import zone_scores

    loaded, (arrays, layers) = case
    at_s = int(sample_moments(arrays)[-1])
    inputs = SiteInputs(loaded, arrays, layers, at_s)
    found = newest_answers(loaded, inputs)
    if not found.judged.all() or found.level.any():
        raise AssertionError("a zone is not judged, or not calm")
    samples, bare = _bare_calls(loaded, inputs)
    ways: tuple[Callable[[], object], ...] = (
        lambda: newest_answers(loaded, SiteInputs(loaded, arrays, layers, at_s)),
        bare,
    )
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(_ROUNDS):
        for place in (number % 2, 1 - number % 2):
            times[place].append(_timed(ways[place]))
    return *times, samples, _timed(lambda: zone_scores(loaded, inputs, found))


def _timed(way: Callable[[], object]) -> float:
    begun = time.perf_counter()
    way()
    return time.perf_counter() - begun


def _bare_calls(loaded: "LoadedModel", inputs: Any) -> tuple[int, Callable[[], None]]:
    """Both graphs on arrays that lie ready; what the score does around them is left out."""
    import numpy as np

    from rockfall_desktop.judging.levels import steps_to_fall

    steps = steps_to_fall(loaded.model.levels)
    newest = np.arange(inputs.last + 1 - steps, inputs.last + 1)
    ready = inputs.asked(np.repeat(np.arange(_ZONES), steps), np.tile(newest, _ZONES)).prepared
    (member,) = loaded.members
    arrays: dict[str, Any] = dict(ready.series)
    if member.zones is not None:
        for name, tokens in member.zones.run(ready.zones).items():
            arrays |= {name: tokens[ready.stacks[name]], f"{name}_here": ready.stacks[name] >= 0}

    def calls() -> None:
        if member.zones is not None:
            member.zones.run(ready.zones)
        member.answer.run(arrays)

    return ready.samples, calls


def _case(name: str) -> _Case:
    """An untrained network that was exported, on the readings of a made-up pit."""
    import torch

    from rockfall_desktop.domain.bundle import BundleModel
    from rockfall_desktop.domain.levels import LevelRule
    from rockfall_desktop.judging.answer_state import AnswerState, to_plain
    from rockfall_desktop.judging.probabilities import Correction
    from rockfall_desktop.learning.export.export import export_network
    from rockfall_desktop.learning.networks.network import RockfallNetwork
    from rockfall_desktop.learning.samples.build import build_pooled
    from rockfall_desktop.learning.samples.channel_inputs import channel_inputs
    from rockfall_desktop.scoring.loading import load_model
    from rockfall_desktop.threads import spare_threads

    config, learned = _config(name), _site(_LEARNED_ZONES, _LEARNED_STEPS)
    samples = build_pooled((learned,), config)
    torch.manual_seed(1)
    network = RockfallNetwork(samples.shapes, config)
    exported = export_network(network, samples.shapes, config.history_steps, masked=False)
    files = {"answer-1.onnx": exported.answer} | ({"zones-1.onnx": exported.zones} if exported.zones else {})
    model = BundleModel(
        config=config,
        history_steps=config.history_steps,
        step_seconds=_STEP_S,
        channels=channel_inputs((learned,), config, 0),
        scaling_mean=samples.scalings[0].mean,
        scaling_spread=samples.scalings[0].spread,
        layers=samples.layer_content,
        answers=to_plain(AnswerState(Correction((1.0,))))[0],
        members=1,
        graphs=(tuple(sorted(files, reverse=True)),),
        levels=(LevelRule(horizon_steps=1, yellow=0.97, orange=0.98, red=0.99, fall_share=1.0),),
    )
    return _Case(load_model(model, files.__getitem__, spare_threads()), _site(_ZONES, _STEPS))


def _config(name: str) -> "TrainingConfig":
    from rockfall_desktop.domain.config import TrainingConfig

    spatial = {"raster_network": "cnn", "spatial_features": ("elevation",)} if "cnn" in name else {}
    plain = {"sites": ("a",), "temporal_network": "lstm", "window_steps": _WINDOW, "width": _WIDTH, "batch_size": 64}
    return TrainingConfig.model_validate(plain | spatial)


def _site(zones: int, steps: int) -> "SiteInput":
    """Random readings with gaps, hour by hour, and a chip for each zone."""
    import numpy as np

    from rockfall_desktop.domain.arrays import ChannelArray, IncidentArray, SiteArrays
    from rockfall_desktop.learning.samples.site_part import SiteInput

    random = np.random.default_rng(3)
    start_s = np.arange(steps, dtype=np.int64) * _STEP_S

    def channel(words: tuple[str, str, str], shape: tuple[int, ...]) -> ChannelArray:
        values = random.random(shape, np.float32)
        values[random.random(shape, np.float32) < 0.02] = np.nan
        return ChannelArray(*words, len(shape) > 1, values)

    falls = np.arange(0, steps, 97, dtype=np.int64)
    arrays = SiteArrays(
        site_id="0190a000-0000-7000-8000-000000000000",
        name="Made-up pit (simulated)",
        simulated=True,
        step_s=_STEP_S,
        start_s=start_s,
        day_of_year=((start_s + _STEP_S) / 86_400 % 365).astype(np.float32),
        local_date=(start_s // 86_400).astype(np.int32),
        zone_ids=tuple(f"Z{number}" for number in range(zones)),
        channels=(
            *(channel(words, (zones, steps)) for words in _ZONED),
            *(channel(words, (steps,)) for words in _OF_SITE),
        ),
        incidents=IncidentArray((falls % zones).astype(np.int32), falls, falls, np.ones(len(falls), np.float32)),
        recorded=np.ones(steps, np.bool_),
        notes=(),
        fingerprint="0" * 64,
    )
    return SiteInput(arrays, _layers(arrays))


def _layers(arrays: "SiteArrays") -> "SiteLayers":
    import numpy as np

    from rockfall_desktop.domain.layer_arrays import TIMELESS, RasterLayer, SiteLayers

    shape = (len(arrays.zone_ids), len(_BANDS), _SIDE, _SIDE)
    chips = np.random.default_rng(4).random(shape, np.float32)
    raster = RasterLayer("terrain", "elevation", _BANDS, chips, (), 1.0, TIMELESS)
    return SiteLayers(arrays.zone_ids, (raster,), (), (), "1" * 64)
