"""Learning that begins with the weights of an earlier job: incidents of one slope are few.

The weights are copied into the new job's folder when it is started, so that it can be resumed whatever becomes of the
earlier one.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from rockfall_desktop.domain.arrays import SiteArrays
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.judging.reading_content import inputs_of
from rockfall_desktop.learning.fitting.checkpoints import Weights
from rockfall_desktop.learning.fitting.model_files import (
    read_model,
    read_seen,
    read_weights,
    weights_of,
    write_seen,
)
from rockfall_desktop.learning.fitting.model_folder import ModelFolder, write_part
from rockfall_desktop.learning.fitting.seen import Seen, demand_unseen
from rockfall_desktop.learning.networks.network import RockfallNetwork
from rockfall_desktop.learning.samples.meaning import Meaning, meaning_of, unlike_channels, unlike_steps
from rockfall_desktop.learning.samples.sample_set import SampleSet
from rockfall_desktop.learning.samples.site_part import SiteInput

_TITLE = "The earlier job does not fit"
_START_SEEN, _START_WEIGHTS = "start-seen.json", "start-{:02}.safetensors"
_SAME_WINDOW = "Give the same window and way, or take another job."
FIXED = (
    "temporal_network", "raster_network", "cloud_network", "fusion", "width", "layers", "horizon_steps",
    "history_steps",
)  # fmt: skip
"""Fields that weights are made for: nothing that begins with them can have another."""


class StartingPoint(NamedTuple):
    """Where learning begins.

    Attributes:
        networks: weights of each network of the earlier job; a member takes the one of its number, and so on around.
        frozen: whether the encoders stay as they are and only what joins them, and the head, learn.
    """

    networks: tuple[Weights, ...]
    frozen: bool

    def put_into(self, network: RockfallNetwork, member: int) -> None:
        """Give a member, from 1, its weights, and freeze what is to stay."""
        network.load_state_dict(self.networks[(member - 1) % len(self.networks)])
        if self.frozen:
            for part in (network.encoder, network.raster, network.cloud):
                if part is not None:
                    part.requires_grad_(requires_grad=False)


def starting_point(folder: ModelFolder, config: TrainingConfig) -> StartingPoint | None:
    """The weights that lie in a job's folder to begin with; None where it begins with none.

    Raises:
        StoreFault: when what was copied there is missing, another one, or was not noted.
    """
    if not config.start_from:
        return None
    seen_before(folder, config)
    names = sorted(name for name in folder.sha256 if name != _START_SEEN)
    return StartingPoint(tuple(read_weights(folder, name) for name in names), config.frozen)


def weights_to_begin_with(earlier: ModelFolder, config: TrainingConfig) -> StartingPoint:
    """The weights of an earlier job, from where they lie.

    Raises:
        StoreFault: when a file of that job is missing, damaged or another one.
    """
    return StartingPoint(tuple(read_weights(earlier, name) for name in weights_of(earlier).names), config.frozen)


def seen_before(folder: ModelFolder, config: TrainingConfig) -> Seen:
    """What the weights that a job begins with have seen; nothing where it begins with none.

    Raises:
        StoreFault: when what was copied into its folder is missing, another one, or was not noted.
    """
    if not config.start_from:
        return {}
    if not folder.sha256:
        message = f"An earlier version copied the weights of job {config.start_from} and did not note which they are."
        raise StoreFault("The job cannot begin", message, "Start a new training like it.")
    return read_seen(folder, _START_SEEN)


def demand_alike(earlier: ModelFolder, sites: Sequence[SiteInput], samples: SampleSet, config: TrainingConfig) -> None:
    """Whether an earlier job's networks fit these samples, settings and sites, and saw nothing of the test block.

    Raises:
        WrongInput: naming the field `start_from` and what differs or was seen.
        StoreFault: when a file of the earlier job is missing, damaged or another one.
    """
    networks, other, *_ = read_model(earlier)
    for field in FIXED:
        was, now = getattr(other, field), getattr(config, field)
        if was != now:
            words = f"has {field} {was}" if field != "history_steps" else f"looked back {was} steps, this one {now}"
            hint = "Take the same, or another job." if field != "history_steps" else _SAME_WINDOW
            raise WrongInput(_TITLE, f"start_from: the earlier job {words}.", hint)
    with torch.device("meta"):
        wanted = RockfallNetwork(samples.shapes, config).state_dict()
    found = networks[0].state_dict()
    files = weights_of(earlier)
    channels, inputs = files.channels, samples.channels
    if channels != inputs:
        words = f"start_from: the earlier job read {', '.join(channels) or 'no channel'}, this one {', '.join(inputs)}."
        raise WrongInput(_TITLE, words, "Choose the same channels, by the same names.")
    _demand_same_meaning(files.meaning, sites[0].arrays, channels)
    shapes = [{name: value.shape for name, value in part.items()} for part in (wanted, found)]
    if inputs_of(files.layers) != inputs_of(samples.layer_content) or shapes[0] != shapes[1]:
        words = "start_from: the earlier job read other bands, classes, cells, points or seasons."
        raise WrongInput(_TITLE, words, "Choose the same layers with the same bands, legend and size of cells.")
    demand_unseen(_demand_seen(earlier), sites, samples, config)


def _demand_same_meaning(earlier: Meaning | None, arrays: SiteArrays, channels: Sequence[str]) -> None:
    """The sites of either job are alike among themselves: one of each tells."""
    if earlier is None:
        words = "start_from: an earlier version trained that job and did not note what its channels measure and how "
        raise WrongInput(_TITLE, f"{words}long its steps are.", "Name another job, or train that one again.")
    now = meaning_of(arrays, channels)
    if words := unlike_steps("the earlier job", earlier.step_s, arrays.name, now.step_s):
        raise WrongInput(_TITLE, f"start_from: {words}.", "Name a job of a site with the same step, or none.")
    for name in channels:
        at = f"at {arrays.name}"
        if words := unlike_channels(name, "in the earlier job", earlier.channels[name], at, now.channels[name]):
            raise WrongInput(_TITLE, f"start_from: {words}.", "Name a job in which the channel is the same, or none.")


def copy_weights(earlier: ModelFolder, folder: Path) -> dict[str, str]:
    """Copy the weights of an earlier job's networks, and what they have seen, into a new job's folder.

    Returns:
        The SHA-256 of each file there, by its name.

    Raises:
        StoreFault: when the disk is full, or a file of the earlier job is missing or another one.
        WrongInput: when the earlier job does not say what it saw.
    """
    noted = write_seen(folder, _START_SEEN, _demand_seen(earlier))
    for number, name in enumerate(weights_of(earlier).names, 1):
        noted |= write_part(folder, _START_WEIGHTS.format(number), earlier.read(name))
    return noted


def _demand_seen(earlier: ModelFolder) -> Seen:
    seen = weights_of(earlier).seen
    if seen is None:
        words = "start_from: the earlier job does not say what it learned from: the test block may be among it."
        raise WrongInput(_TITLE, words, "Name another job, or train that one again.")
    return seen
