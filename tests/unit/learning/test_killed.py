"""A real process is killed at random moments, again and again; what the last one gives is as if none had been."""

import math
import multiprocessing
import random
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load

from rockfall_desktop.domain.control import Control
from rockfall_desktop.domain.events import EpochFinished, StepProgress
from rockfall_desktop.learning.fitting.checkpoints import Checkpoints, read_checkpoint
from rockfall_desktop.learning.fitting.fit import Fit
from rockfall_desktop.learning.samples.build import build_samples
from tests.small_site import small_site
from tests.unit.learning.training import now, small_config

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

LONGEST_S = 60.0


def train(folder: Path, told: Connection | None, changes: dict[str, Any]) -> None:
    """Train, from the last checkpoint if there is one; tell of every epoch, and await the kill before the last one."""
    torch.set_num_threads(1)
    config = small_config(**changes)
    checkpoints = Checkpoints(folder, time.monotonic, at_most_every_s=0.0, largest_share=math.inf)
    run = Fit(build_samples(small_site(), config), config, checkpoints, Control(), now, read_checkpoint(folder)).run()
    for event in run:
        if told is not None and isinstance(event, EpochFinished | StepProgress):
            told.send(event.kind)
            if isinstance(event, EpochFinished) and (event.metrics.member, event.metrics.epoch) == (
                config.members,
                config.epochs - 1,
            ):
                told.poll(LONGEST_S)


def kill_at_random(folder: Path, changes: dict[str, Any], chance: random.Random) -> bool:
    """Whether the process was still at work when it was killed; one that begins anew always is."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.unit.learning.test_killed"])
    told, tells = context.Pipe()
    process = context.Process(target=train, args=(folder, tells, changes))
    process.start()
    tells.close()
    try:
        assert told.poll(LONGEST_S)
        process.join(chance.uniform(0.0, 0.4))
        process.kill()
    finally:
        process.join(LONGEST_S)
        told.close()
    return process.exitcode == -signal.SIGKILL


def demand_the_same(folder: Path, kills: int, seed: int, **changes: Any) -> None:
    changes = {"epochs": 6, "batch_size": 64, "members": 2, "dropout": 0.3} | changes
    threads = torch.get_num_threads()
    (folder / "whole").mkdir()
    (folder / "killed").mkdir()
    chance = random.Random(seed)
    try:
        assert kill_at_random(folder / "killed", changes, chance)
        for _ in range(kills - 1):
            if not kill_at_random(folder / "killed", changes, chance):
                break
        train(folder / "killed", None, changes)
        train(folder / "whole", None, changes)
    finally:
        torch.set_num_threads(threads)
    for name in ("best-1.safetensors", "best-2.safetensors"):
        whole, killed = (load((folder / which / name).read_bytes()) for which in ("whole", "killed"))
        assert all(torch.equal(value, killed[key]) for key, value in whole.items())


def test_that_a_process_killed_three_times_ends_with_the_same_weights(tmp_path: Path) -> None:
    demand_the_same(tmp_path, 3, seed=random.SystemRandom().randrange(2**32), epochs=3, batch_size=128)


@pytest.mark.campaign
@pytest.mark.parametrize("network", ["lstm", "gru", "transformer"])
def test_that_a_process_killed_ten_times_ends_with_the_same_weights(tmp_path: Path, network: str) -> None:
    chance = random.SystemRandom().randrange(2**32)
    demand_the_same(tmp_path, 10, seed=chance, temporal_network=network, epochs=20)
