"""How a network of an ensemble stands after an epoch, and what two epochs of it say about divergence."""

import math
from dataclasses import dataclass, replace

_FAR = 10.0


class Diverged(Exception):
    """A loss that is no number any more, or far from what it was; the argument says which, in words."""


@dataclass(frozen=True)
class Standing:
    """The best epoch so far, its validation log loss, and how many epochs ago it was."""

    best_epoch: int = 0
    best_loss: float = math.inf
    patience_used: int = 0

    def after(self, epoch: int, loss: float) -> "Standing":
        """The standing once an epoch gave a validation log loss."""
        if loss < self.best_loss:
            return Standing(epoch, loss, 0)
        return replace(self, patience_used=self.patience_used + 1)

    def demand_sane(self, loss: float) -> float:
        """The validation log loss, if it is a number and at most ten times the best one.

        Raises:
            Diverged: when it is not.
        """
        if demand_number(loss) > _FAR * self.best_loss:
            raise Diverged(f"the validation loss became {loss:.3g}, more than ten times the best one")
        return loss


def demand_number(loss: float) -> float:
    """The loss, if it is a finite number.

    Raises:
        Diverged: when it is not.
    """
    if math.isfinite(loss):
        return loss
    raise Diverged(f"the loss became {loss}")
