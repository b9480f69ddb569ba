import random
import shutil
import sqlite3
from pathlib import Path

import apsw
import pytest

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.store import connection as connection_module
from rockfall_desktop.store import migrations
from rockfall_desktop.store.connection import check_sqlite
from rockfall_desktop.store.database import Store, open_store
from rockfall_desktop.store.home import Home
from rockfall_desktop.store.jobs import Jobs
from tests.unit.store.job_samples import CANARY, KEY, Clock, created, epoch, log_line, up_to_fitting

OTHER_KEY = bytes(32)


def fill(store: Store, count: int = 4) -> None:
    jobs = Jobs(store)
    for _ in range(count):
        job_id = jobs.create(created()).job_id
        for event in (*up_to_fitting(), *(log_line() for _ in range(20)), epoch(1)):
            jobs.append(job_id, event)


def reopened(path: Path) -> None:
    """Open a database and read every page of it."""
    store = open_store(path, KEY, now=Clock())
    try:
        store.check()
    finally:
        store.close()


def test_that_a_copied_database_is_noise(store: Store, home: Home) -> None:
    fill(store)
    pieces = [home.database, Path(f"{home.database}-wal"), Path(f"{home.database}-shm")]
    for piece in pieces:
        content = piece.read_bytes()
        assert content
        for readable in (CANARY.encode(), b"projection", b"SQLite format 3", KEY, KEY.hex().encode()):
            assert readable not in content, f"{readable!r} in {piece.name}"
    store.close()
    assert CANARY.encode() not in home.database.read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        plain(home.database)


