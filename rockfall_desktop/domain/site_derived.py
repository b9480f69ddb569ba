"""How site.toml asks for channels that are computed from measured ones."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from rockfall_desktop.domain.kinds import Kind
from rockfall_desktop.domain.plain_text import Plain
from rockfall_desktop.domain.site_table import checked_length
from rockfall_desktop.domain.value import Value

How = Literal["velocity", "acceleration", "inverse_velocity", "antecedent_sum", "antecedent_decay", "freeze_thaw"]
KIND_OF: dict[How, str] = {
    "velocity": "velocity",
    "acceleration": "acceleration",
    "inverse_velocity": "inverse_velocity",
    "antecedent_sum": "antecedent_rainfall",
    "antecedent_decay": "antecedent_rainfall",
    "freeze_thaw": "freeze_thaw",
}
"""The kind that a computed channel has."""
_MOVING: tuple[Kind, ...] = ("displacement", "crack_opening", "strain")
SOURCES: dict[How, tuple[Kind, ...]] = {
    "velocity": _MOVING,
    "acceleration": (*_MOVING, "velocity"),
    "inverse_velocity": (*_MOVING, "velocity"),
    "antecedent_sum": ("rainfall",),
    "antecedent_decay": ("rainfall",),
    "freeze_thaw": ("temperature",),
}
"""The kinds of which it can be computed."""


class Derived(Value):
    """One channel that is computed, from what was known up to each step only."""

    name: Plain = Field(min_length=1, max_length=64, description="Name within the site, used once.")
    source: Plain = Field(min_length=1, max_length=64, description="Name of the measured channel.")
    how: How = Field(description="What is computed.")
    window: str | None = Field(
        default=None,
        description="Smoothing span, span of the sum, half-life of the decay, or span in which cycles are counted.",
    )

    @field_validator("window")
    @classmethod
    def _is_a_length(cls, value: str | None) -> str | None:
        return None if value is None else checked_length(value)

    @model_validator(mode="after")
    def _sums_have_a_span(self) -> Self:
        if self.how.startswith("antecedent") and self.window is None:
            raise ValueError("window: say over which span, e.g. window = '7d'")
        return self
