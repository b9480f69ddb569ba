"""What a pass phrase must be: long, and not to be guessed from what stands beside it. No rule of composition.

After NIST SP 800-63B-4, section 3.1.1.2: length and a list of what is refused, nothing else.
"""

import unicodedata
from collections.abc import Iterator

from rockfall_desktop.access.factory import FACTORY_PASSWORD
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.pass_phrase import PASS_PHRASE_MAXIMUM, PASS_PHRASE_MINIMUM

FEWEST_DIFFERENT = 5
LONGEST_RUN_SHARE = 0.5
SHORTEST_NAME = 3
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
)


def faults(pass_phrase: str, name: str) -> tuple[str, ...]:
    """Every rule that a pass phrase breaks, one sentence each; empty when it may be used."""
    return tuple(_faults(unicodedata.normalize("NFC", pass_phrase), name))


def check_pass_phrase(pass_phrase: str, name: str) -> None:
    """Refuse a pass phrase that breaks a rule.

    Raises:
        WrongInput: with the first broken rule.
    """
    for sentence in faults(pass_phrase, name):
        raise WrongInput("The pass phrase cannot be used", sentence, "Several words of your own make a good one.")


def _faults(pass_phrase: str, name: str) -> Iterator[str]:
    if len(pass_phrase) < PASS_PHRASE_MINIMUM:
        yield f"It has {len(pass_phrase)} characters; at least {PASS_PHRASE_MINIMUM} are needed."
    if len(pass_phrase) > PASS_PHRASE_MAXIMUM:
        yield f"It has {len(pass_phrase)} characters; at most {PASS_PHRASE_MAXIMUM} are taken."
    plain = _plain(pass_phrase)
    for word, meaning in _words_around(name):
        if word in plain:
            yield f"It contains {meaning}, which is the first thing to be guessed."
    if len(set(plain)) < FEWEST_DIFFERENT:
        yield f"It has fewer than {FEWEST_DIFFERENT} different characters."
    elif _repeats(plain):
        yield "It is one piece repeated."
    elif _runs(plain):
        yield "Most of it is a run along the alphabet, the digits or the keyboard."


def _words_around(name: str) -> Iterator[tuple[str, str]]:
    yield FACTORY_PASSWORD, "the factory password"
    yield "rockfall", "the word rockfall"
    if len(_plain(name)) >= SHORTEST_NAME:
        yield _plain(name), "your name"


def _plain(text: str) -> str:
    """Letters and digits only, in one case and without accents: what a guesser's list would be compared with."""
    loose = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in loose if character.isalnum()) or loose


def _repeats(plain: str) -> bool:
    """Whether the whole is a shorter piece said again (a last part of the piece may be missing)."""
    return any(plain == (plain[:length] * len(plain))[: len(plain)] for length in range(1, len(plain) // 2 + 1))


def _runs(plain: str) -> bool:
    """Whether at least half of the steps from one character to the next go along a row, either way."""
    pairs = {row[i : i + 2] for row in ROWS for i in range(len(row) - 1)}
    steps = [plain[i : i + 2] for i in range(len(plain) - 1)]
    along = sum(step in pairs or step[::-1] in pairs for step in steps)
    return along > LONGEST_RUN_SHARE * max(1, len(steps))
