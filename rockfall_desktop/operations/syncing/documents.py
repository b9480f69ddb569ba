"""What is told of a job and of a deployment: documents for the office, signed by this station.

The signature of a job is over the very bytes that the office keeps of it (BSON), all but its id there, the signature
and the number: a reader verifies ten thousand of them without making a value of any. A deployment is sent as the very
content that its own signature is over.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rockfall_desktop.domain.deployment import Deployment, signed_content
from rockfall_desktop.domain.job import Status
from rockfall_desktop.domain.office_exchange import Document, LogFile
from rockfall_desktop.operations.identity import own_public_key
from rockfall_desktop.operations.syncing.document_size import within_size

if TYPE_CHECKING:
    from rockfall_desktop.store.job_states import JobState
    from rockfall_desktop.store.station_identity import Identity

EPOCHS, LINES = 2000, 500
SIGNATURE = "signature"
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
_MODEL_FILES = frozenset({".json", ".safetensors", ".onnx"})


def job_document(
    state: "JobState", identity: "Identity", model_paths: tuple[str, ...], log: LogFile | None = None
) -> Document:
    """The document of a job at one revision, of bounded size; the same revision always gives the same document.

    Args:
        state: the job with its epochs and log lines.
        identity: this station, which signs.
        model_paths: files of its model, relative to the home folder.
        log: its whole log, of a job that ended: who reads it holds it against what is signed here.

    Raises:
        OfficeRefused: when it holds something that the office cannot keep as it is.
    """
    from rockfall_desktop.access.signing import sign  # noqa: PLC0415 - cryptography loads here

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
        "log": None if log is None else {"bytes": log.size, "sha256": log.sha256},
        "station_id": identity.station_id,
        "revision": state.revision,
        "updated_at": to_milliseconds(state.updated_at),
        "site": {"site_id": job.site_id, "site_name": job.site_name, "simulated": job.simulated},
        "key_id": own_public_key(identity)[0],
    }
    document = within_size(document)
    return document | {SIGNATURE: sign(identity.private_key, signed_bytes(document)).hex()}


def deployment_document(fact: Deployment) -> Document:
    """The document of a deployment: what was signed, and the signature."""
    return signed_content(fact) | {SIGNATURE: fact.signature}


def signed_bytes(document: Document) -> bytes:
    """What the signature of a job's document is over.

    Raises:
        OfficeRefused: when the office cannot keep it as it is.
    """
    from rockfall_desktop.remote.encoding import encode_signed  # noqa: PLC0415 - the driver's BSON loads here

    return encode_signed(document)


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
