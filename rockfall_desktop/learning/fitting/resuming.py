"""Whether a checkpoint may be gone on from, where it stands, and what is no longer as it was."""

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata
from typing import NamedTuple

import torch

from rockfall_desktop import __version__
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.learning.fitting.checkpoints import State
from rockfall_desktop.learning.samples.site_part import SiteInput


class Stand(NamedTuple):
    """How far a training is; of two, the smaller one is the earlier one.

    Attributes:
        member: network of the ensemble, from 1.
        epoch: epochs of it that are done.
    """

    member: int
    epoch: int


def about(threads: int, fingerprint: str) -> State:
    """What every checkpoint of a job says of the data and of the machine that it was made with."""
    return {"threads": threads, "data": fingerprint, "made_with": _made_with(threads)}


def data_fingerprint(sites: Sequence[SiteInput]) -> str:
    """SHA-256 over those of all that was read, hex."""
    found = [one.fingerprint for site in sites for one in site if one is not None]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def stand_of(state: State | None) -> Stand:
    """Where a checkpoint stands; at the beginning when there is none."""
    return Stand(1, 0) if state is None else Stand(state["member"], state["epoch"])


def demand_same_data(state: State, fingerprint: str) -> None:
    """See that the job goes on with the data that it began with.

    Raises:
        WrongInput: when it would not.
    """
    if state["data"] != fingerprint:
        raise WrongInput(
            "The job cannot be resumed",
            "The site's files are not those that the job learned from.",
            "Put them back as they were, or start a new training like it.",
        )


def changed(state: State, threads: int) -> tuple[str, ...]:
    """What is not as it was when the checkpoint was written, e.g. "torch 2.12.0 became 2.13.0"."""
    before, now = state["made_with"], _made_with(threads)
    return tuple(
        f"{name} {before.get(name, 'unknown')} became {now[name]}" for name in now if before.get(name) != now[name]
    )


def missed(state: State | None, stored: Stand) -> tuple[TrainingMetrics, ...]:
    """The epochs that a checkpoint holds and the store does not: those that were not saved yet when all ended."""
    if state is None:
        return ()
    held = [one for network in state["ended"] for one in network.get("epochs", ())]
    if state["member"] > len(state["ended"]):
        held += state["recent"]
    return tuple(one for one in map(TrainingMetrics.model_validate, held) if (one.member, one.epoch) > stored)


def _made_with(threads: int) -> dict[str, str]:
    """What the last bits of a sum depend on."""
    return {
        "the program": __version__,
        "Python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": metadata.version("numpy"),
        "the processor's instructions": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "threads": str(threads),
    }
