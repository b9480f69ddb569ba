"""How many threads a training gets: as many as its checkpoint says, else as were measured for its like before."""

import hashlib
import json
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.domain.events import Tick
from rockfall_desktop.files import write_file
from rockfall_desktop.operations.site_shelf import SiteShelf

if TYPE_CHECKING:
    from rockfall_desktop.learning.samples.sample_set import SampleSet

_MOST_KEPT = 200


def thread_choice(shelf: SiteShelf, most: int, now: Callable[[], datetime]) -> "ThreadChoice":
    """The choice of this station, of at most so many threads."""
    return ThreadChoice(shelf.place.with_name("threads.json"), most, now)


class ThreadChoice:
    """Measures once for each kind of network on this station: the same seed then gives the same losses in any place.

    Args:
        kept: file of what was measured; a damaged one is begun anew.
        most: threads that may be taken.
        now: the clock, UTC.
    """

    def __init__(self, kept: Path, most: int, now: Callable[[], datetime]) -> None:
        self._kept, self._most, self._now = kept, most, now

    def choose(self, samples: "SampleSet", config: TrainingConfig, before: int | None) -> Generator[Tick, None, int]:
        """The threads of a training; `before` is what its checkpoint says, which a smaller machine may not have."""
        from rockfall_desktop.learning.fitting.thread_probe import probe_threads  # noqa: PLC0415

        if before is not None or self._most == 1 or config.device != "cpu":
            return min(before or self._most, self._most)
        key, known = self._key(samples, config), self._read()
        if key not in known:
            known[key] = yield from probe_threads(samples, config, self._most, self._now)
            self._write(known)
        return min(known[key], self._most)

    def likely(self, samples: "SampleSet", config: TrainingConfig) -> int:
        """The threads that a new training would get, as far as its like was measured; nothing is measured here."""
        if self._most == 1 or config.device != "cpu":
            return self._most
        return min(self._read().get(self._key(samples, config), self._most), self._most)

    def _key(self, samples: "SampleSet", config: TrainingConfig) -> str:
        from rockfall_desktop.learning.fitting.thread_probe import probe_key  # noqa: PLC0415

        return hashlib.sha256(probe_key(samples, config, self._most).encode()).hexdigest()[:16]

    def _read(self) -> dict[str, int]:
        with suppress(OSError, ValueError):
            found = json.loads(self._kept.read_bytes())
            if isinstance(found, dict):
                return {key: value for key, value in found.items() if isinstance(value, int) and value >= 1}
        return {}

    def _write(self, known: dict[str, int]) -> None:
        newest = dict(list(known.items())[-_MOST_KEPT:])
        with suppress(OSError, StoreFault):  # measured again next time
            self._kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self._kept, json.dumps(newest).encode())
