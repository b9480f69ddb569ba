"""A site is scored with its active bundle: the report's numbers, levels, and grey with its reason."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.levels import Level
from rockfall_desktop.domain.site_score import SiteScore
from rockfall_desktop.domain.station_key import KeyState
from rockfall_desktop.operations.bundles import open_bundle
from rockfall_desktop.operations.deciding import decide
from rockfall_desktop.operations.identity import own_station_key
from rockfall_desktop.operations.jobs import performance_report
from rockfall_desktop.operations.scoring_site import score_site
from rockfall_desktop.operations.sign_in import sign_in
from tests.stations import NAME, PHRASE
from tests.unit.operations.deployments.conftest import draft, repacked
from tests.unit.operations.scoring.conftest import Deployed, Watch

ORDER = tuple(Level)


def scored(watch: Watch, at: datetime | None = None, site: Path | None = None) -> SiteScore:
    return score_site(watch.session, station=watch.station, folder=site or watch.site, at=at)


def all_grey(score: SiteScore, words: str) -> bool:
    """Whether the whole site is grey for a reason, and every zone says so."""
    assert words in score.reason, score.reason
    return all((zone.level, zone.reason, zone.horizons) == (Level.GREY, score.reason, ()) for zone in score.zones)


def test_that_the_test_block_through_the_bundle_gives_the_report_s_numbers(watch: Watch) -> None:
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss

    from rockfall_desktop.judging.alignment import sample_moments
    from rockfall_desktop.learning.samples.build import build_pooled
    from rockfall_desktop.operations.training_sites import read_for_training
    from rockfall_desktop.scoring.answering import answer
    from rockfall_desktop.scoring.loading import load_model
    from rockfall_desktop.scoring.site_inputs import SiteInputs

    bundle = open_bundle(watch.station, watch.station.files.bundle_path(watch.fact.deployment_id))
    model = bundle.manifest.model
    sites = read_for_training(model.config, watch.station.shelf)
    test = build_pooled(sites, model.config).test
    loaded, arrays = load_model(model, bundle.content, 1), sites[0].arrays
    inputs = SiteInputs(loaded, arrays, None, int(sample_moments(arrays)[-1]))
    prepared = inputs.asked(test.zones.numpy(), test.steps.numpy()).prepared
    found = answer(loaded.members, loaded.state, prepared).probability
    report = performance_report(watch.session, station=watch.station, job_id=watch.fact.job_id)
    own = [row for row in report.scores if row.model == report.scores[0].model]
    assert [row.horizon_steps for row in own] == [1, 3]
    for h, row in enumerate(own):
        target = test.targets[:, h].numpy()
        assert row.log_loss == pytest.approx(log_loss(target, found[:, h], labels=[0, 1]), abs=1e-6)
        assert row.pr_auc == pytest.approx(average_precision_score(target, found[:, h]), abs=1e-6)
        assert row.brier == pytest.approx(brier_score_loss(target, found[:, h]), abs=1e-6)


def test_that_every_zone_has_a_level_and_the_reader_is_told_what_to_know(watch: Watch, record_end: datetime) -> None:
    score = scored(watch, record_end)
    assert (score.reason, score.newest, score.scored_at) == ("", record_end, record_end)
    assert (score.deployment_id, score.version, score.simulated) == (watch.fact.deployment_id, None, True)
    assert len(score.zones) == 4
    for zone in score.zones:
        assert zone.level is max((one.level for one in zone.horizons), key=ORDER.index)
        assert zone.level is not Level.GREY
        assert [one.horizon_steps for one in zone.horizons] == [1, 3]
        assert all(one.spread > 0 for one in zone.horizons)
    told = " ".join(score.cautions)
    for words in (
        "simulated",
        "not numbered yet",
        "against its report",
        "a trial of the summer",
        "As of",
        "after this",
    ):
        assert words in told
    assert SiteScore.model_validate_json(score.model_dump_json()) == score


def test_that_readings_of_years_ago_are_grey_today(watch: Watch) -> None:
    score = scored(watch)
    assert all_grey(score, "The newest reading is")
    assert score.newest is not None


def test_that_an_answer_whose_horizon_is_over_is_told_and_not_given(watch: Watch, record_end: datetime) -> None:
    just, score = (scored(watch, record_end + timedelta(days=1, seconds=late)) for late in (-1, 0))
    assert {tuple(one.horizon_steps for one in zone.horizons) for zone in just.zones if zone.horizons} == {(1, 3)}
    assert {tuple(one.horizon_steps for one in zone.horizons) for zone in score.zones if zone.horizons} == {(3,)}
    told = f"The answer within 1 d is over: the newest reading is of {record_end:%Y-%m-%d %H:%M} UTC."
    assert (told in just.cautions, told in score.cautions) == (False, True)
    assert [zone.level for zone in just.zones] == [zone.level for zone in score.zones]
    assert all_grey(scored(watch, record_end + timedelta(days=3)), "The answers within 1 d and 3 d are over")


@pytest.mark.parametrize(("back", "grey"), [(timedelta(hours=36), False), (timedelta(days=3), True)])
def test_that_a_clock_behind_the_record_is_told_and_by_more_than_a_day_grey(
    watch: Watch, record_end: datetime, monkeypatch: pytest.MonkeyPatch, back: timedelta, grey: bool
) -> None:
    """The last step of a day begins 12 hours, or two days, after what the clock says."""
    monkeypatch.setattr(watch.station, "now", lambda: record_end - back)
    score = scored(watch)
    told = f"The record holds readings of after {record_end - timedelta(days=1):%Y-%m-%d %H:%M} UTC, and the clock"
    assert all_grey(score, told) if grey else told in " ".join(score.cautions)
    assert told not in " ".join((scored(watch, record_end - back).reason, *scored(watch, record_end - back).cautions))
    monkeypatch.setattr(watch.station, "now", lambda: record_end - timedelta(hours=1))
    assert "the clock of this computer" not in " ".join(scored(watch).cautions)


def test_that_what_was_written_later_changes_no_score_of_an_earlier_moment(
    watch: Watch, record_end: datetime, tmp_path: Path
) -> None:
    at = record_end - timedelta(days=100)
    folder = tmp_path / "changed"
    shutil.copytree(watch.site, folder)
    changed = [path for path in folder.glob("*.csv") if _spoiled(path, (at + timedelta(days=2)).date().isoformat())]
    assert changed
    before, after = scored(watch, at), scored(watch, at, folder)
    assert before.newest is not None
    assert at - timedelta(days=1) < before.newest <= at
    assert after.zones == before.zones
    assert scored(watch, record_end, folder).zones != scored(watch, record_end).zones


def _spoiled(path: Path, day: str) -> bool:
    """Put tens in place of the numbers of all rows from a day on, in tables whose rows begin with a time."""
    head, *rows = path.read_text().splitlines()
    if path.name.startswith("incident") or not rows[0][:4].isdigit():
        return False
    kept = [
        row if row[:10] < day else ",".join([row.split(",")[0], *("10" for _ in row.split(",")[1:])]) for row in rows
    ]
    if head.count(",") > 1 and "zone" in head:
        kept = rows
    path.write_text("\n".join([head, *kept]) + "\n")
    return kept != rows


def test_that_nothing_is_scored_without_a_session_or_for_a_time_to_come(watch: Watch, record_end: datetime) -> None:
    with pytest.raises(WrongInput, match="lies in the future"):
        scored(watch, watch.station.now() + timedelta(hours=1))
    with pytest.raises(WrongInput, match="says no time zone"):
        scored(watch, record_end.replace(tzinfo=None))
    watch.station.dismiss(watch.session)
    with pytest.raises(AccessRefused):
        scored(watch, record_end)


def test_that_a_site_without_a_deployment_is_grey(watch: Watch, record_end: datetime, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(watch.site, folder)
    manifest = folder / "site.toml"
    manifest.write_text(manifest.read_text().replace(watch.fact.site_id, watch.fact.site_id[:-1] + "9"))
    score = scored(watch, record_end, folder)
    assert all_grey(score, "No model is deployed for this site on this station.")
    assert score.deployment_id == ""


def _gone(path: Path) -> None:
    path.unlink()


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("change", "words"), [(_gone, "does not lie on this station"), (_flipped, "rockfall"), (_empty, "rockfall")]
)
def test_that_a_bundle_that_is_missing_or_damaged_makes_the_site_grey(
    watch: Watch, record_end: datetime, change: Callable[[Path], None], words: str
) -> None:
    change(watch.station.files.bundle_path(watch.fact.deployment_id))
    assert all_grey(scored(watch, record_end), words)


def test_that_a_revoked_key_makes_the_site_grey_and_says_what_to_do(
    watch: Watch, record_end: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"state": KeyState.REVOKED, "reason": "stolen", "station_id": "0190a000-0000-7000-8000-00000000000b"}
    revoked = own_station_key(watch.station).model_copy(update=other)
    monkeypatch.setattr("rockfall_desktop.operations.bundles.known_key", lambda *_: revoked)
    score = scored(watch, record_end)
    assert all_grey(score, "was revoked: stolen. Roll back to another model, or deploy one.")
    assert score.reason.startswith("The active model's bundle was signed with the key of")
    assert score.newest is None


def test_that_a_model_of_simulated_records_is_named_and_grey_on_a_site_that_is_not_called_simulated(
    watch: Watch, record_end: datetime, tmp_path: Path
) -> None:
    real = tmp_path / "pit"
    shutil.copytree(watch.site, real)
    lines = (real / "site.toml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("simulated")]
    assert len(kept) < len(lines)
    (real / "site.toml").write_text("\n".join(kept), encoding="utf-8")
    score = scored(watch, record_end, real)
    assert score.simulated
    assert all_grey(score, "learned from simulated records")
    with watch.station.store.writing() as connection:
        connection.execute("drop trigger deployments_stay_as_they_are")
        connection.execute("update deployments set body = json_set(body, '$.simulated', json('false'))")
    score = scored(watch, record_end)
    assert score.simulated
    assert all_grey(score, "did not learn from simulated ones")


def test_that_a_model_that_came_by_file_is_not_said_to_be_here_only(
    watch: Watch, record_end: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rockfall_desktop.operations.scoring_site.is_own", lambda *_: False)
    score = scored(watch, record_end)
    told = " ".join(score.cautions)
    assert score.by_file
    assert "came by file from another station" in told
    assert "this station only" not in told


def test_that_the_bundle_of_another_deployment_is_not_used(watch: Watch, record_end: datetime) -> None:
    first = watch.station.files.bundle_path(watch.fact.deployment_id)
    second = decide(
        watch.station, draft(watch.station, watch.fact), repacked(watch.station, watch.fact), deed="deployed"
    )
    assert scored(watch, record_end).reason == ""
    shutil.copy(first, watch.station.files.bundle_path(second.deployment_id))
    assert all_grey(scored(watch, record_end), "does not hold deployment")


def test_that_a_channel_that_is_gone_from_the_site_makes_it_grey(
    watch: Watch, record_end: datetime, tmp_path: Path
) -> None:
    folder = tmp_path / "renamed"
    shutil.copytree(watch.site, folder)
    manifest = folder / "site.toml"
    manifest.write_text(manifest.read_text().replace('name = "rain', 'name = "old rain', 1))
    assert all_grey(scored(watch, record_end, folder), "which the model reads, is not in the site")


_ALONE = """
import json, sys
from datetime import datetime
from pathlib import Path
from rockfall_desktop.operations.scoring_site import score_site
from rockfall_desktop.operations.sign_in import sign_in
from rockfall_desktop.operations.station import Station
from tests.stations import CHEAP, NAME, PHRASE, now
station = Station.at(Path(sys.argv[1]), now=now, costs=CHEAP)
session = sign_in(station=station, name=NAME, pass_phrase=PHRASE)
score = score_site(session, station=station, folder=Path(sys.argv[2]), at=datetime.fromisoformat(sys.argv[3]))
station.close()
heavy = {"torch", "sklearn", "onnx", "onnxscript", "optuna", "pymongo", "safetensors", "PySide6", "matplotlib"}
print(json.dumps({"levels": [zone.level for zone in score.zones], "heavy": sorted(heavy & set(sys.modules))}))
"""


def test_that_a_score_needs_neither_torch_nor_any_other_library_of_learning(
    deployed: Deployed, watch: Watch, record_end: datetime
) -> None:
    watch.station.close()
    words = [sys.executable, "-c", _ALONE, str(watch.station.home), str(deployed.site), record_end.isoformat()]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4])
    found = json.loads(done.stdout)
    assert found["heavy"] == []
    assert len(found["levels"]) == 4
    assert "grey" not in found["levels"]


def test_that_the_terminal_prints_every_zone(
    watch: Watch, record_end: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from rockfall_desktop.cli.program import program
    from rockfall_desktop.operations.station import Station
    from tests.stations import CHEAP, now

    home = watch.station.home
    watch.station.close()
    monkeypatch.setenv("ROCKFALL_PASSWORD", PHRASE)
    commands = program(lambda _: Station.at(home, now=now, costs=CHEAP), lambda *_: 0)
    at = f"{record_end:%Y-%m-%dT%H:%M}"
    plain = CliRunner().invoke(commands, ["score", str(watch.site), "--at", at])
    assert plain.exit_code == 0, plain.output
    assert "(simulated)" in plain.output
    assert "within 3 d" in plain.output
    today = CliRunner().invoke(commands, ["score", str(watch.site)])
    assert today.exit_code == 0
    assert "GREY, cannot be judged: The newest reading is" in today.output
    as_json = json.loads(CliRunner().invoke(commands, ["score", str(watch.site), "--at", at, "--json"]).output)
    shown = [zone["level"] for zone in as_json["zones"]]
    assert all(f" {level} " in plain.output for level in shown)
    assert CliRunner().invoke(commands, ["score", str(watch.site), "--at", "noon"]).exit_code == 2


def test_that_levels_rest_on_the_record_alone(watch: Watch, record_end: datetime) -> None:
    """Two looks in any order give the same: nothing is kept between them."""
    days = [record_end - timedelta(days=day) for day in (0, 40, 1)]
    one = [scored(watch, day).zones for day in days]
    other = [scored(watch, day).zones for day in reversed(days)]
    assert one == other[::-1]
    assert len({tuple(zone.horizons[0].probability for zone in zones) for zones in one}) == len(days)
    assert np.isfinite([zone.horizons[0].spread for zone in one[0]]).all()


def test_that_a_locked_station_scores_again_after_signing_in(watch: Watch, record_end: datetime) -> None:
    watch.station.dismiss(watch.session)
    session = sign_in(station=watch.station, name=NAME, pass_phrase=PHRASE)
    assert score_site(session, station=watch.station, folder=watch.site, at=record_end).reason == ""
