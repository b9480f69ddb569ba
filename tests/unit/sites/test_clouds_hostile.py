"""Bad point files are one sentence each, in bounded time and memory."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from rockfall_desktop.sites.clouds.clouds import read_cloud_layers
from rockfall_desktop.sites.clouds.library_faults import told_once
from rockfall_desktop.sites.faults import Faults, Unreadable
from tests.unit.sites.made_cloud import ground, hostile_files, layer, slope, write_cloud

HOUSE = Path(__file__).parents[3]
MUTATIONS = 300
MEMORY_BYTES = 3 * 1024**3
CASES = ("empty.las", "png.las", "text.laz", "short.las", "cut.las", "cut.laz", "many.las", "many.laz", "more.laz",
    "none.las", "beyond.las", "size0.las", "size9999.las", "form.las", "version.las", "nan.las", "inf.las",
    "scale0.las", "far.las", "records.las", "chunks.laz", "table.laz", "layer.laz")  # fmt: skip


def whole(folder: Path, ending: str, form: int = 6) -> bytes:
    path = folder / f"whole{ending}"
    return write_cloud(path, slope(3000, 1), form=form, intensity=np.arange(3000)).read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_that_a_bad_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    files = hostile_files(whole(tmp_path, ".las"), whole(tmp_path, ".laz"))
    assert set(files) == set(CASES)
    content, part = files[name]
    (tmp_path / name).write_bytes(content)
    site = ground(tmp_path)
    with pytest.raises(Unreadable):
        read_cloud_layers((layer(name),), site)
    (fault,) = site.faults.told()
    assert fault.file == name
    assert part in fault.message
    assert fault.remedy


def test_that_every_bad_layer_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.las").write_bytes(b"")
    (tmp_path / "b.las").write_bytes(b"LAS?")
    site = ground(tmp_path)
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.las"), layer("b.las", 2)), site)
    assert [fault.file for fault in site.faults.told()] == ["a.las", "b.las"]


def test_that_points_outside_all_zones_are_a_fault(tmp_path: Path) -> None:
    write_cloud(tmp_path / "a.las", slope(100, 2))
    site = ground(tmp_path, (shapely.box(1000, 1000, 1001, 1001),))
    with pytest.raises(Unreadable):
        read_cloud_layers((layer("a.las"),), site)
    assert "does not overlap the zones" in site.faults.told()[0].message


class PanicException(BaseException):
    pass


def test_that_a_panic_is_a_fault_and_an_interrupt_is_none() -> None:
    faults = Faults()
    with pytest.raises(Unreadable), told_once(faults, "a.laz"):
        raise PanicException
    assert "is damaged" in faults.told()[0].message
    with pytest.raises(KeyboardInterrupt), told_once(faults, "a.laz"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(("ending", "form"), [(".laz", 6), (".laz", 3), (".las", 6)])
def test_that_no_damage_ends_the_program(tmp_path: Path, ending: str, form: int) -> None:
    whole(tmp_path, ending, form)
    words = [sys.executable, "-m", "tests.unit.sites.test_clouds_hostile", str(tmp_path), ending]
    done = subprocess.run(words, cwd=HOUSE, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    read, refused = map(int, done.stdout.split())
    assert read + refused == MUTATIONS
    assert refused > MUTATIONS // 10


def mutated(content: bytes, random: np.random.Generator) -> bytes:
    """Cut, or with a few bytes changed; half of the changes fall into the head."""
    if random.random() < 0.15:
        return content[: int(random.integers(len(content)))]
    changed = bytearray(content)
    for _ in range(int(random.integers(1, 5))):
        reach = len(content) if random.random() < 0.5 else 700
        changed[int(random.integers(min(reach, len(content))))] = int(random.choice([0, 255, random.integers(256)]))
    return bytes(changed)


def campaign(folder: Path, ending: str) -> None:
    """Read damaged files under a limit of memory; print how many were read and how many refused."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    content = (folder / f"whole{ending}").read_bytes()
    random = np.random.default_rng(20_240_101)
    read = refused = 0
    for _ in range(MUTATIONS):
        (folder / f"bad{ending}").write_bytes(mutated(content, random))
        site = ground(folder, points=16)
        try:
            (cloud,) = read_cloud_layers((layer(f"bad{ending}"),), site)
        except Unreadable:
            assert site.faults.count == 1, site.faults.told()
            refused += 1
        else:
            assert np.isfinite(cloud.points).all()
            read += 1
    print(read, refused)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    campaign(Path(sys.argv[1]), sys.argv[2])
