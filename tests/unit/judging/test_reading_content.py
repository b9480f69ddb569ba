"""What networks read of layers is the same only with the same names in the same order."""

import json
from dataclasses import replace

import pytest

from rockfall_desktop.judging.cloud_inputs import CloudReading
from rockfall_desktop.judging.raster_inputs import GroupReading, RasterReading
from rockfall_desktop.judging.reading_content import inputs_of, reading_content

CLOUDS = CloudReading(("x", "y", "z", "intensity"), ("distance",), (0.0,) * 4, (1.0,) * 4, (0.1,), (2.0,), 64)


def content(clouds: CloudReading) -> object:
    return inputs_of(json.loads(json.dumps(reading_content(None, clouds))))


def test_that_other_scaling_is_the_same_input() -> None:
    other = replace(CLOUDS, mean=(5.0,) * 4, change_spread=(9.0,))
    assert content(other) == inputs_of(reading_content(None, CLOUDS))


@pytest.mark.parametrize("changes", [{"features": ("x", "y", "z", "nx")}, {"changes": ("other",)}, {"points": 128}])
def test_that_other_names_or_sizes_are_another_input(changes: dict[str, object]) -> None:
    assert content(replace(CLOUDS, **changes)) != content(CLOUDS)  # type: ignore[arg-type]


def test_that_bands_and_classes_in_another_order_are_another_input() -> None:
    fields = dict.fromkeys(GroupReading.__dataclass_fields__, ())
    group = GroupReading(**{**fields, "name": "map", "classes": ("granite", "limestone")})  # type: ignore[arg-type]
    turned = replace(group, classes=("limestone", "granite"))
    one, other = (inputs_of(reading_content(RasterReading((part,), 8, 1.0), None)) for part in (group, turned))
    assert one != other
