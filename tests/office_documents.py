"""Documents as stations send them to the office: jobs, deployments, keys, with signatures that nobody verifies here."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from rockfall_desktop.domain.office_exchange import Document, LogFile, PulledJob

STATION, OTHER_STATION = "0198a000-0000-7000-8000-00000000aaaa", "0198a000-0000-7000-8000-00000000bbbb"
SITE = "0198a000-0000-7000-8000-00000000cccc"
USER = "0198a000-0000-7000-8000-00000000dddd"
AT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
KEY_ID, SIGNATURE = "ab" * 32, "cd" * 64


def id_of(number: int) -> str:
    """A UUIDv7 in order of the number."""
    return f"0198{number:04x}-0000-7000-8000-000000000000"


def job(number: int = 1, revision: int = 1, station_id: str = STATION, **changes: Any) -> Document:
    """A job with one epoch and one log line."""
    return {
        "job_id": id_of(number),
        "user_id": USER,
        "station_id": station_id,
        "site": {"site_id": SITE, "site_name": "Simulated pit", "simulated": True},
        "config": {"epochs": 10, "learning_rate": 0.001, "sites": ["pit"]},
        "status": "training",
        "progress": 10.0,
        "current_epoch": 1,
        "total_epochs": 10,
        "created_at": AT,
        "updated_at": AT + timedelta(seconds=revision),
        "metrics": [{"epoch": 1, "member": 1, "training_loss": 0.5, "validation_log_loss": 0.25, "at": AT}],
        "logs": [{"at": AT, "level": "info", "text": "Epoch 1 of 10"}],
        "performance_summary": None,
        "model_paths": [],
        "log": None,
        "revision": revision,
        "key_id": KEY_ID,
        "signature": SIGNATURE,
    } | changes


def log_file(content: bytes, number: int = 1, revision: int = 1) -> LogFile:
    """The log of a job as its document would name it."""
    return LogFile(id_of(number), revision, len(content), hashlib.sha256(content).hexdigest())


def opened(pulled: PulledJob) -> Document:
    """What a station sent of a job."""
    from rockfall_desktop.remote.encoding import decode

    return decode(pulled.content) | {"signature": pulled.said["signature"]}


def deployment(number: int = 1, epoch: int = 1, follows: str = "", bundle: bytes = b"", **changes: Any) -> Document:
    """A fact, of old when it has no bundle."""
    return {
        "deployment_id": id_of(number),
        "job_id": id_of(900),
        "site_id": SITE,
        "site_name": "Simulated pit",
        "simulated": True,
        "deployed_by": USER,
        "deployed_by_name": "Ada",
        "deployed_at": AT.isoformat(),
        "reason": "",
        "against": [],
        "deed": "deploy",
        "source_id": "",
        "epoch": epoch,
        "follows": follows,
        "bundle_sha256": hashlib.sha256(bundle).hexdigest() if bundle else "",
        "bundle_bytes": len(bundle),
        "station_id": STATION,
        "key_id": KEY_ID,
        "signature": f"{number:03x}" + SIGNATURE[3:],
    } | changes


def key(fingerprint: str = KEY_ID, station_id: str = STATION) -> Document:
    """A public key, as its station claims it."""
    return {
        "kind": "rockfall station key",
        "fingerprint": fingerprint,
        "public_key": fingerprint[::-1],
        "station_id": station_id,
        "station_name": "Laptop at the pit",
        "signature": SIGNATURE,
    }
