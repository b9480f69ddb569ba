"""What the bundle of a completed job holds: its networks as graphs, and all that is needed to use them."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from rockfall_desktop import __version__
from rockfall_desktop.domain.bundle import HEADS, REPORT, BundleModel, Provenance
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.report import PerformanceReport
from rockfall_desktop.judging.answer_state import Arrays, to_plain
from rockfall_desktop.operations.deciding import Packed
from rockfall_desktop.operations.exporting import ComparedModel, compared_model, computing_alone, graph_files
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training_sites import read_for_training

if TYPE_CHECKING:
    from rockfall_desktop.domain.arrays import SiteArrays
    from rockfall_desktop.learning.fitting.model_files import WeightFiles


def packed_job(
    station: Station, job: TrainingJob, report: PerformanceReport, site_id: str, levels: tuple[LevelRule, ...]
) -> "tuple[Packed, SiteArrays]":
    """What the bundle of a completed job for one of its sites holds, and that site. Slow: off the window's thread.

    Raises:
        WrongInput: when the job does not know the site, its site's files are not as they were, its labels have no time,
            something computes already, or an earlier version did not note the model's files.
        NotAlike: when the graphs answer otherwise than the networks.
        StoreFault: when a file of the model is missing or not the one that was judged.
    """
    from rockfall_desktop.learning.fitting.model_files import weights_of  # noqa: PLC0415 - torch loads here

    folder = judged_model(station, job.job_id)
    place = _place_of([site.arrays for site in read_for_training(job.config, station.shelf)], site_id, job)
    with computing_alone(station):
        compared = compared_model(station, folder)
    weights = weights_of(folder)
    content, arrays = to_plain(compared.state)
    files = {REPORT: report.model_dump_json(indent=2).encode()}
    for graphs in graph_files(compared.networks):
        files |= graphs
    if arrays:
        files[HEADS] = _numbers(arrays)
    model = _model(job, compared, place, weights, (content, arrays), levels)
    return Packed(model, _provenance(station, job, weights), files), compared.sites[place].arrays


def _model(
    job: TrainingJob,
    compared: ComparedModel,
    place: int,
    weights: "WeightFiles",
    answers: tuple[dict[str, Any], Arrays],
    levels: tuple[LevelRule, ...],
) -> BundleModel:
    from rockfall_desktop.learning.samples.channel_inputs import channel_inputs  # noqa: PLC0415 - torch loads here

    content, arrays = answers
    scaling = compared.samples.scalings[place]
    return BundleModel(
        config=job.config,
        history_steps=job.config.history_steps,
        step_seconds=compared.sites[place].arrays.step_s,
        channels=channel_inputs(compared.sites, job.config, place),
        scaling_mean=scaling.mean,
        scaling_spread=scaling.spread,
        layers=_plain(weights.layers),
        answers=_plain(content),
        heads={name: arrays[name].shape for name in sorted(arrays)},
        members=len(compared.networks),
        graphs=tuple(tuple(graphs) for graphs in graph_files(compared.networks)),
        levels=levels,
    )


def _place_of(sites: "list[SiteArrays]", site_id: str, job: TrainingJob) -> int:
    wanted = site_id or job.site_id
    place = next((place for place, site in enumerate(sites) if site.site_id == wanted), None)
    if place is None:
        raise WrongInput(
            "The job did not learn from this site",
            f"Job {job.job_id} knows no site {wanted}.",
            f"Choose one of its own: {', '.join(f'{site.name} ({site.site_id})' for site in sites)}.",
        )
    return place


def _provenance(station: Station, job: TrainingJob, weights: "WeightFiles") -> Provenance:
    seen = weights.seen
    return Provenance(
        program_version=__version__,
        made_at=station.now(),
        station_id="",
        station_name="",
        trained_by=job.user_id,
        trained_at=job.finished_at or job.created_at,
        data=weights.data or "",
        seen=None if seen is None else {site: one.model_dump(mode="json") for site, one in seen.items()},
    )


def _numbers(arrays: Arrays) -> bytes:
    """The arrays in the order of their names, float64, little-endian."""
    return b"".join(np.ascontiguousarray(arrays[name], "<f8").tobytes() for name in sorted(arrays))


def _plain(content: Any) -> Any:
    """The same as a file of JSON would give it back: lists for tuples, Python's numbers for numpy's."""
    return json.loads(json.dumps(content))
