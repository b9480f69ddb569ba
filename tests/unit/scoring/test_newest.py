"""Newest answers: levels as over the whole record, grey with its reason, beyond experience never lower."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import helper

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import ZoneScore
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.head_posterior import HeadPosterior
from rockfall_desktop.judging.levels import LEVELS, LevelCourse, level_course
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.scoring import newest
from rockfall_desktop.scoring.answering import answer
from rockfall_desktop.scoring.loading import LoadedModel, load_model
from rockfall_desktop.scoring.newest import NewestAnswers, newest_answers
from rockfall_desktop.scoring.site_inputs import SiteInputs
from rockfall_desktop.scoring.zone_scores import grey_site, zone_scores
from tests.small_site import small_site
from tests.unit.learning.samples.made_layers import cloud, layers_of, on_day, raster, reading
from tests.unit.scoring.made_model import ANSWER, answering, graph, model_of, rule, unanswering

STEPS = 900


def config(**changes: Any) -> TrainingConfig:
    return reading(temporal_network="lstm", horizon_steps=(1, 3), **({"spatial_features": ()} | changes))


@pytest.fixture(scope="module")
def site() -> SiteArrays:
    """Five zones; the level of each goes its own way, and no later reading is beyond what training sees."""
    made = small_site(steps=STEPS, zones=5, missing=0.0)
    return replace(made, channels=tuple(replace(one, values=np.clip(one.values, -2.5, 30)) for one in made.channels))


@pytest.fixture(scope="module")
def model(site: SiteArrays) -> LoadedModel:
    """Answers by the rain of the last day."""
    return answering(SiteInput(site), config())


def by_level(site: SiteArrays, **changes: Any) -> LoadedModel:
    """Answers by each zone's own level: it stands first."""
    return answering(SiteInput(level_first(site)), config(), **changes)


def level_first(site: SiteArrays) -> SiteArrays:
    return replace(site, channels=tuple(reversed(site.channels)))


def with_level(site: SiteArrays, change: Any) -> SiteArrays:
    return with_values(site, "level", change)


def with_values(site: SiteArrays, name: str, change: Any) -> SiteArrays:
    channels = tuple(
        replace(one, values=change(one.values.copy())) if one.name == name else one for one in site.channels
    )
    return replace(site, channels=channels)


def looked(model: LoadedModel, site: SiteArrays, last: int = STEPS - 1) -> tuple[SiteInputs, NewestAnswers]:
    inputs = SiteInputs(model, site, None, int(sample_moments(site)[last]))
    return inputs, newest_answers(model, inputs)


def scored(model: LoadedModel, site: SiteArrays, last: int = STEPS - 1) -> tuple[ZoneScore, ...]:
    inputs, found = looked(model, site, last)
    return zone_scores(model, inputs, found)


def whole_record(model: LoadedModel, site: SiteArrays) -> LevelCourse:
    """Levels (z, s, h) from the first step with a whole window on."""
    inputs = SiteInputs(model, site, None, int(sample_moments(site)[-1]))
    zones, steps = len(site.zone_ids), np.arange(inputs.first, STEPS)
    asked = inputs.asked(np.repeat(np.arange(zones), len(steps)), np.tile(steps, zones))
    probability = answer(model.members, model.state, asked.prepared).probability.reshape(zones, len(steps), -1)
    beyond = asked.beyond.reshape(zones, len(steps))
    courses = [level_course(probability[:, :, h], one, beyond) for h, one in enumerate(model.model.levels)]
    return LevelCourse(*(np.stack(bounds, axis=-1) for bounds in zip(*courses, strict=True)))


