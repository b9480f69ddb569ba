import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rockfall_desktop.domain.errors import AccessRefused, StoreFault, WrongInput
from rockfall_desktop.domain.key_slot import KeyCost, KeySlot, Tries, WrappedKey
from rockfall_desktop.store.access_file import AccessFile, AccessRecord
from rockfall_desktop.store.home import Home
from tests.stations import put_beside
from tests.unit.store.job_samples import USER

ROOT = Path(__file__).parents[3]
COST = KeyCost(memory_kib=16, passes=1, lanes=1)
SLOT = KeySlot(user_id=USER, key=WrappedKey(cost=COST, salt="c2FsdA==", nonce="bm9uY2U=", wrapped="d3JhcHBlZA=="))
GUESSER = """
import sys
from pathlib import Path
from rockfall_desktop.domain.key_slot import Tries
from rockfall_desktop.store.access_file import AccessFile
file = AccessFile(Path(sys.argv[1]))
while True:
    slot = file.change_tries("mara", lambda tries: Tries(failures=tries.failures + 1, at_uptime_s=1.0))
    print(slot.tries.failures, flush=True)
"""


def one_more(tries: Tries) -> Tries:
    return Tries(failures=tries.failures + 1, at_uptime_s=7.0)


@pytest.fixture
def file(home: Home) -> AccessFile:
    file = AccessFile(home.access_file)
    file.put_slot("mara", SLOT, accounts=frozenset())
    return file


def test_that_a_fresh_home_has_no_user(home: Home) -> None:
    assert AccessFile(home.access_file).read() == AccessRecord()
    assert not home.access_file.exists()


def test_that_a_slot_is_kept_in_a_file_for_the_owner_only(file: AccessFile) -> None:
    assert AccessFile(file.path).read().slots == {"mara": SLOT}
    assert not file.read().database_made
    file.database_is_made()
    assert file.read().database_made
    if os.name != "nt":
        assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["mara", "Mara", "MARA"])
def test_that_a_name_is_given_once_whatever_its_case(name: str, file: AccessFile) -> None:
    with pytest.raises(WrongInput, match="There is a user"):
        put_beside(file, name, SLOT.model_copy(update={"user_id": "eve"}))
    slot = file.change_tries(name, one_more)
    assert slot is not None
    assert slot.user_id == USER
    assert file.read().slots["mara"].tries.failures == 1


def test_that_a_name_is_one_however_its_signs_are_put_together(file: AccessFile) -> None:
    put_beside(file, "Andr\u00e9", SLOT.model_copy(update={"user_id": "andr\u00e9"}))
    for name in ("Andre\u0301", "ANDRE\u0301", "\uff21ndr\u00e9"):
        eve = SLOT.model_copy(update={"user_id": "eve"})
        with pytest.raises(WrongInput, match="There is a user"):
            put_beside(file, name, eve)
        assert file.read().known_name(name) == "Andr\u00e9"
        assert file.change_tries(name, one_more) is not None
    file.right_one("Andre\u0301")
    assert file.read().slots["Andr\u00e9"].tries.failures == 0


def test_that_the_first_slot_is_given_to_one_only(home: Home) -> None:
    file = AccessFile(home.access_file)
    file.first_slot("mara", SLOT)
    for name in ("mara", "ivo"):
        with pytest.raises(AccessRefused, match="Set up already"):
            file.first_slot(name, SLOT)
    assert set(file.read().slots) == {"mara"}


def test_that_tries_are_counted_and_forgotten_after_the_right_one(file: AccessFile) -> None:
    put_beside(file, "ivo", SLOT.model_copy(update={"user_id": "ivo"}))
    for _ in range(3):
        file.change_tries("mara", one_more)
    assert file.change_tries("nobody", one_more) is None
    assert file.read().slots["mara"].tries == Tries(failures=3, at_uptime_s=7.0)
    assert file.read().slots["ivo"].tries == Tries()
    assert file.read().strangers.failures == 1
    file.right_one("mara")
    assert file.read().slots["mara"].tries == Tries()
    assert file.read().strangers == Tries()


def test_that_a_refused_try_changes_nothing(file: AccessFile) -> None:
    def refuse(_: Tries) -> Tries:
        raise AccessRefused("Not signed in", "Wait.", "")

    before = file.path.read_bytes()
    for name in ("mara", "nobody"):
        with pytest.raises(AccessRefused):
            file.change_tries(name, refuse)
    assert file.path.read_bytes() == before
    file.change_tries("mara", one_more)  # and the lock is free again


def test_that_tries_at_the_same_moment_are_all_counted(file: AccessFile) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: file.change_tries("mara", one_more), range(40)))
    assert file.read().slots["mara"].tries.failures == 40


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a thing of POSIX")
def test_that_killing_the_program_never_takes_back_a_try(file: AccessFile) -> None:
    told = 0
    for kill in range(6):
        program = subprocess.Popen(
            [sys.executable, "-c", GUESSER, str(file.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        for _ in range(1 + 3 * kill):
            told = int(program.stdout.readline())
        program.send_signal(signal.SIGKILL)
        rest = [line for line in program.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
        told = int(rest[-1]) if rest else told
        counted = file.read().slots["mara"].tries.failures
        assert counted >= told
        told = counted


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b'{"schema_version": 2}',
        b'{"slots": {"mara": {}}}',
        b'{"backdoor": true}',
        b"[" * 100_000,
    ],
)
def test_that_a_damaged_file_is_told_in_one_sentence_and_left_as_it_is(content: bytes, file: AccessFile) -> None:
    file.path.write_bytes(content)
    for call in (file.read, file.database_is_made, lambda: file.change_tries("mara", one_more)):
        with pytest.raises(StoreFault, match=r"access\.json") as caught:
            call()
        assert "\n" not in caught.value.message
        assert "backup" in caught.value.hint
    assert file.path.read_bytes() == content


def test_that_every_cut_of_the_file_is_noticed(file: AccessFile) -> None:
    content = file.path.read_bytes()
    for length in range(0, len(content) - 1, 7):
        file.path.write_bytes(content[:length])
        with pytest.raises(StoreFault):
            file.read()


def test_that_a_cost_that_would_take_all_memory_is_refused_before_it_is_tried(file: AccessFile) -> None:
    content = file.path.read_text().replace('"memory_kib": 16', '"memory_kib": 999999999')
    file.path.write_text(content)
    with pytest.raises(StoreFault, match="memory_kib"):
        file.read()
