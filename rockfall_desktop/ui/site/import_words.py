"""What the import assistant calls things in the window."""

from rockfall_desktop.domain.kinds import COUNT_UNITS, KINDS, RATE_UNITS, Kind
from rockfall_desktop.domain.site_import import Role, SameTime, Stamp, Use

USES: dict[Use, str] = {
    "channels": "measured channels",
    "incidents": "list of rockfalls",
    "zones": "zones of the slope",
    "layer": "layer",
    "skip": "left out",
}
ROLES: dict[Role, str] = {
    "skip": "left out",
    "time": "time",
    "value": "value",
    "zone": "zone's id",
    "x": "easting",
    "y": "northing",
    "volume": "volume (m³)",
    "type": "type",
    "mark": "mark of quality",
    "issued": "time of issue",
}
KIND_WORDS: dict[Kind, str] = {kind: facts.title for kind, facts in KINDS.items()}
STAMPS: dict[Stamp, str] = {"end": "end or moment", "start": "start of interval"}
SAME_TIMES: dict[SameTime, str] = {
    "refuse": "a fault, told with its row",
    "first": "the first counts",
    "last": "the last counts",
    "mean": "their mean counts",
    "sum": "their sum counts",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", ":": "colon", " ": "blank"}
ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16", "big5", "gb18030", "shift_jis", "euc_kr")
STEPS = ("10min", "15min", "30min", "1h", "2h", "3h", "6h", "12h", "1d")


def units_of(kind: Kind) -> tuple[str, ...]:
    """Units in which a kind may be written."""
    more = tuple(RATE_UNITS) if kind in {"rainfall", "rain_forecast"} else COUNT_UNITS[1:] if kind == "seismic" else ()
    return (*KINDS[kind].units, *more)


def size_words(size: int) -> str:
    """A file's size as a person reads it."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= limit:
            return f"{size / limit:.1f} {unit}"
    return f"{size} bytes"
