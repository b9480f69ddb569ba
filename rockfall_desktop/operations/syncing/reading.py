"""What other stations' documents say, after every field of them was looked at."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, field_validator

from rockfall_desktop.domain.canonical import canonical_json
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.events import LogLine
from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.office_exchange import LARGEST_LOG_BYTES, Document, LogFile
from rockfall_desktop.domain.office_job import OfficeJob
from rockfall_desktop.domain.plain_text import Plain, shown
from rockfall_desktop.domain.value import Value
from rockfall_desktop.operations.syncing.documents import EPOCHS, LINES, plain

_GIVEN_BY_THE_OFFICE = frozenset({"_id", "sequence", "version", "accepted"})
_Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
_RelativePath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._/-]{0,299}$")]


class _Site(Value):
    site_id: _Id = Field(description="Site.")
    site_name: Plain = Field(max_length=2000, description="Its name.")
    simulated: bool = Field(description="Whether its records are made up.")


class _Log(Value):
    size: int = Field(alias="bytes", ge=0, le=LARGEST_LOG_BYTES, strict=True, description="Its length.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="What it must be.")


class _JobDocument(Value):
    """The document of a job; a field more or less is that of another version."""

    job_id: _Id = Field(description="Job.")
    user_id: _Id = Field(description="Whose it is.")
    config: TrainingConfig = Field(description="What was asked for.")
    status: Status = Field(description="Where it stands.")
    progress: float = Field(ge=0, le=100, description="Percent done.")
    current_epoch: int = Field(ge=0, description="Epochs done.")
    total_epochs: int = Field(ge=1, description="Epochs at most.")
    created_at: AwareDatetime = Field(description="When it was asked for.")
    metrics: tuple[TrainingMetrics, ...] = Field(max_length=EPOCHS, description="Its epochs.")
    logs: tuple[LogLine, ...] = Field(max_length=LINES, description="Its last log lines.")
    performance_summary: dict[Plain, float | int | None] | None = Field(description="Headline scores.")
    model_paths: tuple[_RelativePath, ...] = Field(max_length=1000, description="Files of its model.")
    log: _Log | None = Field(description="Its whole log, once it ended.")
    station_id: _Id = Field(description="Station that trained it.")
    revision: int = Field(ge=1, description="Its state.")
    updated_at: AwareDatetime = Field(description="When it was told.")
    site: _Site = Field(description="What it learned from.")
    key_id: str = Field(description="Key that signed.")

    @field_validator("logs", mode="after")
    @classmethod
    def _shown(cls, lines: tuple[LogLine, ...]) -> tuple[LogLine, ...]:
        return tuple(line.model_copy(update={"text": shown(line.text)}) for line in lines)


def job_of(content: str | bytes, station_name: str) -> OfficeJob | None:
    """A job from the canonical text of its document; None when it is hostile or that of another version.

    Args:
        content: JSON.
        station_name: what the station that signed it calls itself.
    """
    try:
        found = _JobDocument.model_validate_json(content)
    except ValidationError:
        return None
    last = found.metrics[-1] if found.metrics else None
    ended = None if found.status.active else found.updated_at
    job = TrainingJob(
        job_id=found.job_id,
        user_id=found.user_id,
        config=found.config,
        site_id=found.site.site_id,
        site_name=found.site.site_name,
        simulated=found.site.simulated,
        status=found.status,
        created_at=found.created_at,
        finished_at=ended,
        member=last.member if last else 1,
        current_epoch=found.current_epoch,
        total_epochs=found.total_epochs,
        best_epoch=last.best_epoch if last else None,
        last_metrics=last,
        performance_summary=found.performance_summary,
    )
    return OfficeJob(
        job=job,
        station_id=found.station_id,
        station_name=station_name,
        revision=found.revision,
        updated_at=found.updated_at,
        metrics=found.metrics,
        lines=found.logs,
        model_paths=found.model_paths,
        log=found.log and LogFile(found.job_id, found.revision, found.log.size, found.log.sha256),
    )


def text_of(content: bytes, *, whole: bool = True) -> str:
    """The canonical text of a job's document; empty when it has none.

    Args:
        content: its BSON, as it was signed.
        whole: otherwise without log lines and with the last epoch alone.
    """
    from rockfall_desktop.remote.encoding import decode  # noqa: PLC0415 - the driver's BSON loads here
    from rockfall_desktop.remote.job_layout import shortened  # noqa: PLC0415

    try:
        return canonical_json(plain(decode(content if whole else shortened(content)))).decode()
    except (ValueError, TypeError):
        return ""


def header_of(said: Document) -> "JobHeader | None":
    """The few fields that a job is kept and found by; None when one of them is not what it must be."""
    try:
        return JobHeader.model_validate({name: said.get(name) for name in JobHeader.model_fields})
    except ValidationError:
        return None


class JobHeader(Value):
    """What the mirror is sorted and searched by, and whose signature it must bear."""

    job_id: _Id = Field(description="Which job.")
    user_id: _Id = Field(description="Whose job it is.")
    station_id: _Id = Field(description="Station that says so.")
    revision: int = Field(ge=1, lt=2**63, strict=True, description="Its state.")
    created_at: AwareDatetime = Field(description="When it was asked for.")
    updated_at: AwareDatetime = Field(description="When this state came to be.")
    key_id: str = Field(pattern=r"^[0-9a-f]{64}$", description="Key that is said to have signed.")
    signature: str = Field(pattern=r"^[0-9a-f]{128}$", description="Over all the rest.")


class NumberedFact(Value):
    """A deployment as the office tells of it."""

    fact: Deployment = Field(description="What was signed.")
    version: int = Field(ge=1, lt=2**63, strict=True, description="Its number.")
    accepted: bool = Field(strict=True, description="Whether the pointer moved to it.")


def fact_of(document: Document) -> NumberedFact | None:
    """A deployment from its document; None when it is hostile or that of another version."""
    said: dict[str, Any] = {name: one for name, one in document.items() if name not in _GIVEN_BY_THE_OFFICE}
    try:
        fact = Deployment.model_validate(said | {"active": False, "version": None, "accepted": None})
        _FactIds(deployment_id=fact.deployment_id, site_id=fact.site_id, site_name=fact.site_name,
                 deployed_by_name=fact.deployed_by_name, deployed_at=fact.deployed_at)  # fmt: skip
        return NumberedFact.model_validate(
            {"fact": fact, "version": document.get("version"), "accepted": document.get("accepted")}
        )
    except ValidationError:
        return None


class _FactIds(Value):
    deployment_id: _Id = Field(description="Deployment.")
    site_id: _Id = Field(description="Site.")
    site_name: Plain = Field(description="Its name.")
    deployed_by_name: Plain = Field(description="Who decided.")
    deployed_at: AwareDatetime = Field(description="When.")
