"""The Inputs tab: which windows have which input, and what each block holds."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.alignment import Alignment, ChannelCover, LayerCover
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.ui.background import BackgroundRun
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.site.inputs_tab import InputsTab
from rockfall_desktop.ui.theme import Theme
from tests.small_site import small_site
from tests.ui import values
from tests.ui.conftest import Keep, Photograph

BINS = 120
OPERATION = "rockfall_desktop.ui.site.inputs_tab.align_site"


def alignment(*, problem: str = "") -> Alignment:
    place = np.arange(BINS)
    rain = np.where((place > 40) & (place < 46), 0.0, 1.0)
    level = np.clip(place / 60 - 0.5, 0, 1)
    flights = (place > 30).astype(float)
    inside = np.stack(
        [place < 70, (place >= 73) & (place < 95), place >= 98, ((place >= 70) & (place < 73)) | (place // 3 == 32)]
    ).astype(float)
    return Alignment(
        channels=(
            ChannelCover(name="rain", any_share=0.99, full_share=0.94, first_full=values.BLOCKS[0].start),
            ChannelCover(name="pore pressure", any_share=0.71, full_share=0.42, first_full=values.BLOCKS[1].start),
        ),
        layers=(
            LayerCover(kind="drone_imagery", epochs=3, timeless=False, seen_share=0.74,
                       first_known=values.BLOCKS[0].start),
            LayerCover(kind="geology", epochs=1, timeless=True, seen_share=1.0, first_known=None),
        ),
        edges_s=np.linspace(441763200, 1262304000, BINS + 1),
        full=(rain, level), some=(1 - rain, np.where(level < 1, (1 - level) / 2, 0)),
        dated=(flights, np.zeros(BINS)), timeless=(np.zeros(BINS), np.ones(BINS)),
        in_block=np.zeros((0, BINS)) if problem else inside,
        blocks=() if problem else values.BLOCKS,
        left_out={} if problem else {"between two blocks": 620, "no reading in the window": 0},
        embargo_steps=31, problem=problem,
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[TrainingConfig]:
    return answering(monkeypatch, alignment)


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], Alignment]) -> list[TrainingConfig]:
    asked: list[TrainingConfig] = []

    def align(session: object, *, station: object, config: TrainingConfig) -> Alignment:
        asked.append(config)
        return answer()

    monkeypatch.setattr(OPERATION, align)
    return asked


@pytest.fixture
def tab(theme: Theme, seat: Seat, keep: Keep) -> InputsTab:
    made = InputsTab(seat, theme)
    keep(made)
    made.resize(1160, 600)
    made.show_site(values.summary())
    return made


def shown(tab: InputsTab, qtbot: QtBot) -> None:
    tab.show_arrays(small_site(steps=40))
    tab.show()
    qtbot.waitUntil(lambda: not tab._counting.busy)


def test_that_inputs_and_blocks_are_told(
    tab: InputsTab, asked: list[TrainingConfig], qtbot: QtBot, photograph: Photograph
) -> None:
    shown(tab, qtbot)
    photograph(tab, "site-inputs")
    assert asked[0].window_steps == TrainingConfig.model_fields["window_steps"].default
    assert [tab.inputs.text(1, place) for place in (0, 1, 2)] == ["pore pressure", "71.0", "42.0"]
    assert [tab.inputs.text(3, place) for place in (0, 1, 3)] == ["geology", "100.0", "always"]
    assert [tab.blocks.text(row, 0) for row in range(3)] == ["training", "validation", "test"]
    assert tab.blocks.text(0, 3) == "6,900"
    assert "31 steps" in tab.told.text()
    assert "between two blocks: 620" in tab.told.text()
    assert "no reading" not in tab.told.text()


def test_that_another_window_is_counted_anew(tab: InputsTab, asked: list[TrainingConfig], qtbot: QtBot) -> None:
    shown(tab, qtbot)
    for name, text in (("window_steps", "14"), ("horizon_steps", "1, 7"), ("train_until", "2001-01-01")):
        tab.form.lines[name].setText(text)
    tab.form.lines["validation_until"].setText("2005-01-01")
    tab.form.lines["validation_until"].returnPressed.emit()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert (asked[1].window_steps, asked[1].horizon_steps) == (14, (1, 7))
    assert str(asked[1].train_until) == "2001-01-01"


@pytest.mark.parametrize(("name", "text"), [("window_steps", "many"), ("horizon_steps", "7, 1"), ("train_until", "x")])
def test_that_a_wrong_field_is_told_and_nothing_is_counted(
    tab: InputsTab, asked: list[TrainingConfig], qtbot: QtBot, name: str, text: str
) -> None:
    shown(tab, qtbot)
    tab.form.lines[name].setText(text)
    tab.form.lines[name].returnPressed.emit()
    assert tab.form.fault.isVisible()
    assert len(asked) == 1


def test_that_hovering_says_the_shares(tab: InputsTab, asked: list[TrainingConfig], qtbot: QtBot) -> None:
    shown(tab, qtbot)
    tab.map.rows.hovered.emit(3, 42)
    assert tab.about.text().startswith("rain, 1993-02-05")
    assert "0.0 % of the windows whole, 100.0 % in part" in tab.about.text()
    tab.map.rows.hovered.emit(6, 2)
    assert "100.0 % a timeless one only" in tab.about.text()


def test_that_a_split_that_cannot_be_made_is_told(
    tab: InputsTab, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    answering(monkeypatch, lambda: alignment(problem="No incident falls into the answers of the training block."))
    shown(tab, qtbot)
    assert tab.told.text().startswith("No incident")
    assert tab.blocks.rows.rowCount() == 0
    assert tab.map.rows.rows[0].label == "rain"


def test_that_a_refusal_is_a_sentence(tab: InputsTab, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def refuse() -> Alignment:
        raise WrongInput("Nothing was measured over time", "The site has no steps.", "Add a channel to site.toml.")

    answering(monkeypatch, refuse)
    shown(tab, qtbot)
    assert tab.about.text() == "The site has no steps. Add a channel to site.toml."
    assert not tab.map.isVisible()


def test_that_nothing_is_counted_before_the_site_was_read(
    tab: InputsTab, asked: list[TrainingConfig], qtbot: QtBot
) -> None:
    tab.show()
    assert not asked
    assert "Reading" in tab.about.text()


def test_that_no_number_stands_beside_a_wrong_field(
    tab: InputsTab, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    may_end = threading.Event()
    answering(monkeypatch, alignment)
    shown(tab, qtbot)

    def slow() -> Alignment:
        may_end.wait(10)
        return alignment()

    asked = answering(monkeypatch, slow)
    tab.form.lines["window_steps"].returnPressed.emit()
    qtbot.waitUntil(lambda: len(asked) == 1)
    tab.form.lines["window_steps"].setText("many")
    tab.form.lines["window_steps"].returnPressed.emit()
    assert (tab.inputs.rows.rowCount(), tab.blocks.rows.rowCount(), tab.told.text()) == (0, 0, "")
    may_end.set()
    qtbot.waitUntil(lambda: not BackgroundRun.all_running())
    assert tab.inputs.rows.rowCount() == 0
    assert not tab.map.isVisible()
