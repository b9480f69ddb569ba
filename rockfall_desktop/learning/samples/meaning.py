"""What the numbers that a network reads and answers mean: how long a step is, and what each channel measures.

Networks know places in a row of numbers, never their meaning: where two trainings or sites share weights, these must
be the same.
"""

from collections.abc import Iterable

from pydantic import Field

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.value import Value


class ChannelMeaning(Value):
    """What a channel measures."""

    kind: str = Field(description="rainfall, pore_pressure, ...")
    unit: str = Field(description="Unit of its numbers.")


class Meaning(Value):
    """What is behind the inputs and answers of a training."""

    step_s: int | None = Field(description="Length of a step, seconds; None where labels have no time.")
    channels: dict[str, ChannelMeaning] = Field(description="Of each channel that is read, by its name.")


def meaning_of(arrays: SiteArrays, names: Iterable[str]) -> Meaning:
    """What a site says of itself and of its channels of these names."""
    own = {channel.name: channel for channel in arrays.channels}
    channels = {name: ChannelMeaning(kind=own[name].kind, unit=own[name].unit) for name in names}
    return Meaning(step_s=step_of(arrays), channels=channels)


def step_of(arrays: SiteArrays) -> int | None:
    """Length of a site's step, seconds; None where its labels have no time."""
    return arrays.step_s if arrays.labels is None else None


def unlike_steps(one: str, one_s: int | None, other: str, other_s: int | None) -> str:
    """In words why answers of two sites cannot be learned by the same weights; empty where they can."""
    if one_s == other_s:
        return ""
    if one_s is None or other_s is None:
        return f"one of {one} and {other} has labels without time, the other has not"
    return f"{one} counts in steps of {one_s} s, {other} of {other_s} s"


def unlike_channels(
    name: str, one: str, its: ChannelArray | ChannelMeaning, other: str, others: ChannelArray | ChannelMeaning
) -> str:
    """In words why two channels of a name are not the same input; empty where they are. `one`, `other`: where."""
    if (its.kind, its.unit) == (others.kind, others.unit):
        return ""
    return f"{name!r} is {its.kind} in {its.unit} {one}, {others.kind} in {others.unit} {other}"
