"""Jobs as a station with a year of trainings has them, and an empty office on a server of the benchmark's own."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.office_exchange import Document
from tests.office_documents import AT, job

EPOCHS, LOG_LINES = 40, 500


def documents(count: int, revision: int, log_lines: int = LOG_LINES) -> list[Document]:
    """Jobs with 40 epochs of metrics and 500 log lines each, at a revision."""
    config = TrainingConfig(sites=("pit",), epochs=EPOCHS).model_dump(mode="json")
    metrics = [_epoch(number) for number in range(1, EPOCHS + 1)]
    logs = [_line(number) for number in range(log_lines)]
    return [
        job(number, revision, config=config, metrics=list(metrics), logs=list(logs), current_epoch=EPOCHS,
            total_epochs=EPOCHS)
        for number in range(1, count + 1)
    ]  # fmt: skip


@contextmanager
def office_line(*listeners: Any) -> Iterator[Any]:
    """A connection to a prepared office on a server that ends with the block."""
    from rockfall_desktop.remote.shape import prepare
    from tests.mongod import running_mongod
    from tests.offices import Line

    with running_mongod() as one, closing(Line(one.address(), *listeners)) as line:
        prepare(line)
        yield line


def _epoch(number: int) -> dict[str, Any]:
    metrics = TrainingMetrics(
        epoch=number, train_loss=0.21 / number, validation_loss=0.25 / number, pr_auc=0.31, roc_auc=0.84, ece=0.004,
        learning_rate=1e-3 / number, seconds=3.25, samples_per_second=41_250.5, best_epoch=number, patience_used=0,
        patience=10,
    )  # fmt: skip
    return metrics.model_dump(mode="json")


def _line(number: int) -> dict[str, Any]:
    text = f"Epoch {number} of 500: validation log loss .0312, PR-AUC .31, best so far in epoch {number // 2}."
    return {"at": _at(number), "level": "info", "text": text}


def _at(number: int) -> datetime:
    return AT + timedelta(seconds=number)
