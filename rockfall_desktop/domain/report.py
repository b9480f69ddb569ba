"""What a trained model is worth on the test block, beside simpler models on the same samples."""

from datetime import date, datetime

from pydantic import Field

from rockfall_desktop.domain.report_answers import CalibrationReport, ReliabilityBin, SpreadFigures
from rockfall_desktop.domain.value import Value

__all__ = [
    "FEW_INCIDENTS", "HEADLINE_KEYS", "BlockCount", "CalibrationReport", "PerformanceReport", "ReliabilityBin",
    "Scores", "SpreadFigures", "best_rival", "headline",
]  # fmt: skip

FEW_INCIDENTS = 10


class BlockCount(Value):
    """One block of the time split."""

    name: str = Field(description="training, validation, calibration or test.")
    start: date | None = Field(description="Day of the first sample; None for a site without time.")
    end: date | None = Field(description="Day of the last sample; None for a site without time.")
    samples: int = Field(ge=0, description="Samples in the block.")
    positives: tuple[int, ...] = Field(description="Samples answered by an incident, per horizon.")
    incidents: int = Field(ge=0, description="Incidents that answer a sample of the block, first horizon.")
    occasions: int = Field(ge=0, description="Different zones and times among them.")

    @property
    def days(self) -> str:
        """From when to when, in words."""
        return "no time" if self.start is None else f"{self.start} to {self.end}"


class Scores(Value):
    """Scores of one model for one horizon on the test block. None means: cannot be computed here."""

    model: str = Field(description="Name of the model: the network or a baseline.")
    horizon_steps: int = Field(ge=1, description="Horizon in steps.")
    base_rate: float = Field(description="Share of samples answered by an incident.")
    pr_auc: float | None = Field(description="Average precision.")
    roc_auc: float | None = Field(description="Area under the ROC curve.")
    brier: float = Field(description="Brier score (Brier 1950): mean squared error of the probability.")
    brier_skill: float | None = Field(description="1 - Brier / Brier of climatology fitted on the training block.")
    log_loss: float = Field(description="Mean negative log likelihood, natural logarithm.")
    ece: float = Field(description="Expected calibration error over ten equally filled bins.")
    calibration_slope: float | None = Field(description="Slope of the logistic recalibration line (Cox 1958).")
    observed_expected: float | None = Field(description="Observed incidents over the sum of probabilities.")
    accuracy: float = Field(description="Share right when a probability of one half or more says yes.")
    accuracy_of_never: float = Field(description="Share right when the answer is always no.")


class PerformanceReport(Value):
    """The judgement on one job. The headline scores are those of the network for the first horizon.

    They are those of its calibrated probabilities where a calibration was asked for. With fewer than ten different
    incidents (zone and time) in the test block the headline scores are None and the table of scores is empty: they
    would say nothing.
    """

    job_id: str = Field(description="Job that is judged.")
    created_at: datetime = Field(description="When the report was made, UTC.")
    site_id: str = Field(description="Site that the job learned from.")
    site_name: str = Field(description="Name of the site.")
    simulated: bool = Field(description="Whether the site's records are made up.")
    verdict: str = Field(description="One sentence: is the network better than the best baseline?")
    few_incidents: bool = Field(description="Fewer than ten different incidents answer the test block.")
    incidents_in_test: int = Field(ge=0, description="Incidents that answer a sample of the test block, first horizon.")
    base_rate: float = Field(description="Share of test samples answered by an incident, first horizon.")
    pr_auc: float | None = Field(description="Average precision, first horizon.")
    roc_auc: float | None = Field(description="ROC-AUC, first horizon.")
    brier: float | None = Field(description="Brier score, first horizon.")
    brier_skill: float | None = Field(description="Brier skill against climatology, first horizon.")
    log_loss: float | None = Field(description="Log loss, first horizon.")
    ece: float | None = Field(description="Expected calibration error, first horizon.")
    calibration_slope: float | None = Field(description="Slope of the calibration line, first horizon.")
    observed_expected: float | None = Field(description="Observed over expected, first horizon.")
    accuracy: float | None = Field(description="Accuracy at one half, first horizon.")
    best_epoch: int = Field(ge=1, description="Epoch whose weights were judged.")
    blocks: tuple[BlockCount, ...] = Field(description="The time split: training, validation, test.")
    left_out: dict[str, int] = Field(description="Samples left out, by reason.")
    scores: tuple[Scores, ...] = Field(
        description="Network and baselines, by horizon, network first; none with few incidents."
    )
    reliability: tuple[ReliabilityBin, ...] = Field(description="Reliability diagram of the network, calibrated.")
    network: str = Field(default="", description="The network by its parts; empty in reports of before.")
    calibration: CalibrationReport | None = Field(
        default=None, description="The map that all scores of the network went through; None without one."
    )
    spread: SpreadFigures | None = Field(default=None, description="How far members and draws agree; None for one.")
    remarks: tuple[str, ...] = Field(default=(), description="What a reader must know of these scores.")
    given_up: tuple[str, ...] = Field(
        default=(), description="Which networks diverged once more than they are put back, and which epoch was judged."
    )


HEADLINE_KEYS = (
    "base_rate", "pr_auc", "roc_auc", "brier", "brier_skill", "log_loss", "ece", "calibration_slope",
    "observed_expected", "accuracy", "incidents_in_test",
)  # fmt: skip


def headline(report: PerformanceReport) -> dict[str, float | int | None]:
    """The scores by which a job is known, under the keys that report.json and the terminal use."""
    return {key: getattr(report, key) for key in HEADLINE_KEYS}


def best_rival(scores: tuple[Scores, ...]) -> Scores | None:
    """The baseline with the highest average precision for the network's own (first) horizon; None without any."""
    rivals = [row for row in scores[1:] if row.horizon_steps == scores[0].horizon_steps and row.pr_auc is not None]
    return max(rivals, key=lambda row: row.pr_auc or 0.0, default=None)
