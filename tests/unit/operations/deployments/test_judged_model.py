"""A report belongs to the files that it was made of: with any other nothing is exported, deployed or begun."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import StoreFault, WrongInput
from rockfall_desktop.operations.deployments import deploy_model
from rockfall_desktop.operations.exporting import export_model
from rockfall_desktop.operations.plan import plan_training
from rockfall_desktop.operations.training import start_training
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.history import History
from rockfall_desktop.store.jobs import Jobs
from tests.model_folders import demand_noted, note_anew
from tests.unit.operations.deployments.conftest import Place, asked


def of_another_network(folder: Path) -> str:
    shutil.copy(folder / "best-1.safetensors", folder / "best-2.safetensors")
    return "best-2.safetensors"


def flipped(name: str) -> Callable[[Path], str]:
    def flip(folder: Path) -> str:
        content = bytearray((folder / name).read_bytes())
        content[-20] ^= 1
        (folder / name).write_bytes(content)
        return name

    return flip


def edited(name: str, **changes: object) -> Callable[[Path], str]:
    def edit(folder: Path) -> str:
        path = folder / name
        path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))
        return name

    return edit


@pytest.mark.parametrize(
    "change",
    [
        of_another_network, flipped("best-1.safetensors"), flipped("answers.safetensors"),
        edited("answers.json", correction={"positive_weight": [1e6], "focal_gamma": 0.0}),
        edited("model.json", seen={}),
    ],
)  # fmt: skip
def test_that_files_other_than_the_judged_ones_are_neither_deployed_nor_exported(
    place: Place, change: Callable[[Path], str]
) -> None:
    name = change(place.station.files.job_folder(place.job_id))
    for ask in (
        lambda: deploy_model(place.session, station=place.station, request=asked(place.job_id)),
        lambda: export_model(place.session, station=place.station, job_id=place.job_id),
    ):
        with pytest.raises(StoreFault, match=f"{name} is not the file that was written") as told:
            ask()
        assert "from a backup, or train again" in told.value.hint
    active = Deployments(place.station.store).active(place.second.site_id)
    assert active is not None
    assert active.deployment_id == place.second.deployment_id
    assert not list(place.station.files.job_folder(place.job_id).glob("*.onnx"))


@pytest.mark.parametrize("change", [edited("model.json", seen={}), flipped("best-2.safetensors")])
def test_that_nothing_begins_with_files_other_than_the_judged_ones(place: Place, change: Callable[[Path], str]) -> None:
    station, config = place.station, Jobs(place.station.store).read(place.job_id).config
    name, before = change(station.files.job_folder(place.job_id)), Jobs(station.store).list(None)
    for ask in (plan_training, start_training):
        with pytest.raises(StoreFault, match=f"{name} is not the file that was written"):
            ask(place.session, station=station, config=config.model_copy(update={"start_from": place.job_id}))  # type: ignore[operator]
    assert Jobs(station.store).list(None) == before


def test_that_a_job_whose_files_nobody_noted_is_to_be_trained_again(place: Place) -> None:
    station = place.station
    demand_noted(station, place.job_id)
    note_anew(station, place.job_id, {})
    assert History(station.store).report(place.job_id) is not None
    config = Jobs(station.store).read(place.job_id).config.model_copy(update={"start_from": place.job_id})
    for ask in (
        lambda: deploy_model(place.session, station=station, request=asked(place.job_id)),
        lambda: export_model(place.session, station=station, job_id=place.job_id),
        lambda: start_training(place.session, station=station, config=config),
    ):
        with pytest.raises(WrongInput, match="did not note which files its report is of") as told:
            ask()
        assert "Train again" in told.value.hint
