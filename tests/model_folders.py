"""The files of a model for tests that write them themselves."""

import hashlib
import json
from pathlib import Path

from rockfall_desktop.learning.fitting.model_folder import ModelFolder
from rockfall_desktop.operations.station import Station
from rockfall_desktop.store.history import History


def as_it_lies(folder: Path) -> ModelFolder:
    """A folder whose files are noted as they are now."""
    files = (path for path in folder.iterdir() if path.is_file())
    return ModelFolder(folder, {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files})


def demand_noted(station: Station, job_id: str) -> None:
    """The store knows every file of a job's model as it lies there, and no other."""
    lying = as_it_lies(station.files.job_folder(job_id)).sha256
    wanted = {name: sha256 for name, sha256 in lying.items() if name.startswith(("best", "model.", "answers."))}
    assert {"model.json", "answers.json"} < wanted.keys()
    assert History(station.store).model_files(job_id) == wanted


def note_anew(station: Station, job_id: str, files: dict[str, str] | None = None) -> None:
    """Let the store know other files of a completed job's model: those that lie there now, or the given ones."""
    files = dict(as_it_lies(station.files.job_folder(job_id)).sha256) if files is None else files
    with station.store.writing() as connection:
        connection.execute(
            "update job_events set body = json_set(body, '$.model_files', json(?))"
            " where job_id = ? and kind = 'job_completed'",
            (json.dumps(files), job_id),
        )
