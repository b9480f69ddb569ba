"""Names of users: one name for what looks the same to the one who reads it.

After UAX 31 and UTS 39: NFC, nothing that NFKC would change, no sign that nobody sees, one script of those whose
letters look alike.
"""

import unicodedata

LONGEST_NAME = 64
_ALIKE = ("LATIN ", "GREEK ", "CYRILLIC ")
_BLANK = 0x2800  # a pattern of Braille without a dot
# Default_Ignorable_Code_Point of the Unicode character database, which unicodedata does not hold
_IGNORED = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip


def checked_user_name(name: str) -> str:
    """A name by which somebody may sign in: in NFC, without spaces around it.

    Raises:
        ValueError: when it does not do; the message is a sentence.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(f"A name has 1 to {LONGEST_NAME} visible characters.")
    unseen = next((sign for sign in name if _is_unseen(ord(sign))), None)
    if unseen is not None:
        raise ValueError(f"The name holds U+{ord(unseen):04X}, which nobody sees.")
    if unicodedata.normalize("NFKC", name) != name:
        raise ValueError("The name holds a sign that is another way to write a plain one, such as a wide letter.")
    if len(scripts := {script for sign in name if (script := _script(sign))}) > 1:
        mixed = " and ".join(sorted(script.strip().capitalize() for script in scripts))
        raise ValueError(f"The name mixes {mixed} letters, which look alike.")
    return name


def folded(name: str) -> str:
    """What two ways to write one name have in common: neither case, form nor spaces between its words count."""
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(whole.split())


def _is_unseen(point: int) -> bool:
    return point == _BLANK or any(first <= point <= last for first, last in _IGNORED)


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "") if sign.isalpha() else ""
    return next((script for script in _ALIKE if name.startswith(script)), "")
