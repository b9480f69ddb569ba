"""Collections, indexes and validators of the office's database: made by its administrator, looked at by stations."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from pymongo.database import Database

from rockfall_desktop.domain.office_exchange import LARGEST_LOG_BYTES
from rockfall_desktop.remote import schemas
from rockfall_desktop.remote.faults import spoken_office

Plain = dict[str, Any]
Keys = tuple[tuple[str, int], ...]
SEQUENCE, COUNTERS = "sequence", "counters"
NUMBERED = ("training_jobs", "model_deployments", "active_deployments", "station_keys")
# As the reader of a bundle's archive has it.
_LARGEST_BUNDLE = 2**31


class Index(NamedTuple):
    """One index.

    Attributes:
        keys: fields and directions.
        unique: whether two documents may not have the same.
    """

    keys: Keys
    unique: bool = False


class CollectionShape(NamedTuple):
    """One collection.

    Attributes:
        name: how it is called.
        validator: what a document must be.
        indexes: beside that on `_id`.
    """

    name: str
    validator: Plain
    indexes: tuple[Index, ...] = ()


class OpenDatabase(Protocol):
    """A connection as `connecting.connect` gives it."""

    @property
    def database(self) -> Database[Plain]:
        """The office's database."""


_NEWER = Index(((SEQUENCE, 1),))  # a station reads what is newer than a number
_NUMBERED_ONCE = Index((("site_id", 1), ("version", 1)), unique=True)  # no version of a site is given twice
_PIECES = Index((("files_id", 1), ("n", 1)), unique=True)  # a file is read in order, and no piece is there twice

SHAPE = (
    CollectionShape("training_jobs", schemas.TRAINING_JOBS, (_NEWER,)),
    CollectionShape("model_deployments", schemas.MODEL_DEPLOYMENTS, (_NEWER, _NUMBERED_ONCE)),
    CollectionShape("active_deployments", schemas.ACTIVE_DEPLOYMENTS, (_NEWER,)),
    CollectionShape("station_keys", schemas.STATION_KEYS, (_NEWER,)),
    CollectionShape(COUNTERS, schemas.COUNTERS),
    CollectionShape("bundles.files", schemas.files_validator(schemas.BUNDLE_ID, _LARGEST_BUNDLE)),
    CollectionShape("bundles.chunks", schemas.pieces_validator(schemas.BUNDLE_ID), (_PIECES,)),
    CollectionShape("job_logs.files", schemas.files_validator(schemas.LOG_ID, LARGEST_LOG_BYTES)),
    CollectionShape("job_logs.chunks", schemas.pieces_validator(schemas.LOG_ID), (_PIECES,)),
)


def prepare(connection: OpenDatabase) -> tuple[str, ...]:
    """Make what is missing and mend what is other than it must be; documents are never touched.

    Returns:
        What was done, a sentence each; nothing when all was as it must be.

    Raises:
        OfficeRefused: when the user may not, or documents that are there contradict a unique index.
        OfficeUnreachable: when it does not answer; what was done by then stays, and doing it again is harmless.
    """
    database = connection.database
    with spoken_office():
        known = _collections(database)
        done: list[str] = []
        for shape in SHAPE:
            done += _prepare_collection(database, shape, known.get(shape.name))
            done += _prepare_indexes(database, shape)
        return (*done, *_prepare_counter(database))


def check(connection: OpenDatabase) -> list[str]:
    """What is missing or other than it must be, a sentence each; nothing is changed.

    Raises:
        OfficeUnreachable, OfficeRefused: when it does not answer, or the user may not look.
    """
    database = connection.database
    with spoken_office():
        known = _collections(database)
        found = [words for shape in SHAPE for words in _faults(database, shape, known.get(shape.name))]
        if not found and database[COUNTERS].find_one({"_id": SEQUENCE}) is None:
            found.append("The counter that numbers every change is missing at the office.")
    return found


def _faults(database: Database[Plain], shape: CollectionShape, options: Plain | None) -> Iterator[str]:
    if options is None:
        yield f"The collection {shape.name} is missing at the office."
        return
    if not _is_checked(options, shape):
        yield f"The office does not check the documents of {shape.name} as this version of the program would have it."
    there = _indexes(database, shape.name)
    for index in shape.indexes:
        if there.get(index.keys) is not index.unique:
            yield f"The index {_spoken(index)} of {shape.name} is missing at the office."


def _prepare_collection(database: Database[Plain], shape: CollectionShape, options: Plain | None) -> list[str]:
    rules: Plain = {"validator": shape.validator, "validationLevel": "strict", "validationAction": "error"}
    if options is None:
        database.create_collection(shape.name, **rules)
        return [f"Made the collection {shape.name}."]
    if _is_checked(options, shape):
        return []
    database.command("collMod", shape.name, **rules)
    return [f"Changed how documents of {shape.name} are checked; those that are there were not looked at."]


def _prepare_indexes(database: Database[Plain], shape: CollectionShape) -> list[str]:
    there, done = _indexes(database, shape.name), []
    for index in shape.indexes:
        if there.get(index.keys) is index.unique:
            continue
        if index.keys in there:
            database[shape.name].drop_index(list(index.keys))
        database[shape.name].create_index(list(index.keys), unique=index.unique)
        done.append(f"Made the index {_spoken(index)} of {shape.name}.")
    return done


def _prepare_counter(database: Database[Plain]) -> list[str]:
    """The counter, from the highest number that is there: one from 0 would hide what comes from those who read on."""
    if database[COUNTERS].find_one({"_id": SEQUENCE}) is not None:
        return []
    last = [database[name].find_one(sort=[(SEQUENCE, -1)], projection={SEQUENCE: 1}) for name in NUMBERED]
    highest = max((one[SEQUENCE] for one in last if one is not None), default=0)
    asked = {"$setOnInsert": {"value": highest}}
    database[COUNTERS].update_one({"_id": SEQUENCE}, asked, upsert=True)
    return [f"Began to number changes after {highest}."]


def _is_checked(options: Plain, shape: CollectionShape) -> bool:
    rules = (
        options.get("validator"),
        options.get("validationLevel", "strict"),
        options.get("validationAction", "error"),
    )
    return rules == (shape.validator, "strict", "error")


def _collections(database: Database[Plain]) -> dict[str, Plain]:
    """Options of each collection by its name."""
    return {one["name"]: one.get("options", {}) for one in database.list_collections()}


def _indexes(database: Database[Plain], name: str) -> dict[Keys, bool]:
    """Fields and directions of each index that covers every document, and whether it is unique."""
    return {
        tuple((field, int(way)) for field, way in one["key"].items() if isinstance(way, int | float)): bool(
            one.get("unique")
        )
        for one in database[name].list_indexes()
        if not ({"partialFilterExpression", "expireAfterSeconds"} & set(one) or one.get("sparse"))
    }


def _spoken(index: Index) -> str:
    return "on " + " and ".join(field for field, _ in index.keys)
