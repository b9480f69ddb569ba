"""What a report says of the answers themselves: how far draws agree, and what calibration changed."""

from pydantic import Field

from rockfall_desktop.domain.value import Value


class ReliabilityBin(Value):
    """One point of the reliability diagram."""

    horizon_steps: int = Field(ge=1, description="Horizon in steps.")
    mean_probability: float = Field(description="Mean forecast of the samples in the bin.")
    observed_rate: float = Field(description="Share of them answered by an incident.")
    samples: int = Field(ge=1, description="Samples in the bin.")


class CalibrationScores(Value):
    """How well probabilities mean what they say on the test block, first horizon."""

    log_loss: float = Field(description="Mean negative log likelihood, natural logarithm.")
    calibration_slope: float | None = Field(description="Slope of the logistic recalibration line (Cox 1958).")
    observed_expected: float | None = Field(description="Observed incidents over the sum of probabilities.")
    reliability: tuple[ReliabilityBin, ...] = Field(description="Reliability diagram, all horizons.")


class CalibrationBasis(Value):
    """On what a map of calibration was fitted."""

    method: str = Field(description="temperature or isotonic.")
    samples: int = Field(ge=0, description="Samples that it was fitted on.")
    incidents: int = Field(ge=0, description="Incidents that answer them, first horizon.")
    cross_fitted: bool = Field(
        description="True: without a block of its own, fitted on the validation block, which also chose the epoch. "
        "False: fitted on the calibration block, which nothing else saw."
    )
    folds_log_loss_before: float | None = Field(
        default=None, description="Log loss on five parts of the validation block, as the network says it."
    )
    folds_log_loss_after: float | None = Field(
        default=None, description="The same with maps that were fitted on the other four parts."
    )


class CalibrationReport(CalibrationBasis):
    """A calibration and what it changed on the test block; no scores with few incidents there."""

    before: CalibrationScores | None = Field(description="Of the network's own probabilities.")
    after: CalibrationScores | None = Field(description="Of the calibrated ones, which are the report's.")


class SpreadFigures(Value):
    """How far members and draws agree, means over the test block, first horizon."""

    draws: int = Field(ge=2, description="Probabilities that were joined to each answer.")
    mean_spread: float = Field(ge=0, description="Standard deviation over the draws.")
    mean_aleatoric: float = Field(ge=0, description="Mean entropy of the draws, nats: chance.")
    mean_epistemic: float = Field(ge=0, description="Entropy of their mean less that, nats: what they disagree on.")
