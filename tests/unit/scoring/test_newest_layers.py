"""Zones seen through layers: grey where none shows them, told where a part is missing or a class is new."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.layer_arrays import SiteLayers
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import ZoneScore
from rockfall_desktop.judging.alignment import sample_moments
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.site_part import SiteInput
from rockfall_desktop.scoring.loading import LoadedModel, load_model
from rockfall_desktop.scoring.newest import newest_answers
from rockfall_desktop.scoring.site_inputs import SiteInputs
from rockfall_desktop.scoring.zone_scores import grey_site, newest_moment, zone_scores
from tests.small_site import small_site
from tests.unit.learning.samples.made_layers import SIDE, layers_of, on_day, raster, reading, units
from tests.unit.scoring.made_model import ANSWER, model_of

ZONES_GRAPH = "zones-1.onnx"


def layers(*, seen: int = 1, shown: tuple[int, ...] = (0, 1)) -> SiteLayers:
    """A photo of some zones, and a map of them whose class is the same everywhere."""
    photo, ground = raster("photo", epoch=on_day(20)), units("map", seen)
    hidden = [zone for zone in (0, 1) if zone not in shown]
    photo.chips[hidden] = np.nan
    return layers_of(photo, ground)


@pytest.fixture(scope="module")
def arrays() -> SiteArrays:
    return small_site()


@pytest.fixture(scope="module")
def model(arrays: SiteArrays) -> LoadedModel:
    """Reads no series: the log odds are the mean of the photo's first band."""
    config, site = reading("drone_imagery", "geology", temporal_network="none"), SiteInput(arrays, layers())
    samples = build_pooled((site,), config)
    rasters = samples.rasters
    assert rasters is not None
    contents = graphs(rasters.bands.shape[1], rasters.classes.shape[1])
    return load_model(model_of(samples, site, config), contents.__getitem__, 1)


def graphs(bands: int, maps: int) -> dict[str, bytes]:
    value = helper.make_tensor_value_info
    zones = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["bands", "cells"], ["mean"], keepdims=0),
            helper.make_node("Unsqueeze", ["mean", "one"], ["raster"]),
        ],
        "zones",
        [
            value("bands", TensorProto.FLOAT, ["stacks", bands, SIDE, SIDE]),
            value("classes", TensorProto.INT64, ["stacks", maps, SIDE, SIDE]),
        ],
        [value("raster", TensorProto.FLOAT, ["stacks", 1, bands])],
        [numpy_helper.from_array(np.array([2, 3]), "cells"), numpy_helper.from_array(np.array([1]), "one")],
    )
    weights = np.eye(bands, 1, dtype=np.float32)
    answer = helper.make_graph(
        [
            helper.make_node("Squeeze", ["raster", "one"], ["features"]),
            helper.make_node("MatMul", ["features", "weights"], ["logits"]),
        ],
        "answer",
        [
            value("raster", TensorProto.FLOAT, ["samples", 1, bands]),
            value("raster_here", TensorProto.BOOL, ["samples"]),
        ],
        [value("logits", TensorProto.FLOAT, ["samples", 1]), value("features", TensorProto.FLOAT, ["samples", bands])],
        [numpy_helper.from_array(np.array([1]), "one"), numpy_helper.from_array(weights, "weights")],
    )
    opset = [helper.make_opsetid("", 20)]
    made = {ZONES_GRAPH: zones, ANSWER: answer}
    return {
        name: helper.make_model(one, opset_imports=opset, ir_version=10).SerializeToString()
        for name, one in made.items()
    }


def scored(model: LoadedModel, arrays: SiteArrays, own: SiteLayers, last: int = 899) -> tuple[ZoneScore, ...]:
    inputs = SiteInputs(model, arrays, own, int(sample_moments(arrays)[last]))
    return zone_scores(model, inputs, newest_answers(model, inputs))


def test_that_zones_that_layers_show_are_judged_and_need_no_reading(model: LoadedModel, arrays: SiteArrays) -> None:
    zones = scored(model, arrays, layers())
    assert [(zone.reason, zone.beyond, zone.missing) for zone in zones] == [("", (), ())] * 2
    assert len({zone.horizons[0].probability for zone in zones}) == 2
    inputs = SiteInputs(model, arrays, layers(), int(sample_moments(arrays)[-1]) + 10**8)
    assert grey_site(inputs, 0, int(sample_moments(arrays)[-1]) + 10**8) == ""
    assert newest_moment(inputs) is None
    before = int(sample_moments(arrays)[0]) - 1
    assert (
        grey_site(SiteInputs(model, arrays, layers(), before), 0, before) == "No step of the record was over by then."
    )


def test_that_a_part_that_shows_nothing_of_a_zone_is_named(model: LoadedModel, arrays: SiteArrays) -> None:
    zones = scored(model, arrays, layers(shown=(1,)))
    assert [zone.missing for zone in zones] == [("drone_imagery",), ()]
    assert zones[0].level is not Level.GREY


def test_that_a_zone_that_no_layer_shows_is_grey(model: LoadedModel, arrays: SiteArrays) -> None:
    own = layers(shown=(1,))
    own.rasters[1].chips[0] = np.nan
    zones = scored(model, arrays, own)
    assert zones[0].level is Level.GREY
    assert zones[0].reason == "No raster or map shows the zone; the model reads one."
    assert zones[1].level is not Level.GREY


def test_that_a_class_that_training_never_saw_is_beyond_experience(model: LoadedModel, arrays: SiteArrays) -> None:
    zones = scored(model, arrays, layers(seen=0))
    assert {zone.beyond for zone in zones} == {("A map shows a class there that training never saw.",)}
    plain = scored(model, arrays, layers())
    assert [zone.level for zone in zones] == [zone.level for zone in plain]