def plain(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("select * from jobs")
    finally:
        connection.close()


def test_that_only_the_owner_may_read_the_files(store: Store, home: Home) -> None:
    fill(store, 1)
    for piece in home.path.glob("rockfall.db*"):
        assert piece.stat().st_mode & 0o777 == 0o600, piece.name


def test_that_a_wrong_key_is_told_in_a_sentence_and_harms_nothing(store: Store, home: Home) -> None:
    fill(store)
    store.close()
    before = home.database.read_bytes()
    with pytest.raises(StoreFault, match=r"does not belong to the access\.json beside it"):
        open_store(home.database, OTHER_KEY, now=Clock())
    assert home.database.read_bytes() == before
    reopened(home.database)


def test_that_a_key_of_another_length_is_a_fault_of_the_program(home: Home) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(home.database, b"short", now=Clock(), make=True)


@pytest.mark.parametrize("content", [b"hello " * 2000, b"\0" * 8192, b"SQLite format 3\0" + b"\0" * 5000, b"x"])
def test_that_a_file_that_is_no_database_is_told_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rockfall.db"
    path.write_bytes(content)
    with pytest.raises(StoreFault, match="cannot be read"):
        reopened(path)
    assert path.read_bytes() == content


def test_that_a_plain_database_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "rockfall.db"
    connection = sqlite3.connect(path)
    connection.execute("create table jobs (job_id text)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreFault, match="cannot be read"):
        open_store(path, KEY, now=Clock())


@pytest.mark.parametrize("content", [None, b""])
def test_that_a_database_that_was_there_once_is_never_made_anew(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "rockfall.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreFault, match="missing"):
        open_store(path, KEY, now=Clock())
    assert path.exists() is (content is not None)
    open_store(path, KEY, now=Clock(), make=True).close()
    reopened(path)


def test_that_what_was_there_at_the_last_opening_is_in_the_one_file(store: Store, home: Home, tmp_path: Path) -> None:
    fill(store)
    again = open_store(home.database, KEY, now=Clock())
    copy = tmp_path / "copy.db"
    shutil.copy(home.database, copy)
    again.close()
    alone = open_store(copy, KEY, now=Clock())
    assert len(Jobs(alone).list(None)) == 4
    alone.close()


def test_that_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="cannot be used"):
        open_store(tmp_path / "missing" / "rockfall.db", KEY, now=Clock(), make=True)


@pytest.mark.parametrize("part", range(3))
def test_that_every_flipped_bit_is_noticed(part: int, store: Store, home: Home, tmp_path: Path) -> None:
    fill(store)
    store.close()
    good = home.database.read_bytes()
    reopened(home.database)
    draw = random.Random(part)
    bits = [draw.randrange(len(good) * 8) for _ in range(17)] + [part, 64 + part, 150 + part]  # the header too
    for bit in bits:
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << (bit % 8)
        path = tmp_path / f"flipped-{bit}.db"
        path.write_bytes(bad)
        with pytest.raises(StoreFault, match="cannot be read"):
            reopened(path)


def test_that_a_database_cut_short_is_noticed(store: Store, home: Home) -> None:
    fill(store)
    store.close()
    good = home.database.read_bytes()
    for length in (1, 100, 512, 4095, 4096, 4097, len(good) // 2, len(good) - 1):
        home.database.write_bytes(good[:length])
        with pytest.raises(StoreFault, match="cannot be read"):
            reopened(home.database)


def test_that_a_newer_database_is_refused_with_a_sentence(store: Store, home: Home) -> None:
    fill(store, 1)
    with store.writing() as connection:
        connection.pragma("user_version", max(migrations.all_migrations()) + 1)
    store.close()
    with pytest.raises(StoreFault, match="newer version of Rockfall Desktop"):
        open_store(home.database, KEY, now=Clock())


def test_that_each_migration_runs_once(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.resource("migrations"), folder)
    monkeypatch.setattr(migrations, "resource", tmp_path.joinpath)
    newest = max(migrations.all_migrations())
    open_store(home.database, KEY, now=Clock(), make=True).close()
    (folder / f"{newest + 1:04}_notes.sql").write_text(
        "create table notes (text text);\ninsert into notes values ('once');\n"
    )
    for _ in range(3):
        store = open_store(home.database, KEY, now=Clock())
        assert store.rows("select text from notes") == [("once",)]
        assert store.rows("pragma user_version") == [(newest + 1,)]
        store.close()


def test_that_a_migration_that_fails_leaves_the_database_as_it_was(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.resource("migrations"), folder)
    monkeypatch.setattr(migrations, "resource", tmp_path.joinpath)
    newest = max(migrations.all_migrations())
    open_store(home.database, KEY, now=Clock(), make=True).close()
    bad = folder / f"{newest + 1:04}_bad.sql"
    bad.write_text("create table half (a text);\ninsert into nowhere values (1);\n")
    with pytest.raises(apsw.SQLError, match="nowhere"):
        open_store(home.database, KEY, now=Clock())
    bad.unlink()
    store = open_store(home.database, KEY, now=Clock())
    assert store.rows("select name from sqlite_schema where name = 'half'") == []
    assert store.rows("pragma user_version") == [(newest,)]
    store.close()


def test_that_migrations_with_a_gap_in_their_numbers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "migrations").mkdir()
    for name in ("0001_one.sql", "0003_three.sql"):
        (tmp_path / "migrations" / name).write_text("select 1;")
    monkeypatch.setattr(migrations, "resource", tmp_path.joinpath)
    with pytest.raises(ValueError, match="not numbered"):
        migrations.all_migrations()


def test_that_an_old_sqlite_is_refused() -> None:
    check_sqlite(apsw.sqlite_lib_version())
    for old in ("3.51.2", "3.45.1", "2.99"):
        with pytest.raises(StoreFault, match=r"3\.51\.3"):
            check_sqlite(old)


def test_that_every_connection_has_what_durability_rests_on(store: Store) -> None:
    with store.reading() as connection:
        found = {
            name: connection.pragma(name)
            for name in ("journal_mode", "synchronous", "foreign_keys", "mmap_size", "busy_timeout", "cipher")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "mmap_size": 0,
        "busy_timeout": connection_module.BUSY_MS,
        "cipher": "chacha20",
    }
