"""Bundles and logs in the real GridFS: a damaged piece is refused, an upload that broke off goes on."""

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gridfs import GridFSBucket

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.bundles import bundle_of
from rockfall_desktop.remote.office_files import PIECE_BYTES, fetch, is_there, upload
from rockfall_desktop.remote.pace import Pace
from tests.office_documents import deployment, log_file
from tests.offices import MongoPlace

CONTENT = bytes(range(251)) * 700  # 175,700 bytes: two whole pieces and a part of a third
FACT = deployment(1, bundle=CONTENT)
FILE = bundle_of(FACT)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "a.rockfall"
    path.write_bytes(CONTENT)
    return path


class Breaking(io.BytesIO):
    """A file whose reading breaks off."""

    def __init__(self, content: bytes, after: int) -> None:
        super().__init__(content)
        self.left = after

    def read(self, size: int | None = -1) -> bytes:
        if self.left == 0:
            raise ConnectionResetError
        self.left -= 1
        return super().read(size)


def test_that_any_gridfs_program_reads_what_was_sent(mongo_place: MongoPlace, bundle: Path) -> None:
    mongo_place.open().push_deployment(FACT, bundle)
    bucket = GridFSBucket(mongo_place.database, "bundles")
    assert bucket.open_download_stream(FILE.sha256).read() == CONTENT


def flip_a_bit(chunks: Any) -> None:
    piece = chunks.find_one({"n": 1})
    data = bytearray(piece["data"])
    data[1000] ^= 1
    chunks.update_one({"_id": piece["_id"]}, {"$set": {"data": bytes(data)}})


def take_a_piece_away(chunks: Any) -> None:
    chunks.delete_one({"n": 1})


def take_the_last_piece_away(chunks: Any) -> None:
    chunks.delete_one({"n": 2})


def shorten_a_piece(chunks: Any) -> None:
    chunks.update_one({"n": 0}, {"$set": {"data": b"short"}})


def make_a_piece_no_bytes(chunks: Any) -> None:
    chunks.update_one({"n": 2}, {"$set": {"data": "text"}})


def lie_about_the_length(chunks: Any) -> None:
    chunks.database.bundles.files.update_one({}, {"$set": {"length": FILE.size - 1}})


def take_the_entry_away(chunks: Any) -> None:
    chunks.database.bundles.files.delete_one({})


@pytest.mark.parametrize(
    "damage",
    [flip_a_bit, take_a_piece_away, take_the_last_piece_away, shorten_a_piece, make_a_piece_no_bytes,
     lie_about_the_length, take_the_entry_away],
)  # fmt: skip
def test_that_a_damaged_bundle_is_refused_and_nothing_is_left(
    mongo_place: MongoPlace, bundle: Path, tmp_path: Path, damage: Callable[[Any], None]
) -> None:
    office = mongo_place.open()
    office.push_deployment(FACT, bundle)
    damage(mongo_place.unchecked().database.bundles.chunks)
    folder = tmp_path / "fetched"
    folder.mkdir()
    with pytest.raises(OfficeRefused):
        office.fetch_bundle(FACT, folder / "a.rockfall")
    assert list(folder.iterdir()) == []


def test_that_a_log_is_checked_too(mongo_place: MongoPlace, tmp_path: Path) -> None:
    office, log = mongo_place.open(), log_file(CONTENT)
    office.push_log(log, io.BytesIO(CONTENT))
    flip_a_bit(mongo_place.database.job_logs.chunks)
    with pytest.raises(OfficeRefused):
        office.fetch_log(log, tmp_path / "log")


def test_that_a_log_that_claims_to_be_endless_is_not_read(mongo_place: MongoPlace, tmp_path: Path) -> None:
    office, log = mongo_place.open(), log_file(CONTENT)
    office.push_log(log, io.BytesIO(CONTENT))
    mongo_place.unchecked().database.job_logs.files.update_one({}, {"$set": {"length": 2**40}})
    with pytest.raises(OfficeRefused):
        office.fetch_log(log, tmp_path / "log")
    with pytest.raises(OfficeRefused):
        office.fetch_log(log._replace(size=2**40), tmp_path / "log")
    assert list(tmp_path.iterdir()) == []


def fetched(office: Any, folder: Path) -> bytes:
    fetch(office, FILE, folder / "fetched", Pace(1, 2))
    return (folder / "fetched").read_bytes()


def test_that_an_upload_that_broke_off_is_no_file_and_goes_on_where_it_stood(
    mongo_place: MongoPlace, tmp_path: Path
) -> None:
    office = mongo_place.database
    with pytest.raises(ConnectionResetError):
        upload(office, FILE, Breaking(CONTENT, after=2), Pace(1, 1))
    assert not is_there(office, FILE)
    before = office.bundles.chunks.count_documents({})
    upload(office, FILE, io.BytesIO(CONTENT), Pace(1, 3))
    assert (before, office.bundles.chunks.count_documents({})) == (2, 3)
    assert fetched(office, tmp_path) == CONTENT


def test_that_an_upload_does_not_go_on_from_damaged_pieces(mongo_place: MongoPlace, bundle: Path) -> None:
    office = mongo_place.open()
    with pytest.raises(ConnectionResetError):
        upload(mongo_place.database, FILE, Breaking(CONTENT, after=2), Pace(1, 1))
    flip_a_bit(mongo_place.database.bundles.chunks)
    with pytest.raises(OfficeRefused, match="piece 2 of 3"):
        office.push_deployment(FACT, bundle)
    assert office.pull(0, 10).deployments == ()


def test_that_a_file_that_changes_while_it_is_sent_becomes_no_file(mongo_place: MongoPlace) -> None:
    for other in (CONTENT[:-1] + b"x", CONTENT + b"x"):
        with pytest.raises(OfficeRefused):
            upload(mongo_place.database, FILE, io.BytesIO(other), Pace(1, 4))
        mongo_place.database.bundles.chunks.delete_many({})
    assert not is_there(mongo_place.database, FILE)


def test_that_two_stations_may_send_the_same_bundle_at_once(mongo_place: MongoPlace, tmp_path: Path) -> None:
    meet, arrived = threading.Barrier(4), []

    def send() -> None:
        meet.wait()
        upload(mongo_place.database, FILE, io.BytesIO(CONTENT), Pace(1, 2))
        arrived.append(True)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(arrived) == 4
    assert mongo_place.database.bundles.chunks.count_documents({}) == -(-len(CONTENT) // PIECE_BYTES)
    assert fetched(mongo_place.database, tmp_path) == CONTENT
