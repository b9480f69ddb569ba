"""Forecasts and blasts: what is known of the time ahead, and never more."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rockfall_desktop.domain.arrays import ChannelArray, SiteArrays
from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.sites.read import read_site
from rockfall_desktop.sites.series.blasts import announced
from rockfall_desktop.sites.series.forecasts import Forecast, span_sums
from tests.unit.sites.made_site import CHANNEL, write_site

NAN = float("nan")

FORECAST = """
[[channel]]
name = "outlook"
kind = "rain_forecast"
unit = "mm"
file = "outlook.csv"
column = "mm"
time = "valid"
time_format = "%Y-%m-%d %H:%M"
issued = "issued"
ahead = ["1d", "2d"]
"""

BLASTS = """
[[channel]]
name = "blasts"
kind = "blast"
unit = ""
file = "blasts.csv"
time = "time"
time_format = "%Y-%m-%d %H:%M"
issued = "told"
ahead = ["2d"]
"""

DAYS = "time,mm\n" + "".join(f"2024-01-{day:02} 00:00,1\n" for day in range(1, 8))
OUTLOOK = (
    "issued,valid,mm\n"
    "2024-01-01 18:00,2024-01-02 00:00,10\n"
    "2024-01-01 18:00,2024-01-03 00:00,20\n"
    "2024-01-03 06:00,2024-01-04 00:00,3\n"
    "2024-01-03 06:00,2024-01-05 00:00,4\n"
    "2024-01-03 06:00,2024-01-06 00:00,5\n"
)


def site(folder: Path, section: str, **files: str) -> SiteArrays:
    return read_site(write_site(folder, channel=CHANNEL + section, rain_csv=DAYS, **files))


def named(arrays: SiteArrays, name: str) -> ChannelArray:
    return next(channel for channel in arrays.channels if channel.name == name)


def test_that_a_forecast_is_summed_over_the_days_after_each_step(tmp_path: Path) -> None:
    arrays = site(tmp_path, FORECAST, outlook_csv=OUTLOOK)
    assert [channel.name for channel in arrays.channels] == ["rain", "outlook next 1d", "outlook next 2d"]
    day = named(arrays, "outlook next 1d")
    assert (day.kind, day.unit, day.zoned) == ("rain_forecast", "mm", False)
    np.testing.assert_array_equal(day.values, [10, 20, 3, 4, 5, NAN, NAN])
    np.testing.assert_array_equal(named(arrays, "outlook next 2d").values, [30, NAN, 7, 9, NAN, NAN, NAN])
    assert arrays.start_s.size == 7


def test_that_an_issue_that_arrives_late_counts_from_then_on(tmp_path: Path) -> None:
    arrays = site(tmp_path, FORECAST + 'delay = "19h"\n', outlook_csv=OUTLOOK)
    np.testing.assert_array_equal(named(arrays, "outlook next 1d").values, [NAN, 20, NAN, 4, 5, NAN, NAN])


def test_that_an_issue_of_which_only_the_day_is_written_is_known_when_the_day_is_over(tmp_path: Path) -> None:
    text = "issued,valid,mm\n" + "".join(f"2024-01-03,2024-01-{day:02},{day}\n" for day in (3, 4, 5))
    arrays = site(tmp_path, FORECAST.replace(" %H:%M", ""), outlook_csv=text)
    np.testing.assert_array_equal(named(arrays, "outlook next 1d").values, [NAN, NAN, 4, 5, NAN, NAN, NAN])


def test_that_a_rate_is_an_amount_and_impossible_amounts_are_no_forecast(tmp_path: Path) -> None:
    text = OUTLOOK.replace(",20\n", ",-99\n").replace(",10\n", ",0.5\n")
    arrays = site(tmp_path, FORECAST.replace('unit = "mm"', 'unit = "mm/h"'), outlook_csv=text)
    np.testing.assert_allclose(named(arrays, "outlook next 1d").values, [12, NAN, 72, 96, 120, NAN, NAN])
    assert any("1 numbers are impossible, the first in outlook.csv, row 3" in note for note in arrays.notes)


def test_that_an_hour_missing_in_an_issue_leaves_its_spans_unknown(tmp_path: Path) -> None:
    rows = "".join(
        f"2024-01-01 00:00,2024-01-0{2 + hour // 24} {hour % 24:02}:00,1\n" for hour in range(72) if hour != 30
    )
    arrays = site(tmp_path, FORECAST, outlook_csv="issued,valid,mm\n" + rows)
    np.testing.assert_array_equal(named(arrays, "outlook next 1d").values[:4], [24, NAN, 24, NAN])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('issued = "issued"\n', ""), "a forecast needs issued"),
        (('ahead = ["1d", "2d"]\n', ""), "a forecast needs issued"),
        (('ahead = ["1d", "2d"]', 'ahead = ["0d"]'), "a span ahead is longer than nothing"),
        (('ahead = ["1d", "2d"]', 'ahead = ["1d", "2d"]\ninterval = "2d"'), "row 3: .*overlaps the one before"),
    ],
)
def test_that_a_forecast_that_cannot_be_used_is_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(WrongInput, match=told):
        site(tmp_path, FORECAST.replace(*change), outlook_csv=OUTLOOK)


def test_that_one_row_in_each_issue_must_say_how_long_it_is_about(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-0{day} 12:00,2024-01-0{day + 1} 00:00,{day}\n" for day in range(1, 7))
    with pytest.raises(WrongInput, match=r"one row in each issue.*interval = '1d'"):
        site(tmp_path / "1", FORECAST, outlook_csv="issued,valid,mm\n" + rows)
    arrays = site(tmp_path / "2", FORECAST + 'interval = "1d"\n', outlook_csv="issued,valid,mm\n" + rows)
    np.testing.assert_array_equal(named(arrays, "outlook next 1d").values, [1, 2, 3, 4, 5, 6, NAN])


def test_that_later_issues_with_other_rows_do_not_change_what_was_forecast(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-01 00:00,2024-01-0{1 + hour // 24} {hour % 24:02}:00,6\n" for hour in range(6, 96, 6))
    later = "".join(f"2024-01-04 00:00,2024-01-0{4 + hour // 24} {hour % 24:02}:00,3\n" for hour in range(3, 72))
    section = FORECAST.replace('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %H:%M"\nstamp = "end"')
    head = "issued,valid,mm\n"
    before = named(site(tmp_path / "1", section, outlook_csv=head + rows), "outlook next 1d").values
    after = named(site(tmp_path / "2", section, outlook_csv=head + rows + later), "outlook next 1d").values
    np.testing.assert_array_equal(before[:3], [24, 24, NAN])
    np.testing.assert_array_equal(after[:3], before[:3])


def test_that_an_issue_of_one_row_among_others_is_left_out_and_told(tmp_path: Path) -> None:
    arrays = site(tmp_path, FORECAST, outlook_csv=OUTLOOK + "2024-01-05 06:00,2024-01-06 00:00,99\n")
    np.testing.assert_array_equal(named(arrays, "outlook next 1d").values, [10, 20, 3, 4, 5, NAN, NAN])
    assert any("1 issues have one row" in note for note in arrays.notes)


@pytest.mark.parametrize("stamp", ["start", "end"])
def test_that_a_forecast_over_the_spring_change_has_no_empty_row(tmp_path: Path, stamp: str) -> None:
    hours = [(day, hour) for day in (30, 31) for hour in range(24) if (day, hour) != (31, 2)]
    rows = "".join(f"2024-03-29 12:00,2024-03-{day} {hour:02}:00,1\n" for day, hour in hours)
    rows += "".join(f"2024-03-29 12:00,2024-04-01 {hour:02}:00,1\n" for hour in range(24))
    rain = "time,mm\n" + "".join(f"2024-03-{day} 00:00,1\n" for day in range(28, 32))
    section = FORECAST.replace('["1d", "2d"]', '["1d"]') + f'stamp = "{stamp}"\n'
    folder = write_site(
        tmp_path,
        timezone="Europe/Berlin",
        channel=CHANNEL + section,
        rain_csv=rain,
        outlook_csv="issued,valid,mm\n" + rows,
    )
    found = named(read_site(folder), "outlook next 1d").values
    expected = [NAN, 24, 23, 24 if stamp == "start" else NAN]
    np.testing.assert_array_equal(found, expected)


def test_that_the_same_time_twice_in_one_issue_is_told_or_chosen(tmp_path: Path) -> None:
    text = OUTLOOK + "2024-01-03 06:00,2024-01-05 00:00,40\n"
    with pytest.raises(WrongInput, match=r"outlook.csv, row 7: has another amount"):
        site(tmp_path / "1", FORECAST, outlook_csv=text)
    arrays = site(tmp_path / "2", FORECAST + 'same_time = "last"\n', outlook_csv=text)
    assert named(arrays, "outlook next 1d").values[3] == 40


def test_that_a_site_of_forecasts_alone_has_no_steps_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="forecasts or blasts only"):
        read_site(write_site(tmp_path, channel=FORECAST, outlook_csv=OUTLOOK))


def test_that_the_name_of_a_span_may_not_be_taken(tmp_path: Path) -> None:
    other = FORECAST.replace('"outlook"', '"rain"') + CHANNEL.replace('"rain"', '"rain next 1d"')
    folder = write_site(tmp_path, channel=other, outlook_csv=OUTLOOK)
    with pytest.raises(WrongInput, match="'rain next 1d' is used twice"):
        read_site(folder)


issues = st.lists(
    st.tuples(st.integers(0, 40), st.integers(-2, 10), st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=8)),
    min_size=1,
    max_size=6,
    unique_by=lambda issue: issue[0],
)


def made_forecast(issued: list[tuple[int, int, list[int | None]]], length: int) -> Forecast:
    rows = [
        (known, known + lead + length * place, amount)
        for known, lead, amounts in sorted(issued)
        for place, amount in enumerate(amounts)
        if amount is not None
    ]
    known, start, amount = (np.array([row[place] for row in rows], np.int64) for place in range(3))
    return Forecast(np.zeros(len(rows), np.int32), known, start, start + length, amount.astype(float), "mm")


def plain_sum(forecast: Forecast, now: int, until: int) -> float:
    for known in sorted({int(one) for one in forecast.known_s if one <= now}, reverse=True):
        total, covered = 0.0, 0
        for row in np.flatnonzero(forecast.known_s == known).tolist():
            low, high = max(now, int(forecast.start_s[row])), min(until, int(forecast.end_s[row]))
            if high > low:
                covered += high - low
                total += forecast.amount_mm[row] * (high - low) / (forecast.end_s[row] - forecast.start_s[row])
        if covered == until - now:
            return total
    return NAN


@settings(max_examples=300)
@given(issues, st.integers(1, 4), st.integers(1, 12))
def test_that_a_forecast_sum_is_what_its_plain_definition_says(
    issued: list[tuple[int, int, list[int | None]]], length: int, span: int
) -> None:
    forecast = made_forecast(issued, length)
    now = np.arange(0, 60, 3, dtype=np.int64)
    found = span_sums(forecast, now, now + span, 1)[0]
    expected = [plain_sum(forecast, int(moment), int(moment) + span) for moment in now]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@given(issues, st.integers(0, 40))
def test_that_a_later_issue_never_changes_an_earlier_step(
    issued: list[tuple[int, int, list[int | None]]], end: int
) -> None:
    now = np.arange(0, 60, dtype=np.int64)
    whole = span_sums(made_forecast(issued, 2), now, now + 5, 1)[0]
    known = [issue for issue in issued if issue[0] <= end]
    before = span_sums(made_forecast(known, 2), now, now + 5, 1)[0]
    np.testing.assert_array_equal(before[: end + 1], whole[: end + 1])


def test_that_two_zones_have_their_own_forecast(tmp_path: Path) -> None:
    rows = "".join(
        f"2024-01-01 00:00,2024-01-0{day} 00:00,{zone},{day * (1 if zone == 'A' else 10)}\n"
        for zone in "BA"
        for day in range(2, 6)
    )
    options = 'scope = "zone"\nzone_column = "zone"\n'
    arrays = site(tmp_path, FORECAST + options, outlook_csv="issued,valid,zone,mm\n" + rows)
    found = named(arrays, "outlook next 1d")
    assert found.zoned
    np.testing.assert_array_equal(found.values[:, :4], [[2, 3, 4, 5], [20, 30, 40, 50]])


TOLD = (
    "told,time\n2024-01-01 12:00,2024-01-03 10:00\n2024-01-03 12:00,2024-01-04 10:00\n"
    "2024-01-02 00:00,2024-02-01 10:00\n"
)


def test_that_blasts_are_counted_in_their_step_and_ahead_from_their_announcement_on(tmp_path: Path) -> None:
    arrays = site(tmp_path, BLASTS, blasts_csv=TOLD)
    assert arrays.start_s.size == 7  # a blast in February does not make the record longer
    np.testing.assert_array_equal(named(arrays, "blasts").values, [0, 0, 1, 1, 0, 0, 0])
    np.testing.assert_array_equal(named(arrays, "blasts next 2d").values, [1, 1, 1, 0, 0, 0, 0])


def test_that_nothing_is_known_of_blasts_before_the_first_is_told(tmp_path: Path) -> None:
    arrays = site(tmp_path, BLASTS, blasts_csv="told,time\n2024-01-03 12:00,2024-01-04 10:00\n")
    np.testing.assert_array_equal(named(arrays, "blasts").values, [NAN, NAN, 0, 1, 0, 0, 0])
    np.testing.assert_array_equal(named(arrays, "blasts next 2d").values, [NAN, NAN, 1, 0, 0, 0, 0])


def test_that_a_blast_that_is_told_afterwards_counts_when_it_is_told(tmp_path: Path) -> None:
    arrays = site(tmp_path, BLASTS, blasts_csv="told,time\n2024-01-05 12:00,2024-01-02 10:00\n")
    np.testing.assert_array_equal(named(arrays, "blasts").values, [NAN, NAN, NAN, NAN, 1, 0, 0])
    np.testing.assert_array_equal(named(arrays, "blasts next 2d").values, [NAN, NAN, NAN, NAN, 0, 0, 0])


def test_that_blasts_may_be_announced_a_fixed_time_before(tmp_path: Path) -> None:
    section = BLASTS.replace('issued = "told"', 'announced = "1d"')
    arrays = site(tmp_path, section, blasts_csv="time\n2024-01-04 10:00\n2024-01-04 10:00\n2024-01-06 10:00\n")
    np.testing.assert_array_equal(named(arrays, "blasts next 2d").values, [NAN, NAN, 1, 0, 1, 0, 0])
    assert any("1 rows repeat zone, time and number" in note for note in arrays.notes)


HOURS = "time,mm\n" + "".join(f"2024-01-0{day} {hour:02}:00,1\n" for day in (1, 2, 3) for hour in range(24))


def hourly(folder: Path, section: str, **files: str) -> SiteArrays:
    measured = CHANNEL + 'stamp = "end"\n'
    return read_site(write_site(folder, step="1h", channel=measured + section, rain_csv=HOURS, **files))


@pytest.mark.parametrize("more", ["", 'interval = "1d"\n'])
def test_that_a_blast_of_which_only_the_day_is_written_is_known_when_the_day_is_over(tmp_path: Path, more: str) -> None:
    section = BLASTS.replace("%Y-%m-%d %H:%M", "%Y-%m-%d").replace('issued = "told"\nahead = ["2d"]\n', more)
    arrays = hourly(tmp_path, section, blasts_csv="time\n2024-01-02\n")
    happened = np.flatnonzero(named(arrays, "blasts").values > 0)
    assert (arrays.start_s[happened] + 3600).tolist() == [1_704_240_000]  # 3 January, midnight


def test_that_an_announcement_that_is_corrected_counts_once_with_its_newest_number(tmp_path: Path) -> None:
    section = BLASTS.replace('["2d"]', '["2d"]\ncolumn = "kg"')
    head = "told,time,kg\n2024-01-01 00:00,2024-01-02 12:00,100\n2024-01-01 06:00,2024-01-02 12:00,120\n"
    arrays = hourly(tmp_path, section, blasts_csv=head + "2024-01-02 18:00,2024-01-02 12:00,70\n")
    ahead = named(arrays, "blasts next 2d").values
    assert ahead.tolist() == [*[100.0] * 6, *[120.0] * 31, *[0.0] * (ahead.size - 37)]
    happened = named(arrays, "blasts").values
    assert happened[np.flatnonzero(happened)].tolist() == [120.0]
    assert any("2 rows change what was announced of a blast before" in note for note in arrays.notes)


def test_that_blasts_of_one_time_with_other_numbers_are_told_or_chosen(tmp_path: Path) -> None:
    section = BLASTS.replace('issued = "told"\nahead = ["2d"]\n', 'column = "kg"\n')
    text = "time,kg\n2024-01-02 12:00,100\n2024-01-02 12:00,120\n"
    with pytest.raises(WrongInput, match=r"blasts.csv, row 3: has another number for a blast"):
        site(tmp_path / "1", section, blasts_csv=text)
    for rule, number in (("first", 100), ("last", 120), ("mean", 110), ("sum", 220)):
        arrays = site(tmp_path / rule, section + f'same_time = "{rule}"\n', blasts_csv=text)
        assert named(arrays, "blasts").values[1] == number


def test_that_a_delay_counts_beside_a_fixed_announcement(tmp_path: Path) -> None:
    section = BLASTS.replace('issued = "told"', 'announced = "2h"\ndelay = "1h"').replace('"2d"', '"6h"')
    arrays = hourly(tmp_path, section, blasts_csv="time\n2024-01-01 02:30\n2024-01-02 12:00\n")
    seen = np.flatnonzero(named(arrays, "blasts next 6h").values > 0)
    assert ((arrays.start_s[seen] + 3600 - 1_704_067_200) / 3600).tolist() == [2, 36]


def test_that_blasts_outside_the_record_are_counted(tmp_path: Path) -> None:
    section = BLASTS.replace('issued = "told"\nahead = ["2d"]\n', "")
    text = "time\n2023-06-01 00:00\n2024-01-02 10:00\n2024-06-02 00:00\n"
    arrays = site(tmp_path, section, blasts_csv=text)
    assert float(named(arrays, "blasts").values.sum()) == 1
    assert any("2 blasts lie outside the record" in note for note in arrays.notes)


def test_that_blasts_ahead_need_an_announcement(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="does not say when they are announced"):
        site(tmp_path, BLASTS.replace('issued = "told"\n', ""), blasts_csv="time\n2024-01-04 10:00\n")


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12),
    st.integers(1, 9),
    st.integers(0, 50),
)
def test_that_blasts_ahead_are_what_their_plain_definition_says_and_know_no_later_word(
    blasts: list[tuple[int, int]], span: int, end: int
) -> None:
    now = np.arange(0, 50, 2, dtype=np.int64)

    def counted(some: list[tuple[int, int]]) -> list[float]:
        moment, known = (np.array([blast[place] for blast in some], np.int64) for place in range(2))
        zone = np.zeros(len(some), np.int32)
        return announced(zone, np.ones(len(some)), (moment, known), (now, now + span), 1)[0].tolist()  # type: ignore[no-any-return]

    expected = [float(sum(told <= one < at <= one + span for at, told in blasts)) for one in now.tolist()]
    assert counted(blasts) == expected
    steps = int((now <= end).sum())
    assert counted([blast for blast in blasts if blast[1] <= end])[:steps] == expected[:steps]
