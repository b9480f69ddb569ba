"""What a process is told that does the work of a job: no key, no name, nothing on its command line."""

from pathlib import Path

from pydantic import Field

from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.value import Value


class WorkOrder(Value):
    """The first line that the process reads; every other is a request (`domain.control.Request`)."""

    job: TrainingJob = Field(description="The job.")
    folder: Path = Field(description="The job's folder.")
    cache: Path = Field(description="Where what was read of sites is kept.")
