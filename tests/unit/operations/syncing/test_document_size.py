"""The document of a job is never larger than what a poor line carries within a socket's time."""

import bson
import pytest

from rockfall_desktop.operations.syncing.document_size import LARGEST_BYTES, within_size
from rockfall_desktop.remote.encoding import encode_signed
from tests.office_documents import AT, job
from tests.unit.operations.syncing.bench import Bench
from tests.unit.store.job_samples import epoch, log_line

EPOCH = epoch(1).metrics.model_dump(mode="json")


def made(epochs: int, lines: int, characters: int) -> dict[str, object]:
    logs = [{"at": AT, "level": "info", "text": f"{number:06d}" + "ö" * characters} for number in range(lines)]
    return job(metrics=[EPOCH | {"epoch": number} for number in range(1, epochs + 1)], logs=logs)


@pytest.mark.parametrize(
    ("epochs", "lines", "characters"),
    [(2000, 500, 2000), (2000, 0, 0), (2000, 500, 10), (10, 500, 2000), (0, 90, 4000)],
)  # fmt: skip
def test_that_the_newest_lines_and_epochs_that_fit_are_told(epochs: int, lines: int, characters: int) -> None:
    whole = made(epochs, lines, characters)
    cut = within_size(whole)
    size = len(encode_signed(cut))
    assert LARGEST_BYTES - 10_000 < size <= LARGEST_BYTES < len(encode_signed(whole))
    kept_lines, kept_epochs = cut["logs"], cut["metrics"]
    assert whole["logs"][len(whole["logs"]) - len(kept_lines) :] == kept_lines
    assert whole["metrics"][len(whole["metrics"]) - len(kept_epochs) :] == kept_epochs
    assert len(bson.encode({"logs": kept_lines})) <= LARGEST_BYTES // 2 or len(kept_epochs) == epochs
    assert within_size(whole) == cut


def test_that_an_ordinary_job_is_told_whole() -> None:
    assert within_size(made(300, 500, 60)) == made(300, 500, 60)


def test_that_a_long_job_goes_and_is_shown_with_its_newest_epochs(two: tuple[Bench, Bench]) -> None:
    first, _ = two
    job_id = first.running_job()
    first.jobs.append(job_id, *[epoch(number) for number in range(1, 9)], *[log_line("x" * 3900)] * 499)
    first.jobs.append(job_id, log_line("the newest"))
    first.sync()
    document = first.server.jobs[job_id]
    assert document["logs"][-1]["text"] == "the newest"
    assert len(document["metrics"]) == 8
    assert len(encode_signed(document)) <= LARGEST_BYTES