@pytest.mark.parametrize("hold", [1, 3, 7])
def test_that_the_level_is_that_of_the_whole_record_without_anything_stored(site: SiteArrays, hold: int) -> None:
    rules = tuple(rule(steps, fall_share=0.6, hold_steps=hold) for steps in (1, 3))
    model, own = by_level(site, levels=rules), level_first(site)
    course = whole_record(model, own)
    assert {0, 1, 2, 3} <= set(course.lowest.ravel().tolist())
    for last in (9, 10, 12, 20, *range(150, STEPS, 37)):
        _, found = looked(model, own, last)
        lowest, highest = course.lowest[:, last - 9], course.highest[:, last - 9]
        np.testing.assert_array_equal(found.held, (lowest != highest).any(axis=1), err_msg=str(last))
        np.testing.assert_array_equal(found.level, highest, err_msg=str(last))
        assert last < 150 or not found.held.any()


def test_that_a_level_is_looked_for_as_far_back_as_it_was_decided(site: SiteArrays) -> None:
    """Red once, then for long just below the threshold: no short look could know it."""

    def hovering(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[:, -125:] = -2.4
        values[:, -120:] = 0.2
        values[1, -120] = 2.0
        return values

    model, own = by_level(site, levels=(rule(1, yellow=0.3, fall_share=0.1), rule(3))), level_first(site)
    own = with_level(own, hovering)
    _, found = looked(model, own)
    np.testing.assert_array_equal(found.level, whole_record(model, own).lowest[:, -1])
    assert found.level[1, 0] > found.level[0, 0]


def test_that_what_no_look_can_know_is_given_the_higher_level_and_told(
    site: SiteArrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "LONGEST_LOOK_STEPS", 20)

    def hovering(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0] = 0.2
        return values

    model = by_level(site, levels=(rule(1, fall_share=0.1), rule(3, fall_share=0.1)))
    _, found = looked(model, with_level(level_first(site), hovering))
    assert found.held[0]
    assert found.level[0, 0] == LEVELS.index(Level.RED)


def last_steps(site: SiteArrays, steps: int) -> SiteArrays:
    """The site when its files hold no more than its last steps."""
    channels = tuple(replace(one, values=one.values[..., -steps:]) for one in site.channels)
    return replace(site, channels=channels, start_s=site.start_s[-steps:], day_of_year=site.day_of_year[-steps:])


@pytest.mark.parametrize("steps", [STEPS, 48, 35])
def test_that_a_level_does_not_fall_because_the_record_was_cut(site: SiteArrays, steps: int) -> None:
    """Red, orange and then just below orange for long: what lies before the record may hold the level up."""
    model, own = by_level(site, levels=(rule(1, red=0.9), rule(3, red=0.9))), level_first(site)
    mean, spread = model.model.scaling_mean[0], model.model.scaling_spread[0]

    def hovering(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0] = mean - 2 * spread
        values[0, -60], values[0, -59:] = mean + 2 * spread, mean + 0.15 * spread
        return values

    cut = last_steps(with_level(own, hovering), steps)
    _, found = looked(model, cut, steps - 1)
    assert (found.level[0].max(), bool(found.held[0])) == (LEVELS.index(Level.ORANGE), steps < STEPS)


def test_that_horizons_that_rise_and_their_levels_come_with_each_zone(model: LoadedModel, site: SiteArrays) -> None:
    for zone in scored(model, site):
        assert [one.horizon_steps for one in zone.horizons] == [1, 3]
        assert zone.horizons[0].probability <= zone.horizons[1].probability
        assert zone.level == max((one.level for one in zone.horizons), key=LEVELS.index)
        assert (zone.reason, zone.beyond, zone.missing) == ("", (), ())


def test_that_a_zone_whose_instrument_is_silent_is_grey_and_the_others_are_not(
    model: LoadedModel, site: SiteArrays
) -> None:
    def silent(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[2, -10:] = np.nan
        values[3, -1] = np.nan
        return values

    zones = scored(model, with_level(site, silent))
    assert [zone.level is Level.GREY for zone in zones] == [False, False, True, False, False]
    assert zones[2].reason == "No reading of level in the last 10 steps, which training never saw so."
    assert zones[2].horizons == ()
    assert (zones[2].missing, zones[3].missing) == (("level",), ("level",))


def test_that_a_zone_with_less_than_half_of_the_readings_is_grey(model: LoadedModel, site: SiteArrays) -> None:
    def few(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[..., -10:-1] = np.nan
        return values

    zones = scored(model, with_values(with_level(site, few), "rain", few))
    assert {zone.reason for zone in zones} == {"Only 10% of the readings are there that the model was trained with."}


@pytest.mark.parametrize(("between", "level"), [(-1.0, Level.RED), (1e-6, Level.GREEN)])
def test_that_a_step_that_could_not_be_judged_does_not_count_as_calm(
    site: SiteArrays, between: float, level: Level
) -> None:
    own = level_first(site)
    model = log_model(own, levels=tuple(rule(steps, yellow=0.7, orange=0.75, red=0.8) for steps in (1, 3)))

    def change(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0, -40:-1], values[0, -20], values[0, -1] = between, 9.0, 1e-6
        return values + model.model.scaling_mean[0]

    _, found = looked(model, with_level(own, change))
    assert found.level[0, 0] == LEVELS.index(level)


def test_that_readings_beyond_experience_are_told_and_lower_no_level(site: SiteArrays) -> None:
    def extreme(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[1, -1], values[2, -1] = 1e4, -1e4
        return values

    model, own = by_level(site), level_first(site)
    before, zones = scored(model, own), scored(model, with_level(own, extreme))
    highest = model.model.channels[0].highest
    told = f"level, 1e+04 kPa at 2002-06-19 00:00 UTC: above all that training saw ({highest:.4g} kPa)."
    assert zones[1].beyond == (told,)
    assert zones[2].beyond[0].startswith("level, -1e+04 kPa at 2002-06-19 00:00 UTC: below all that training saw (")
    assert zones[1].level is Level.RED
    assert zones[0] == before[0]


def red_then(own: SiteArrays, model: LoadedModel, steps: int, value: float) -> SiteArrays:
    """The first zone's level was red for long, and its instrument gives a value since some steps."""
    red = model.model.scaling_mean[0] + 1.5

    def change(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0, -60:] = red
        values[0, len(values[0]) - steps :] = value
        return values

    return with_level(own, change)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 9, 40])
def test_that_a_faulty_instrument_lowers_no_level_however_long(site: SiteArrays, steps: int) -> None:
    model, own = by_level(site), level_first(site)
    zone = scored(model, red_then(own, model, steps, -9999.0))[0]
    assert (zone.level, zone.reason) == (Level.RED, "")
    assert bool(zone.beyond) == bool(steps)
    assert scored(model, red_then(own, model, 3, model.model.scaling_mean[0] - 1.5))[0].level is Level.GREEN


def test_that_beyond_experience_is_never_green_and_says_which_reading_and_when(site: SiteArrays) -> None:
    """A reading that is anywhere in the window counts, as the network reads it; one before it does not."""
    model, own = by_level(site), level_first(site)
    calm = model.model.scaling_mean[0] - 1.5

    def faulty(*places: int) -> ZoneScore:
        def change(values: NDArray[np.float32]) -> NDArray[np.float32]:
            values[0] = calm
            values[0, list(places)] = -1e6
            values[0, -1] = calm
            return values

        return scored(model, with_level(own, change))[0]

    for place, day in ((-2, "2002-06-18"), (-10, "2002-06-10")):
        zone = faulty(-40, -10, place)
        assert (zone.level, zone.horizons) == (Level.GREY, ())
        assert zone.reason == f"Beyond experience: {zone.beyond[0]}"
        assert f"level, -1e+06 kPa at {day} 00:00 UTC: below" in zone.reason
    assert (faulty(-15).level, faulty(-15).beyond) == (Level.GREEN, ())


def test_that_a_horizon_beyond_experience_is_not_green_beside_one_that_is_yellow(site: SiteArrays) -> None:
    model, own = by_level(site, levels=(rule(1, yellow=0.45), rule(3))), level_first(site)

    def change(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0] = model.model.scaling_mean[0]
        values[0, -2] = -9999.0
        return values

    zone = scored(model, with_level(own, change))[0]
    assert (zone.level, zone.reason) == (Level.YELLOW, "")
    assert [one.level for one in zone.horizons] == [Level.GREY, Level.YELLOW]


def log_model(own: SiteArrays, **changes: Any) -> LoadedModel:
    """Log odds are the logarithm of the first input: of a negative number it is none."""
    _, samples = unanswering(SiteInput(own), config())
    nodes = [
        helper.make_node("Gather", ["x", "last"], ["features"], axis=1),
        helper.make_node("MatMul", ["features", "weights"], ["product"]),
        helper.make_node("Log", ["product"], ["logits"]),
    ]
    weights = np.zeros((6, 2), np.float32)
    weights[0] = 1.0
    content = graph(nodes, {"last": np.array(9), "weights": weights}, (6, 10, 2))
    return load_model(model_of(samples, SiteInput(own), config(), **changes), {ANSWER: content}.__getitem__, 1)


def test_that_answers_that_are_no_probabilities_are_grey(site: SiteArrays) -> None:
    own = level_first(site)
    model = log_model(own)
    negative = own.channels[0].values[:, -1] < model.model.scaling_mean[0]
    assert 0 < negative.sum() < len(negative)
    reasons = [zone.reason for zone in scored(model, own)]
    assert reasons == ["The model gives no probability for it." if no else "" for no in negative]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
@pytest.mark.parametrize("gives", ["logits", "features"])
def test_that_an_answer_without_end_is_grey_and_no_sure_green(site: SiteArrays, gives: str, sign: float) -> None:
    own = level_first(site)
    _, samples = unanswering(SiteInput(own), config())
    endless = np.full((1, 6 if gives == "features" else 2), sign * np.inf, np.float32)
    plain = {"features": "last step", "logits": "product"}
    nodes = [
        helper.make_node("Gather", ["x", "last"], ["last step"], axis=1),
        helper.make_node("MatMul", ["last step", "weights"], ["product"]),
        helper.make_node("Add", [plain.pop(gives), "endless"], [gives]),
        *(helper.make_node("Mul", [one, "same"], [name]) for name, one in plain.items()),
    ]
    constants = {
        "last": np.array(9),
        "weights": np.zeros((6, 2), np.float32),
        "endless": endless,
        "same": np.array(1.0, np.float32),
    }
    files = {ANSWER: graph(nodes, constants, (6, 10, 2))}
    model = load_model(model_of(samples, SiteInput(own), config()), files.__getitem__, 1)
    if gives == "features":
        heads = (HeadPosterior(np.zeros((2, 7)), np.eye(14), 1.0),)
        model = replace(model, state=AnswerState(model.state.correction, heads=heads))
    assert {zone.reason for zone in scored(model, own)} == {"The model gives no probability for it."}


@pytest.mark.parametrize(("days", "grey"), [(0, False), (3, False), (4, True), (4000, True)])
def test_that_old_readings_make_a_site_grey(model: LoadedModel, site: SiteArrays, days: int, grey: bool) -> None:
    at_s = int(sample_moments(site)[-1]) + days * 86_400
    reason = grey_site(SiteInputs(model, site, None, at_s), 10, at_s)
    assert bool(reason) == grey
    if grey:
        assert reason == f"The newest reading is {days} d 0 h old: of 2002-06-19 00:00 UTC."


@pytest.mark.parametrize("name", ["rain", "level"])
def test_that_a_site_is_fresh_as_long_as_any_channel_of_the_model_is_read(
    model: LoadedModel, site: SiteArrays, name: str
) -> None:
    def ended(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[..., -5:] = np.nan
        return values

    at_s = int(sample_moments(site)[-1])
    assert grey_site(SiteInputs(model, with_values(site, name, ended), None, at_s), 10, at_s) == ""


def test_that_a_zone_that_never_had_an_instrument_is_judged_as_training_knew_it(site: SiteArrays) -> None:
    def none(*zones: int) -> Any:
        def change(values: NDArray[np.float32]) -> NDArray[np.float32]:
            values[list(zones)] = np.nan
            return values

        return with_level(site, change)

    model = answering(SiteInput(none(2)), config())
    zones = scored(model, none(2))
    assert (zones[2].reason, zones[2].missing) == ("", ("level",))
    assert [bool(zone.reason) for zone in scored(model, none(2, 3))] == [False, False, False, True, False]


@pytest.mark.parametrize("steps", [STEPS, 30])
def test_that_a_dead_instrument_stays_missed_when_its_old_record_is_gone(site: SiteArrays, steps: int) -> None:
    """A quarter of all readings is missing, as if one zone in four had no instrument; the files hold what is newest."""
    known = np.random.default_rng(1).random((5, STEPS)) < 0.75
    own = with_level(site, lambda values: np.where(known, values, np.nan).astype(np.float32))
    model = answering(SiteInput(own), config())

    def dead(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[0, -200:] = np.nan
        return values

    zones = scored(model, last_steps(with_level(own, dead), steps), steps - 1)
    assert zones[0].reason == "No reading of level in the last 10 steps, which training never saw so."
    assert not any(zone.reason for zone in zones[1:])


def test_that_a_channel_the_model_does_not_read_keeps_no_site_fresh(model: LoadedModel, site: SiteArrays) -> None:
    def ended(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values[..., -100:] = np.nan
        return values

    other = ChannelArray("shaking", "seismic", "mm/s", False, np.ones(STEPS, np.float32))
    own = with_values(with_level(site, ended), "rain", ended)
    own = replace(own, channels=(*own.channels, other))
    at_s = int(sample_moments(own)[-1])
    assert grey_site(SiteInputs(model, own, None, at_s), 10, at_s).startswith("The newest reading is 100 d 0 h old")


def test_that_a_record_shorter_than_the_window_or_before_its_begin_is_grey(
    model: LoadedModel, site: SiteArrays
) -> None:
    moments = sample_moments(site)
    assert "has 9 steps; the model reads 10" in grey_site(
        SiteInputs(model, site, None, int(moments[8])), 10, int(moments[8])
    )
    before = int(moments[0]) - 1
    assert "no reading of anything" in grey_site(SiteInputs(model, site, None, before), 10, before)


def test_that_a_zone_that_no_layer_shows_is_grey_and_steps_before_the_survey_are_no_fault() -> None:
    arrays = small_site(steps=STEPS, missing=0.0)
    layers = layers_of(raster("photo", epoch=on_day(20), zones=2), cloud("scan", on_day(20), empty=(1,)))
    settings = reading("drone_imagery", "lidar", temporal_network="lstm")
    plain, _ = unanswering(SiteInput(arrays, layers), settings)
    inputs = SiteInputs(plain, arrays, layers, int(sample_moments(arrays)[-1]))
    asked = inputs.asked(np.array([0, 1, 0]), np.array([899, 899, 15]))
    assert asked.layers["cloud"].place.tolist()[1:] == [-1, -1]
    assert asked.layers["cloud"].place[0] >= 0
    assert asked.layers["raster"].place.tolist()[2] == -1
    empty = inputs.asked(np.array([0]), np.array([15]))
    assert len(empty.prepared.zones["bands"]) == len(empty.prepared.zones["points"]) == 1


def test_that_a_single_network_claims_no_certainty(site: SiteArrays) -> None:
    answers = [one for zone in scored(by_level(site), level_first(site)) for one in zone.horizons]
    assert answers
    assert {(one.spread, one.epistemic) for one in answers} == {(None, None)}
