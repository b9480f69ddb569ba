"""Asks for the pictures of the map in the background; the newest question alone is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.site_map import Bounds, LegendEntry, MapLayer, stacked
from rockfall_desktop.operations.site_map import map_picture, prepare_picture
from rockfall_desktop.operations.station import Station
from rockfall_desktop.ui.background import BackgroundRun, LatestCall
from rockfall_desktop.ui.crash import in_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.map_image import as_image

MARGIN = 0.25  # of the view, on each side, so that a small move shows no edge
LONGEST_PX = 4096
WHOLE_PX = 1024


@dataclass(frozen=True, eq=False)
class Drawn:
    """What came back: the picture of all layers that are on, None when none could be drawn, and why one could not."""

    which: str
    image: QImage | None
    bounds: Bounds
    legend: tuple[LegendEntry, ...]
    faults: tuple[str, ...]


class MapPictures(QObject):
    """Draws layers and prepares those that are too large to be drawn as they are, one after the other.

    Signals:
        drawn: a Drawn.
        preparing: a sentence on what is being prepared, "" when nothing is.
        prepared: name of a layer that can be drawn from now on.
        refused: name of a layer, and why it cannot be prepared.
    """

    drawn = Signal(object)
    preparing = Signal(str)
    prepared = Signal(str)
    refused = Signal(str, str)

    def __init__(self, seat: Seat, parent: QObject) -> None:
        super().__init__(parent)
        self._seat = seat
        self._calls = {which: LatestCall(f"map picture, {which}", self) for which in ("whole", "near")}
        self._run: BackgroundRun | None = None
        for call in self._calls.values():
            call.answered.connect(self.drawn)
            call.refused.connect(lambda problem: self.refused.emit("", in_words(problem).message))

    @property
    def at_work(self) -> bool:
        """Whether a layer is being prepared."""
        return self._run is not None

    def ask(
        self, which: str, folder: Path, layers: Sequence[MapLayer], bounds: Bounds, size_px: tuple[int, int]
    ) -> None:
        """Have layers drawn over one another, the first lowest, for the "whole" or the "near" picture."""
        station = self._seat.station
        chosen = tuple(layers)
        self._calls[which].ask(lambda: _draw(which, folder, chosen, bounds, size_px, station))

    def prepare(self, folder: Path, layer: MapLayer) -> None:
        """Begin to make the small copy of a layer, unless another is being made."""
        if self._run is not None:
            return
        station, name = self._seat.station, layer.name
        self._run = run = BackgroundRun(lambda: prepare_picture(folder, name, station=station), "map overview")
        words = f"'{name}' is made ready for the map, once"
        run.happened.connect(lambda share: self.preparing.emit(f"{words}: {100 * float(share):.0f} %"))
        run.succeeded.connect(lambda _: self._finish(run, name, ""))
        run.cancelled.connect(lambda: self._finish(run, "", ""))
        run.failed.connect(lambda problem: self._finish(run, name, _sentences(in_words(problem))))
        self.preparing.emit(f"{words} …")
        run.begin()

    def forget(self) -> None:
        """Want no answer any more and stop what is being prepared."""
        for call in self._calls.values():
            call.forget()
        if self._run is not None:
            self._run.stop()
            self._run = None
            self.preparing.emit("")

    def _finish(self, run: BackgroundRun, name: str, why: str) -> None:
        if run is not self._run:
            return
        self._run = None
        self.preparing.emit("")
        if why:
            self.refused.emit(name, why)
        elif name:
            self.prepared.emit(name)


def widened(bounds: Bounds, size_px: tuple[int, int]) -> tuple[Bounds, tuple[int, int]]:
    """Bounds with a margin on each side, and the size of their picture, none of its sides above 4,096 px."""
    west, south, east, north = bounds
    across, down = MARGIN * (east - west), MARGIN * (north - south)
    scale = min(1.0, LONGEST_PX / (max(size_px) * (1 + 2 * MARGIN)))
    width, height = (max(1, round(one * (1 + 2 * MARGIN) * scale)) for one in size_px)
    return (west - across, south - down, east + across, north + down), (width, height)


def _draw(
    which: str,
    folder: Path,
    layers: tuple[MapLayer, ...],
    bounds: Bounds,
    size_px: tuple[int, int],
    station: Station,
) -> Drawn:
    pictures, faults = [], []
    for layer in layers:
        try:
            pictures.append(map_picture(folder, layer.name, bounds, *size_px, station=station))
        except RockfallError as problem:
            faults.append(_sentences(problem))
    if not pictures:
        return Drawn(which, None, bounds, (), tuple(faults))
    whole = stacked(pictures, bounds, (size_px[1], size_px[0]))
    return Drawn(which, as_image(whole.rgba), whole.bounds, whole.legend, tuple(faults))


def _sentences(problem: RockfallError) -> str:
    return f"{problem.title}: {problem.message} {problem.hint}".strip()
