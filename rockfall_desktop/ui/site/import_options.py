"""Beside the columns of a file: how its table is written, how its times are meant, or what it is as a layer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rockfall_desktop.domain.duration import duration_s
from rockfall_desktop.domain.import_stamp import file_lasting
from rockfall_desktop.domain.import_use import used_as
from rockfall_desktop.domain.site_import import FileProposal
from rockfall_desktop.domain.site_layer import LayerKind
from rockfall_desktop.ui.site.import_form import ImportForm
from rockfall_desktop.ui.site.import_words import DELIMITERS, ENCODINGS, SAME_TIMES, USES

REREAD_KEYS = ("time_format",)
SHAPE_KEYS = (
    "sheet", "encoding", "delimiter", "decimal", "skip_lines", "header_lines", "footnotes", "missing", "values",
)  # fmt: skip
TIME_KEYS = ("time_format", "timezone", "interval")
AHEAD_KEYS = ("ahead", "announced")
INCIDENT_KEYS = ("time_precision", "types", "minimum_volume_m3", "recorded_from", "recorded_until")
LAYER_KEYS = ("kind", "acquired", "timeless", "layer_crs", "bands")
MAP_KEYS = ("what", "column")
LAYER_KINDS: dict[str, str] = {
    "drone_imagery": "drone imagery", "elevation": "elevation", "lidar": "LiDAR points", "geology": "geology",
}  # fmt: skip
AS_SITE = {"": "as the site"}
_LISTS = ("footnotes", "missing")
_COUNTS = ("skip_lines", "header_lines")


class FileOptions(ImportForm):
    """All that can be said of a file but its columns."""

    def __init__(self) -> None:
        super().__init__("import")
        self.add_choice("use", "Used for", USES)  # type: ignore[arg-type]
        self._add_times()
        self._add_layer()
        self._add_shape()
        self.close_up()

    def _add_shape(self) -> None:
        self.add_choice("sheet", "Sheet", {})
        self.add_choice("encoding", "Encoding", {name: name for name in ENCODINGS}, open_end=True)
        self.add_choice("delimiter", "Between fields", DELIMITERS)
        self.add_choice("decimal", "Decimal sign", {".": "point", ",": "comma"})
        self.add_text("skip_lines", "Lines above the header")
        self.add_text("header_lines", "Lines of the header")
        self.add_text("missing", "Texts that mean no value", "---; -999")
        self.add_text("values", "Texts that mean a number", "Trace=0.025")
        self.add_text("footnotes", "Beginnings of lines that are notes", "*; #")

    def _add_times(self) -> None:
        self.add_choice("time_format", "Times are written as", {}, open_end=True)
        self.add_choice("timezone", "Time zone of the written times", AS_SITE, open_end=True)
        self.add_text("interval", "Length that a value stands for", "10min, 1d; empty: ends in its step")
        self.add_choice("same_time", "Rows of one time that differ", SAME_TIMES)  # type: ignore[arg-type]
        self.add_text("delay", "Known how long after", "0min")
        self.add_text("ahead", "Spans ahead that are summed up", "1d; 3d")
        self.add_text("announced", "Announced how long before", "1d; empty: a column says")
        self.add_text("time_precision", "Known to within", "1d; empty: as written")
        self.add_text("types", "Types that count", "rock cut; topple; empty: all")
        self.add_text("minimum_volume_m3", "Smallest volume that counts (m³)")
        self.add_text("recorded_from", "Recorded from", "2015-04-01")
        self.add_text("recorded_until", "Recorded until", "2024-12-31")
        self.add_text("radius_m", "Radius around points (m)")

    def _add_layer(self) -> None:
        self.add_choice("kind", "Shows", LAYER_KINDS)
        self.add_text("acquired", "Day of the survey", "2024-05-31")
        self.add_check("timeless", "It does not age")
        self.add_text("layer_crs", "Coordinate system, where the file names none", "EPSG:25832")
        self.add_text("bands", "Bands in order, - leaves one out", "red; green; blue; -")
        self.add_choice("what", "Shows", {"units": "areas of units", "faults": "lines of faults"})
        self.add_choice("column", "Attribute that names", {})

    def offer_zones(self, names: Sequence[str]) -> None:
        """Offer the names of time zones."""
        self.offer("timezone", {**AS_SITE, **{name: name for name in names}})

    def show_file(self, file: FileProposal) -> None:
        """Show what is chosen for a file."""
        self.show_only(_keys(file))
        self.put("use", file.use)
        shape = file.shape
        self.offer("sheet", {sheet: sheet for sheet in file.sheets})
        for key in ("sheet", "encoding", "delimiter", "decimal"):
            self.put(key, str(getattr(shape, key)))
        for key in _COUNTS:
            self.put(key, str(getattr(shape, key)))
        for key in _LISTS:
            self.put(key, "; ".join(getattr(shape, key)))
        self.put("values", "; ".join(f"{word}={number:g}" for word, number in shape.values.items()))
        self.offer("time_format", {form: form for form in file.time_formats})
        for key in (*TIME_KEYS, "same_time", "delay", *AHEAD_KEYS, *INCIDENT_KEYS, "radius_m"):
            value = getattr(file, key)
            self.put(key, "; ".join(value) if isinstance(value, tuple) else "" if value is None else f"{value}")
        if file.layer is not None:
            self._show_layer(file)

    def _show_layer(self, file: FileProposal) -> None:
        layer = file.layer
        if layer is None:
            return
        self.offer("column", {name: name for name in ("", *layer.columns)})
        for key, value in (("kind", layer.kind), ("what", layer.what), ("column", layer.column)):
            self.put(key, value)
        self.put("acquired", "" if layer.acquired is None else layer.acquired.isoformat())
        self.put("timeless", "yes" if layer.timeless else "")
        self.put("layer_crs", layer.crs)
        self.put("bands", "; ".join(layer.bands))

    def taken(self, file: FileProposal, key: str) -> FileProposal | None:
        """The proposal with what a field says now; None, and a sentence under the field, where it cannot be taken."""
        try:
            return self._taken(file, key)
        except ValueError:
            self.show_questions({key: WRONG.get(key, "This is no number.")})
            return None

    def _taken(self, file: FileProposal, key: str) -> FileProposal:
        text = self.value(key)
        if key in SHAPE_KEYS:
            value: Any = text
            if key in _LISTS:
                value = listed(text)
            elif key in _COUNTS:
                value = max(int(text), int(key == "header_lines"))
            elif key == "values":
                value = numbered(text)
            return file.model_copy(update={"shape": file.shape.model_copy(update={key: value})})
        if key in (*LAYER_KEYS, *MAP_KEYS) and file.layer is not None:
            return file.model_copy(update={"layer": file.layer.model_copy(update=_layer_update(key, text))})
        return _taken_of_file(file, key, text)


def _taken_of_file(file: FileProposal, key: str, text: str) -> FileProposal:
    if key == "use":
        use: Any = text
        return used_as(file, use)
    if key == "interval":
        return file_lasting(file, text)
    value: Any = text or ("0min" if key == "delay" else "")
    if key in {"types", "ahead"}:
        value = listed(text) if key == "types" else lengths(text)
    elif key in {"minimum_volume_m3", "radius_m"}:
        value = positive(text) if text else None
    elif key in {"recorded_from", "recorded_until"}:
        value = day_of(text)
    elif key in {"delay", "announced", "time_precision"} and text:
        duration_s(text)
    return file.model_copy(update={key: value})


WRONG = {
    "acquired": "Write a day as 2024-05-31.",
    "recorded_from": "Write a day as 2015-04-01.",
    "recorded_until": "Write a day as 2024-12-31.",
    "values": "Write each word with its number, e.g. Trace=0.025; Spur=0.05.",
    "interval": "Write a length as 10min, 1h or 1d.",
    "delay": "Write a length as 10min, 1h or 1d.",
    "announced": "Write a length as 10min, 1h or 1d.",
    "ahead": "Write lengths as 1d; 3d.",
    "time_precision": "Write a length as 10min, 1h or 1d.",
}


def day_of(text: str) -> date | None:
    """A day as it is typed; None where nothing is.

    Raises:
        ValueError: when it is no day.
    """
    return date.fromisoformat(text) if text else None


def listed(text: str) -> tuple[str, ...]:
    """Texts that were typed with semicolons between them."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def lengths(text: str) -> tuple[str, ...]:
    """Lengths of time that were typed with semicolons between them.

    Raises:
        ValueError: when one is none, or nothing.
    """
    found = listed(text)
    if any(duration_s(part) == 0 for part in found):
        raise ValueError(text)
    return found


