"""The many ways in which a unit is written, brought to one."""

import re

_SIGNS = str.maketrans({
    "\u03bc": "\u00b5", "\u00b2": "2", "\u00b3": "3", "\u00ba": "\u00b0", "\u02da": "\u00b0", "\u2103": "\u00b0C",
    "\u2109": "\u00b0F", "\u2044": "/", "\u2215": "/", "\u2082": "2", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip
_PER = {
    "day": "d", "days": "d", "24h": "d", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "minute": "min",
    "minutes": "min", "sec": "s", "second": "s", "yr": "a", "year": "a", "y": "a", "m^2": "m2", "cm^2": "cm2",
}  # fmt: skip
_WHOLE = {
    "degree C": "°C", "degrees C": "°C", "degrees Celsius": "°C", "deg Celsius": "°C", "Degrees C": "°C",
    "degrees F": "°F", "Bar": "bar", "BAR": "bar", "bars": "bar", "Count": "count",
    "COUNT": "count", "Counts": "counts", "COUNTS": "counts", "Events": "events", "EVENTS": "events",
    "deg C": "°C", "degC": "°C", "deg. C": "°C", "C": "°C", "Celsius": "°C", "celsius": "°C", "grad C": "°C",
    "deg F": "°F", "degF": "°F", "F": "°F", "Fahrenheit": "°F", "°K": "K", "Kelvin": "K", "kelvin": "K",
    "mH2O": "m H2O", "m of water": "m H2O", "mWS": "m H2O", "m WS": "m H2O", "mwc": "m H2O", "m WC": "m H2O",
    "mWC": "m H2O", "cmH2O": "cm H2O", "cmWS": "cm H2O", "mmH2O": "mm H2O", "mmWS": "mm H2O", "kp/cm2": "kg/cm2",
    "kgf/cm2": "kg/cm2", "at": "kg/cm2", "torr": "mmHg", "Torr": "mmHg", "mm Hg": "mmHg", "kpa": "kPa", "KPa": "kPa",
    "KPA": "kPa", "hpa": "hPa", "HPa": "hPa", "MPA": "MPa", "pa": "Pa", "PSI": "psi", "mbars": "mbar", "mb": "mbar",
    "masl": "m a.s.l.", "m asl": "m a.s.l.", "m a.s.l": "m a.s.l.", "mNN": "m a.s.l.", "m NN": "m a.s.l.",
    "m NHN": "m a.s.l.", "meter": "m", "meters": "m", "metre": "m", "metres": "m", "inch": "in", "inches": "in",
    "feet": "ft", "micron": "µm", "um": "µm", "microstrain": "µm/m", "µstrain": "µm/m", "ustrain": "µm/m",
    "µε": "µm/m", "um/m": "µm/m", "um/s": "µm/s", "m/m": "1", "l/m2": "mm", "L/m2": "mm", "l/qm": "mm", "kg/m2": "mm",
}  # fmt: skip


def plain_unit(unit: str) -> str:
    """The spelling that the program knows, e.g. "mm/d" for "mm / day" or "mm·d⁻¹"; unknown ones stay as they are.

    Upper and lower case are kept apart, as mPa is no MPa, but for some that can mean one thing only.
    """
    text = " ".join(unit.translate(_SIGNS).split())
    text = re.sub(r"[ ·*.]?(d|h|min|s|a|yr|day|hr)(?:\^?-1|⁻¹)$", r"/\1", text)
    text = _WHOLE.get(text, text)
    above, slash, below = text.partition("/")
    if not slash:
        return text
    joined = f"{above.strip()}/{_PER.get(below.strip(), below.strip())}"
    return _WHOLE.get(joined, joined)
