"""Makes the graphs of a trained model, and keeps them only if they answer like the networks that were judged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rockfall_desktop.domain.errors import RockfallError, WrongInput
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.user import Session
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.jobs import own_job
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training_sites import read_for_training
from rockfall_desktop.threads import spare_threads

if TYPE_CHECKING:
    from rockfall_desktop.judging.answer_state import AnswerState
    from rockfall_desktop.learning.export.export import ExportedNetwork
    from rockfall_desktop.learning.fitting.model_folder import ModelFolder
    from rockfall_desktop.learning.networks.network import RockfallNetwork
    from rockfall_desktop.learning.samples.sample_set import SampleSet
    from rockfall_desktop.learning.samples.site_part import SiteInput

CHECKED_SAMPLES = 256
LARGEST_DIFFERENCE = 1e-5


class NotAlike(RockfallError):
    """The graphs do not answer like the networks."""


def export_model(session: Session, *, station: Station, job_id: str) -> tuple[Path, ...]:
    """Write the graphs of a completed job's networks into its folder: `zones-1.onnx`, `answer-1.onnx`, and so on.

    Slow: call it off the window's thread.

    Raises:
        WrongInput: when there is no such job, it did not complete, its site cannot be read any more or
            is not as it was, something computes already, or an earlier version did not note its files.
        NotAlike: when the graphs' probabilities, spread or its parts differ from torch's by more than 1e-5 on 256
            samples; nothing is kept.
        StoreFault: when the disk is full, or a file of the model is missing or not the one that was judged.
    """
    job = own_job(session, station=station, job_id=job_id)
    if job.status is not Status.COMPLETED:
        raise WrongInput("There is no model", f"Job {job_id} is {job.status}.", "Choose a job that completed.")
    with computing_alone(station):
        model = judged_model(station, job_id)
        return tuple(_written(model.path, compared_model(station, model).networks))


class ComparedModel(NamedTuple):
    """A job's networks as graphs that answer like them, and what they were compared on.

    Attributes:
        networks: the graphs of each member.
        sites: what was read, in the order of the job's sites.
        samples: built from it.
        state: how numbers become answers.
    """

    networks: "tuple[ExportedNetwork, ...]"
    sites: "tuple[SiteInput, ...]"
    samples: "SampleSet"
    state: "AnswerState"


@contextmanager
def computing_alone(station: Station) -> Iterator[None]:
    """Nothing else computes with torch meanwhile.

    Raises:
        WrongInput: when something does already.
    """
    if not station.computing.acquire(blocking=False):
        raise WrongInput("A training is running", "A model is exported when it has ended.", "Try again then.")
    try:
        yield
    finally:
        station.computing.release()


def compared_model(station: Station, folder: "ModelFolder") -> ComparedModel:
    """The graphs of a job's model, when they answer like its networks.

    Raises:
        WrongInput, NotAlike, StoreFault: as `export_model`.
    """
    from rockfall_desktop.learning.evaluation.answer_files import read_answers  # noqa: PLC0415 - torch loads here
    from rockfall_desktop.learning.export.export import export_network  # noqa: PLC0415
    from rockfall_desktop.learning.fitting.model_files import read_model, weights_of  # noqa: PLC0415
    from rockfall_desktop.learning.fitting.resuming import data_fingerprint  # noqa: PLC0415
    from rockfall_desktop.learning.samples.build import build_pooled  # noqa: PLC0415

    networks, config, _, _ = read_model(folder)
    state = read_answers(folder)
    sites = read_for_training(config, station.shelf)
    if data_fingerprint(sites) != weights_of(folder).data:
        raise WrongInput(
            "The site is another one",
            "The site's files are not those that the model was judged on: its graphs cannot be compared with it.",
            "Put them back as they were, or train again.",
        )
    samples = build_pooled(sites, config)
    masked = state.dropout is not None
    exported = tuple(
        export_network(network, samples.shapes, config.history_steps, masked=masked) for network in networks
    )
    difference = _difference(exported, networks, samples, state)
    if not difference <= LARGEST_DIFFERENCE:
        raise NotAlike(
            "The exported model answers otherwise",
            f"Its probabilities, spread or its parts differ by up to {difference:.1e} from those that were judged.",
            "Nothing was written. Report it with the job's settings.",
        )
    return ComparedModel(exported, sites, samples, state)


def _difference(
    exported: "Sequence[ExportedNetwork]",
    networks: "tuple[RockfallNetwork, ...]",
    samples: "SampleSet",
    state: "AnswerState",
) -> float:
    """Largest difference of any part of an answer, torch beside onnxruntime, on samples of the test block."""
    from rockfall_desktop.learning.export.checking import checked_samples, largest_difference, torch_answer  # noqa: PLC0415
    from rockfall_desktop.scoring.answering import MemberGraphs, answer  # noqa: PLC0415 - onnxruntime loads here
    from rockfall_desktop.scoring.graphs import GraphRunner  # noqa: PLC0415

    prepared, picked = checked_samples(samples, CHECKED_SAMPLES)
    threads = spare_threads()
    members = [
        MemberGraphs(GraphRunner(one.zones, threads) if one.zones else None, GraphRunner(one.answer, threads))
        for one in exported
    ]
    ours, theirs = torch_answer(networks, samples, picked, state), answer(members, state, prepared)
    return largest_difference(ours, theirs)


def graph_files(exported: "Sequence[ExportedNetwork]") -> tuple[dict[str, bytes], ...]:
    """The graphs of each member, zones first, by the names that they bear in a job's folder and in a bundle."""
    return tuple(
        {
            f"{part}-{member}.onnx": content
            for part, content in (("zones", graphs.zones), ("answer", graphs.answer))
            if content is not None
        }
        for member, graphs in enumerate(exported, 1)
    )


def _written(folder: Path, exported: "Sequence[ExportedNetwork]") -> Iterator[Path]:
    for graphs in graph_files(exported):
        for name, content in graphs.items():
            write_file(folder / name, content)
            yield folder / name
