"""One network of an ensemble, from its first step to its best epoch; it can stop at any step and go on from there."""

import copy
import time
from collections.abc import Generator
from dataclasses import asdict, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled
from rockfall_desktop.domain.errors import TrainingFault
from rockfall_desktop.domain.events import EpochFinished, LogLine, StepProgress, Tick
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.learning.evaluation.scores import validation_scores
from rockfall_desktop.learning.fitting import random_states
from rockfall_desktop.learning.fitting.averaging import Judged
from rockfall_desktop.learning.fitting.checkpoints import State, Weights
from rockfall_desktop.learning.fitting.dense_way import learning_way
from rockfall_desktop.learning.fitting.fine_tuning import StartingPoint
from rockfall_desktop.learning.fitting.new_network import member_seed, new_network
from rockfall_desktop.learning.fitting.optimiser import make_optimiser
from rockfall_desktop.learning.fitting.pieces import answer_piece
from rockfall_desktop.learning.fitting.position import Position
from rockfall_desktop.learning.fitting.progress import FitEvent, Pace, Watch
from rockfall_desktop.learning.fitting.schedule import Schedule
from rockfall_desktop.learning.fitting.standing import Diverged, Standing, demand_number
from rockfall_desktop.learning.memory import ANSWERED, LEARNED_FROM, AtOnce, within_memory
from rockfall_desktop.learning.samples.sample_set import SampleSet

_ROLLBACKS = 3


