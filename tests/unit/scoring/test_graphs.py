"""What a graph runner says of bytes and inputs that are not what they should be."""

from collections.abc import Iterable

import numpy as np
import pytest
import torch

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.probabilities import Correction
from rockfall_desktop.learning.export.export import export_network
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.networks.shapes import InputShapes
from rockfall_desktop.scoring.answering import MemberGraphs, _encoded, _given, answer
from rockfall_desktop.scoring.graphs import GraphRunner
from tests.unit.learning.export.parity import config_of, lively, prepared_for

CHOICE = ("gru", "none", "none", "mlp", "none", (1, 3), 1, 2)


@pytest.fixture(scope="module")
def members() -> list[tuple[RockfallNetwork, bytes]]:
    torch.manual_seed(1)
    config, shapes = config_of(CHOICE), InputShapes(3)
    networks = [lively(RockfallNetwork(shapes, config).eval()) for _ in range(2)]
    return [(one, export_network(one, shapes, config.history_steps, masked=False).answer) for one in networks]


def test_that_bytes_that_are_no_graph_are_a_sentence() -> None:
    with pytest.raises(WrongInput, match="cannot be opened"):
        GraphRunner(b"no graph", 1)


def test_that_a_missing_or_misshapen_input_is_a_sentence(members: list[tuple[RockfallNetwork, bytes]]) -> None:
    runner = GraphRunner(members[0][1], 1)
    assert runner.inputs == ("x", "time")
    with pytest.raises(WrongInput, match="also reads time"):
        runner.run({"x": np.zeros((1, 9, 3), np.float32)})
    with pytest.raises(WrongInput, match="cannot be run"):
        runner.run({"x": np.zeros((1, 9, 4), np.float32), "time": np.zeros((1, 9), np.float32)})


def test_that_members_with_different_weights_are_averaged_and_their_spread_is_told(
    members: list[tuple[RockfallNetwork, bytes]],
) -> None:
    prepared = prepared_for(InputShapes(3), config_of(CHOICE))
    runners = [MemberGraphs(None, GraphRunner(content, 1)) for _, content in members]
    alone = [answer([one], AnswerState(Correction((1.0, 1.0))), prepared).probability for one in runners]
    together = answer(runners, AnswerState(Correction((1.0, 1.0)), members=2), prepared)
    np.testing.assert_allclose(together.probability, np.mean(alone, axis=0), atol=1e-12)
    np.testing.assert_allclose(together.spread, np.abs(alone[0] - alone[1]) / 2, atol=1e-12)


def test_that_one_sample_is_answered_like_among_others(members: list[tuple[RockfallNetwork, bytes]]) -> None:
    runner = GraphRunner(members[0][1], 1)
    x = np.random.default_rng(1).normal(size=(5, 9, 3)).astype(np.float32)
    time = np.zeros((5, 9), np.float32)
    whole = runner.run({"x": x, "time": time})["logits"]
    np.testing.assert_allclose(runner.run({"x": x[2:3], "time": time[2:3]})["logits"], whole[2:3], atol=1e-6)


@pytest.mark.parametrize("threads", [1, 2])
def test_that_many_samples_are_answered_like_each_of_them_alone(
    members: list[tuple[RockfallNetwork, bytes]], threads: int
) -> None:
    random, state = np.random.default_rng(1), AnswerState(Correction((1.0, 1.0)))
    x, time = random.normal(size=(150, 9, 3)).astype(np.float32), np.zeros((150, 9), np.float32)
    graphs = [MemberGraphs(None, GraphRunner(members[0][1], threads))]
    whole = answer(graphs, state, Prepared(150, {"x": x, "time": time})).probability
    alone = [answer(graphs, state, Prepared(1, {"x": x[[n]], "time": time[[n]]})).probability for n in range(150)]
    np.testing.assert_allclose(whole, np.concatenate(alone), atol=1e-6)


class Masked:
    """An answers' graph that only remembers what it was given: of each sample its number, of a piece its mask."""

    threads = 1

    def run_each(self, pieces: Iterable[dict[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
        return [{"logits": np.column_stack((one["x"], np.full(len(one["x"]), one["masks"][0])))} for one in pieces]


@pytest.mark.parametrize("samples", [1, 64, 65, 300])
def test_that_every_piece_of_samples_is_run_under_the_same_mask(samples: int) -> None:
    found = _given(Masked(), {"x": np.arange(samples)}, {"masks": np.array([7])}, "logits")  # type: ignore[arg-type]
    assert found.tolist() == [[number, 7] for number in range(samples)]


class Kinds:
    """A zones' graph that only remembers what it was given: a token is the number of its stack or set."""

    threads = 1

    def __init__(self) -> None:
        self.most = 0

    def run_each(self, pieces: Iterable[dict[str, np.ndarray]]) -> list[dict[str, np.ndarray]]:
        return [self._run(arrays) for arrays in pieces]

    def _run(self, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        self.most = max(self.most, *(len(rows) for rows in arrays.values()))
        return {"raster": arrays["bands"][:, 0], "cloud": arrays["points"][:, 0]}


@pytest.mark.parametrize(("stacks", "sets"), [(1, 1), (64, 64), (65, 3), (3, 130), (200, 128)])
def test_that_stacks_and_sets_are_encoded_in_pieces_and_keep_their_places(stacks: int, sets: int) -> None:
    graph = Kinds()
    arrays = {"bands": np.arange(stacks)[:, None], "points": 1000 + np.arange(sets)[:, None]}
    found = _encoded(graph, arrays)  # type: ignore[arg-type]
    assert graph.most <= 64
    assert found["raster"].tolist() == list(range(stacks))
    assert found["cloud"].tolist() == [1000 + place for place in range(sets)]
