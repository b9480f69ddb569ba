"""The preview of the augmentation: one sample before and after."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.augmentation_preview import AugmentationPreview
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train import augmentation_dialog
from rockfall_desktop.ui.train.augmentation_dialog import AugmentationDialog
from tests.ui.conftest import Keep, Photograph

CONFIG = TrainingConfig(sites=("/a",), augmentation=("jitter", "turn_chips"))


def shown(draw: int, *, spatial: bool = True) -> AugmentationPreview:
    rng = np.random.default_rng(draw)
    before = rng.normal(size=(30, 2)).astype(np.float32)
    before[5:9, 0] = np.nan
    chip = np.add.outer(np.arange(32.0), np.arange(32.0)).astype(np.float32)
    points = rng.uniform(-0.8, 0.8, (400, 3)).astype(np.float32)
    return AugmentationPreview(
        zone=1,
        channels=("rain", "pore pressure"),
        windows=(before, before + np.float32(0.2)),
        band="red" if spatial else "",
        chips=(chip, np.rot90(chip)) if spatial else None,
        points=(points, points[:, [1, 0, 2]]) if spatial else None,
    )


@pytest.fixture
def dialog(theme: Theme, seat: Seat, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> AugmentationDialog:
    monkeypatch.setattr(augmentation_dialog, "preview_augmentation", lambda *_, draw, **__: shown(draw))
    parent = QWidget()
    keep(parent)
    made = AugmentationDialog(seat, CONFIG, theme, parent)
    qtbot.waitUntil(lambda: made.channel.count() == 2)
    return made


def test_that_a_sample_is_shown_before_and_after(
    dialog: AugmentationDialog, photograph: Photograph, qtbot: QtBot
) -> None:
    photograph(dialog, "train-augmentation")
    assert not dialog.chart.is_empty
    assert "jitter, turn and flip rasters" in dialog.words.text()
    assert not dialog.pictures["chip_after"].pixmap().isNull()
    before, after = (dialog.pictures[f"points_{when}"].pixmap().toImage() for when in ("before", "after"))
    assert before != after


def test_that_another_sample_and_another_channel_are_drawn(dialog: AugmentationDialog, qtbot: QtBot) -> None:
    first = dialog.chart.lines()[0][2]
    dialog.channel.setCurrentIndex(1)
    second = dialog.chart.lines()[0][2]
    assert np.isfinite(second).all()
    assert not np.array_equal(first, second, equal_nan=True)
    dialog.again.click()
    qtbot.waitUntil(lambda: not np.array_equal(dialog.chart.lines()[0][2], second))
    assert dialog.channel.currentIndex() == 1


def test_that_a_refusal_is_a_sentence(
    light: Theme, seat: Seat, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise WrongInput("A training is running", "Samples are shown when it has ended.", "Try again then.")

    monkeypatch.setattr(augmentation_dialog, "preview_augmentation", busy)
    parent = QWidget()
    keep(parent)
    made = AugmentationDialog(seat, CONFIG, light, parent)
    qtbot.waitUntil(lambda: "when it has ended" in made.words.text())
