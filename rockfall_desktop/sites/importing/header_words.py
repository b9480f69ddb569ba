"""What a column measures, by the words of its header in several languages, and in which unit.

Only a guess that a person sees and corrects: nothing is read by it unseen.
"""

import re
from dataclasses import dataclass

from rockfall_desktop.domain.kinds import COUNT_UNITS, KINDS, Kind, rate_mm_h, unit_line
from rockfall_desktop.domain.site_import import Role

_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("rain_forecast", ("forecast.*(rain|precip)", "(rain|precip).*forecast", "niederschlagsvorhersage", "預報雨量")),
    ("rainfall", (r"\brain", r"\b(hourly|daily|total|sum|cum|acc)rain", "precip", "niederschlag", r"\bregen",
                  r"\bpluie", "pr[eé]cipitation", "lluvia", "pioggia", "雨量", "降雨", "降水")),
    ("pore_pressure", (r"\bpwp\b", r"\bpore", "piezo", "porenwasser", r"\bu kpa\b", "pression interstitielle",
                       "presi[oó]n de poro", "孔隙", "水压", "水壓")),
    ("water_level", ("water ?level", "groundwater", "wasserstand", "grundwasser", "pegel", r"\bgwl?\b", "nivel",
                     "niveau", "phr[eé]at", "水位")),
    ("temperature", (r"\btem\b", r"\btemp", "temperatur", r"\bt air", r"\bt c\b", "lufttemp", "temp[eé]rature",
                     "气温", "氣溫", "温度", "溫度")),
    ("velocity", ("velocit", r"\bspeed", "geschwindigkeit", "vitesse", "velocidad", "速度", "速率")),
    ("crack_opening", ("crack", "fissur", "joint ?met", "riss", "kluft", r"\bspalt", "fessur", "grieta", "裂缝",
                       "裂縫")),
    ("displacement", (r"\bdisp", "displacement", "extenso", "verschiebung", "verformung", "d[eé]placement", "desplaz",
                      "spostament", "位移", "变形", "變形")),
    ("strain", (r"\b(micro|[uµμ])?strain", "dehnung", "d[eé]formation", "deformaci", "应变", "應變")),
    ("blast", (r"\bblast", "sprengung", r"\btir\b", "voladura", "爆破")),
    ("seismic", (r"\bppv\b", "seismic", "vibration", "geophon", "ersch[uü]tterung", "schwing", "sism",
                 "震动", "震動", "振动")),
)  # fmt: skip
_NOT_OF_A_SLOPE = re.compile(
    "humid|feuchte|moist|light|lux|wind|battery|batt|volt|rssi|solar|strahlung|air ?press|luftdruck|baro"
)
_COUNT = re.compile(r"\b(event)?counts?\b|anzahl|\bevents?\b|\bnumber\b|次數|次数")
_STRENGTH = re.compile(r"\bppv\b|peak|max|velocit|geschwindigkeit|amplitud")
_TWO_NAMES = re.compile(r"[^/]{2,}/(?!\s*(?:hour|day|min|sec|year|tag|std))([^/]{3,})", re.IGNORECASE)
_UNIT_IN_HEADER = re.compile(r"[\[(]\s*([^\])]{1,16}?)\s*[\])]|[_\s]([^_\s()\[\]]{1,8})$")
_WRITTEN = {
    "毫米": "mm", "公厘": "mm", "厘米": "cm", "米": "m", "度": "°C", "℃": "°C", "deg c": "°C", "deg_c": "°C",
    "degrees c": "°C", "bar": "bar", "degc": "°C", "kpa": "kPa", "hpa": "hPa", "mpa": "MPa", "pa": "Pa",
    "celsius": "°C", "mms": "mm/s", "mm s-1": "mm/s", "l/m²": "l/m2", "mh2o": "m H2O", "mws": "m of water",
    "mm/tag": "mm/d", "mm/day": "mm/d", "mm/hr": "mm/h", "mm/std": "mm/h", "inch": "in", "inches": "in", "feet": "ft",
    "ue": "microstrain", "µε": "microstrain", "percent": "%",
}  # fmt: skip
_ZONES = (
    "zone", "zone_?id", "sensor", "sensor_?id", "station", "station_?id", "device", "node", "point_?id", "borehole",
    "messpunkt", "sonde", "punkt", "capteur", "bereich", "sektor", "sector", "slope_?id", "測站", "站號", "区域",
    "區域",
    "zone_.*",
)  # fmt: skip
_ROLES: tuple[tuple[Role, str], ...] = (
    ("zone", f"^({'|'.join(_ZONES)})$"),
    ("x", r"^(x|east|easting|easting_m|x_m|rechtswert|ostwert|este|utm_?e)$"),
    ("y", r"^(y|north|northing|northing_m|y_m|hochwert|nordwert|norte|utm_?n)$"),
    ("volume", r"volum|kubatur|m3$|m³|體積|体积"),
    ("type", r"^(type|typ|art|feature_type|event_?type|kind|tipo|類型|类型)$"),
    ("mark", r"complet|quality|\bqc\b|\bflag\b|\bstatus\b|qualit|完整|品質|质量"),
    ("issued", r"issued|issue_?time|ausgegeben|announced|發布|发布"),
)  # fmt: skip
TIME_WORDS = re.compile(
    r"time|date|datum|zeit|uhrzeit|heure|fecha|hora|\bdata\b|\bora\b|日期|時間|时间|年|月|日"
    "|day|year|month|hour|jahr|monat|tag"
)
FALL_WORDS = re.compile(
    "rock_?fall|event|incident|(?<!rain)(?<!water)fall|slide|felssturz|steinschlag|block|failure|崩塌|落石"
)
ZONE_FILE_WORDS = re.compile(r"zone|sector|bereich|polygon|area|cell")


