"""Values of the domain as the pages get them."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from rockfall_desktop.domain.bundle import BundleFile, BundleModel, ChannelInput, Manifest, Provenance
from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.deployment import Deed, Deployment
from rockfall_desktop.domain.events import (
    EpochFinished,
    Failure,
    JobCancelled,
    JobCompleted,
    JobCreated,
    JobEvent,
    JobFailed,
    Level,
    LogLine,
    Phase,
    PhaseStarted,
    SamplesBuilt,
    is_stored,
)
from rockfall_desktop.domain.gate import Clause, GateJudgement, Shown
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.domain.levels import Level as ZoneLevel
from rockfall_desktop.domain.levels import LevelRule
from rockfall_desktop.domain.metrics import TrainingMetrics
from rockfall_desktop.domain.office import OfficeAddress, OfficeSettings, SecretPlace
from rockfall_desktop.domain.office_job import OfficeJob
from rockfall_desktop.domain.plan import TrainingPlan
from rockfall_desktop.domain.report import BlockCount, PerformanceReport, ReliabilityBin, Scores
from rockfall_desktop.domain.site import ChannelSummary, KnownSite, SiteFault, SiteSummary
from rockfall_desktop.domain.site_score import HorizonScore, SiteScore, ZoneScore
from rockfall_desktop.domain.station_key import KeyState, StationKey
from rockfall_desktop.domain.user import Role, Session
from rockfall_desktop.operations.bundle_transfer import BundleSight
from rockfall_desktop.store.history import NumberedEvent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BOMB = "<table><tr><td>" * 30 + "x" + "</td></tr></table>" * 30
SESSION = Session(token="t", user_id="u", name="eng", role=Role.ADMIN, signed_in_at=NOW)
OFFICE = OfficeSettings(address=OfficeAddress(), secret=SecretPlace.NOWHERE, secret_words="No password is kept.")
BLOCKS = (
    BlockCount(
        name="training",
        start=date(1984, 1, 1),
        end=date(2002, 12, 1),
        samples=6900,
        positives=(310,),
        incidents=352,
        occasions=352,
    ),
    BlockCount(
        name="validation",
        start=date(2003, 1, 1),
        end=date(2005, 12, 1),
        samples=1095,
        positives=(48,),
        incidents=52,
        occasions=52,
    ),
    BlockCount(
        name="test",
        start=date(2006, 1, 1),
        end=date(2009, 12, 31),
        samples=1460,
        positives=(61,),
        incidents=64,
        occasions=64,
    ),
)


def always(value: object) -> Callable[..., object]:
    """An operation that answers the same whatever it is asked."""
    return lambda *_, **__: value


def config(**changes: object) -> TrainingConfig:
    return TrainingConfig.model_validate({"sites": ("/sites/quarry",)} | changes)


def metrics(epoch: int, best: int | None = None, pr_auc: float | None = None) -> TrainingMetrics:
    return TrainingMetrics(
        epoch=epoch,
        train_loss=0.11 + 0.16 * math.exp(-epoch / 9),
        validation_loss=0.16 + 0.1 * math.exp(-epoch / 6) + max(0, epoch - 14) * 0.0012,
        pr_auc=pr_auc if pr_auc is not None else 0.37 * (1 - math.exp(-epoch / 4)),
        roc_auc=0.8,
        ece=0.004 + 0.04 * math.exp(-epoch / 3),
        learning_rate=0.001,
        seconds=4.1,
        samples_per_second=1240,
        best_epoch=best or min(epoch, 14),
        patience_used=max(0, epoch - 14),
        patience=8,
    )


def created(
    name: str = "North wall", *, job_id: str = "0190a1b2-0000-7000-8000-00000000000a", simulated: bool = False
) -> JobCreated:
    return JobCreated(
        at=NOW, job_id=job_id, user_id="u", config=config(), site_id="s", site_name=name, simulated=simulated
    )


def course(epochs: int = 17) -> list[JobEvent]:
    """A job from its first event up to an epoch."""
    events: list[JobEvent] = [created()]
    second = iter(NOW + timedelta(seconds=n) for n in range(100_000))
    events += [PhaseStarted(at=next(second), phase=Phase.READING), PhaseStarted(at=next(second), phase=Phase.SAMPLES)]
    events.append(
        SamplesBuilt(at=next(second), blocks=BLOCKS, left_out={"no history": 30}, channels=("rain",), parameters=6305)
    )
    events.append(PhaseStarted(at=next(second), phase=Phase.FITTING))
    for epoch in range(1, epochs + 1):
        events.append(EpochFinished(at=next(second), metrics=metrics(epoch)))
        level = Level.WARNING if epoch == 5 else Level.INFO
        words = "12 steps were clipped" if epoch == 5 else f"epoch {epoch}: loss {metrics(epoch).train_loss:.4f}"
        events.append(LogLine(at=next(second), level=level, text=words))
    return events


def scores(model: str, pr_auc: float | None, *, roc: float = 0.8) -> Scores:
    return Scores(
        model=model,
        horizon_steps=1,
        base_rate=0.0418,
        pr_auc=pr_auc,
        roc_auc=roc,
        brier=0.035,
        brier_skill=0.112,
        log_loss=0.142,
        ece=0.006,
        calibration_slope=0.94,
        observed_expected=1.07,
        accuracy=0.958,
        accuracy_of_never=0.958,
    )


def report(*, few: bool = False, job_id: str = "0190a1b2-0000-7000-8000-00000000000a") -> PerformanceReport:
    def known(value: float) -> float | None:
        return None if few else value

    return PerformanceReport(
        job_id=job_id,
        created_at=NOW,
        site_id="s",
        site_name="North wall",
        simulated=False,
        verdict="The network is better than the best baseline, gradient boosting: PR-AUC .372 against .341."
        if not few
        else "Too few incidents fall into the test block to judge the network.",
        few_incidents=few,
        incidents_in_test=4 if few else 64,
        base_rate=0.0418,
        pr_auc=known(0.372),
        roc_auc=known(0.812),
        brier=known(0.0352),
        brier_skill=known(0.112),
        log_loss=known(0.142),
        ece=known(0.006),
        calibration_slope=known(0.94),
        observed_expected=known(1.07),
        accuracy=known(0.958),
        best_epoch=14,
        blocks=BLOCKS,
        left_out={"no history": 30, "time of the incident too vague": 4},
        scores=(scores("LSTM", 0.372), scores("climatology", 0.061, roc=0.66), scores("logistic regression", 0.318)),
        reliability=tuple(
            ReliabilityBin(horizon_steps=1, mean_probability=p, observed_rate=o, samples=146)
            for p, o in (
                (0.001, 0.0),
                (0.004, 0.007),
                (0.012, 0.014),
                (0.03, 0.027),
                (0.07, 0.09),
                (0.21, 0.19),
                (0.44, 0.41),
            )
        ),
    )


def completed() -> list[JobEvent]:
    return [
        *course(22),
        PhaseStarted(at=NOW, phase=Phase.EVALUATING),
        JobCompleted(at=NOW + timedelta(seconds=93), report=report()),
    ]


DIVERGED = (
    "In epoch 14 of network 2 the validation loss became 0.00123, more than ten times the best one, at an eighth of the"
    " learning rate too: the network ends with its epoch 13."
)


def diverged(networks: int) -> list[JobEvent]:
    """A job with three networks, so many of which diverged for good."""
    begun, *others = course(22)
    assert isinstance(begun, JobCreated)
    three = begun.model_copy(update={"config": begun.config.model_copy(update={"members": 3})})
    judged = report().model_copy(update={"given_up": (DIVERGED,) * networks})
    return [three, *others, PhaseStarted(at=NOW, phase=Phase.EVALUATING), JobCompleted(at=NOW, report=judged)]


def numbered(events: list[JobEvent], after: int = 0) -> tuple[NumberedEvent, ...]:
    """Events as the store gives them."""
    return tuple(NumberedEvent(n, event) for n, event in enumerate(events, 1) if n > after and is_stored(event))


FAILURE = Failure(
    title="The loss is no number",
    message="The training loss became infinite in epoch 3.",
    hint="Choose a smaller learning rate, or a smaller gradient clip.",
    where="fitting",
)


def failed() -> list[JobEvent]:
    return [*course(2), JobFailed(at=NOW + timedelta(seconds=20), failure=FAILURE)]


def cancelled() -> list[JobEvent]:
    return [*course(2), JobCancelled(at=NOW + timedelta(seconds=20))]


def fold(events: list[JobEvent]) -> TrainingJob:
    first = events[0]
    assert isinstance(first, JobCreated)
    job = TrainingJob.created(first)
    for event in events[1:]:
        job = job.apply(event)
    return job


def jobs() -> tuple[TrainingJob, ...]:
    """One of each kind, newest first."""
    kinds = (course(12), completed(), failed(), cancelled(), [created(simulated=True)])
    return tuple(
        fold(events).model_copy(update={"job_id": f"0190a1b2-0000-7000-8000-{number:012d}"})
        for number, events in enumerate(kinds)
    )


def office_job(
    number: int, events: list[JobEvent], *, station: str = "pit laptop 3", revision: int = 7, **changes: object
) -> OfficeJob:
    """A job of another station, as its document tells of it."""
    job = fold(events).model_copy(
        update={"job_id": f"0190a1b2-0000-7000-8000-e{number:011d}", "started_at": None, "failure": None}
        | {"created_at": NOW + timedelta(minutes=number), "last_metrics": None} | changes
    )  # fmt: skip
    return OfficeJob(
        job=job,
        station_id=STATION,
        station_name=station,
        revision=revision,
        updated_at=NOW + timedelta(minutes=number + 11),
        metrics=tuple(one.metrics for one in events if isinstance(one, EpochFinished)),
        lines=tuple(one for one in events if isinstance(one, LogLine)),
        model_paths=(),
    )


def office_jobs() -> tuple[OfficeJob, ...]:
    """Newest first: one that runs, one completed, one failed, one cancelled."""
    return (
        office_job(4, course(9), simulated=True),
        office_job(3, completed(), station="office tower"),
        office_job(2, failed()),
        office_job(1, cancelled()),
    )


def summary(name: str = "North wall", *, simulated: bool = True) -> SiteSummary:
    return SiteSummary(
        site_id="s",
        name=name,
        simulated=simulated,
        folder="/sites/north-wall",
        step="1d",
        timezone="Asia/Hong_Kong",
        crs="EPSG:2326",
        zones=8,
        incidents=64,
        steps=1460,
        first_date=date(2006, 1, 1),
        last_date=date(2009, 12, 31),
        channels=(
            ChannelSummary(name="rain", kind="rainfall", unit="mm", zoned=False, missing_share=0.002),
            ChannelSummary(name="pore pressure", kind="pore_pressure", unit="kPa", zoned=True, missing_share=0.31),
            ChannelSummary(name="crack", kind="displacement", unit="mm", zoned=True, missing_share=0.0),
        ),
        notes=(
            "3 rows of rain.csv held 'Trace' and were read as 0.05.",
            "2 incidents lie outside every zone and do not count.",
        ),
    )


KNOWN = (
    KnownSite(site_id="s", name="North wall", folder="/sites/north-wall", simulated=False),
    KnownSite(site_id="t", name="Simulated slope", folder="/home/sites/simulated-site", simulated=True),
)
FAULTS = (
    SiteFault(
        file="rain.csv", row=812, message="'n/a' stands where a number is expected.", remedy="List it under missing."
    ),
    SiteFault(
        file="site.toml",
        row=None,
        message="The time zone Asia/Hongkong2 does not exist.",
        remedy="Name one of the IANA list.",
    ),
)
PLAN = TrainingPlan(blocks=BLOCKS, left_out={"no history": 30}, parameters=6305, seconds_per_epoch=4.1, memory_mb=48.0)
OWN_KEY, OFFICE_KEY, OLD_KEY = "a1b2" * 16, "0c3d" * 16, "9e8f" * 16
STATION = "0190a1b2-0000-7000-8000-0000000000aa"


def station_key(fingerprint: str, state: KeyState, name: str) -> StationKey:
    return StationKey(
        fingerprint=fingerprint, public_key="00" * 32, station_id=STATION, station_name=name, state=state, at=NOW
    )


KEYS = (
    station_key(OWN_KEY, KeyState.OWN, "pit laptop"),
    station_key(OFFICE_KEY, KeyState.TRUSTED, "office"),
    station_key(OLD_KEY, KeyState.REVOKED, "old laptop"),
)


def deployment(number: int, **changes: object) -> Deployment:
    """The n-th of the North wall, signed by this station."""
    fact: dict[str, object] = {
        "deployment_id": f"0190a1b2-0000-7000-8000-d{number:011d}",
        "job_id": f"0190a1b2-0000-7000-8000-{number:012d}",
        "site_id": "s",
        "site_name": "North wall",
        "deployed_by": "u",
        "deployed_by_name": "eng",
        "deployed_at": NOW - timedelta(days=9 - number),
        "reason": "Better than persistence since March.",
        "epoch": number,
        "bundle_sha256": "5a" * 32,
        "bundle_bytes": 481_220,
        "station_id": STATION,
        "key_id": OWN_KEY,
        "version": number,
        "accepted": True,
        "active": False,
    }
    return Deployment.model_validate(fact | changes)


DEPLOYMENTS = (deployment(3, active=True), deployment(2), deployment(1))
HISTORY = (
    deployment(6, site_id="t", site_name="Simulated slope", simulated=True, version=None, accepted=None, active=True,
               against=("Slope .94; the report holds no 95 % interval of it.", "Skill -.021: climatology is better."),
               reason="The pit opens on Monday and nothing else watches it."),
    deployment(5, active=True, key_id=OFFICE_KEY, deed=Deed.ROLL_BACK, source_id=deployment(2).deployment_id,
               reason="Version 4 answered red for three nights without a fall.", deployed_by_name="mei"),
    deployment(4, accepted=False, version=4),
    deployment(3, key_id=OLD_KEY),
    deployment(2, deployed_by_name="mei", key_id=OFFICE_KEY),
    deployment(1, bundle_sha256="", bundle_bytes=0, key_id="", station_id="", version=None, accepted=None),
)  # fmt: skip


def clause(name: str, title: str, shown: Shown, sentence: str) -> Clause:
    return Clause(name=name, title=title, shown=shown, sentence=sentence)


MET = (
    clause(
        "better", "Better than what there is", Shown.YES, "PR-AUC .372, gradient boosting .341; interval .01 to .05."
    ),
    clause("slope", "Calibration slope", Shown.YES, "Slope .94, 95 % interval .81 to 1.07."),
    clause("observed_expected", "Observed over expected", Shown.YES, "1.07, 95 % interval .92 to 1.21."),
    clause("brier_skill", "Brier skill above 0", Shown.YES, "Skill .112."),
    clause("leakage", "No leakage found", Shown.YES, "Five checks, none of them found any."),
    clause("incidents", "At least 10 test incidents", Shown.YES, "64 incidents fall into the test block."),
)
OPEN = (
    clause(
        "better",
        "Better than what there is",
        Shown.UNKNOWN,
        "Not shown to be better: PR-AUC .372 is above gradient boosting with .341, but no interval was computed.",
    ),
    clause("slope", "Calibration slope", Shown.UNKNOWN, "Slope .94; the report holds no 95 % interval of it."),
    clause("observed_expected", "Observed over expected", Shown.UNKNOWN, "1.07; the report holds no interval of it."),
    clause("brier_skill", "Brier skill above 0", Shown.NO, "Skill -.021: climatology is better."),
    clause("leakage", "No leakage found", Shown.UNKNOWN, "The report does not say whether leakage was looked for."),
    MET[5],
)
LEVELS = (
    LevelRule(horizon_steps=1, yellow=0.0803, orange=0.179, red=0.304),
    LevelRule(horizon_steps=7, yellow=0.214, orange=0.405, red=0.577),
)


def gate(clauses: tuple[Clause, ...] = MET, *, jobs: int = 1, levels: tuple[LevelRule, ...] = LEVELS) -> GateJudgement:
    return GateJudgement(
        job_id="0190a1b2-0000-7000-8000-00000000000a", clauses=clauses, jobs_on_test_block=jobs, levels=levels
    )


def sight(state: KeyState) -> BundleSight:
    """A bundle of the office, looked at."""
    made = BundleModel(
        config=config(),
        history_steps=30,
        step_seconds=86_400,
        channels=(ChannelInput(name="rain", kind="rainfall", unit="mm", zoned=False, lowest=0.0, highest=312.0),),
        scaling_mean=(0.0,),
        scaling_spread=(1.0,),
        layers={},
        answers={},
        members=1,
        graphs=(("answer-1.onnx",),),
        levels=LEVELS,
    )
    origin = Provenance(
        program_version="0.5.0", made_at=NOW, station_id=STATION, station_name="office", trained_by="u",
        trained_at=NOW, data="0", seen=None,
    )  # fmt: skip
    manifest = Manifest(
        key_id=OFFICE_KEY,
        public_key="00" * 32,
        epoch=7,
        deployment=deployment(7, key_id=OFFICE_KEY, bundle_sha256="", bundle_bytes=0),
        model=made,
        provenance=origin,
        files=(BundleFile(name="answer-1.onnx", size=412_000, sha256="5a" * 32),),
    )
    return BundleSight(manifest, state)


def zone_score(
    name: str, level: ZoneLevel, probability: float = 0.0, *, spread: float | None = 0.01, **more: object
) -> ZoneScore:
    """A zone with two horizons; none where it is grey."""
    horizons = tuple(
        HorizonScore(
            horizon_steps=steps,
            probability=min(1.0, factor * probability),
            spread=spread,
            aleatoric=0.2,
            epistemic=None if spread is None else 0.013,
            level=level,
        )
        for steps, factor in ((1, 1.0), (7, 2.2))
    )
    grey = level is ZoneLevel.GREY
    return ZoneScore.model_validate(
        {"zone_id": name, "name": name, "level": level, "horizons": () if grey else horizons} | more
    )


ZONES = (
    zone_score("Upper bench", ZoneLevel.GREEN, 0.00412),
    zone_score("Haul road", ZoneLevel.ORANGE, 0.1834, beyond=("rain, 341 mm: above all that training saw (312 mm).",)),
    zone_score("Crusher face", ZoneLevel.RED, 0.412),
    zone_score("East ramp", ZoneLevel.GREY, reason="No reading of crack in the last 30 steps, which training never "
               "saw so."),
    zone_score("Portal", ZoneLevel.YELLOW, 0.0931, missing=("pore pressure",)),
    zone_score("Old quarry", ZoneLevel.GREEN, 0.0213),
    zone_score("Water tank", ZoneLevel.GREEN, 0.0213, spread=0.0),
)  # fmt: skip


def site_score(**changes: object) -> SiteScore:
    """The North wall, a day ago to the minute."""
    score: dict[str, object] = {
        "site_id": "s",
        "site_name": "North wall",
        "simulated": True,
        "deployment_id": DEPLOYMENTS[0].deployment_id,
        "version": 3,
        "scored_at": NOW,
        "newest": NOW - timedelta(hours=20),
        "step_seconds": 86_400,
        "cautions": ("The records of this site are simulated: nothing here is about a real slope.",),
        "zones": ZONES,
    }
    return SiteScore.model_validate(score | changes)