class MemberFit:
    """One network, stepwise. `run` is the generator, `state` and `restore` are its whole memory but for `answering`.

    Args:
        samples, config: what it learns from, and how.
        member: which network of the ensemble, from 1.
        watch: whom it tells.
        start: weights to begin with; None begins anew.
        answering: how much is answered at once, made smaller in place where the memory does not do; of all networks of
            a training. None begins anew.

    Attributes:
        network, judged: what learns and what is judged and kept, as they are now; often the same.
        best: weights of the best epoch; None before the first one has ended.
        standing: which epoch that is.
        recent: its epochs in numbers, plain values: the store may lag behind by any number of them.
        given_up: why it ended with an epoch of before; empty while it learns, and after any other end.
    """

    def __init__(
        self,
        samples: SampleSet,
        config: TrainingConfig,
        member: int,
        watch: Watch,
        start: StartingPoint | None = None,
        answering: AtOnce | None = None,
    ) -> None:
        self._samples, self._config, self._member, self._watch = samples, config, member, watch
        self.network, loss = new_network(samples, config, member)
        if start is not None:
            start.put_into(self.network, member)
        self._optimiser = make_optimiser(self.network, config)
        way_of = partial(learning_way, samples=samples, loss=loss, config=config)
        self._way = way_of(self.network)
        self._mean = Judged(self._way, self.network, way_of, averaged=config.averaged)
        self.judged = self._mean.network
        self._schedule = Schedule(config, self._optimiser, self._way.steps)
        self._order = torch.Generator().manual_seed(member_seed(config.seed, member))
        self._answering = answering or AtOnce(answer_piece(config, len(samples.inputs)))
        self.standing, self._rollbacks, self.given_up = Standing(), 0, ""
        self.best: Weights | None = None
        self.recent: list[State] = []
        self._begun = time.perf_counter()
        self._at = self._begin_of_epoch(0)
        self._good = self._snapshot()

    def run(self) -> Generator[FitEvent | None, None, None]:
        """Train until the last epoch, until patience runs out, or until somebody asks to stop.

        Yields None where a checkpoint is due; `state` is whole at every yield.

        Raises:
            Cancelled: as soon as a cancel is seen.
            TrainingFault: when it diverged a fourth time before an epoch ended, or one sample does not fit in memory.
        """
        while self._goes_on():
            try:
                train_loss, rate = yield from self._train_epoch()
                if self._stops_now():
                    return
                metrics = yield from self._judge_epoch(train_loss, rate)
            except Diverged as problem:
                yield self._roll_back(problem)
                continue
            yield EpochFinished(at=self._watch.now(), metrics=metrics)
            if self._watch.due():
                yield None

    def _goes_on(self) -> bool:
        more = self._at.epoch < self._config.most_epochs and self.standing.patience_used < self._config.patience
        return more and not (self.given_up or self._stops_now())

    def _stops_now(self) -> bool:
        """A stop in the first epoch of all waits for its end: before it there is nothing to keep."""
        return self._watch.control.stopped_early and (self._at.epoch > 0 or self._member > 1)

    def _train_epoch(self) -> Generator[FitEvent | None, None, tuple[float, float]]:
        """Go through the steps that are left of an epoch; mean loss and samples per second."""
        self.network.train()
        if self._at.step == 0:
            self._begun = time.perf_counter()
        self._order.set_state(self._at.order)
        steps, pace = self._way.epoch(self._order), Pace()
        for picked in steps[self._at.step :]:
            yield from self._take_step(picked, len(steps), pace)
            if self._stops_now():
                break
            if self._watch.due():
                demand_number(float(self._at.total))
                yield None
        return demand_number(float(self._at.total) / max(self._at.seen, 1)), pace.samples_per_second

    def _take_step(self, picked: torch.Tensor, steps: int, pace: Pace) -> Generator[FitEvent, None, None]:
        """One optimiser step; once more in smaller pieces when the memory did not do."""
        total, seen = yield from within_memory(
            self._way.at_once,
            lambda: self._pieces(picked, steps, pace),
            LEARNED_FROM,
            self._watch.now,
            lambda: random_states.set_torch_states(self._at.random),
        )
        self._finish_step()
        self._at = replace(
            self._at, step=self._at.step + 1, total=total, seen=seen, random=random_states.torch_states()
        )

    def _pieces(
        self, picked: torch.Tensor, steps: int, pace: Pace
    ) -> Generator[StepProgress, None, tuple[torch.Tensor, int]]:
        """The gradients of a step; what loss and samples of the epoch then are."""
        self._optimiser.zero_grad()
        total, seen = self._at.total, self._at.seen
        for piece in self._way.pieces(picked):
            total, seen = total + piece.loss, seen + piece.samples
            if self._watch.control.cancelled:
                raise Cancelled
            if pace.count(piece.samples):
                demand_number(float(total))
                yield StepProgress(
                    at=self._watch.now(), member=self._member, epoch=self._at.epoch + 1, step=self._at.step + 1,
                    steps=steps, samples_per_second=pace.samples_per_second,
                )  # fmt: skip
        return total, seen

    def _finish_step(self) -> None:
        torch.nn.utils.clip_grad_norm_(self._optimiser.param_groups[0]["params"], self._config.gradient_clip)
        self._optimiser.step()
        self._mean.after_step()
        self._schedule.after_step()

    def _judge_epoch(self, train_loss: float, rate: float) -> Generator[Tick | LogLine, None, TrainingMetrics]:
        answer = yield from self._answers()
        if not np.isfinite(answer).all():  # the last step of all has no loss of its own that would tell
            raise Diverged("an answer of the network became no number")
        targets, watch = self._samples.validation.targets.numpy(force=True), self._watch
        scores = yield from run_aside(lambda: validation_scores(answer, targets), watch.control, watch.now)
        epoch = self._at.epoch + 1
        self.standing = self.standing.after(epoch, self.standing.demand_sane(scores.log_loss))
        if self.standing.best_epoch == epoch:
            self.best = {name: value.detach().clone() for name, value in self.judged.state_dict().items()}
        learning_rate = self._schedule.learning_rate
        self._schedule.after_epoch(scores.log_loss)
        metrics = TrainingMetrics(
            member=self._member,
            epoch=epoch,
            train_loss=train_loss,
            validation_loss=scores.log_loss,
            pr_auc=scores.pr_auc,
            roc_auc=scores.roc_auc,
            ece=scores.ece,
            learning_rate=learning_rate,
            seconds=time.perf_counter() - self._begun,
            samples_per_second=rate,
            best_epoch=self.standing.best_epoch,
            patience_used=self.standing.patience_used,
            patience=self._config.patience,
        )
        self.recent = [*self.recent, metrics.model_dump()]
        self._at = self._begin_of_epoch(epoch)
        self._good = self._snapshot()
        return metrics

    def _answers(self) -> Generator[Tick | LogLine, None, NDArray[np.float64]]:
        """Probabilities of the validation block; less at once when the memory does not do."""
        block, at_once, watch = self._samples.validation, self._answering, self._watch
        ask = partial(self._mean.way.predict, block, at_once, watch.control, watch.now)
        return (yield from within_memory(at_once, ask, ANSWERED, watch.now))

    def _roll_back(self, problem: Diverged) -> LogLine:
        """Go back to the end of the last epoch that was sound, at half the rate; the fourth time to stay there."""
        of = f" of network {self._member}" if self._config.members > 1 else ""
        rollbacks, words = self._rollbacks + 1, f"In epoch {self._at.epoch + 1}{of} {problem}"
        self.go_back()
        if rollbacks > _ROLLBACKS:
            return self._give_up(f"{words}, at an eighth of the learning rate too")
        self._rollbacks = rollbacks
        self._schedule.halve()
        self._good = self._snapshot()
        back = f"back to the end of epoch {self._at.epoch}, at half the learning rate"
        return self._watch.warning(f"{words}: {back} ({rollbacks} of {_ROLLBACKS}).")

    def go_back(self) -> None:
        """Be as at the end of the last epoch that was sound."""
        self._restore_core(copy.deepcopy(self._good))

    def _give_up(self, words: str) -> LogLine:
        """End with the best epoch, where there is one."""
        if self.best is not None:
            self.given_up = f"{words}: the network ends with its epoch {self.standing.best_epoch}."
            return self._watch.warning(self.given_up)
        self._rollbacks = 0  # whoever resumes the job gives it three tries more
        hint = "Choose a lower learning rate or a smaller gradient clip."
        raise TrainingFault("The training diverged", f"{words}.", hint)

    def _begin_of_epoch(self, epoch: int) -> Position:
        return Position(epoch, 0, torch.zeros(()), 0, self._order.get_state(), random_states.torch_states())

    def state(self) -> State:
        """All that is needed to go on; tensors that later steps change, and plain values."""
        return {
            **self._core(),
            "member": self._member,
            "best_epoch": self.standing.best_epoch,
            "best": self.best,
            "good": self._good if self._at.step else None,
            "learning": asdict(self._way.at_once),
            "recent": self.recent,
            "spent_s": time.perf_counter() - self._begun,
            "random": random_states.other_states(),
        }

    def restore(self, state: State) -> None:
        """Go on from a state of the same samples and settings."""
        self.best, self.recent = state["best"], state["recent"]
        self._way.at_once = AtOnce(**state["learning"])
        random_states.set_other_states(state["random"])
        self._restore_core({name: state[name] for name in self._good})
        self._good = state["good"] or self._snapshot()
        self._begun = time.perf_counter() - state["spent_s"]

    def _snapshot(self) -> State:
        return copy.deepcopy(self._core())

    def _core(self) -> State:
        """What a step changes."""
        return {
            "epoch": self._at.epoch,
            "position": asdict(self._at),
            "network": self.network.state_dict(),
            "mean": self._mean.state(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state(),
            "standing": asdict(self.standing),
            "rollbacks": self._rollbacks,
        }

    def _restore_core(self, core: State) -> None:
        self.network.load_state_dict(core["network"])
        self._mean.restore(core["mean"])
        self._optimiser.load_state_dict(core["optimiser"])
        self._schedule.restore(core["schedule"])
        self.standing, self._rollbacks = Standing(**core["standing"]), core["rollbacks"]
        self._at = Position(**core["position"])
        random_states.set_torch_states(self._at.random)