def numbered(text: str) -> dict[str, float]:
    """Words and their numbers as typed: Trace=0.025; Spur=0.05.

    Raises:
        ValueError: when one has no number.
    """
    found: dict[str, float] = {}
    for part in listed(text):
        word, _, number = part.rpartition("=")
        found[word.strip()] = float(number)
    return found


def positive(text: str) -> float:
    """A number above zero.

    Raises:
        ValueError: when it is none.
    """
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def _layer_update(key: str, text: str) -> dict[str, Any]:
    if key == "acquired":
        day = day_of(text)
        return {"acquired": day, "timeless": False} if day else {"acquired": None}
    if key == "timeless":
        return {"timeless": bool(text), "acquired": None} if text else {"timeless": False}
    if key == "bands":
        return {"bands": listed(text)}
    if key == "kind":
        kind: LayerKind = text  # type: ignore[assignment]
        return {"kind": kind}
    return {{"layer_crs": "crs"}.get(key, key): text}


def _keys(file: FileProposal) -> tuple[str, ...]:
    if file.use == "skip" or file.form == "unknown":
        return ("use",)
    if file.use == "layer":
        shows = file.layer is not None and file.layer.kind == "geology" and file.form == "map"
        keys = LAYER_KEYS if file.form == "raster" else LAYER_KEYS[:-1]
        return ("use", *keys, *(MAP_KEYS if shows else ()))
    shape = SHAPE_KEYS[1:] if file.form == "text" else ("sheet", "missing") if file.form == "workbook" else ("missing",)
    if file.use == "zones":
        return ("use", *(shape if file.is_table else ()), "radius_m", *(() if file.is_table else ("column",)))
    times = TIME_KEYS if not file.typed_time else TIME_KEYS[1:]
    if file.use == "incidents":
        return ("use", *(key for key in times if key != "interval"), *INCIDENT_KEYS, *shape)
    kinds = {column.kind for column in file.having("value")}
    ahead = AHEAD_KEYS if "blast" in kinds else AHEAD_KEYS[:1] if "rain_forecast" in kinds else ()
    return ("use", *times, "same_time", "delay", *ahead, *shape)
