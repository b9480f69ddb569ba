"""A bundle with any bit flipped, any piece lost, doubled or put in is refused."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.station import Station

IN_THE_SUITE, IN_A_CAMPAIGN = 1_500, 20_000


def accepted(station: Station, path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    try:
        open_bundle(station, path)
    except RockfallError:
        return False
    return True


def flips_accepted(station: Station, path: Path, count: int) -> list[int]:
    good = path.read_bytes()
    draw = random.Random(5)
    found = []
    for _ in range(count):
        bit = draw.randrange(len(good) * 8)
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        if accepted(station, path, bytes(changed)):
            found.append(bit)
    assert accepted(station, path, good)
    return found


def test_that_a_flipped_bit_is_noticed(maker: Station, bundle: Path) -> None:
    assert flips_accepted(maker, bundle, IN_THE_SUITE) == []


@pytest.mark.campaign
def test_that_twenty_thousand_flipped_bits_are_noticed(maker: Station, bundle: Path) -> None:
    assert flips_accepted(maker, bundle, IN_A_CAMPAIGN) == []


@st.composite
def mutations(draw: st.DrawFn, good: bytes) -> bytes:
    begin = draw(st.integers(0, len(good)))
    end = draw(st.integers(begin, min(len(good), begin + draw(st.sampled_from([4, 100, 5000])))))
    kind = draw(st.sampled_from(["delete", "insert", "double", "replace", "cut", "move"]))
    piece = good[begin:end]
    match kind:
        case "delete":
            return good[:begin] + good[end:]
        case "insert":
            return good[:begin] + draw(st.binary(min_size=1, max_size=60)) + good[begin:]
        case "double":
            return good[:end] + piece + good[end:]
        case "replace":
            return good[:begin] + draw(st.binary(min_size=len(piece), max_size=len(piece))) + good[end:]
        case "cut":
            return good[:begin]
    rest = good[:begin] + good[end:]
    at = draw(st.integers(0, len(rest)))
    return rest[:at] + piece + rest[at:]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_no_mutation_of_a_bundle_is_accepted(maker: Station, bundle: Path, data: st.DataObject) -> None:
    good = bundle.read_bytes() if not (kept := bundle.with_suffix(".kept")).exists() else kept.read_bytes()
    kept.write_bytes(good)
    changed = data.draw(mutations(good))
    assert accepted(maker, bundle, changed) == (changed == good)
