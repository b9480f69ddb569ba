"""What can be wrong with readings, as marks on the steps of a channel."""

from enum import IntFlag

from pydantic import Field

from rockfall_desktop.domain.value import Value


class Mark(IntFlag):
    """One bit each, in the uint8 of `ChannelArray.quality`; a step with none of them is good.

    GAP: no reading in the step. FLAT: the same number for longer than such a sensor stays still. SPIKE: far from its
    neighbours of before. DRIFT: slowly away from its usual range. DUPLICATE: rows of one time. DISORDER: a row stood
    after a later one. STALE: the last reading before the end of the record, or of now, is too old. OUT_OF_RANGE: no
    slope has such a value; always masked.
    """

    GAP = 1
    FLAT = 2
    SPIKE = 4
    DRIFT = 8
    DUPLICATE = 16
    DISORDER = 32
    STALE = 64
    OUT_OF_RANGE = 128


WORDS = {
    Mark.GAP: "gap",
    Mark.FLAT: "flat line",
    Mark.SPIKE: "spike",
    Mark.DRIFT: "drift",
    Mark.DUPLICATE: "duplicate",
    Mark.DISORDER: "out of order",
    Mark.STALE: "stale",
    Mark.OUT_OF_RANGE: "out of range",
}
MASKABLE = ("flat_line", "spike", "drift")
"""Marks that a channel may ask to be masked, beside those that always are."""
MARK_OF = {"flat_line": Mark.FLAT, "spike": Mark.SPIKE, "drift": Mark.DRIFT}


def masked_marks(asked: tuple[str, ...]) -> Mark:
    """The marks whose values the network sees as missing, where a channel asks for some of MASKABLE."""
    marks = Mark.GAP | Mark.STALE | Mark.OUT_OF_RANGE
    for name in asked:
        marks |= MARK_OF[name]
    return marks


class MarkCount(Value):
    """How often one thing is wrong in a channel."""

    mark: str = Field(description="What is wrong, as in WORDS.")
    steps: int = Field(ge=0, description="Steps (and zones) that bear the mark.")
    rows: int = Field(default=0, ge=0, description="Rows of the files, where the mark is about rows.")
    masked: bool = Field(description="Whether the network sees these values as missing.")
