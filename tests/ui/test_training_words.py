"""What the pages of a training and a search say, and which keys they answer to."""

import re
from collections import Counter

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.search import Search, SearchStarted
from rockfall_desktop.domain.search_space import LeftOut
from rockfall_desktop.ui.job_rows import job_row, titles_of
from rockfall_desktop.ui.running_job import RunningJob
from rockfall_desktop.ui.search.trials_table import settings_words
from rockfall_desktop.ui.seat import Seat
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.train import earlier_jobs
from rockfall_desktop.ui.train.train_page import TrainPage
from rockfall_desktop.ui.words import duration
from tests.ui import values
from tests.ui.conftest import Keep, Photograph
from tests.ui.test_search_panel import plan


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, seat: Seat, light: Theme, keep: Keep) -> TrainPage:
    monkeypatch.setattr(earlier_jobs, "jobs_to_begin_with", lambda *_, **__: ())
    monkeypatch.setattr("rockfall_desktop.ui.search.search_panel.latest_search", values.always(None))
    made = TrainPage(seat, RunningJob(seat), light)
    keep(made)
    made.resize(1280, 760)
    made._right.setCurrentWidget(made.search)
    return made


def test_that_no_key_of_the_page_stands_for_two_buttons(page: TrainPage) -> None:
    texts = [button.text().replace("&&", "") for button in page.findChildren(QPushButton)]
    keys = Counter(found[1].upper() for text in texts if (found := re.search("&(.)", text)))
    assert keys
    assert [key for key, times in keys.items() if times > 1] == []


def test_that_a_short_time_is_not_said_to_be_none() -> None:
    assert (duration(0.004), duration(0.0), duration(0.06)) == ("< 0.1 s", "0.0 s", "0.1 s")


def test_that_jobs_of_sites_of_one_name_are_told_apart() -> None:
    one = TrainingJob.created(values.created("Grey Cut", simulated=True))
    jobs = [one.model_copy(update={"config": values.config(sites=(f"/sites/{name}",))}) for name in ("north", "south")]
    assert titles_of(jobs) == ("Grey Cut (simulated) in north", "Grey Cut (simulated) in south")
    assert job_row(jobs[0], title=titles_of(jobs)[0])[1].text == "Grey Cut (simulated) in north"
    assert job_row(jobs[0])[1].text == "Grey Cut (simulated)"


def test_that_settings_are_said_as_the_form_says_them() -> None:
    words = settings_words({"temporal_network": "lstm", "raster_network": "resnet_light", "batch_size": 64})
    assert words == "temporal network LSTM · raster network ResNet, light · batch 64"


def test_that_what_is_not_tried_is_said(page: TrainPage, qtbot: QtBot, photograph: Photograph) -> None:
    page.show()
    assert not page.search.left_out.isVisible()
    choices = (
        LeftOut(title="Window", choice=60, because="no sample is left for the validation block"),
        LeftOut(title="Temporal network", choice="lstm", because="no sample is left for the training block"),
    )
    search = Search.started(SearchStarted(at=values.NOW, plan=plan(values.config(), left_out=choices)))
    page.search.running.show(search)
    page.search.draw_everything()
    assert page.search.left_out.text().splitlines() == [
        "Window 60 is not tried: no sample is left for the validation block.",
        "Temporal network LSTM is not tried: no sample is left for the training block.",
    ]
    photograph(page, "search-left-out")
    assert page.search.left_out.isVisible()
