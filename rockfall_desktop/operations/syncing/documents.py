"""What is told of a job and of a deployment: documents for the office, signed by this station.

The signature of a job is over the canonical text of everything but `signature` and `sequence`, times as ISO text in
UTC with milliseconds. A deployment is sent as the very content that its own signature is over.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.deployment import Deployment, signed_content
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.office_exchange import Document
from rockfall_desktop.operations.identity import own_public_key, signed

if TYPE_CHECKING:
    from rockfall_desktop.store.job_states import JobState
    from rockfall_desktop.store.station_identity import Identity

EPOCHS, LINES = 2000, 500
SIGNATURE, OUTSIDE_THE_SIGNATURE = "signature", frozenset({"_id", "signature", "sequence"})
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
_MODEL_FILES = frozenset({".json", ".safetensors", ".onnx"})


def job_document(state: "JobState", identity: "Identity", model_paths: tuple[str, ...]) -> Document:
    """The document of a job at one revision; the same revision always gives the same document.

    Args:
        state: the job with its epochs and log lines.
        identity: this station, which signs.
        model_paths: files of its model, relative to the home folder.
    """
    job = state.job
    document: Document = {
        "job_id": job.job_id,
        "user_id": job.user_id,
        "config": job.config.model_dump(mode="json"),
        "status": job.status.value,
        "progress": job.progress,
        "current_epoch": job.current_epoch,
        "total_epochs": job.total_epochs,
        "created_at": to_milliseconds(job.created_at),
        "metrics": [one.model_dump(mode="json") for one in state.metrics],
        "logs": [
            {"at": to_milliseconds(line.at), "level": line.level.value, "text": line.text} for line in state.lines
        ],
        "performance_summary": job.performance_summary,
        "model_paths": list(model_paths),
        "station_id": identity.station_id,
        "revision": state.revision,
        "updated_at": to_milliseconds(state.updated_at),
        "site": {"site_id": job.site_id, "site_name": job.site_name, "simulated": job.simulated},
        "key_id": own_public_key(identity)[0],
    }
    return document | {SIGNATURE: signed(identity, plain(document))}


def deployment_document(fact: Deployment) -> Document:
    """The document of a deployment: what was signed, and the signature."""
    return signed_content(fact) | {SIGNATURE: fact.signature}


def signed_bytes(document: Document) -> bytes:
    """What the signature of a document is over.

    Raises:
        ValueError, TypeError: when the document has no canonical text.
    """
    return canonical_json(plain({name: one for name, one in document.items() if name not in OUTSIDE_THE_SIGNATURE}))


def plain(value: Any) -> Any:
    """The same with every time as ISO text in UTC with milliseconds."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {name: inner if type(inner) in _AS_THEY_ARE else plain(inner) for name, inner in value.items()}
    if kind is list:
        return [plain(inner) for inner in value]
    return value.astimezone(UTC).isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def to_milliseconds(at: datetime) -> datetime:
    """The time in UTC, cut to milliseconds, which the office keeps."""
    at = at.astimezone(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def model_paths(home: Path, folder: Path, status: Status) -> tuple[str, ...]:
    """Files of a completed job's model, relative to the home folder; none before."""
    if status is not Status.COMPLETED or not folder.is_dir():
        return ()
    found = sorted(path for path in folder.iterdir() if path.suffix in _MODEL_FILES and path.is_file())
    return tuple(path.relative_to(home).as_posix() for path in found)
