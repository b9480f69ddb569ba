"""The checkpoints of a training: written whole or not at all, read without running anything.

`last.pt` holds all that is needed to go on as if nothing had happened, the best weights of the running network too, so
that no two files can disagree after a kill. Its last 32 bytes are the SHA-256 of the others: torch believes a flipped
bit. `best.safetensors`, or `best-1.safetensors` and so on for an ensemble, are written when a network has ended, before
`last.pt` names them with their SHA-256.
"""

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load, save

from rockfall_desktop.domain.errors import StoreFault
from rockfall_desktop.files import write_file
from rockfall_desktop.learning.device import on_cpu

LAST = "last.pt"
SCHEMA = 2
_NOTE_BYTES = hashlib.sha256().digest_size
_LEFT_FREE_BYTES = 16 * 2**20  # what the database needs to say that the disk is full

State = dict[str, Any]
Weights = dict[str, torch.Tensor]


def weights_name(member: int, members: int) -> str:
    """The file of the weights of a network of an ensemble."""
    return "best.safetensors" if members == 1 else f"best-{member}.safetensors"


class Checkpoints:
    """Writes a training's state at most every 20 s, less often where that took long, and at every end.

    Args:
        folder: the job's folder.
        seconds: a clock that never goes back.
        about: what every checkpoint says of the job, e.g. which data it learns from; plain values.
        at_most_every_s: least time between two.
        largest_share: of the time that writing may take.
    """

    def __init__(
        self,
        folder: Path,
        seconds: Callable[[], float],
        about: State | None = None,
        *,
        at_most_every_s: float = 20.0,
        largest_share: float = 0.01,
    ) -> None:
        self._folder = folder
        self._seconds = seconds
        self._about = about or {}
        self._pause_s = self._least_s = at_most_every_s
        self._largest_share = largest_share
        self._written_at = seconds()

    @property
    def due(self) -> bool:
        """Whether it is time for another one."""
        return self._seconds() - self._written_at >= self._pause_s

    def write(self, state: State) -> None:
        """Write the state of a training.

        Raises:
            StoreFault: when the disk is full; the file of before is unchanged.
        """
        begun = self._seconds()
        buffer = io.BytesIO()
        torch.save(on_cpu({"schema": SCHEMA, **self._about, **state}), buffer)
        content = buffer.getvalue()
        self._write(LAST, content + hashlib.sha256(content).digest())
        self._written_at = self._seconds()
        self._pause_s = max(self._least_s, (self._written_at - begun) / self._largest_share)

    def write_weights(self, name: str, weights: Weights) -> str:
        """Write the weights of a network; their SHA-256.

        Raises:
            StoreFault: when the disk is full; the file of before is unchanged.
        """
        content = save(weights)
        self._write(name, content)
        return hashlib.sha256(content).hexdigest()

    def read_weights(self, name: str, sha256: str) -> Weights:
        """The weights that a checkpoint names.

        Raises:
            StoreFault: when the file is gone or another one.
        """
        try:
            content = (self._folder / name).read_bytes()
        except OSError as error:
            raise _damaged(self._folder / name, error.strerror or str(error)) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _damaged(self._folder / name, "it is not the file that the checkpoint names")
        return load(content)

    def _write(self, name: str, content: bytes) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < len(content) + _LEFT_FREE_BYTES:
            raise StoreFault(
                "The disk is nearly full",
                f"{self._folder / name}: {free / 1e6:.0f} MB are free, {len(content) / 1e6:.1f} MB are to be saved.",
                "Free some space, then resume the job; the checkpoint of before is unchanged.",
            )
        write_file(self._folder / name, content)


def read_last(folder: Path) -> State:
    """The last checkpoint; tensors and plain values only, no code is run.

    Raises:
        FileNotFoundError: when there is none yet.
        ValueError: when its bytes are not those that were written.
    """
    held = (folder / LAST).read_bytes()
    written, noted = held[:-_NOTE_BYTES], held[-_NOTE_BYTES:]
    if hashlib.sha256(written).digest() != noted:
        raise ValueError(f"{LAST} is not as it was written")
    content = torch.load(io.BytesIO(written), weights_only=True, map_location="cpu")
    assert isinstance(content, dict)  # noqa: S101 - `write` makes nothing else
    return content


def read_checkpoint(folder: Path) -> State | None:
    """The last checkpoint of a job that is to go on; None when there is none yet.

    Raises:
        StoreFault: when it cannot be read, or was written by another version.
    """
    try:
        content = read_last(folder)
    except FileNotFoundError:
        return None
    except Exception as error:  # a damaged file makes torch raise many kinds
        raise _damaged(folder / LAST, "it is damaged, or an earlier version of the program wrote it") from error
    if content.get("schema") != SCHEMA:
        raise _damaged(folder / LAST, "another version of the program wrote it")
    return content


def _damaged(path: Path, reason: str) -> StoreFault:
    return StoreFault(
        "The checkpoint cannot be used", f"{path}: {reason}.", "Discard the job and start a new training like it."
    )


def checkpoint_mb(parameters: int, members: int) -> float:
    """Room that the files of a training take at most while one of them is replaced, in MB.

    A checkpoint in the middle of an epoch holds weights and two moments of AdamW, the same at the epoch's begin, and
    the best weights: seven numbers a parameter, of four bytes each, and where a mean is kept that one twice;
    every network that has ended one.
    """
    random_numbers = 30_000
    return (2 * (9 * 4 * parameters + random_numbers) + 4 * parameters * members) / 1e6
