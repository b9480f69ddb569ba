"""What of a search's ranges the record can hold: looked at once, before anything is tried."""

from collections.abc import Sequence

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.search_space import Dimension, LeftOut, Setting, with_settings
from rockfall_desktop.learning.samples.build import training_samples
from rockfall_desktop.learning.samples.site_part import SiteInput

_Bounded = tuple[tuple[Dimension, ...], tuple[LeftOut, ...]]
_NETWORK, _WINDOW, _BATCH = "temporal_network", "window_steps", "batch_size"


def bounded(dimensions: Sequence[Dimension], sites: Sequence[SiteInput], config: TrainingConfig) -> _Bounded:
    """The ranges without the choices with which no training could be planned, and those choices.

    A network stays when it can look back far enough with the window of the form, a window when every network that
    stays can have it, a batch when the smallest training block of all of them holds it: whatever is then drawn
    together fits. What the form says stays in every case.

    Args:
        dimensions: what was asked for.
        sites: what all trials learn from.
        config: the form's settings, which fit the sites.

    Raises:
        WrongInput: when nothing is left to vary.
    """
    blocks = _Blocks(sites, config)
    asked = {one.name: one.choices for one in dimensions}
    kept: dict[str, list[Setting]] = {}
    left_out = []
    for name in (_NETWORK, _WINDOW, _BATCH):
        networks = kept.get(_NETWORK, [config.temporal_network]) if name == _WINDOW else [None]
        for choice in asked.get(name, ()):
            because = blocks.cannot_hold(name, choice, networks)
            if because:
                left_out.append(LeftOut(title=_title(name), choice=choice, because=because))
            else:
                kept.setdefault(name, []).append(choice)
    return _still_varied(dimensions, kept, left_out), tuple(left_out)


class _Blocks:
    """Plans the blocks of settings; of those that look back equally far once."""

    def __init__(self, sites: Sequence[SiteInput], config: TrainingConfig) -> None:
        self._sites, self._config = sites, config
        self._known: dict[tuple[int, int], int | WrongInput] = {}
        self._fewest = training_samples(sites, config)

    def cannot_hold(self, name: str, choice: Setting, networks: Sequence[Setting | None]) -> str:
        """Why a choice is not tried beside these networks (None: what the choice itself says); empty when it is."""
        if name == _BATCH:
            fits = int(choice) <= max(self._fewest, self._config.batch_size)
            return "" if fits else f"of some trials the training block has {self._fewest:,} samples"
        changes = [{name: choice} if one is None else {name: choice, _NETWORK: one} for one in networks]
        found = [self._samples(with_settings(self._config, one)) for one in changes]
        faults = [one for one in found if isinstance(one, WrongInput)]
        if faults:
            return _sentence(faults[0])
        self._fewest = min(self._fewest, *(one for one in found if isinstance(one, int)))
        return ""

    def _samples(self, config: TrainingConfig) -> int | WrongInput:
        look = config.window_steps, config.history_steps
        if look not in self._known:
            try:
                self._known[look] = training_samples(self._sites, config)
            except WrongInput as fault:
                self._known[look] = fault
        return self._known[look]


def _still_varied(
    dimensions: Sequence[Dimension], kept: dict[str, list[Setting]], left_out: Sequence[LeftOut]
) -> tuple[Dimension, ...]:
    now = [one.model_copy(update={"choices": tuple(kept.get(one.name, one.choices))}) for one in dimensions]
    varied = tuple(one for one in now if len(one.choices) != 1)
    if not varied:
        first = left_out[0]
        message = f"The record cannot hold {first.title.lower()} {first.choice}: {first.because}."
        raise WrongInput("Nothing to vary", message, "Vary other fields too.")
    return varied


def _title(name: str) -> str:
    return str(TrainingConfig.model_fields[name].title)


def _sentence(fault: WrongInput) -> str:
    """What is wrong without the field's name before it, which the person did not set, and without its full stop."""
    field, _, words = fault.message.partition(": ")
    return (words if field in TrainingConfig.model_fields else fault.message).rstrip(".")
