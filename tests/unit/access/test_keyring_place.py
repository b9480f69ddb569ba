"""What is asked of a keyring and how often; a password is kept for one door."""

import threading
from dataclasses import dataclass, field

import pytest

from rockfall_desktop.access.keyring_place import HOLD_S, LIMIT_S, SERVICE, KeyringPlace, KeyringUnusable
from rockfall_desktop.access.sealing import new_sealing_key, seal, unseal
from rockfall_desktop.domain.errors import OfficeRefused, OfficeUnreachable
from rockfall_desktop.domain.office import OfficeAddress, SecretPlace
from rockfall_desktop.operations.office_secret import keep, open_kept, read_kept

OFFICE = OfficeAddress(hosts="office.example:27017", user="pit-3", ca_file="/etc/office.pem")
LONGEST_ON_WINDOWS = 1280


@dataclass
class Drawer:
    """A keyring in memory with the limits of Windows' and a fault when one is wanted."""

    items: dict[str, str] = field(default_factory=dict)
    asked: int = 0
    problem: Exception | None = None
    forgets: bool = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        assert service == SERVICE
        if self.problem is not None:
            raise self.problem
        return None if self.forgets else self.items.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password) <= LONGEST_ON_WINDOWS
        assert len(username) + len(service) < 256
        if self.problem is not None:
            raise self.problem
        self.items[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[username]


def place(drawer: Drawer, clock: list[float] | None = None) -> KeyringPlace:
    at = clock or [0.0]
    return KeyringPlace(lambda: drawer, limit_s=5, clock=lambda: at[0])


def test_that_the_limit_is_five_seconds() -> None:
    assert LIMIT_S == 5


def test_that_a_long_password_is_one_short_item_in_the_keyring() -> None:
    drawer = Drawer()
    password = "pässword " * 200
    kept = keep(password, OFFICE, None, place(drawer))
    assert [len(secret) for secret in drawer.items.values()] == [64]
    assert open_kept(kept, OFFICE, place(drawer)) == password


def test_that_a_keyring_that_keeps_nothing_is_found_out() -> None:
    kept = keep("secret", OFFICE, None, place(Drawer(forgets=True)))
    assert kept.place is SecretPlace.STORE
    assert "does not keep what it is given" in kept.words


def test_that_what_was_read_once_is_not_asked_again_though_the_keyring_is_locked_by_then() -> None:
    drawer = Drawer()
    here = place(drawer)
    kept = keep("secret", OFFICE, None, here)
    asked = drawer.asked
    drawer.problem = RuntimeError("locked")
    assert open_kept(kept, OFFICE, here) == "secret"
    assert drawer.asked == asked


def test_that_a_refusal_is_not_asked_about_again_for_ten_minutes_unless_a_person_asks() -> None:
    drawer, clock = Drawer({"item": "key"}, problem=RuntimeError("no")), [100.0]
    here = place(drawer, clock)
    for _ in range(3):
        with pytest.raises(KeyringUnusable):
            here.read("item")
    assert drawer.asked == 1
    clock[0] += HOLD_S
    with pytest.raises(KeyringUnusable):
        here.read("item")
    assert drawer.asked == 2
    with pytest.raises(KeyringUnusable):
        here.read("item", by_person=True)
    assert drawer.asked == 3
    drawer.problem = None
    with pytest.raises(KeyringUnusable):
        here.read("item")
    here.ask_again()
    assert here.read("item") == "key"


def test_that_a_refusal_is_over_when_the_keyring_answers_a_person() -> None:
    drawer = Drawer({"one": "key", "two": "key"}, problem=RuntimeError("no"))
    here = place(drawer)
    with pytest.raises(KeyringUnusable):
        here.read("one")
    drawer.problem = None
    assert here.read("one", by_person=True) == "key"
    assert here.read("two") == "key"


def test_that_each_station_has_a_key_of_its_own_in_the_keyring() -> None:
    drawer = Drawer()
    assert keep("a", OFFICE, None, place(drawer)).item != keep("b", OFFICE, None, place(drawer)).item
    assert len(set(drawer.items.values())) == 2


def test_that_an_answer_that_comes_too_late_is_there_the_next_time() -> None:
    gate = threading.Event()

    class Slow(Drawer):
        def get_password(self, service: str, username: str) -> str | None:
            gate.wait(10)
            return "key"

    here = KeyringPlace(Slow, limit_s=0.02)
    with pytest.raises(KeyringUnusable, match=r"does not answer within 0\.02 s"):
        here.read("item")
    hanging = here._hanging
    assert hanging is not None
    gate.set()
    hanging.join(5)
    assert here.read("item") == "key"


@pytest.mark.parametrize("error", ["p4ss in its text", "KeyringLocked p4ss"])
def test_that_no_word_of_the_library_is_shown(error: str) -> None:
    with pytest.raises(KeyringUnusable) as told:
        place(Drawer(problem=RuntimeError(error))).read("item")
    assert "p4ss" not in str(told.value)


@pytest.mark.parametrize(
    "change",
    [{"hosts": "evil.example:27017"}, {"user": "root"}, {"tls": False}, {"ca_file": "/tmp/other.pem"}],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("broken", [False, True], ids=["keyring", "store"])
def test_that_a_password_is_no_password_for_another_door(change: dict[str, object], broken: bool) -> None:
    drawer = Drawer(problem=RuntimeError("no") if broken else None)
    kept = keep("secret", OFFICE, None, place(drawer))
    assert kept.place is (SecretPlace.STORE if broken else SecretPlace.KEYRING)
    assert open_kept(kept, OFFICE, place(drawer)) == "secret"
    assert open_kept(kept, OFFICE.model_copy(update=change), place(drawer)) is None
    assert "secret" not in repr(kept)


def test_that_a_kept_password_whose_door_was_rewritten_does_not_open() -> None:
    drawer, other = Drawer(), OFFICE.model_copy(update={"hosts": "evil.example:27017"})
    kept = keep("secret", OFFICE, None, place(drawer))
    forged = kept.model_copy(update={"door": keep("x", other, None, place(drawer)).door})
    with pytest.raises(OfficeRefused, match="no longer has the key"):
        open_kept(forged, other, place(drawer))


def test_that_a_keyring_that_is_locked_now_is_a_state_and_one_without_the_key_asks_for_the_password() -> None:
    drawer = Drawer()
    kept = read_kept(keep("secret", OFFICE, None, place(drawer)).model_dump_json())
    drawer.problem = RuntimeError("no")
    with pytest.raises(OfficeUnreachable):
        open_kept(kept, OFFICE, place(drawer))
    drawer.problem = None
    drawer.items.clear()
    with pytest.raises(OfficeRefused, match="Type the password again"):
        open_kept(kept, OFFICE, place(drawer))


def test_that_what_was_sealed_opens_whole_or_not_at_all() -> None:
    key = new_sealing_key()
    sealed = seal(key, b"secret", b"door")
    assert unseal(key, sealed, b"door") == b"secret"
    assert unseal(key, sealed, b"other") is None
    assert unseal(new_sealing_key(), sealed, b"door") is None
    assert unseal(b"", sealed, b"door") is None
    for place_ in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place_] ^= 1
        assert unseal(key, bytes(changed), b"door") is None
    assert len({seal(key, b"secret", b"door") for _ in range(50)}) == 50
