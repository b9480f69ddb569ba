"""The work of a job: read, build samples, fit, judge, write. It knows no store, so that any process can do it."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rockfall_desktop.aside import run_aside
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import (
    EpochFinished,
    JobCompleted,
    JobEvent,
    Level,
    LogLine,
    Phase,
    PhaseStarted,
    SamplesBuilt,
)
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.site_shelf import SiteShelf
from rockfall_desktop.operations.thread_choice import thread_choice
from rockfall_desktop.operations.training_sites import notes_of, read_for_training
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    from rockfall_desktop.learning.fitting.checkpoints import State
    from rockfall_desktop.learning.fitting.fit import Fitted
    from rockfall_desktop.learning.fitting.model_files import Origin
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder
    from rockfall_desktop.learning.samples.sample_set import SampleSet
    from rockfall_desktop.learning.samples.site_part import SiteInput

REPORT = "report.json"


class Workplace(NamedTuple):
    """Where a job is worked on.

    Attributes:
        folder: the job's folder.
        shelf: reads sites.
        now: the clock, UTC.
    """

    folder: Path
    shelf: SiteShelf
    now: Callable[[], datetime]


class JobWork:
    """One job at work; `events` is a generator that ends with JobCompleted or raises."""

    def __init__(self, job: TrainingJob, place: Workplace, control: Control) -> None:
        self._job, self._place, self._control = job, place, control

    def events(self) -> Generator[JobEvent, None, None]:
        """Work to the end.

        Raises:
            Cancelled: as soon as a cancel is seen.
            RockfallError: when the site, the settings or the machine do not allow it.
        """
        from rockfall_desktop.learning.planning import parameter_count  # noqa: PLC0415
        from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415
        from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415

        config, control, now = self._job.config, self._control, self._place.now
        bound_threads(spare_threads())
        yield self._turn_to(Phase.READING)
        sites = yield from run_aside(lambda: read_for_training(config, self._place.shelf), control, now)
        yield from (self._log(note) for note in notes_of(sites))
        yield self._turn_to(Phase.SAMPLES)
        samples = yield from run_aside(lambda: build_pooled(sites, config), control, now)
        yield from (self._log(note) for note in samples.notes)
        yield from (self._log(caution, Level.WARNING) for caution in samples.cautions)
        yield SamplesBuilt(
            at=now(), blocks=samples.blocks, left_out=samples.left_out, channels=samples.inputs,
            layers=samples.layer_inputs, parameters=parameter_count(samples, config),
        )  # fmt: skip
        if not any(samples.validation.count.positives):
            yield self._log("No incident answers the validation block: the best epoch cannot be told.", Level.WARNING)
        fitted = yield from self._fit(samples, sites)
        yield self._turn_to(Phase.EVALUATING)
        yield (yield from self._judge(fitted, samples, sites))

    def _judge(
        self, fitted: "Fitted", samples: "SampleSet", sites: "Sequence[SiteInput]"
    ) -> Generator[JobEvent, None, JobCompleted]:
        """Write the model, judge it, write the report; the end says which files were judged."""
        from rockfall_desktop.learning.evaluation.answer_files import write_answers  # noqa: PLC0415
        from rockfall_desktop.learning.evaluation.answer_fitting import fit_answers  # noqa: PLC0415
        from rockfall_desktop.learning.evaluation.evaluate import evaluate  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.model_files import write_model  # noqa: PLC0415

        job, config, control, now = self._job, self._job.config, self._control, self._place.now
        files = dict(fitted.files) | write_model(
            self._place.folder,
            config,
            samples.channels,
            samples.shapes,
            samples.scalings,
            fitted.loss.correction,
            len(fitted.networks),
            self._origin(samples, sites),
        )
        subject: dict[str, str | bool] = {
            "job_id": job.job_id, "site_id": job.site_id, "site_name": job.site_name, "simulated": job.simulated,
        }  # fmt: skip
        answers = yield from fit_answers(fitted, samples, config, control, now)
        files |= write_answers(self._place.folder, answers.state)
        report = yield from evaluate(fitted, samples, config, subject, control, now, answers)
        write_file(self._place.folder / REPORT, report.model_dump_json(indent=2).encode())
        yield from (
            self._log(sentence) for sentence in (report.verdict, *report.remarks) if sentence not in samples.cautions
        )
        return JobCompleted(at=now(), report=report, model_files=files)

    def _origin(self, samples: "SampleSet", sites: "Sequence[SiteInput]") -> "Origin":
        from rockfall_desktop.learning.fitting.fine_tuning import seen_before  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.model_files import Origin  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.resuming import data_fingerprint  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.seen import both, learned_from  # noqa: PLC0415
        from rockfall_desktop.learning.samples.meaning import meaning_of  # noqa: PLC0415

        config = self._job.config
        before = seen_before(self._start, config)
        return Origin(
            samples.layer_content,
            data_fingerprint(sites),
            both(before, learned_from(sites, samples, config)),
            meaning_of(sites[0].arrays, samples.channels),
        )

    @property
    def _start(self) -> "ModelFolder":
        """What was copied there to begin with."""
        from rockfall_desktop.learning.fitting.model_folder import ModelFolder  # noqa: PLC0415

        return ModelFolder(self._place.folder, self._job.start_files)

    def _fit(self, samples: "SampleSet", sites: "Sequence[SiteInput]") -> Generator[JobEvent, None, "Fitted"]:
        """Train, from the last checkpoint where the job has one."""
        from rockfall_desktop.learning.fitting import resuming  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, read_checkpoint  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.fine_tuning import starting_point  # noqa: PLC0415
        from rockfall_desktop.learning.fitting.fit import fit  # noqa: PLC0415
        from rockfall_desktop.learning.threads import bound_threads  # noqa: PLC0415

        job, config, place, control = self._job, self._job.config, self._place, self._control
        state = yield from run_aside(lambda: read_checkpoint(place.folder), control, place.now)
        data = resuming.data_fingerprint(sites)
        if state is not None:
            resuming.demand_same_data(state, data)
        choice = thread_choice(place.shelf, spare_threads(), place.now)
        threads = yield from choice.choose(samples, config, None if state is None else state["threads"])
        bound_threads(threads)
        yield self._log(f"Training with {threads} thread(s) on {config.device}, seed {config.seed}.")
        if state is not None:
            yield from self._tell_of_resuming(state, threads)
        yield self._turn_to(Phase.FITTING)
        for metrics in resuming.missed(state, resuming.Stand(job.member, job.current_epoch)):
            yield EpochFinished(at=place.now(), metrics=metrics)
        checkpoints = Checkpoints(place.folder, time.monotonic, resuming.about(threads, data))
        start = starting_point(self._start, config)
        return (yield from fit(samples, config, checkpoints, control, place.now, state, start))

    def _tell_of_resuming(self, state: "State", threads: int) -> Iterator[LogLine]:
        from rockfall_desktop.learning.fitting.resuming import changed  # noqa: PLC0415

        of = f" of member {state['member']}" if self._job.config.members > 1 else ""
        steps = state["position"]["step"]
        yield self._log(f"Resumed after epoch {state['epoch']}{of} and {steps} steps of the next one.")
        if different := changed(state, threads):
            yield self._log(f"Not bit for bit as without the interruption: {', '.join(different)}.", Level.WARNING)

    def _turn_to(self, phase: Phase) -> PhaseStarted:
        return PhaseStarted(at=self._place.now(), phase=phase)

    def _log(self, text: str, level: Level = Level.INFO) -> LogLine:
        return LogLine(at=self._place.now(), level=level, text=text[:4000])
