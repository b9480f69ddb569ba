"""What a simulated pit is asked to be."""

from typing import Literal

from pydantic import Field, ValidationError

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.value import Value

MAXIMUM_CELLS = 20_000_000
SHORTEST_DAYS = 30
SIZES = {"1d": (16, 2191), "1h": (40, 365)}
"""Zones and days by step, where they are not asked for."""


class SimulatedPit(Value):
    """Size, step and parts of a pit that is made up. The defaults are the small one of the window's button."""

    seed: int = Field(default=7, ge=0, le=2**31 - 1, description="Start of every random draw.")
    zones: int = Field(default=16, ge=1, le=200, description="Zones on the wall.")
    days: int = Field(default=2191, ge=SHORTEST_DAYS, le=20_000, description="Length of the record in days.")
    step: Literal["1d", "1h"] = Field(default="1d", description="Length of a time step: 1d or 1h.")
    layers: bool = Field(default=False, description="Elevation, drone image, geology, faults and two scans too.")
    blasts: bool = Field(default=False, description="Blasts, announced ahead, that shake the wall.")
    rain_forecast: bool = Field(default=False, description="A forecast of rain, issued daily, with errors.")
    futures: bool = Field(default=False, description="The forecast truth from simulated futures, beside the site.")

    @property
    def step_h(self) -> int:
        """Length of a step in hours."""
        return duration_s(self.step) // 3600

    @property
    def steps(self) -> int:
        """How many steps the record has."""
        return self.days * 24 // self.step_h


def asked_pit(**choices: int | str | bool | None) -> SimulatedPit:
    """A pit of these choices; without zones or days (or None) it has those of its step: 16 and 2191, or 40 and 365.

    Raises:
        WrongInput: naming the choice that is out of range, and the range.
    """
    title = "No site was simulated"
    size = dict(zip(("zones", "days"), SIZES.get(str(choices.get("step", "1d")), SIZES["1d"]), strict=True))
    try:
        pit = SimulatedPit.model_validate(size | {name: given for name, given in choices.items() if given is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "choices"
        asked = str(first["input"])[:40]
        message = f"{asked} {name} were asked for." if name in {"zones", "days"} else f"{name} {asked} was asked for."
        raise WrongInput(title, message, _RANGES.get(name, f"{first['msg']}.")) from error
    if pit.zones * pit.steps > MAXIMUM_CELLS:
        message = (
            f"{pit.zones} zones and {pit.days:,} days at steps of {pit.step} are {pit.zones * pit.steps:,} values."
        )
        raise WrongInput(title, message, f"Ask for at most {MAXIMUM_CELLS:,}: fewer zones or days, or steps of 1d.")
    if pit.futures and pit.rain_forecast:
        message = "The forecast truth knows the pit's state only, so who reads the rain forecast could beat it."
        raise WrongInput(title, message, "Ask for futures or for a rain forecast, not for both.")
    return pit


_RANGES = {
    "zones": "Ask for 1 to 200 zones.",
    "days": f"Ask for {SHORTEST_DAYS} to 20,000 days.",
    "step": "Ask for a step of 1d or 1h.",
    "seed": "Ask for a seed from 0 to 2,147,483,647.",
}
