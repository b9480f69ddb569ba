"""The one text of a value that a signature is made over: the same bytes on every station."""

import json
from collections.abc import Mapping
from typing import Any


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """Keys in order, no spaces, ASCII only.

    Args:
        content: text, whole numbers, finite numbers, true, false, null, lists and mappings of them.

    Raises:
        ValueError: when a number is not finite.
        TypeError: for any other value.
    """
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")
