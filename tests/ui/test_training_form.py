"""The form is made from TrainingConfig; what is wrong stands beside its field, in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.presets import PRESETS
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train.form import OWN_OTHERS, TrainingForm, offered_fields
from rockfall_desktop.ui.train.site_field import SiteEditor
from tests.ui.conftest import Photograph

SINGLE: set[str] = set()


@pytest.fixture
def form(light: Theme, qtbot: QtBot) -> TrainingForm:
    made = TrainingForm()
    qtbot.addWidget(made)
    made.resize(380, 640)
    made.offer_sites([("/sites/a", "A"), ("/sites/b", "B (simulated)")])
    made.take_site("/sites/a", ["rain", "level & trend"])
    made.show()
    return made


def line(form: TrainingForm, name: str) -> QLineEdit:
    control = form.rows[name].editor.control
    assert isinstance(control, QLineEdit)
    return control


def retype(form: TrainingForm, name: str, words: str, qtbot: QtBot) -> None:
    control = line(form, name)
    control.selectAll()
    if words:
        qtbot.keyClicks(control, words)
    else:
        qtbot.keyClick(control, Qt.Key.Key_Delete)


def test_that_fields_with_a_single_choice_are_not_shown() -> None:
    shown = {name for name, _ in offered_fields()}
    assert shown == set(TrainingConfig.model_fields) - SINGLE


def test_that_other_sites_can_be_learned_from_too(form: TrainingForm, qtbot: QtBot) -> None:
    asked: list[str] = []
    form.site_wanted.connect(asked.append)
    editor = form.rows["sites"].editor
    assert isinstance(editor, SiteEditor)
    boxes = editor.others.control
    assert isinstance(boxes, QListWidget)
    assert [boxes.item(row).text() for row in range(boxes.count())] == ["B (simulated)"]
    boxes.item(0).setCheckState(Qt.CheckState.Checked)
    config = form.config()
    assert config is not None
    assert config.sites == ("/sites/a", "/sites/b")
    assert asked == [], "the first site is open already"
    form.take_site("/sites/b", ["rain"])
    assert form.values()["sites"] == ("/sites/b",), "a site is not learned from twice"


def test_that_several_changes_of_samples_can_be_ticked(form: TrainingForm) -> None:
    ticks = form.rows["augmentation"].editor.control
    assert isinstance(ticks, QListWidget)
    for row in (0, 3):
        ticks.item(row).setCheckState(Qt.CheckState.Checked)
    config = form.config()
    assert config is not None
    assert config.augmentation == ("jitter", "channel_dropout")


def test_that_the_untouched_form_gives_the_defaults(form: TrainingForm) -> None:
    assert form.config() == TrainingConfig(sites=("/sites/a",))


def test_that_the_help_is_the_description_of_the_field(form: TrainingForm, qtbot: QtBot) -> None:
    row = form.rows["window_steps"]
    assert not row.note.isVisible()
    row.editor.control.setFocus()
    qtbot.waitUntil(row.note.isVisible)
    assert row.note.text() == TrainingConfig.model_fields["window_steps"].description


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("window_steps", "1", "Give 2 or more."),
        ("window_steps", "many", "Give a whole number."),
        ("window_steps", "2.5", "Give a whole number."),
        ("horizon_steps", "", "Give at least 1."),
        ("horizon_steps", "3, 1", "The horizons must grow, each one once, e.g. 1, 3, 7."),
        ("horizon_steps", "1,2,3,4,5", "Give at most 4."),
        ("train_until", "03.01.2003", "Give a day as YYYY-MM-DD, e.g. 2003-01-01, or leave it empty."),
        ("train_until", "2003-01-01", "Give both dates, train_until and validation_until, or neither."),
        ("width", "30", "Give a multiple of 4."),
        ("dropout", "0.9", "Give 0.8 or less."),
        ("learning_rate", "0", "Give more than 0.0."),
        ("learning_rate", "fast", "Give a number, e.g. 0.002."),
        ("learning_rate", "nan", "Give a number, e.g. 0.002."),
    ],
)
def test_that_a_wrong_value_is_told_beside_its_field(
    name: str, words: str, sentence: str, form: TrainingForm, qtbot: QtBot
) -> None:
    retype(form, name, words, qtbot)
    assert form.config() is None
    assert form.rows[name].fault == sentence
    assert all(not row.fault for other, row in form.rows.items() if other != name)


def test_that_an_error_goes_when_it_is_mended(form: TrainingForm, qtbot: QtBot) -> None:
    retype(form, "window_steps", "1", qtbot)
    retype(form, "window_steps", "12", qtbot)
    assert form.rows["window_steps"].fault == ""
    config = form.config()
    assert config is not None
    assert config.window_steps == 12


def test_that_start_leads_to_the_first_error_even_in_a_folded_part(
    form: TrainingForm, qtbot: QtBot, photograph: Photograph
) -> None:
    retype(form, "gradient_clip", "0", qtbot)
    retype(form, "dropout", "2", qtbot)
    assert form.demand() is None
    qtbot.waitUntil(form.rows["dropout"].note.isVisible)
    photograph(form, "form-errors")
    assert form.rows["dropout"].editor.control.hasFocus()


def test_that_without_a_site_start_asks_for_one(light: Theme, qtbot: QtBot) -> None:
    form = TrainingForm()
    qtbot.addWidget(form)
    form.show()
    assert form.demand() is None
    assert form.rows["sites"].fault == "Open a site first: the training needs its records."


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_that_a_preset_changes_what_it_says_and_keeps_the_data(
    preset: object, form: TrainingForm, qtbot: QtBot
) -> None:
    retype(form, "window_steps", "14", qtbot)
    chosen = next(one for one in PRESETS if one is preset)
    form.take_preset(chosen)
    config = form.config()
    assert config is not None
    assert config == TrainingConfig.model_validate({"sites": ("/sites/a",), "window_steps": 14} | chosen.changes)
    pressed = [button.text() for button in form._presets.buttons() if button.isChecked()]
    assert pressed == [chosen.name]


def test_that_an_edited_preset_is_no_preset_any_more(form: TrainingForm, qtbot: QtBot) -> None:
    retype(form, "epochs", "41", qtbot)
    assert not any(button.isChecked() for button in form._presets.buttons())


def test_that_choosing_one_channel_takes_all_away_and_back(form: TrainingForm) -> None:
    channels = form.rows["temporal_features"].editor.control
    assert isinstance(channels, QListWidget)
    channels.item(1).setCheckState(Qt.CheckState.Checked)
    channels.item(2).setCheckState(Qt.CheckState.Checked)
    config = form.config()
    assert config is not None
    assert config.temporal_features == ("rain", "level & trend")
    channels.item(0).setCheckState(Qt.CheckState.Checked)
    config = form.config()
    assert config is not None
    assert config.temporal_features == ("all",)


def test_that_choosing_another_site_asks_for_it(form: TrainingForm, qtbot: QtBot) -> None:
    sites = form.rows["sites"].editor.control
    assert isinstance(sites, QComboBox)
    with qtbot.waitSignal(form.site_wanted) as wanted:
        sites.setCurrentIndex(1)
        sites.activated.emit(1)
    assert wanted.args == ["/sites/b"]


def test_that_every_field_has_a_name_for_a_screen_reader(form: TrainingForm) -> None:
    for row in form.rows.values():
        assert row.editor.control.accessibleName()
        assert row.editor.control.objectName() == f"field_{row.name}"


def test_that_a_preset_leaves_the_networks_of_layers_and_the_earlier_job(form: TrainingForm) -> None:
    form.take_site("/sites/a", ["rain"], ["drone_imagery"])
    earlier = "0190a1b2-0000-7000-8000-00000000000a"
    form.take_values({"spatial_features": ("all",), "raster_network": "cnn", "start_from": earlier, "members": 3})
    for preset in PRESETS:
        form.take_preset(preset)
        config = form.config()
        assert config is not None, form.faults()
        told = (config.spatial_features, config.raster_network, config.start_from, config.members)
        assert told == (("all",), "cnn", earlier, 3)
        assert form._preset_note.text() == f"{preset.description} {OWN_OTHERS}"


def test_that_a_preset_sets_no_network_for_series_where_none_are_read(form: TrainingForm) -> None:
    form.take_site("/sites/a", ["rain"], ["drone_imagery"])
    alone = {"temporal_features": (), "season": False, "temporal_network": "none"}
    form.take_values(alone | {"spatial_features": ("all",), "raster_network": "cnn"})
    assert form.config() is not None, form.faults()
    for preset in PRESETS:
        form.take_preset(preset)
        config = form.config()
        assert config is not None, form.faults()
        assert (config.temporal_network, config.width) == ("none", preset.changes.get("width", 32))
