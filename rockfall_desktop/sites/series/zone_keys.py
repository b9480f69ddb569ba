"""Finds zones by the bytes of their names, all rows at once.

Axes: r records, z zones, w words of eight bytes.
"""

import numpy as np
from numpy.typing import NDArray

from rockfall_desktop.sites.tables.fields import LONGEST_WORDS, Fields, Words

_TOGETHER = 16_384
_SLOT_BITS = 16
_MOST_ZONES = 512
_TRIALS = 50


class ZoneKeys:
    """The names of a site's zones as words, each in a slot of its own; long names, and very many, have none."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        texts = [name.encode() for name in ids]
        self._count = -(-max(map(len, texts), default=0) // 8)
        self._slots: NDArray[np.int32] | None = None
        if 0 < self._count <= LONGEST_WORDS and len(ids) <= _MOST_ZONES:
            padded = b"".join(text.rjust(8 * self._count, b"\0") for text in texts)
            self._words = np.frombuffer(padded, "<u8").reshape(-1, self._count)
            self._choose_slots()

    def zones(self, fields: Fields, column: int, records: int) -> NDArray[np.int32] | None:
        """Index of the zone that each field of a column names, int32 (r,); None where one names none, or has no slot.

        Args:
            fields: of the table.
            column: place of the column.
            records: how many there are.
        """
        zone = np.empty(records, np.int32)
        for begin in range(0, records, _TOGETHER):
            part = slice(begin, min(begin + _TOGETHER, records))
            found = self._of_part(fields, column, part)
            if found is None:
                return None
            zone[part] = found
        return zone

    def _of_part(self, fields: Fields, column: int, part: slice) -> NDArray[np.int32] | np.int32 | None:
        length = fields.lengths(column, part)
        longest = int(length.max())
        if self._slots is None or longest > 8 * self._count:
            return None
        words = fields.words(column, self._count, part)
        for place in range(self._count):
            strange = 8 - np.clip(length - 8 * (self._count - 1 - place), 0, 8)
            strange *= 8
            words[:, place] >>= strange.view(np.uint64)
            words[:, place] <<= strange.view(np.uint64)
        alone = bool((words == words[0]).all())  # as in a file for each zone
        words = words[:1] if alone else words
        zone = self._slots[self._slot_of(words)]
        if (zone < 0).any() or (self._words[zone] != words).any():
            return None
        return np.int32(zone[0]) if alone else zone

    def _choose_slots(self) -> None:
        """Take the first odd factors under which no two names meet."""
        random = np.random.default_rng(0)
        for _ in range(_TRIALS):
            self._factors = random.integers(2**63, size=self._count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
            slot = self._slot_of(self._words)
            if np.unique(slot).size == slot.size:
                self._slots = np.full(2**_SLOT_BITS, -1, np.int32)
                self._slots[slot] = np.arange(slot.size)
                return

    def _slot_of(self, words: Words) -> NDArray[np.int64]:
        total = words[:, 0] * self._factors[0]
        for place in range(1, self._count):
            total += words[:, place] * self._factors[place]
        return np.asarray(total >> np.uint64(64 - _SLOT_BITS), np.int64)
