"""Exported graphs answer like the networks, whatever was chosen."""

import pytest

from tests.unit.learning.export.combinations import Choice, all_choices, is_possible, pairs_of, pairwise
from tests.unit.learning.export.parity import alone, difference


def words(choice: Choice) -> str:
    return "-".join(str(part) for part in choice)


def test_that_every_pair_of_choices_is_among_those_tried() -> None:
    tried = set().union(*map(pairs_of, pairwise()))
    assert tried == set().union(*map(pairs_of, all_choices()))
    assert all(map(is_possible, pairwise()))


@pytest.mark.parametrize("choice", pairwise(), ids=words)
def test_that_graphs_answer_like_torch(choice: Choice) -> None:
    assert difference(choice) <= 1e-5


@pytest.mark.combinations
@pytest.mark.parametrize("choice", sorted(all_choices(), key=lambda choice: words(alone(choice))), ids=words)
def test_that_graphs_of_every_combination_answer_like_torch(choice: Choice) -> None:
    assert difference(choice) <= 1e-5
