"""What a document of each collection must be, as the office's server checks it: `$jsonSchema` and equal ids.

The server sees neither who wrote a document nor what stood there before: those are looked at by who reads it, through
the signature. In a pattern `$` also fits before a last line break, so each has its longest length beside it.
"""

from typing import Any

from rockfall_desktop.remote.office_files import PIECE_BYTES

Schema = dict[str, Any]

_LONGEST_NAME, _LONGEST_TEXT = 2000, 4000
_MOST_EPOCHS, _MOST_LINES, _MOST_PATHS = 2000, 500, 1000


def _fitting(pattern: str, longest: int) -> Schema:
    return {"bsonType": "string", "pattern": pattern, "maxLength": longest}


def _text(longest: int) -> Schema:
    return {"bsonType": "string", "maxLength": longest}


def _whole(least: int) -> Schema:
    return {"bsonType": ["int", "long"], "minimum": least}


def _list(item: Schema, most: int) -> Schema:
    return {"bsonType": "array", "maxItems": most, "items": item}


def _object(properties: Schema) -> Schema:
    """A mapping with exactly these fields."""
    return {
        "bsonType": "object",
        "required": sorted(properties),
        "additionalProperties": False,
        "properties": properties,
    }


_UUID = _fitting("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", 36)
_UUID_OR_NONE = _fitting("^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$", 36)
_SHA256 = _fitting("^[0-9a-f]{64}$", 64)
_SHA256_OR_NONE = _fitting("^([0-9a-f]{64})?$", 64)
_SIGNATURE = _fitting("^[0-9a-f]{128}$", 128)
_YES_OR_NO, _TIME, _ANYTHING = {"bsonType": "bool"}, {"bsonType": "date"}, {"bsonType": "object"}
_OF_A_STATION = {"station_id": _UUID, "key_id": _SHA256, "signature": _SIGNATURE, "sequence": _whole(1)}


def _validator(properties: Schema, own_id: str = "") -> Schema:
    schema = {"$jsonSchema": _object(properties)}
    return {"$and": [schema, {"$expr": {"$eq": ["$_id", f"${own_id}"]}}]} if own_id else schema


TRAINING_JOBS = _validator(
    {
        "_id": _UUID,
        "job_id": _UUID,
        "user_id": _UUID,
        "config": _ANYTHING,
        "status": {
            "enum": ["queued", "preparing", "training", "completed", "failed", "cancelled", "interrupted"],
        },
        "progress": {"bsonType": ["double", "int", "long"], "minimum": 0, "maximum": 100},
        "current_epoch": _whole(0),
        "total_epochs": _whole(1),
        "created_at": _TIME,
        # A look at each epoch and into each line would make a push up to 1.3 times as long; who reads them looks.
        "metrics": {"bsonType": "array", "maxItems": _MOST_EPOCHS},
        "logs": {"bsonType": "array", "maxItems": _MOST_LINES},
        "performance_summary": {"bsonType": ["object", "null"]},
        "model_paths": _list(_text(300), _MOST_PATHS),
        "log": {"anyOf": [{"bsonType": "null"}, _object({"bytes": _whole(0), "sha256": _SHA256})]},
        "revision": _whole(1),
        "updated_at": _TIME,
        "site": _object({"site_id": _UUID, "site_name": _text(_LONGEST_NAME), "simulated": _YES_OR_NO}),
        **_OF_A_STATION,
    },
    "job_id",
)

MODEL_DEPLOYMENTS = _validator(
    {
        "_id": _UUID,
        "deployment_id": _UUID,
        "job_id": _UUID,
        "site_id": _UUID,
        "site_name": _text(_LONGEST_NAME),
        "simulated": _YES_OR_NO,
        "deployed_by": _UUID,
        "deployed_by_name": _text(_LONGEST_NAME),
        "deployed_at": _text(40),
        "reason": _text(_LONGEST_TEXT),
        "against": _list(_text(_LONGEST_TEXT), 100),
        "deed": {"enum": ["deploy", "roll_back", "again"]},
        "source_id": _UUID_OR_NONE,
        "epoch": _whole(1),
        "follows": _UUID_OR_NONE,
        "bundle_sha256": _SHA256_OR_NONE,
        "bundle_bytes": _whole(0),
        "version": _whole(1),
        "accepted": _YES_OR_NO,
        **_OF_A_STATION,
    },
    "deployment_id",
)

ACTIVE_DEPLOYMENTS = _validator({"_id": _UUID, "epoch": _whole(1), "deployment_id": _UUID, "sequence": _whole(1)})

STATION_KEYS = _validator(
    {
        "_id": _SHA256,
        "kind": {"enum": ["rockfall station key"]},
        "fingerprint": _SHA256,
        "public_key": _SHA256,
        "station_id": _UUID,
        "station_name": _text(64),
        "signature": _SIGNATURE,
        "sequence": _whole(1),
    },
    "fingerprint",
)

_COUNTER = _fitting("^(sequence|version:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$", 44)
# `life` stands beside the sequence alone
COUNTERS = {"$or": [_validator({"_id": _COUNTER, "value": _whole(0), **more}) for more in ({}, {"life": _UUID})]}


def files_validator(file_id: Schema, most_bytes: int) -> Schema:
    """Entries of a GridFS bucket: `_id` ends with the SHA-256 of the whole."""
    return _validator(
        {
            "_id": file_id,
            "length": _whole(0) | {"maximum": most_bytes},
            "chunkSize": {"enum": [PIECE_BYTES]},
            "filename": file_id,
            "uploadDate": _TIME,
            "metadata": _object({"sha256": _SHA256}),
        },
        "filename",
    )


def pieces_validator(file_id: Schema) -> Schema:
    """Pieces of the files of a GridFS bucket."""
    return _validator({"_id": _text(160), "files_id": file_id, "n": _whole(0), "data": {"bsonType": "binData"}})


BUNDLE_ID = _SHA256
LOG_ID = _fitting("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9]{12}/[0-9a-f]{64}$", 114)
