"""Guesses how a text is stored: by its byte order mark, by zero bytes, else by what decodes to words."""

import codecs
import re
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_EAST = ("big5", "gb18030", "shift_jis", "euc_kr")
_COMMON = frozenset(
    "年月日時时間间分秒雨量度溫温氣气位移水壓压力毫米站號号名稱称數数據据值日期時間地點点測测區区域降風风速表示少於沒有完整總总天文台の"
)
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\uff00-\uffef\u3000-\u303f]")


@dataclass(frozen=True)
class Decoded:
    """The text of a sample, its encoding, and whether that is sure."""

    encoding: str
    sure: bool


def guess_encoding(content: bytes) -> Decoded | None:
    """The encoding of a text; None when it is no text.

    Blocks of zero bytes, as loggers leave after a power cut, do not count.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return Decoded(name, sure=True)
    wide = _without_mark(content)
    if wide is not None:
        return wide
    plain = content.replace(b"\0", b"")
    if not plain or sum(byte < 9 or 13 < byte < 27 for byte in plain[:4096]) > len(plain[:4096]) // 50:
        return None
    if _decodes(plain, "utf-8"):
        return Decoded("utf-8", sure=True)
    return _by_words(plain)


def decode(content: bytes, encoding: str) -> str:
    """The text of a part that may begin or end amid a character; the reader of the whole file is strict."""
    return content.decode(encoding, "replace").replace("\0", "").removeprefix("\ufeff")


def _without_mark(content: bytes) -> Decoded | None:
    part = content[:4096]
    if not part or part.count(b"\0") < len(part) // 4 or b"\0\0\0" in part:
        return None
    odd = part[1::2].count(b"\0") > part[0::2].count(b"\0")
    return Decoded("utf-16-le" if odd else "utf-16-be", sure=True)


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether a part decodes, its first and last character aside."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        decoder.decode(content, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _by_words(content: bytes) -> Decoded:
    best, name = 0.0, ""
    for encoding in _EAST:
        if not _decodes(content, encoding):
            continue
        text = content.decode(encoding, "ignore")
        east = _CJK.findall(text)
        pairs = len(re.findall(f"{_CJK.pattern}{{2}}", text)) * 2
        foreign = sum(ord(sign) > 127 for sign in text) - len(east)
        share = sum(sign in _COMMON for sign in east) / max(1, len(east))
        score = share if pairs > len(east) / 2 and foreign <= len(east) else 0.0
        if score > best:
            best, name = score, encoding
    if best > 0.1:
        return Decoded(name, sure=best > 0.4)
    return Decoded("cp1252" if _decodes(content, "cp1252") else "latin-1", sure=False)
