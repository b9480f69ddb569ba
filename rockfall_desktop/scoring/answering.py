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
_NEAR = 64  # rows for each thread: what a network computes of them between its layers stays near the processor
_MISSING = -1
Inputs = dict[str, NDArray[np.generic]]
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
    for span in _spans(0, prepared.samples, _AT_ONCE):
        draws = [
            draw
            for place, (member, known) in enumerate(zip(members, tokens, strict=True))
            for draw in _draws(member, state, place, _inputs(prepared, known, span))
        ]
        parts.append(state.answer(np.concatenate(draws)))
    return joined(parts)


def _spans(begin: int, end: int, length: int) -> Iterator[slice]:
    return (slice(start, min(start + length, end)) for start in range(begin, end, length))


def _encoded(zones: GraphRunner, arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
    """The tokens of all stacks and sets by kind; where the sets end before the stacks the first one stands in."""
    counts = {kind: len(arrays[name]) for kind, names in _READ_BY.items() for name in names if name in arrays}
    found: list[dict[str, NDArray[np.float32]]] = []
    for span in _spans(0, max(counts.values()), _AT_ONCE):
        found += zones.run_each(
            {name: rows[near] if near.start < len(rows) else rows[:1] for name, rows in arrays.items()}
            for near in _spans(span.start, span.stop, _NEAR * zones.threads)
        )
    return {kind: np.concatenate([piece[kind] for piece in found])[: counts[kind]] for kind in found[0]}


def _inputs(prepared: Prepared, tokens: dict[str, NDArray[np.float32]], span: slice) -> Inputs:
    found: Inputs = {name: values[span] for name, values in prepared.series.items()}
    for name, encoded in tokens.items():
        stack = prepared.stacks[name][span]
        found[name] = encoded[np.where(stack == _MISSING, 0, stack)]
        found[f"{name}_here"] = stack != _MISSING
    return found


def _draws(member: MemberGraphs, state: AnswerState, place: int, inputs: Inputs) -> list[NDArray[np.float64]]:
    """Probabilities (k, n, h) of one member."""
    if state.heads:
        head, features = state.heads[place], _given(member.answer, inputs, {}, "features")
        return [_of_finite(features, lambda finite: head.draws(finite, state.correction))]
    fixed: list[Inputs] = [{}]
    if state.dropout is not None:
        fixed = [{"masks": mask} for mask in state.dropout.of_member(place).astype(np.float32)]
    runs = (_given(member.answer, inputs, one, "logits") for one in fixed)
    return [_of_finite(logits, lambda finite: probabilities(finite, state.correction)[None]) for logits in runs]


def _given(graph: GraphRunner, inputs: Inputs, fixed: Inputs, name: str) -> NDArray[np.float32]:
    """What a graph gives under a name, (n, ...), for samples; `fixed` is the same for all of them."""
    samples = len(next(iter(inputs.values())))
    pieces = ({key: rows[near] for key, rows in inputs.items()} for near in _spans(0, samples, _NEAR * graph.threads))
    return np.concatenate([found[name] for found in graph.run_each(piece | fixed for piece in pieces)])


def _of_finite(
    found: NDArray[np.float32], draws: Callable[[NDArray[np.float32]], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Draws (k, n, h) of what a graph gave, (n, ...), NaN where that is not finite: no bound makes it a sure answer."""
    finite = np.isfinite(found)
    drawn = draws(np.where(finite, found, np.float32(0)))
    drawn[:, ~finite.all(axis=1)] = np.nan
    return drawn
