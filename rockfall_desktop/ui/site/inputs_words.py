"""Which samples have which input, in rows and words."""

import numpy as np

from rockfall_desktop.domain.alignment import Alignment
from rockfall_desktop.domain.report import FEW_INCIDENTS, BlockCount
from rockfall_desktop.ui.charts.heat_header import HeatClass
from rockfall_desktop.ui.charts.heat_map import HeatRow
from rockfall_desktop.ui.charts.heat_picture import time_words
from rockfall_desktop.ui.value_table import Cell, Column
from rockfall_desktop.ui.words import NOTHING, count, percent

CLASSES = (
    HeatClass("whole window, or a layer with a date", "series:0"),
    HeatClass("part of the window, or a timeless layer only", "series:1"),
    HeatClass("embargo between two blocks", "muted"),
)
INPUTS = (
    Column("Input"), Column("Any (%)", 76, number=True, tip="Share of windows (and zones) with at least one reading."),
    Column("Full (%)", 76, number=True, tip="Share of windows (and zones) with a reading in every step."),
    Column("First", 96, tip="First window that is full, or the day from which on the first layer is known."),
    Column("Epochs", 64, number=True),
)  # fmt: skip
BLOCKS = (
    Column("Block", 96), Column("From", 96), Column("To"), Column("Samples", 84, number=True),
    Column("Incidents", 84, number=True, tip="Incidents that answer a sample, first horizon."),
    Column("Base rate (%)", 108, number=True, tip="Share of samples with a yes, first horizon."),
)  # fmt: skip
BLOCK_NAMES = ("training", "validation", "test")
_DAY_S = 86_400


def heat_rows(found: Alignment) -> list[HeatRow]:
    """The blocks, then each channel, then each kind of layer, over time."""
    nothing = np.zeros(len(found.edges_s) - 1)
    rows = []
    for place, name in enumerate(BLOCK_NAMES if len(found.in_block) else ()):
        counted = next((block for block in found.blocks if block.name == name), None)
        note = f"{count(counted.samples)} samples" if counted else ""
        embargo = found.in_block[3] if place == 0 else nothing
        rows.append(HeatRow(f"{name} block", note, np.stack((found.in_block[place], nothing, embargo))))
    for cover, full, some in zip(found.channels, found.full, found.some, strict=True):
        rows.append(HeatRow(cover.name, f"{percent(cover.full_share)} full", np.stack((full, some, nothing))))
    for kind, dated, timeless in zip(found.layers, found.dated, found.timeless, strict=True):
        shares = np.stack((dated, timeless, nothing))
        rows.append(HeatRow(_kind(kind.kind), f"{percent(kind.seen_share)} seen", shares))
    return rows


def cell_words(found: Alignment, row: int, place: int) -> str:
    """What stands in one bin of one row."""
    rows = heat_rows(found)
    begin, end = float(found.edges_s[place]), float(found.edges_s[place + 1])
    shares = rows[row].shares
    first, second, _ = (0.0, 0.0, 0.0) if shares is None else shares[:, place]
    blocks = len(BLOCK_NAMES) if len(found.in_block) else 0
    if row < blocks:
        told = f"{percent(first)} of the steps"
    elif row < blocks + len(found.channels):
        told = f"{percent(first)} of the windows whole, {percent(second)} in part"
    else:
        told = f"{percent(first)} of the samples see a layer with a date, {percent(second)} a timeless one only"
    return f"{rows[row].label}, {time_words(begin, _DAY_S)} to {time_words(end, _DAY_S)} UTC: {told}"


def input_rows(found: Alignment) -> list[tuple[Cell, ...]]:
    """A row for each channel and each kind of layer."""
    channels: list[tuple[Cell, ...]] = [
        (
            Cell(one.name),
            Cell(_hundredths(one.any_share)),
            Cell(_hundredths(one.full_share), "warning" if one.full_share < 0.5 else ""),
            Cell(str(one.first_full) if one.first_full else "none is full", "" if one.first_full else "warning"),
            Cell(""),
        )
        for one in found.channels
    ]
    layers: list[tuple[Cell, ...]] = [
        (
            Cell(_kind(one.kind)),
            Cell(_hundredths(one.seen_share), "warning" if one.seen_share < 0.5 else ""),
            Cell(NOTHING, "muted"),
            Cell("always" if one.timeless else str(one.first_known)),
            Cell(count(one.epochs)),
        )
        for one in found.layers
    ]
    return channels + layers


def block_rows(found: Alignment) -> list[tuple[Cell, ...]]:
    """A row for each block of the split."""
    return [
        (
            Cell(block.name), Cell(str(block.start or "")), Cell(str(block.end or "")), Cell(count(block.samples)),
            _incidents(block), Cell(_hundredths(block.positives[0] / block.samples if block.samples else 0.0)),
        )
        for block in found.blocks
    ]  # fmt: skip


def left_out_words(found: Alignment) -> str:
    """How long the embargo is and what has no place in any block."""
    if found.problem:
        return found.problem
    lost = [f"{reason}: {count(number)}" for reason, number in found.left_out.items() if number]
    told = f" Samples left out: {'; '.join(lost)}." if lost else ""
    return f"Between two blocks lie {count(found.embargo_steps)} steps (window and longest horizon).{told}"


def _incidents(block: BlockCount) -> Cell:
    few = block.occasions < FEW_INCIDENTS
    return Cell(count(block.incidents), "muted" if few else "", tip="few incidents" if few else "")


def _hundredths(share: float) -> str:
    return percent(share).removesuffix(" %")


def _kind(kind: str) -> str:
    return kind.replace("_", " ")
