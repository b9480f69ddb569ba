"""A completed job's networks become graphs only if these answer alike."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.domain.events import JobCompleted
from rockfall_desktop.domain.user import Session
from rockfall_desktop.operations import exporting
from rockfall_desktop.operations.exporting import NotAlike, export_model
from rockfall_desktop.operations.jobs import performance_report
from rockfall_desktop.operations.judged_model import judged_model
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.training import run_job, start_training
from tests.stations import quick_config


@pytest.fixture
def completed(station: Station, session: Session, site: Path) -> str:
    """A job of two members, Monte-Carlo dropout and a calibration."""
    chosen = {"members": 2, "uncertainty": "mc_dropout", "calibration": "temperature", "dropout": 0.3}
    config = TrainingConfig.model_validate(quick_config(site).model_dump() | chosen)
    job = start_training(session, station=station, config=config)
    *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobCompleted), last
    return job.job_id


def test_that_the_graphs_of_a_job_give_the_report_s_numbers(station: Station, session: Session, completed: str) -> None:
    from sklearn.metrics import average_precision_score, log_loss

    from rockfall_desktop.learning.evaluation.answer_files import read_answers
    from rockfall_desktop.learning.export.checking import checked_samples
    from rockfall_desktop.learning.samples.build import build_pooled
    from rockfall_desktop.operations.training_sites import read_for_training
    from rockfall_desktop.scoring.answering import MemberGraphs, answer
    from rockfall_desktop.scoring.graphs import GraphRunner
    from rockfall_desktop.store.jobs import Jobs

    paths = export_model(session, station=station, job_id=completed)
    assert [path.name for path in paths] == ["answer-1.onnx", "answer-2.onnx"]
    config = Jobs(station.store).read(completed).config
    samples = build_pooled(read_for_training(config, station.shelf), config)
    prepared, picked = checked_samples(samples, len(samples.test.rows))
    members = [MemberGraphs(None, GraphRunner(path.read_bytes(), 1)) for path in paths]
    found = answer(members, read_answers(judged_model(station, completed)), prepared)
    report = performance_report(session, station=station, job_id=completed)
    target = samples.test.targets[picked, 0].numpy()
    assert report.scores[0].log_loss == pytest.approx(
        log_loss(target, found.probability[:, 0], labels=[0, 1]), abs=1e-6
    )
    assert report.scores[0].pr_auc == pytest.approx(average_precision_score(target, found.probability[:, 0]), abs=1e-6)
    assert report.spread
    assert float(np.mean(found.spread[:, 0])) > 0


def test_that_graphs_that_answer_otherwise_are_not_kept(
    station: Station, session: Session, completed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = station.files.job_folder(completed)
    before = sorted(path.name for path in folder.iterdir())
    monkeypatch.setattr(exporting, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(NotAlike, match=r"differ by up to \d"):
        export_model(session, station=station, job_id=completed)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_that_a_job_that_did_not_complete_has_no_model(station: Station, session: Session, site: Path) -> None:
    job = start_training(session, station=station, config=quick_config(site))
    with pytest.raises(WrongInput, match="is queued"):
        export_model(session, station=station, job_id=job.job_id)
    station.started.pop(job.job_id).lock.release()


def test_that_nothing_is_exported_while_a_training_runs(station: Station, session: Session, completed: str) -> None:
    with station.computing, pytest.raises(WrongInput, match="A training is running"):
        export_model(session, station=station, job_id=completed)


@pytest.mark.parametrize("part", ["probability", "spread", "aleatoric", "epistemic"])
def test_that_every_part_of_an_answer_is_compared(part: str) -> None:
    from rockfall_desktop.judging.mixtures import Answer
    from rockfall_desktop.learning.export.checking import largest_difference

    one = Answer(*(np.full((3, 2), 0.25) for _ in range(5)))
    other = replace(one, **{part: getattr(one, part) + np.eye(3, 2) * 1e-3})
    assert largest_difference(one, one) == 0.0
    assert largest_difference(one, other) == pytest.approx(1e-3)
    assert np.isnan(largest_difference(one, replace(one, **{part: one.spread * np.nan})))


def test_that_a_model_is_compared_only_on_the_site_that_it_was_judged_on(
    station: Station, session: Session, site: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(site, folder)
    job = start_training(session, station=station, config=quick_config(folder, epochs=1))
    *_, last = run_job(session, station=station, job_id=job.job_id, control=Control())
    assert isinstance(last, JobCompleted)
    manifest = folder / "site.toml"
    manifest.write_text(manifest.read_text() + "# touched\n")
    with pytest.raises(WrongInput, match="not those that the model was judged on"):
        export_model(session, station=station, job_id=job.job_id)


def test_that_a_missing_file_of_weights_is_a_sentence(station: Station, session: Session, completed: str) -> None:
    next(station.files.job_folder(completed).glob("best*.safetensors")).unlink()
    with pytest.raises(StoreFault, match="cannot be read"):
        export_model(session, station=station, job_id=completed)
