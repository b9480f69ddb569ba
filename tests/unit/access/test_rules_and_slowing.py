import random

import pytest

from rockfall_desktop.access.factory import check_factory_password
from rockfall_desktop.access.rules import check_pass_phrase, faults
from rockfall_desktop.access.slowing import count_try, uncount_try, wait_left_s, wait_s
from rockfall_desktop.access.uptime import uptime_s
from rockfall_desktop.domain.errors import AccessRefused, WrongInput
from rockfall_desktop.domain.key_slot import Tries


@pytest.mark.parametrize(
    "phrase",
    [
        "seven quiet geese over the quarry",
        "correct horse battery staple",
        "Tür auf, Tür zu, 17 mal!",
        "石が落ちる前に山の声を聞け、朝も夜も",
        "lllll00000lllllxy!z(q)w",
        "k" * 1000 + "four more than one",
    ],
)
def test_that_long_words_of_ones_own_may_be_used(phrase: str) -> None:
    assert faults(phrase, "mara") == ()
    check_pass_phrase(phrase, "mara")


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("", "at least 15"),
        ("fourteen chars", "It has 14 characters; at least 15"),
        ("q8#" * 342, "at most 1024"),
        ("my admintime 4711 phrase", "the factory password"),
        ("my AdminTIME 4711 phrase", "the factory password"),
        ("my a-d-m-i-n-t-i-m-e phrase", "the factory password"),
        ("rockfall-admin-password", "the word rockfall"),
        ("\uff32\uff4f\uff43\uff4b\uff46\uff41\uff4c\uff4c over the quarry", "the word rockfall"),
        ("the slope of Mara Öst is steep", "your name"),
        ("THE SLOPE OF MARA ÖST IS STEEP", "your name"),
        ("aaaaaaaaaaaaaaaaaaaa", "fewer than 5 different"),
        ("abababababababababab", "fewer than 5 different"),
        ("               ", "fewer than 5 different"),
        ("quarry quarry quarry", "one piece repeated"),
        ("correct horse correct horse", "one piece repeated"),
        ("abcdefghijklmnopqrst", "run along"),
        ("987654321 987654321 9", "one piece repeated"),
        ("poiuytrewq lkjhgfdsa", "run along"),
        ("a b c d e f g h i j k", "run along"),
        ("12345678901234567890x", "run along"),
    ],
)
def test_that_what_is_guessed_first_is_refused_with_its_reason(phrase: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(phrase, "Mara Öst")), faults(phrase, "Mara Öst")
    with pytest.raises(WrongInput):
        check_pass_phrase(phrase, "Mara Öst")


def test_that_no_fault_repeats_the_pass_phrase() -> None:
    assert all("admintime" not in fault for fault in faults("admintime", "admintime"))


def test_that_a_name_of_two_letters_forbids_nothing() -> None:
    assert faults("seven quiet geese over the quarry", "ee") == ()


def test_that_only_the_factory_password_is_the_factory_password() -> None:
    check_factory_password("admintime")
    for wrong in ("", "Admintime", "admintime ", "admintim", "\ud800", "äöü"):
        with pytest.raises(AccessRefused, match="not the factory password"):
            check_factory_password(wrong)


def test_that_five_tries_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert [wait_s(failures) for failures in range(9)] == [0, 0, 0, 0, 0, 2, 4, 8, 16]
    assert wait_s(13) == 512
    assert {wait_s(failures) for failures in range(14, 200)} == {900}


def test_that_a_try_is_counted_and_an_early_one_is_told_how_long_to_wait() -> None:
    tries = Tries()
    for _ in range(5):
        tries = count_try(tries, 1000.0)
    assert tries == Tries(failures=5, at_uptime_s=1000.0)
    with pytest.raises(AccessRefused, match="wait 2 s"):
        count_try(tries, 1000.5)
    assert count_try(tries, 1002.0).failures == 6
    with pytest.raises(AccessRefused, match="wait 15 min"):
        count_try(Tries(failures=20, at_uptime_s=1000.0), 1001.0)


def test_that_a_refused_try_is_not_counted_and_one_that_could_not_be_checked_is_taken_back() -> None:
    assert uncount_try(count_try(Tries(failures=3), 9.0)).failures == 3
    assert uncount_try(Tries()).failures == 0


def test_that_a_name_is_closed_after_a_hundred_failures() -> None:
    assert count_try(Tries(failures=99, at_uptime_s=0.0), 1e9).failures == 100
    with pytest.raises(AccessRefused, match="closed after 100") as closed:
        count_try(Tries(failures=100, at_uptime_s=0.0), 1e9)
    assert "access.json" in closed.value.hint
    assert "dministrator" not in closed.value.hint


def test_that_what_is_never_closed_is_waited_for_only() -> None:
    tries = Tries(failures=100, at_uptime_s=0.0)
    assert count_try(tries, 1e9, closes=False).failures == 101
    with pytest.raises(AccessRefused, match="wait 15 min"):
        count_try(tries, 1.0, closes=False)


def test_that_a_restart_never_shortens_the_wait() -> None:
    draw = random.Random(5)
    for _ in range(2000):
        failed_at, failures = draw.uniform(0, 5000), draw.randint(5, 60)
        tries = Tries(failures=failures, at_uptime_s=failed_at)
        off_s, uptime_after = draw.uniform(0, 50), draw.uniform(0, 6000)
        passed_s = off_s + uptime_after  # the machine was off, then ran again for this long
        assert wait_left_s(tries, uptime_after) >= wait_s(failures) - passed_s
        same_start = draw.uniform(0, 2000)
        assert wait_left_s(tries, failed_at + same_start) == pytest.approx(max(0.0, wait_s(failures) - same_start))


def test_that_a_restart_never_makes_anybody_wait_longer_than_the_wait() -> None:
    assert wait_left_s(Tries(failures=50, at_uptime_s=1e9), 0.0) == 900
    assert wait_left_s(Tries(failures=50, at_uptime_s=1e9), 901.0) == 0


def test_that_the_uptime_never_goes_back() -> None:
    first = uptime_s()
    assert 0 < first <= uptime_s()
