"""Every value is frozen, described and closed."""

import importlib
import pkgutil

import pytest
from pydantic import BaseModel

from rockfall_desktop import domain
from rockfall_desktop.domain.value import Value


def _values() -> list[type[BaseModel]]:
    for module in pkgutil.iter_modules(domain.__path__):
        importlib.import_module(f"rockfall_desktop.domain.{module.name}")
    found: list[type[BaseModel]] = []
    waiting: list[type[BaseModel]] = [Value]
    while waiting:
        found.append(kind := waiting.pop())
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("rockfall_desktop")]


@pytest.mark.parametrize("value", _values(), ids=lambda value: value.__name__)
def test_that_every_field_has_a_description_and_every_value_is_frozen(value: type[BaseModel]) -> None:
    assert value.model_config["frozen"]
    assert value.model_config["extra"] == "forbid"
    for name, field in value.model_fields.items():
        assert field.description, f"{value.__name__}.{name} has no description"


def test_that_the_check_sees_the_values() -> None:
    names = {value.__name__ for value in _values()}
    assert {"TrainingConfig", "SiteManifest", "TrainingJob", "EpochFinished", "PerformanceReport", "Session"} <= names
