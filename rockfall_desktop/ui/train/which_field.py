"""Which fields of TrainingConfig are shown, and which editor fits each."""

from collections.abc import Callable
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from rockfall_desktop.domain.config import ALL_CHANNELS
from rockfall_desktop.ui.train.check_lists import CheckListEditor, FeatureEditor
from rockfall_desktop.ui.train.fields import ChoiceEditor, Editor, SwitchEditor, TextEditor
from rockfall_desktop.ui.train.job_field import JobEditor
from rockfall_desktop.ui.train.site_field import SiteEditor


def is_offered(field: FieldInfo) -> bool:
    """Whether a field leaves a choice at all."""
    if field.annotation in {None, NoneType}:
        return False
    if get_origin(field.annotation) is Literal:
        return len(get_args(field.annotation)) > 1
    bounds: dict[str, Any] = {}
    for rule in field.metadata:
        bounds |= {key: getattr(rule, key) for key in ("ge", "le", "max_length") if hasattr(rule, key)}
    if bounds.get("max_length") == 0:
        return False
    return not ("ge" in bounds and bounds["ge"] == bounds.get("le"))


_OWN: dict[str, Callable[[], Editor]] = {
    "sites": SiteEditor,
    "start_from": JobEditor,
    "temporal_features": lambda: FeatureEditor(ALL_CHANNELS, "All channels", all_at_first=True),
    "spatial_features": lambda: FeatureEditor(ALL_CHANNELS, "All layers", all_at_first=False),
}


def editor_for(name: str, field: FieldInfo) -> Editor:
    """The editor that fits a field of TrainingConfig."""
    if name in _OWN:
        return _OWN[name]()
    if field.annotation is bool:
        return SwitchEditor(field.title or name)
    if get_origin(field.annotation) is Literal:
        return ChoiceEditor(get_args(field.annotation))
    several = get_origin(field.annotation) is tuple
    if several and get_origin(inner := get_args(field.annotation)[0]) is Literal:
        return CheckListEditor(get_args(inner))
    optional = NoneType in get_args(field.annotation)
    return TextEditor(several=several, optional=optional, hint="automatic, or YYYY-MM-DD" if optional else "")
