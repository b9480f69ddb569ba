"""A TrainingConfig from what was typed: a TOML file, then field=value pairs."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_faults import faults_by_field
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.site import KnownSite
from rockfall_desktop.operations.site_shelf import site_place

_LISTS = ("sites", "horizon_steps", "temporal_features", "spatial_features", "augmentation")


def read_settings(site: str, file: Path | None, pairs: list[str], known: tuple[KnownSite, ...]) -> TrainingConfig:
    """The configuration that was asked for.

    Raises:
        WrongInput: naming the file or the field that is wrong.
    """
    values: dict[str, Any] = _from_file(file) if file else {}
    values |= dict(_pair(text) for text in pairs)
    values["sites"] = tuple(site_folder(one, known) for one in (site, *_several(values.get("sites", ()))))
    try:
        return TrainingConfig.model_validate(values)
    except ValidationError as error:
        name, words = next(iter(faults_by_field(error).items()))
        raise WrongInput("Wrong setting", f"{name}: {words}", _hint(name)) from error


def _several(more: Any) -> tuple[str, ...]:
    """The sites that are learned from beside the first, as a file or a pair names them."""
    return tuple(map(str, more)) if isinstance(more, list | tuple) else (str(more),)


def site_folder(site: str, known: tuple[KnownSite, ...]) -> str:
    """The folder of a site that was named by its path, or by the name or id of one opened before.

    Raises:
        WrongInput: when it cannot be a path.
    """
    place = site_place(Path(site))
    if not place.exists():
        for one in known:
            if site in {one.name, one.site_id}:
                return one.folder
    return str(place)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongInput("No settings", f"{file}: {error.strerror or error}.", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WrongInput("No settings", f"{file}: {error}.", "Write field = value lines in TOML.") from error


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name:
        raise WrongInput("Wrong setting", f"'{text}' is no field=value.", "Write e.g. --set epochs=20.")
    if name in _LISTS:
        return name, [part.strip() for part in value.split(",") if part.strip()]
    return name, value.strip() or None


def _hint(name: str) -> str:
    field = TrainingConfig.model_fields.get(name)
    if field is None:
        return f"Fields: {', '.join(TrainingConfig.model_fields)}."
    return str(field.description)
