"""The chip of the running job counts what it says that it counts."""

import pytest

from rockfall_desktop.domain.events import EpochFinished, JobEvent
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.ui.job_rows import COLUMNS, job_row
from rockfall_desktop.ui.theme import Theme
from rockfall_desktop.ui.top_bar import TopBar
from tests.ui import values
from tests.ui.conftest import Keep


def at_the_second_of(members: int) -> TrainingJob:
    course: list[JobEvent] = values.course(5)
    course[0] = values.created().model_copy(update={"config": values.config(members=members)})
    second = values.metrics(1).model_copy(update={"member": 2})
    return values.fold([*course, EpochFinished(at=values.NOW, metrics=second)] if members > 1 else course)


@pytest.mark.parametrize(
    ("members", "words"),
    [(1, "training 5/40 · ETA 52 s"), (3, "training member 2/3, epoch 1/40 · ETA 52 s")],
)
def test_that_the_chip_says_of_which_member_it_counts_the_epochs(
    members: int, words: str, light: Theme, keep: Keep
) -> None:
    bar = TopBar()
    keep(bar)
    bar.show_job(at_the_second_of(members), 52.0)
    assert bar.chip.text() == words


def test_that_the_list_of_jobs_says_of_which_member_it_counts_the_epochs(light: Theme) -> None:
    place = [column.title for column in COLUMNS].index("Epochs")
    cell = job_row(at_the_second_of(3))[place]
    assert (cell.text, cell.tip) == ("2: 1/40", "Member 2 of 3, epoch 1 of 40.")
    assert (job_row(at_the_second_of(1))[place].text) == "5/40"
