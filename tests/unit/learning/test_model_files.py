"""A model is read whole, draws no random number, and says what it saw."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.judging.inputs import Scaling
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning.evaluation.answer_files import read_answers
from rockfall_desktop.learning.fitting.model_files import read_model, weights_of, write_model
from rockfall_desktop.learning.fitting.seen import SeenSite, both, demand_unseen, learned_from
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.learning.samples.build import build_pooled
from rockfall_desktop.learning.samples.site_part import SiteInput
from tests.model_folders import as_it_lies
from tests.small_site import small_site
from tests.unit.learning.networks.inputs import CLOUD, RASTER, SERIES, Choice, batch_of, config_of, network_of
from tests.unit.learning.training import small_config

NETWORKS: tuple[Choice, ...] = (
    ("transformer", "cnn", "pointnet", "attention"),
    ("gru", "resnet_light", "none", "gated"),
    ("none", "resnet", "pointnet", "mlp"),
)


def written(folder: Path, choice: Choice = NETWORKS[0]) -> Path:
    shapes = InputShapes(SERIES, RASTER, CLOUD if choice[2] != "none" else None)
    save_file(network_of(choice).state_dict(), folder / "best.safetensors")
    write_model(folder, config_of(choice), ("rain",), shapes, (Scaling((0.0,), (1.0,)),), Correction((1.0,)))
    return folder


@pytest.mark.parametrize("choice", NETWORKS, ids="-".join)
def test_that_every_network_is_read_as_it_was_without_a_random_number(tmp_path: Path, choice: Choice) -> None:
    original = network_of(choice).eval()
    written(tmp_path, choice)
    batch, before = batch_of(original), torch.get_rng_state()
    (network,), *_ = read_model(as_it_lies(tmp_path))
    assert torch.equal(torch.get_rng_state(), before)
    assert not [name for name, value in (*network.named_parameters(), *network.named_buffers()) if value.is_meta]
    with torch.inference_mode():
        assert torch.equal(network(batch), original(batch))


def test_that_whatever_is_missing_damaged_or_of_another_version_is_a_sentence(tmp_path: Path) -> None:
    path, weights = written(tmp_path) / "model.json", tmp_path / "best.safetensors"
    with pytest.raises(StoreFault, match="cannot be read"):
        read_answers(as_it_lies(tmp_path))
    weights.write_bytes(b"no weights")
    with pytest.raises(StoreFault, match="holds no weights"):
        read_model(as_it_lies(tmp_path))
    weights.unlink()
    with pytest.raises(StoreFault, match=r"best\.safetensors cannot be read"):
        read_model(as_it_lies(tmp_path))
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 1}))
    with pytest.raises(WrongInput, match="has schema 1"):
        weights_of(as_it_lies(tmp_path))
    path.write_text("{")
    with pytest.raises(StoreFault, match="is damaged"):
        weights_of(as_it_lies(tmp_path))
    path.unlink()
    with pytest.raises(StoreFault, match=r"model\.json cannot be read"):
        weights_of(as_it_lies(tmp_path))


def test_that_a_test_block_may_begin_with_the_step_after_the_embargo_and_not_one_earlier() -> None:
    config, sites = small_config(), (SiteInput(small_site()),)
    samples = build_pooled(sites, config)
    seen = learned_from(sites, samples, config)
    demand_unseen(seen, sites, samples, config)
    arrays = sites[0].arrays
    first = int(samples.test.steps.min()) - config.history_steps
    at_most = int(arrays.start_s[first])
    one = seen[arrays.site_id]
    assert one.end_s is not None
    assert one.end_s <= at_most
    touching = {arrays.site_id: one.model_copy(update={"end_s": at_most})}
    demand_unseen(touching, sites, samples, config)
    beyond = {arrays.site_id: one.model_copy(update={"end_s": at_most + 1})}
    with pytest.raises(WrongInput, match=r"start_from: .* saw .* to .*; the test block reads and answers"):
        demand_unseen(beyond, sites, samples, config)


def test_that_what_was_seen_without_time_was_seen_at_any_time() -> None:
    config, sites = small_config(), (SiteInput(small_site()),)
    samples = build_pooled(sites, config)
    arrays = sites[0].arrays
    timeless = SeenSite(begin_s=None, end_s=None, zones=arrays.zone_ids[:1])
    with pytest.raises(WrongInput, match=f"to be tested: {arrays.zone_ids[0]}"):
        demand_unseen({arrays.site_id: timeless}, sites, samples, config)
    demand_unseen({"another": timeless}, sites, samples, config)
    demand_unseen({arrays.site_id: timeless.model_copy(update={"zones": ("elsewhere",)})}, sites, samples, config)


def test_that_what_two_saw_is_joined_by_site() -> None:
    early = SeenSite(begin_s=10, end_s=20, zones=("A",))
    late = SeenSite(begin_s=30, end_s=40, zones=("B",))
    found = both({"one": early, "other": late}, {"one": late})
    assert found == {"one": SeenSite(begin_s=10, end_s=40, zones=("A", "B")), "other": late}


def test_that_the_second_of_two_sites_is_seen_by_its_own_steps_and_zones() -> None:
    arrays = small_site()
    other = replace(arrays, site_id="other", name="Other", start_s=arrays.start_s + 1000 * arrays.step_s)
    config, sites = small_config(sites=("a", "b")), (SiteInput(arrays), SiteInput(other))
    seen = learned_from(sites, build_pooled(sites, config), config)
    one, two = seen[arrays.site_id], seen["other"]
    assert None not in (one.begin_s, two.begin_s)
    assert np.subtract(two.begin_s, one.begin_s) == 1000 * arrays.step_s  # type: ignore[arg-type]
    assert one.zones == two.zones == tuple(sorted(arrays.zone_ids))
