"""All that stands between a network's numbers and its answers, as plain values: judging, export and scoring share it.

Axes: k draw, r place of a mask, d width, n sample, h horizon.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.judging.calibration_maps import CalibrationMap, IsotonicMap, TemperatureMap
from rockfall_desktop.judging.dropout_draws import DropoutDraws
from rockfall_desktop.judging.head_posterior import HeadPosterior, node_weights
from rockfall_desktop.judging.mixtures import Answer, combine
from rockfall_desktop.judging.probabilities import Correction

Arrays = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class AnswerState:
    """How the numbers of one or more members become answers.

    Attributes:
        correction: undoes what the loss did.
        members: networks of the ensemble.
        dropout: the masks of Monte-Carlo dropout; None without it.
        heads: a Gaussian head for each member with the Laplace choice, else empty.
        calibration: fitted map; None without.

    """

    correction: Correction
    members: int = 1
    dropout: DropoutDraws | None = None
    heads: tuple[HeadPosterior, ...] = ()
    calibration: CalibrationMap | None = None

    @property
    def draws(self) -> int:
        """Probabilities that are joined to one answer; 1 for a single network without a Bayesian choice."""
        return len(self.weights())

    def weights(self) -> NDArray[np.float64]:
        """How much each draw counts, float64 (k,), member after member."""
        if self.heads:
            each = node_weights()
        else:
            count = self.dropout.draws if self.dropout is not None else 1
            each = np.full(count, 1.0 / count)
        return np.tile(each / self.members, self.members)

    def answer(self, draws_knh: NDArray[np.float64]) -> Answer:
        """Join probabilities (k, n, h): `probabilities` of each member's logits, or `HeadPosterior.draws`."""
        return combine(draws_knh, self.weights(), self.calibration)

    def with_calibration(self, calibration: CalibrationMap | None) -> "AnswerState":
        """The same with a map."""
        return replace(self, calibration=calibration)


def to_plain(state: AnswerState) -> tuple[dict[str, Any], Arrays]:
    """A state as values for JSON, and arrays by name for a file of arrays."""
    calibration = state.calibration
    kind = {TemperatureMap: "temperature", IsotonicMap: "isotonic"}.get(type(calibration), "none")
    content = {
        "correction": asdict(state.correction),
        "members": state.members,
        "dropout": asdict(state.dropout) if state.dropout is not None else None,
        "prior_precision": [head.prior_precision for head in state.heads],
        "calibration": {"kind": kind} | (asdict(calibration) if calibration is not None else {}),
    }
    arrays: Arrays = {}
    for member, head in enumerate(state.heads):
        arrays[f"head.{member}.mean"], arrays[f"head.{member}.covariance"] = head.mean, head.covariance
    return content, arrays


def from_plain(content: dict[str, Any], arrays: Arrays) -> AnswerState:
    """The state that `to_plain` wrote."""
    correction, dropout = content["correction"], content["dropout"]
    heads = tuple(
        HeadPosterior(arrays[f"head.{member}.mean"], arrays[f"head.{member}.covariance"], precision)
        for member, precision in enumerate(content["prior_precision"])
    )
    return AnswerState(
        Correction(tuple(correction["positive_weight"]), correction["focal_gamma"]),
        content["members"],
        DropoutDraws(**dropout) if dropout is not None else None,
        heads,
        _map_of(content["calibration"]),
    )


def _map_of(content: dict[str, Any]) -> CalibrationMap | None:
    match content["kind"]:
        case "temperature":
            return TemperatureMap(content["temperature"], tuple(content["offset"]))
        case "isotonic":
            base = content["base"]
            return IsotonicMap(
                _numbers(content["forecast"]),
                _numbers(content["level"]),
                TemperatureMap(base["temperature"], tuple(base["offset"])),
            )
    return None


def _numbers(rows: list[list[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in rows)
