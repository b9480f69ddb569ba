"""From prepared inputs to answers, by the graphs of all members.

Axes: k draw, n sample, h horizon, s stack, q set.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.domain.prepared import Prepared
from rockfall_desktop.judging.answer_state import AnswerState
from rockfall_desktop.judging.mixtures import Answer, joined
from rockfall_desktop.judging.probabilities import probabilities
from rockfall_desktop.scoring.graphs import GraphRunner

_AT_ONCE = 1024
_STACKS_AT_ONCE = 64  # what a processor keeps near itself; no more memory for a thousand zones than for these
_MISSING = -1
_READ_BY = {"raster": ("bands", "classes"), "cloud": ("points", "changes")}


class MemberGraphs(NamedTuple):
    """The graphs of one member; `zones` is None for a model without spatial parts."""

    zones: GraphRunner | None
    answer: GraphRunner


def answer(members: Sequence[MemberGraphs], state: AnswerState, prepared: Prepared) -> Answer:
    """What the members say of prepared samples together, (n, h).

    Raises:
        WrongInput: when the model reads something that is not there.
    """
    tokens = [_encoded(member.zones, prepared.zones) if member.zones is not None else {} for member in members]
    parts = []
    for start in range(0, prepared.samples, _AT_ONCE):
        span = slice(start, min(start + _AT_ONCE, prepared.samples))
        draws = [
            draw
            for place, (member, known) in enumerate(zip(members, tokens, strict=True))
            for draw in _draws(member, state, place, _inputs(prepared, known, span))
        ]
        parts.append(state.answer(np.concatenate(draws)))
    return joined(parts)


def _encoded(zones: GraphRunner, arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
    """The tokens of all stacks and sets by kind; where the sets end before the stacks the first one stands in."""
    counts = {kind: len(arrays[name]) for kind, names in _READ_BY.items() for name in names if name in arrays}
    pieces = []
    for begin in range(0, max(counts.values()), _STACKS_AT_ONCE):
        span = slice(begin, begin + _STACKS_AT_ONCE)
        pieces.append(zones.run({name: rows[span] if begin < len(rows) else rows[:1] for name, rows in arrays.items()}))
    return {kind: np.concatenate([piece[kind] for piece in pieces])[: counts[kind]] for kind in pieces[0]}


def _inputs(prepared: Prepared, tokens: dict[str, NDArray[np.float32]], span: slice) -> dict[str, NDArray[np.generic]]:
    found: dict[str, NDArray[np.generic]] = {name: values[span] for name, values in prepared.series.items()}
    for name, encoded in tokens.items():
        stack = prepared.stacks[name][span]
        found[name] = encoded[np.where(stack == _MISSING, 0, stack)]
        found[f"{name}_here"] = stack != _MISSING
    return found


def _draws(
    member: MemberGraphs, state: AnswerState, place: int, inputs: dict[str, NDArray[np.generic]]
) -> list[NDArray[np.float64]]:
    """Probabilities (k, n, h) of one member."""
    if state.heads:
        head, features = state.heads[place], member.answer.run(inputs)["features"]
        return [_of_finite(features, lambda finite: head.draws(finite, state.correction))]
    if state.dropout is None:
        runs: Iterator[NDArray[np.float32]] = iter((member.answer.run(inputs)["logits"],))
    else:
        masks = state.dropout.of_member(place).astype(np.float32)
        runs = (member.answer.run(inputs | {"masks": mask})["logits"] for mask in masks)
    return [_of_finite(logits, lambda finite: probabilities(finite, state.correction)[None]) for logits in runs]


def _of_finite(
    found: NDArray[np.float32], draws: Callable[[NDArray[np.float32]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Draws (k, n, h) of what a graph gave, (n, ...), NaN where that is not finite: no bound makes it a sure answer."""
    finite = np.isfinite(found)
    drawn = draws(np.where(finite, found, np.float32(0)))
    drawn[:, ~finite.all(axis=1)] = np.nan
    return drawn
