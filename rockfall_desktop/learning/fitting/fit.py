"""The training loop over the networks of an ensemble: a generator of events that knows no thread, window or store."""

from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.errors import StoreFault, TrainingFault
from rockfall_desktop.domain.events import Level, LogLine, Tick
from rockfall_desktop.learning.device import demand_device, on_device
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, State, weights_name
from rockfall_desktop.learning.fitting.fine_tuning import StartingPoint
from rockfall_desktop.learning.fitting.losses import Loss, make_loss
from rockfall_desktop.learning.fitting.member import MemberFit
from rockfall_desktop.learning.fitting.new_network import new_network
from rockfall_desktop.learning.fitting.pieces import answer_piece
from rockfall_desktop.learning.fitting.progress import FitEvent, Watch
from rockfall_desktop.learning.memory import AtOnce
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.sample_set import SampleSet

__all__ = ["Fit", "Fitted", "fit", "new_network"]


@dataclass(frozen=True)
class Fitted:
    """What a training gave.

    Attributes:
        networks: with the weights of their best epochs, one for each member that has ended.
        loss: what they learned by.
        best_epoch: of the first member.
        files: SHA-256 of the file of each network, by its name.
        answering: how much they answer at once, which may have become less for lack of memory, and may still.
        given_up: what made networks end with an epoch of before, a sentence each.
    """

    networks: tuple[RockfallNetwork, ...]
    loss: Loss
    best_epoch: int
    files: Mapping[str, str]
    answering: AtOnce
    given_up: tuple[str, ...] = ()


class Fit:
    """One training: a network after the other. `run` is the generator; the rest are its parts."""

    def __init__(
        self,
        samples: SampleSet,
        config: TrainingConfig,
        checkpoints: Checkpoints,
        control: Control,
        now: Callable[[], datetime],
        resumed: State | None = None,
        start: StartingPoint | None = None,
    ) -> None:
        self._start = start
        self._samples = on_device(samples, demand_device(config))
        self._config, self._checkpoints = config, checkpoints
        self._answering = AtOnce(answer_piece(config, len(samples.inputs)))
        self._watch = Watch(control, now, lambda: checkpoints.due)
        self._networks: list[RockfallNetwork] = []
        self._ended: list[State] = []
        self._over = False
        self._resumed: State | None = None
        if resumed is not None:
            self._take_over(resumed)

    def _take_over(self, state: State) -> None:
        """Go on from a checkpoint: networks that have ended are read, the running one is put back later."""
        for ended in state["ended"]:
            network = RockfallNetwork(self._samples.shapes, self._config)
            network.load_state_dict(self._checkpoints.read_weights(ended["name"], ended["sha256"]))
            self._networks.append(network.to(self._samples.training.rows.device))
            self._ended.append(ended)
        self._over, self._answering = state["over"], AtOnce(**state["answering"])
        self._resumed = state if state["member"] > len(self._ended) else None

    def run(self) -> Generator[FitEvent, None, Fitted]:
        """Train every member until its end, or until somebody asks to stop.

        Raises:
            Cancelled: as soon as a cancel is seen; the last checkpoint is written first.
            TrainingFault: when a training diverges before its first epoch, or the memory does not do for one sample.
            StoreFault: when a checkpoint cannot be saved; the one of before is unchanged.

        """
        while len(self._ended) < self._config.members and not self._over:
            member = len(self._ended) + 1
            running = MemberFit(self._samples, self._config, member, self._watch, self._start, self._answering)
            if self._resumed is not None:
                running.restore(self._resumed)
                self._resumed = None
            yield from self._fit_member(running)
            yield from self._tell_of_early_stop()
        loss = make_loss(self._config, self._samples.training.targets)
        files = {ended["name"]: ended["sha256"] for ended in self._ended}
        given_up = tuple(ended["given_up"] for ended in self._ended if ended.get("given_up"))  # of old there is none
        return Fitted(tuple(self._networks), loss, self._ended[0]["best_epoch"], files, self._answering, given_up)

    def _fit_member(self, running: MemberFit) -> Generator[FitEvent, None, None]:
        try:
            for event in running.run():
                if event is None:
                    yield from self._save_aside(running)
                else:
                    yield event
        except StoreFault:
            raise
        except (Cancelled, GeneratorExit, TrainingFault):
            self._keep(running)
            raise
        except Exception:
            with suppress(Exception):  # what is told is the first fault, not what came of it
                running.go_back()
                self._keep(running)
            raise
        if running.best is not None:
            self._ended.append(self._write_weights(running) | {"epochs": running.recent, "given_up": running.given_up})
        self._over = self._watch.control.stopped_early
        yield from self._save_aside(running)
        if running.best is not None:
            running.network.load_state_dict(running.best)
            self._networks.append(running.network)

    def _keep(self, running: MemberFit) -> None:
        with suppress(StoreFault):  # a full disk makes no failure out of a cancel
            self._write_weights(running)
            self._checkpoints.write(self._state(running))

    def _save_aside(self, running: MemberFit) -> Generator[Tick, None, None]:
        state = self._state(running)
        yield from run_aside(lambda: self._checkpoints.write(state), self._watch.control, self._watch.now)

    def _write_weights(self, running: MemberFit) -> State:
        member = len(self._ended) + 1
        name = weights_name(member, self._config.members)
        sha256 = "" if running.best is None else self._checkpoints.write_weights(name, running.best)
        return {"name": name, "sha256": sha256, "best_epoch": running.standing.best_epoch}

    def _state(self, running: MemberFit) -> State:
        return {**running.state(), "ended": self._ended, "over": self._over, "answering": asdict(self._answering)}

    def _tell_of_early_stop(self) -> Generator[LogLine, None, None]:
        if self._over and len(self._ended) < self._config.members:
            text = f"Stopped early: {len(self._ended)} of {self._config.members} networks are kept, no other is begun."
            yield LogLine(at=self._watch.now(), level=Level.INFO, text=text)


def fit(
    samples: SampleSet,
    config: TrainingConfig,
    checkpoints: Checkpoints,
    control: Control,
    now: Callable[[], datetime],
    resumed: State | None = None,
    start: StartingPoint | None = None,
) -> Generator[FitEvent, None, Fitted]:
    """Train new networks, or go on from a checkpoint (`checkpoints.read_checkpoint`); see `Fit.run`."""
    return Fit(samples, config, checkpoints, control, now, resumed, start).run()
