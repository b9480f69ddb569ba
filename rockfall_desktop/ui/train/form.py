"""The form of a training, made from the fields of TrainingConfig."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rockfall_desktop.domain.config import Group, TrainingConfig
from rockfall_desktop.domain.config_faults import faults_by_field, named_field
from rockfall_desktop.domain.config_use import idle_fields
from rockfall_desktop.domain.errors import RockfallError
from rockfall_desktop.domain.presets import PRESETS, Preset, filled_in
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import plain_tip, text_label
from rockfall_desktop.ui.train.check_lists import FeatureEditor
from rockfall_desktop.ui.train.field_row import FieldRow
from rockfall_desktop.ui.train.help_place import HelpPlace
from rockfall_desktop.ui.train.job_field import JobEditor
from rockfall_desktop.ui.train.section import Section
from rockfall_desktop.ui.train.site_field import SiteEditor
from rockfall_desktop.ui.train.which_field import is_offered

OWN_SETTINGS = "Settings of your own."
OWN_OTHERS = "Other settings are your own."


def offered_fields() -> Iterator[tuple[str, Group]]:
    """The fields that leave a choice, each with its group."""
    for name, field in TrainingConfig.model_fields.items():
        extra = field.json_schema_extra
        if is_offered(field) and isinstance(extra, dict):
            yield name, Group(str(extra["group"]))


class TrainingForm(QWidget):
    """Collects a TrainingConfig; errors stand beside their fields, in words.

    Signals:
        changed: something was edited; `config()` says whether it holds together.
        site_wanted: another site was chosen, as its folder.
    """

    changed = Signal()
    site_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("training_form")
        self.rows = {name: FieldRow(name, TrainingConfig.model_fields[name]) for name, _ in offered_fields()}
        self.sections: dict[Group, Section] = {}
        self._touched: set[str] = set()
        self._refusal: tuple[TrainingConfig, str, str] | None = None
        self._site = ""
        self._presets = QButtonGroup(self)
        self._presets.setExclusive(True)
        self._arrange()
        for row in self.rows.values():
            row.edited.connect(self._on_edited)
            row.entered.connect(self._help.show_for)
        self._fill({})
        self._show_faults()
        self._mark_preset()

    def _arrange(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addLayout(self._preset_row())
        self._preset_note = text_label(role="muted", wrap=True, name="preset_note")
        column.addWidget(self._preset_note)
        self.preview = push_button("&Preview augmentation \N{HORIZONTAL ELLIPSIS}", "preview_augmentation")
        for group in Group:
            names = [name for name, its in offered_fields() if its is group]
            if names:
                column.addWidget(self._section(group, names))
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        self._area = area
        self._help = HelpPlace(self.rows, area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self.sections[Group.DATA].open()

    def _section(self, group: Group, names: Sequence[str]) -> Section:
        titles = [str(TrainingConfig.model_fields[name].title).lower() for name in names]
        section = Section(group.value, [self.rows[name] for name in names], ", ".join(titles[:4]))
        self.sections[group] = section
        if "augmentation" in names:
            section.add(self.preview)
        return section

    def _preset_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for preset in PRESETS:
            button = push_button(preset.name, f"preset_{preset.name}", "segment")
            button.setCheckable(True)
            button.setToolTip(plain_tip(preset.description))
            button.clicked.connect(lambda _=False, preset=preset: self.take_preset(preset))
            self._presets.addButton(button)
            row.addWidget(button, 1)
        first, *_, last = self._presets.buttons()
        first.setProperty("place", "first")
        last.setProperty("place", "last")
        return row

    def values(self) -> dict[str, object]:
        """What the form says, unchecked."""
        return {name: row.editor.value() for name, row in self.rows.items()}

    def config(self) -> TrainingConfig | None:
        """What the form says, or None while something is wrong with it."""
        try:
            return TrainingConfig.model_validate(self.values())
        except ValidationError:
            return None

    def faults(self) -> dict[str, str]:
        """What is wrong, by field, in the order of the form."""
        try:
            TrainingConfig.model_validate(self.values())
        except ValidationError as error:
            return faults_by_field(error)
        return {}

    def first_fault(self) -> str:
        """The first thing that is wrong with its field's title, whether it was touched or not; empty for nothing."""
        for name, words in self.faults().items():
            if name in self.rows:
                return f"{TrainingConfig.model_fields[name].title}: {words}"
        return ""

    def demand(self) -> TrainingConfig | None:
        """The configuration; or every error shown and the first one led to."""
        config = self.config()
        if config is None:
            self._touched = set(self.rows)
            faults = self._show_faults()
            first = next((name for name in faults if name in self.rows), None)
            if first is not None:
                self.lead_to(first)
        return config

    def take_verdict(self, config: TrainingConfig | None, error: RockfallError | None) -> str:
        """Mark the field for which a configuration was refused, for as long as the form shows that configuration.

        Args:
            config: what was judged; None for a form that was no configuration.
            error: why it was refused; None when it was not.

        Returns:
            The name of the field that is marked, empty when none is.
        """
        name, words = ("", "") if error is None else named_field(error.message)
        hint = "" if error is None else error.hint
        self._refusal = (config, name, f"{words} {hint}".strip()) if config and name in self.rows else None
        self._show_faults()
        return next(iter(self._refused()), "")

    def lead_to(self, name: str) -> None:
        """Unfold, scroll to and focus a field."""
        row = self.rows[name]
        next(section for section in self.sections.values() if row in section.rows).open()
        row.editor.control.setFocus()
        QTimer.singleShot(0, row, lambda: self._area.ensureWidgetVisible(row))

    def take_preset(self, preset: Preset) -> None:
        """Fill in what a preset speaks of; all else stays as it is."""
        self.take_values(filled_in(preset, self.values()))

    def take_values(self, changes: Mapping[str, object]) -> None:
        """Show other values of some fields."""
        for name, value in changes.items():
            self.rows[name].editor.set_value(value)
        self._show_faults()
        self._mark_preset()
        self.changed.emit()

    def take_settings(self, config: TrainingConfig) -> None:
        """Show the settings of a configuration, e.g. the best of a search."""
        self._fill(dict(config))
        self._show_faults()
        self._mark_preset()
        self.changed.emit()

    def offer_sites(self, sites: Sequence[tuple[str, str]]) -> None:
        """List the sites to choose from, as (folder, words)."""
        editor = self.rows["sites"].editor
        if isinstance(editor, SiteEditor):
            editor.offer(sites)

    @property
    def jobs(self) -> JobEditor:
        """The field in which an earlier job is chosen to begin with."""
        editor = self.rows["start_from"].editor
        assert isinstance(editor, JobEditor)  # noqa: S101 - the field's own editor
        return editor

    def take_site(self, folder: str, channels: Sequence[str], layers: Sequence[str] = ()) -> None:
        """Choose a site and list its channels and kinds of layers."""
        if isinstance(sites := self.rows["sites"].editor, SiteEditor):
            sites.choose(folder)
        self._site = folder
        for name, offered in (("temporal_features", channels), ("spatial_features", layers)):
            if name in self.rows and isinstance(editor := self.rows[name].editor, FeatureEditor):
                editor.offer(offered)
        self._show_faults()
        self.changed.emit()

    def _fill(self, changes: dict[str, object] | dict[str, str | int | float | bool]) -> None:
        for name, row in self.rows.items():
            default = TrainingConfig.model_fields[name].get_default()
            row.editor.set_value(changes.get(name, () if name == "sites" else default))

    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        self._show_faults()
        self._mark_preset()
        if name == "sites":
            editor = self.rows["sites"].editor
            if isinstance(editor, SiteEditor) and editor.first not in {"", self._site}:
                self.site_wanted.emit(editor.first)
        self.changed.emit()

    def _show_faults(self) -> dict[str, str]:
        """Say what is wrong where something was touched, and ask for nothing that changes nothing."""
        faults, refused, idle = self.faults(), self._refused(), idle_fields(self.values())
        for name, row in self.rows.items():
            row.show_fault(refused.get(name) or (faults.get(name, "") if name in self._touched else ""))
            row.setVisible(name in faults or name in refused or name not in idle)
        return faults

    def _refused(self) -> dict[str, str]:
        """What does not fit the site or the machine, by field; empty once the form says something else."""
        if self._refusal is None or self.config() != self._refusal[0]:
            return {}
        _, name, words = self._refusal
        return {name: words}

    def _mark_preset(self) -> None:
        """Press the preset that the form shows, if it shows one, and say when other settings are not the usual ones."""
        now = self.values()
        self._presets.setExclusive(False)
        note = OWN_SETTINGS
        for preset, button in zip(PRESETS, self._presets.buttons(), strict=True):
            wanted = filled_in(preset, now)
            button.setChecked(all(str(now[name]) == str(value) for name, value in wanted.items()))
            if button.isChecked():
                note = f"{preset.description} {OWN_OTHERS if _own(now, wanted) else ''}".strip()
        self._presets.setExclusive(True)
        self._preset_note.setText(note)


def _own(values: Mapping[str, object], preset: Mapping[str, object]) -> bool:
    """Whether a setting beside those of a preset is not the default; what is learned from does not count."""
    return any(
        str(values[name]) != str(TrainingConfig.model_fields[name].get_default())
        for name, group in offered_fields()
        if name not in preset and group not in {Group.DATA, Group.FEATURES}
    )
