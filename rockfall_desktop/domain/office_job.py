"""A job of another station as the office last told of it; read only."""

from datetime import datetime

from pydantic import Field

from rockfall_desktop.domain.events import LogLine
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.office_exchange import LogFile
from rockfall_desktop.domain.value import Value


class OfficeJob(Value):
    """One job, whose signature was right by a trusted key of its station."""

    job: TrainingJob = Field(description="The job as far as its document tells.")
    station_id: str = Field(description="Station that runs it.")
    station_name: str = Field(description="What that station calls itself.")
    revision: int = Field(ge=1, description="Its state.")
    updated_at: datetime = Field(description="When that state came to be, by its station's clock, UTC.")
    metrics: tuple[TrainingMetrics, ...] = Field(description="Its last epochs, at most 2,000.")
    lines: tuple[LogLine, ...] = Field(description="Its last log lines, at most 500.")
    model_paths: tuple[str, ...] = Field(description="Files of its model in the home folder of its station.")
    log: LogFile | None = Field(default=None, description="Its whole log at the office; None while it runs.")


class OfficeJobs(Value):
    """What can be shown of other stations' jobs, and what cannot."""

    jobs: tuple[OfficeJob, ...] = Field(description="Newest first.")
    unread: dict[str, int] = Field(description="How many the office holds besides that were not read, by reason.")
