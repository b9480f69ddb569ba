"""Text that can be shown anywhere: no control characters, no line breaks, no marks that turn the reading direction."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp"))


def checked_plain(text: str) -> str:
    """The text itself, if it can be shown anywhere.

    Raises:
        ValueError: when it holds a character that must not reach a screen or a terminal; the message names it.

    """
    wrong = next((sign for sign in text if _must_not_be_shown(sign)), None)
    if wrong is not None:
        raise ValueError(f"holds the control character U+{ord(wrong):04X}; remove it")
    return text


def shown(text: str) -> str:
    """The text with a replacement mark for each character that must not reach a screen or a terminal."""
    if text.isprintable():
        return text
    return "".join("\ufffd" if _must_not_be_shown(sign) else sign for sign in text)


def _must_not_be_shown(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in _UNSEEN


Plain = Annotated[str, AfterValidator(checked_plain)]