@dataclass(frozen=True)
class Guess:
    """Kind and unit of a column; kind is "other" where no word is known, unit "" where none is written."""

    kind: Kind
    unit: str
    known: bool


def guess_value(texts: tuple[str, ...]) -> Guess:
    """What a column of numbers measures.

    Args:
        texts: its header texts, one from each header line.
    """
    words = " ".join(texts)
    kind = _kind(words)
    unit = _unit(texts, kind)
    if kind == "other" and unit:
        return Guess("other", unit, known=False)
    if kind == "displacement" and unit in KINDS["velocity"].units and unit not in KINDS["displacement"].units:
        kind = "velocity"
    return Guess(kind, unit or _usual_unit(kind, words), known=kind != "other")


def guess_role(texts: tuple[str, ...]) -> Role | None:
    """What a column is beside time and value, by its header; None where no word is known."""
    for text in (*texts, "/".join(texts)):
        plain = text.strip().lower()
        for role, pattern in _ROLES:
            if plain and re.search(pattern, plain):
                return role
    return None


def channel_name(texts: tuple[str, ...], kind: Kind, *, known: bool) -> str:
    """A short name for a channel: the header without its unit, or the name of the kind."""
    text = next((text for text in texts if text), "")
    plain = re.sub(r"[\[(][^\])]*[\])]", "", text).strip(" _-")
    plain = two[1].strip(" _-") if (two := _TWO_NAMES.fullmatch(plain)) else plain
    plain = "".join(sign for sign in plain if sign.isprintable())[:64].strip()
    return plain or (KINDS[kind].title if known else "channel")


def _kind(words: str) -> Kind:
    parted = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", words)  # HourlyRain is two words
    plain = re.sub(r"[_\-./]+", " ", f"{words} | {parted}".lower())
    if _NOT_OF_A_SLOPE.search(plain):
        return "other"
    return next((kind for kind, patterns in _KINDS if any(re.search(one, plain) for one in patterns)), "other")


def _unit(texts: tuple[str, ...], kind: Kind) -> str:
    for text in texts:
        for candidate in (text, *(part for found in _UNIT_IN_HEADER.findall(text) for part in found)):
            plain: str = candidate.strip()
            plain = _WRITTEN.get(plain.lower(), plain)
            if plain and plain != "1" and (_is_unit(kind, plain) or (kind == "other" and plain in _ANY_UNIT)):
                return plain
    return ""


def _is_unit(kind: Kind, text: str) -> bool:
    return unit_line(kind, text) is not None or rate_mm_h(kind, text) is not None


def _usual_unit(kind: Kind, words: str) -> str:
    """The kind's own unit where nothing is written; a count of shocks where the header counts."""
    plain = re.sub(r"[_\-./]+", " ", words.lower())
    if kind == "seismic" and _COUNT.search(plain) and not _STRENGTH.search(plain):
        return COUNT_UNITS[1]
    return ""


_ANY_UNIT = frozenset({"%", "lux", "V", "m/s", "W/m2", "°", "deg", "g", "rad/s", *KINDS["pore_pressure"].units})
