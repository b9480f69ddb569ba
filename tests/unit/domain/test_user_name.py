"""Two users whose names look the same are one too many."""

import pytest

from rockfall_desktop.domain.user_name import checked_user_name, folded


@pytest.mark.parametrize("name", ["Ada", "Jürgen Öst", "ana north", "Ада", "Ἀδά", "王 芳", "عادة", "O'Neil-2"])
def test_that_a_name_in_any_one_script_will_do(name: str) -> None:
    assert checked_user_name(f" {name} ") == name


@pytest.mark.parametrize("unseen", ["\ufe0f", "\u3164", "\u034f", "\u2800", "\u00ad", "\u115f", "\U000e0101", "\u17b4"])
def test_that_no_name_holds_what_nobody_sees(unseen: str) -> None:
    for name in (f"Ada{unseen}", f"A{unseen}da", unseen):
        with pytest.raises(ValueError, match=r"nobody sees|visible"):
            checked_user_name(name)


@pytest.mark.parametrize("name", ["\uff21da", "A\u1d48a", "\u2168", "\ufb01nn", "Ad\u00aa"])
def test_that_no_name_is_written_in_signs_that_stand_for_others(name: str) -> None:
    with pytest.raises(ValueError, match="plain one"):
        checked_user_name(name)


@pytest.mark.parametrize(
    ("name", "scripts"),
    [("\u0410da", "Cyrillic and Latin"), ("Ad\u03b1", "Greek and Latin"), ("\u0391\u0434", "Cyrillic and Greek")],
)
def test_that_letters_that_look_alike_are_not_mixed(name: str, scripts: str) -> None:
    with pytest.raises(ValueError, match=scripts):
        checked_user_name(name)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\u202eb", "a\u00a0b", "x" * 65])
def test_that_a_name_has_1_to_64_visible_signs(name: str) -> None:
    with pytest.raises(ValueError, match="visible"):
        checked_user_name(name)


def test_that_a_name_is_one_however_it_is_typed() -> None:
    assert checked_user_name("Andre\u0301") == "Andr\u00e9"
    assert len({folded(name) for name in ("Andr\u00e9", "Andre\u0301", "ANDR\u00c9", "\uff21ndr\u00e9")}) == 1
    assert folded("ana  north") == folded("Ana North") != folded("ananorth")
