"""The channels and the steps of a site beside those that a model was trained on."""

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.bundle import BundleModel, ChannelInput
from rockfall_desktop.domain.errors import WrongInput

_AGAIN = "Put site.toml back as it was when the model was trained, or train and deploy again."


def matched_channels(arrays: SiteArrays, model: BundleModel) -> tuple[ChannelArray, ...]:
    """The site's channels that the model reads, in the model's order; what was added to the site since is not read.

    Raises:
        WrongInput: when one is missing, or is not what it was: kind, unit, or whether each zone has its own; or when
            the site's steps have another length.
    """
    if model.channels and arrays.step_s != model.step_seconds:
        raise not_as_trained(
            f"The site counts in steps of {arrays.step_s} s now; the model was trained on steps of "
            f"{model.step_seconds} s."
        )
    own = {channel.name: channel for channel in arrays.channels}
    for wanted in model.channels:
        _demand_same(own.get(wanted.name), wanted)
    return tuple(own[wanted.name] for wanted in model.channels)


def not_as_trained(sentence: str) -> WrongInput:
    """The fault of a site that is not what the model was trained on."""
    return WrongInput("The site is not what the model was trained on", sentence, _AGAIN)


def _demand_same(found: ChannelArray | None, wanted: ChannelInput) -> None:
    if found is None:
        raise not_as_trained(f"The channel '{wanted.name}', which the model reads, is not in the site.")
    if (found.kind, found.unit) != (wanted.kind, wanted.unit):
        raise not_as_trained(
            f"The channel '{wanted.name}' is {found.kind} in {found.unit} now; the model was trained on {wanted.kind} "
            f"in {wanted.unit}."
        )
    if found.zoned != wanted.zoned:
        scope = ("the whole site", "each zone")
        raise not_as_trained(
            f"The channel '{wanted.name}' is measured for {scope[found.zoned]} now; the model was trained on one for "
            f"{scope[wanted.zoned]}."
        )
