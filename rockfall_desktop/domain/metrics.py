"""One epoch in numbers."""

from pydantic import Field

from rockfall_desktop.domain.value import Value


class TrainingMetrics(Value):
    """What one epoch gave. Scores are None where the validation block holds no incident to score by."""

    member: int = Field(default=1, ge=1, description="Which network of the ensemble, from 1.")
    epoch: int = Field(ge=1, description="Number of the epoch of this member, from 1.")
    train_loss: float = Field(description="Mean loss over the training block's steps, natural logarithm.")
    validation_loss: float = Field(description="Log loss on the validation block, mean over horizons.")
    pr_auc: float | None = Field(description="Average precision on the validation block, mean over horizons.")
    roc_auc: float | None = Field(description="ROC-AUC on the validation block, mean over horizons.")
    ece: float = Field(ge=0, description="Expected calibration error on the validation block, mean over horizons.")
    learning_rate: float = Field(ge=0, description="Step width at the end of the epoch.")
    seconds: float = Field(ge=0, description="How long the epoch took, in seconds.")
    samples_per_second: float = Field(ge=0, description="Training samples per second.")
    best_epoch: int = Field(ge=1, description="Epoch with the lowest validation log loss so far.")
    patience_used: int = Field(ge=0, description="Epochs since the best one.")
    patience: int = Field(ge=1, description="Epochs since the best one at which the training stops.")
