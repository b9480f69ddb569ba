"""The form of an archive: every byte of it is determined."""

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop import archive
from rockfall_desktop.archive import MOST_FILES, digest, read_archive, write_archive
from rockfall_desktop.domain.errors import WrongInput
from tests.unit.bundles.made_bundle import Zipped, zip_bytes

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(files=st.dictionaries(NAMES, st.binary(max_size=300), min_size=1, max_size=6))
def test_that_what_is_written_is_read_back_and_any_zip_program_reads_it(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("archive") / "one"
    write_archive(path, files)
    found = read_archive(path)
    assert {name: found.read(name) for name in found.names} == files
    assert {name: b"".join(found.pieces(name)) for name in found.names} == files
    with zipfile.ZipFile(path) as theirs:
        assert {name: theirs.read(name) for name in theirs.namelist()} == files
    assert path.read_bytes() == zip_bytes([Zipped(name, content) for name, content in files.items()])


def test_that_the_same_files_give_the_same_bytes_whether_they_are_held_or_lie_on_the_disk(tmp_path: Path) -> None:
    content = os.urandom(3 * 2**20 + 17)  # more than a piece
    (tmp_path / "graph").write_bytes(content)
    write_archive(tmp_path / "held", {"a": content, "b": b""})
    write_archive(tmp_path / "copied", {"a": tmp_path / "graph", "b": b""})
    assert digest(tmp_path / "held") == digest(tmp_path / "copied")
    assert read_archive(tmp_path / "copied").read("a") == content
    assert b"".join(read_archive(tmp_path / "copied").pieces("a")) == content


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "C:x", "A", "a b", "-a", ".a", "ä", "a" * 65])
def test_that_no_other_name_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain names"):
        write_archive(tmp_path / "one", {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_that_a_file_that_cannot_be_copied_leaves_the_old_archive_as_it_was(tmp_path: Path) -> None:
    write_archive(tmp_path / "one", {"a": b"old"})
    with pytest.raises(WrongInput, match="missing"):
        write_archive(tmp_path / "one", {"a": b"new", "b": tmp_path / "missing"})
    assert read_archive(tmp_path / "one").read("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_that_an_archive_that_would_grow_too_large_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST_BYTES", 100_000)
    with pytest.raises(WrongInput, match="larger than"):
        write_archive(tmp_path / "one", {"a": bytes(60_000), "b": bytes(60_000)})
    assert list(tmp_path.iterdir()) == []


def test_that_a_larger_file_than_asked_for_is_not_even_looked_into(tmp_path: Path) -> None:
    write_archive(tmp_path / "one", {"a": bytes(1000)})
    assert read_archive(tmp_path / "one", largest_bytes=2000).names == ("a",)
    with pytest.raises(WrongInput, match="too large"):
        read_archive(tmp_path / "one", largest_bytes=1000)


def test_that_a_hole_of_a_terabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "hole"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(WrongInput, match="too large"):
        read_archive(path)


def test_that_every_size_a_directory_may_have_is_read(tmp_path: Path) -> None:
    names = [f"{number:064d}" for number in range(MOST_FILES)]
    write_archive(tmp_path / "one", dict.fromkeys(names, b"x"))
    assert read_archive(tmp_path / "one").names == tuple(names)
    with pytest.raises(ValueError, match="at most"):
        write_archive(tmp_path / "two", dict.fromkeys([*names, "more"], b"x"))


def test_that_a_changed_content_is_noticed_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "one"
    write_archive(path, {"a": b"content"})
    path.write_bytes(path.read_bytes().replace(b"content", b"contemt"))
    found = read_archive(path)
    with pytest.raises(WrongInput, match="checksum"):
        found.read("a")
    with pytest.raises(WrongInput, match="checksum"):
        list(found.pieces("a"))


def test_that_a_file_that_is_cut_off_after_it_was_opened_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "one"
    write_archive(path, {"a": bytes(3 << 20)})
    found = read_archive(path)
    os.truncate(path, 2 << 20)
    with pytest.raises(WrongInput, match="cut off"):
        list(found.pieces("a"))
    with pytest.raises(WrongInput, match="checksum"):
        found.read("a")


def test_that_what_is_no_file_is_told_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing", Path("a\0b"), tmp_path / ("x" * 300)):
        with pytest.raises(WrongInput, match="cannot be read"):
            read_archive(path)
        with pytest.raises(WrongInput, match="cannot be read"):
            digest(path)


def test_that_a_name_that_is_not_there_is_a_fault_of_the_program(tmp_path: Path) -> None:
    write_archive(tmp_path / "one", {"a": b""})
    with pytest.raises(KeyError):
        read_archive(tmp_path / "one").read("b")


def test_that_an_archive_with_too_many_files_or_a_doubled_name_is_refused(tmp_path: Path) -> None:
    many = [Zipped(f"{number}", b"x") for number in range(MOST_FILES + 1)]
    for files, refused in ((many[1:], False), (many, True), ([many[0], many[1], many[0]], True)):
        (tmp_path / "one").write_bytes(zip_bytes(files))
        if refused:
            with pytest.raises(WrongInput, match="list of files"):
                read_archive(tmp_path / "one")
        else:
            assert len(read_archive(tmp_path / "one").names) == MOST_FILES
