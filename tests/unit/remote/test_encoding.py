"""What is sent to the office comes back as it went, or is not sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import numpy as np
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.remote.encoding import LARGEST_BYTES, encode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0.$"), max_size=8)
TIMES = st.integers(-(2**41), 2**42).map(lambda milliseconds: EPOCH + timedelta(milliseconds=milliseconds))
ONES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | TIMES
)  # fmt: skip
PLAIN = st.recursive(ONES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(st.dictionaries(NAMES, PLAIN, max_size=5))
def test_that_plain_values_come_back_as_they_went(document: dict[str, Any]) -> None:
    options: CodecOptions[Any] = CodecOptions(tz_aware=True, tzinfo=UTC)
    assert bson.decode(encode(document), options) == document


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**63, np.float64(1.0), np.int64(1), np.zeros(2),
     EPOCH.replace(tzinfo=None), b"bytes", "\ud800",
     {1: "x"}, {"$where": "x"}, {"a.b": 1}, {"a\0b": 1}, {1, 2}, [[[float("nan")]]], {"a": [{"$ne": None}]},
     [{"a": 1.0}, {"a": float("nan")}], [{"a": 1.0}, {"a": "x"}, {"a": b"x"}], [{"a": 1}, {"a.b": 1}],
     [{"a": EPOCH}, {"a": EPOCH.replace(tzinfo=None)}], [{"a": 1, "b": 2}, {"a": float("inf")}], [{}, {"b": [{1: 1}]}],
     [{"a": 1, "b": 2}, {"a": 1, 2: 2}], [{}, {}, float("inf")]],
    ids=lambda value: str(type(value).__name__),
)  # fmt: skip
def test_that_anything_else_is_refused_in_a_sentence(value: Any) -> None:
    with pytest.raises(OfficeRefused, match="cannot be kept as it is"):
        encode({"value": value})


def test_that_depth_and_size_have_an_end() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    for value in (deep, "x" * LARGEST_BYTES):
        with pytest.raises(OfficeRefused):
            encode({"value": value})
