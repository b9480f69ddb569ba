"""The time zone that a header names beside its times.

Only what is sure: abbreviations that several places share (CST, IST, EST) are not read.
"""

import re

_UTC = "Etc/UTC"
_FIXED = {
    "utc": _UTC, "gmt": _UTC, "zulu": _UTC, "wez": _UTC, "wet": _UTC, "mez": "Etc/GMT-1", "cet": "Etc/GMT-1",
    "mesz": "Etc/GMT-2", "cest": "Etc/GMT-2", "eet": "Etc/GMT-2", "hkt": "Etc/GMT-8", "awst": "Etc/GMT-8",
    "jst": "Etc/GMT-9", "aest": "Etc/GMT-10", "nzst": "Etc/GMT-12",
}  # fmt: skip
_ODD_MINUTES = {270: "Asia/Kabul", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 390: "Asia/Yangon"}
_WORD = re.compile(rf"(?<![a-z])({'|'.join(_FIXED)})(?![a-z])")
_OFFSET = re.compile(r"(?:(?<![a-z])(?:utc|gmt)\s*|(?<![\w:.-]))([+\-\u2212])\s*(\d{1,2})(?::?(\d{2}))?(?![\d\w:.-])")
_BARE_OFFSET = re.compile(r"[+\-\u2212]\d{2}:\d{2}")


def header_zone(texts: tuple[str, ...]) -> str:
    """IANA name of the zone that the header texts of a time name; "" where they name none, or several.

    UTC+8 is Etc/GMT-8: the names under Etc count to the west.
    """
    words = " ".join(texts).lower().replace("_", " ")
    found = {_west(sign, hours, minutes) for sign, hours, minutes in _offsets(words)}
    found = found or {_FIXED[word] for word in _WORD.findall(words)}
    return found.pop() if len(found) == 1 else ""


def _offsets(words: str) -> list[tuple[str, int, int]]:
    """Sign, hours and minutes of each offset; one without UTC or GMT before it counts as +08:00 only."""
    return [
        (found[1], int(found[2]), int(found[3] or 0))
        for found in _OFFSET.finditer(words)
        if found[0].startswith(("utc", "gmt")) or _BARE_OFFSET.fullmatch(found[0])
    ]


def _west(sign: str, hours: int, minutes: int) -> str:
    if hours > (14 if sign == "+" else 12) or minutes > 59:
        return ""
    if minutes:
        return _ODD_MINUTES.get(60 * hours + minutes, "") if sign == "+" else ""
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else _UTC
