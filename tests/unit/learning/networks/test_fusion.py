"""Every combination of networks answers, learns with all it has, and does without what is missing."""

import pytest
import torch

from tests.unit.learning.networks.inputs import CHOICES, SIZE, Choice, batch_of, network_of

SPATIAL = [choice for choice in CHOICES if choice[1] in {"none", "cnn"} and choice[0] in {"none", "gru"}]
SPATIAL = [choice for choice in SPATIAL if choice[1:3] != ("none", "none")]
JOINED = [choice for choice in SPATIAL if choice[:3] == ("gru", "cnn", "pointnet")]


@pytest.mark.parametrize("choice", CHOICES, ids="-".join)
def test_that_every_combination_answers_and_every_weight_learns(choice: Choice) -> None:
    network = network_of(choice, horizon_steps=(1, 3), layers=2, dropout=0.0, modality_dropout=0.0).train()
    logits = network(batch_of(network, (True, True, False, True, False)))
    assert logits.shape == (SIZE, 2)
    assert (logits.diff(dim=1) >= 0).all()
    (logits * torch.arange(1.0, SIZE + 1)[:, None]).square().sum().backward()  # type: ignore[no-untyped-call]
    for name, weight in network.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().max() > 0, name


@pytest.mark.parametrize("choice", SPATIAL, ids="-".join)
def test_that_numbers_of_a_missing_input_change_nothing(choice: Choice) -> None:
    network = network_of(choice).eval()
    here = (True, False, True, False, False)
    batch = batch_of(network, here)
    answer = network(batch)
    for tokens, there in ((batch.raster_bkd, batch.raster_here_b), (batch.cloud_bkd, batch.cloud_here_b)):
        if tokens is not None and there is not None:
            tokens.data[~there] = float("nan")
    again = network(batch)
    torch.testing.assert_close(again, answer, atol=0, rtol=0)
    again.sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is None or torch.isfinite(weight.grad).all(), name


@pytest.mark.parametrize("choice", SPATIAL, ids="-".join)
def test_that_a_spatial_input_counts_and_no_neighbour_does(choice: Choice) -> None:
    network = network_of(choice).eval()
    torch.nn.init.normal_(network.head.line.weight)
    batch = batch_of(network)
    answer = network(batch)
    changed = {
        name: torch.cat([tokens[:1] * -1, tokens[1:]])
        for name in ("raster_bkd", "cloud_bkd")
        if (tokens := getattr(batch, name)) is not None
    }
    again = network(batch._replace(**changed))
    assert (again[0] - answer[0]).abs() > 1e-3
    torch.testing.assert_close(again[1:], answer[1:], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("choice", JOINED, ids="-".join)
def test_that_training_leaves_inputs_out_by_chance_and_answering_does_not(choice: Choice) -> None:
    network = network_of(choice, dropout=0.0, modality_dropout=0.5)
    batch = batch_of(network)
    assert not torch.equal(network(batch), network(batch))
    network.eval()
    torch.testing.assert_close(network(batch), network(batch), atol=0, rtol=0)


@pytest.mark.parametrize("fusion", ["mlp", "attention", "gated"])
def test_that_without_series_chance_leaves_a_sample_the_one_input_that_it_has(fusion: str) -> None:
    alone = network_of(("none", "cnn", "none", fusion), dropout=0.0, modality_dropout=0.9)
    batch = batch_of(alone)
    trained = alone(batch)
    torch.testing.assert_close(trained, alone.eval()(batch), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("choice", [*JOINED, ("lstm", "none", "none", "mlp")], ids="-".join)
def test_that_masks_from_outside_take_the_place_of_dropout(choice: Choice) -> None:
    network = network_of(choice, dropout=0.5).eval()
    torch.nn.init.normal_(network.head.line.weight)
    batch = batch_of(network)
    answer, places = network(batch), network.mask_places
    assert places == (1 if choice[1] == "none" else 4)
    torch.testing.assert_close(network(batch, torch.ones(places, 8)), answer, atol=1e-6, rtol=1e-5)
    for place in range(places):
        masks_rd = torch.ones(places, 8)
        masks_rd[place, ::2] = 0
        assert (network(batch, masks_rd) - answer).abs().max() > 1e-4


def test_that_training_with_masks_draws_nothing() -> None:
    network = network_of(("lstm", "none", "none", "mlp"), dropout=0.5).train()
    batch, masks_rd = batch_of(network), torch.ones(1, 8)
    torch.testing.assert_close(network(batch, masks_rd), network(batch, masks_rd), atol=0, rtol=0)
