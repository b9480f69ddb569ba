"""A process that works on a job may do anything: say nothing, say nonsense, die, or not hear."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.domain.events import JobCreated, JobEvent, JobFailed, LogLine, Rung, StopClimbed, Tick
from rockfall_desktop.domain.job import TrainingJob
from rockfall_desktop.operations import job_process, process_work
from rockfall_desktop.operations.job_process import JobProcess
from rockfall_desktop.operations.job_work import Workplace
from rockfall_desktop.operations.process_work import ProcessWork
from rockfall_desktop.operations.site_shelf import SiteShelf
from tests.stations import SITE_ID, now, quick_config

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the signals are those of POSIX")

READY = """
import os, signal, sys, threading
order = sys.stdin.readline()
def say(kind, **more):
    import json
    print(json.dumps({"kind": kind, "at": "2026-01-01T00:00:00Z", **more}), flush=True)
def wait():
    threading.Event().wait()
def ready():
    say("log_line", level="info", text="ready")
"""
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nready()\nwait()"


class Clock:
    """Stands still until it is told to run, then moves a second with every look."""

    def __init__(self) -> None:
        self.at_s, self.runs = 0.0, False

    def __call__(self) -> float:
        self.at_s += 1.0 if self.runs else 0.0
        return self.at_s


class Follower:
    """Follows a process that runs a script, and does something as soon as that says that it is ready."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.control, self.events = Clock(), Control(), list[JobEvent]()
        self.folder = folder
        self.process: JobProcess | None = None

    def start(self, script: str) -> Callable[[str], JobProcess]:
        def started(order: str) -> JobProcess:
            self.process = JobProcess([sys.executable, "-c", READY + script], order)
            return self.process

        return started

    def follow(self, script: str, when_ready: Callable[[], None] = lambda: None) -> list[JobEvent]:
        created = JobCreated(
            at=now(), job_id="j", user_id="u", config=quick_config(self.folder), site_id=SITE_ID, site_name="s",
            simulated=True,
        )  # fmt: skip
        place = Workplace(self.folder, SiteShelf(self.folder / "cache"), now)
        work = ProcessWork(TrainingJob.created(created), place, self.control, self.start(script), self.clock)
        for event in work.events():
            self.events.append(event)
            if isinstance(event, LogLine) and event.text == "ready":
                when_ready()
        return self.events

    def run_clock(self) -> None:
        self.clock.runs = True

    def cancel(self) -> None:
        self.control.cancel()
        self.clock.runs = True

    @property
    def rungs(self) -> list[Rung]:
        return [event.rung for event in self.events if isinstance(event, StopClimbed)]

    @property
    def log(self) -> str:
        return "\n".join(event.text for event in self.events if isinstance(event, LogLine))


@pytest.fixture
def follower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Follower:
    monkeypatch.setattr(process_work, "_LOOK_S", 0.01)
    return Follower(tmp_path)


def failed(events: list[JobEvent]) -> JobFailed:
    last = events[-1]
    assert isinstance(last, JobFailed)
    return last


def test_that_a_process_that_stands_still_is_asked_ended_and_killed_and_every_step_is_told(follower: Follower) -> None:
    failure = failed(follower.follow(DEAF, follower.run_clock)).failure
    assert follower.rungs == [Rung.ASKED, Rung.TERMINATED, Rung.KILLED]
    for words in ("said nothing for 30 s", "was asked to end", "system was asked to end it", "was killed"):
        assert words in follower.log
    assert failure.title == "The training stood still"
    assert "resumed" in failure.hint
    assert follower.process is not None
    assert follower.process.exit_status == -9


def test_that_a_cancel_that_is_not_heard_ends_the_process_and_the_job_is_cancelled(follower: Follower) -> None:
    with pytest.raises(Cancelled):
        follower.follow("ready()\nwait()", follower.cancel)
    assert follower.rungs == [Rung.ASKED, Rung.TERMINATED]
    assert follower.process is not None
    assert follower.process.exit_status == -15


def test_that_a_process_that_hears_is_only_asked(follower: Follower) -> None:
    script = "ready()\nassert sys.stdin.readline() == 'cancel\\n'\nsay('job_cancelled')"
    with pytest.raises(Cancelled):
        follower.follow(script, follower.control.cancel)
    assert follower.rungs == [Rung.ASKED]


def test_that_a_wish_to_stop_early_is_passed_on_once_and_starts_no_ladder(follower: Follower) -> None:
    script = "ready()\nsay('log_line', level='info', text=sys.stdin.readline())\nos._exit(5)"
    follower.follow(script, follower.control.stop_early)
    assert "stop_early" in follower.log
    assert follower.rungs == []


@pytest.mark.parametrize(
    "said",
    [
        "print('hello', flush=True)",
        'print(\'{"kind": "tick"}\', flush=True)',
        "say('job_interrupted')",
        "say('stop_climbed', rung='killed')",
        "sys.stdout.buffer.write(bytes([255, 0, 10])); sys.stdout.flush()",
    ],
)
def test_that_what_is_no_event_of_a_work_fails_the_job_and_nothing_is_believed_afterwards(
    follower: Follower, said: str
) -> None:
    follower.clock.runs = True
    failure = failed(follower.follow(f"{said}\nsay('log_line', level='info', text='later')\nwait()")).failure
    assert failure.title == "The training process cannot be understood"
    assert follower.rungs[0] is Rung.ASKED
    assert "later" not in follower.log


def test_that_a_line_without_end_is_cut_and_is_no_event(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_process, "LONGEST_LINE", 1000)
    failure = failed(follower.follow("print('x' * 10_000_000, flush=True)\nsys.stdin.readline()")).failure
    assert "xxx" in failure.message
    assert len(failure.message) < 300


def test_that_a_process_that_ends_by_itself_fails_the_job_with_what_it_said_last(follower: Follower) -> None:
    failure = failed(follower.follow("print('out of patience', file=sys.stderr)\nsys.exit(3)")).failure
    assert "status 3" in failure.message
    assert "out of patience" in failure.detail


def test_that_a_process_killed_by_the_system_is_a_sentence_about_memory(follower: Follower) -> None:
    script = "say('phase_started', phase='reading')\nos.kill(os.getpid(), signal.SIGKILL)"
    failure = failed(follower.follow(script)).failure
    assert "SIGKILL" in failure.message
    assert "memory" in failure.hint
    assert failure.where == "reading"


def test_that_a_process_that_closes_its_pipe_and_lives_on_is_ended(follower: Follower) -> None:
    follower.clock.runs = True
    failure = failed(follower.follow("os.close(1)\nwait()")).failure
    assert failure.title == "The training stood still"
    assert Rung.TERMINATED in follower.rungs


def test_that_a_process_that_nobody_asked_to_cancel_ends_the_job_as_failed(follower: Follower) -> None:
    failure = failed(follower.follow("say('job_cancelled')")).failure
    assert "nobody had asked" in failure.message


def test_that_a_program_that_cannot_be_called_is_a_sentence(follower: Follower) -> None:
    with pytest.raises(process_work_fault(), match="cannot be started"):
        JobProcess(["/nowhere/at/all"], "{}")


def process_work_fault() -> type[Exception]:
    from rockfall_desktop.domain.errors import TrainingFault

    return TrainingFault


def test_that_the_process_gets_no_pass_phrase_and_nothing_on_its_command_line(
    follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROCKFALL_PASSWORD", "seven grey stones")
    script = "print([n for n in os.environ if 'ROCKFALL' in n], sys.argv[1:], 'stones' in order, file=sys.stderr)"
    failure = failed(follower.follow(script + "\nsys.exit(1)")).failure
    assert failure.detail.strip() == "[] [] False"


def test_that_a_silent_process_lets_its_follower_look_at_what_is_asked(follower: Follower) -> None:
    follower.follow("ready()\nsys.stdin.readline()\nsay('job_failed')", follower.control.stop_early)
    assert any(isinstance(event, Tick) for event in follower.events)


def test_that_a_run_that_is_closed_leaves_no_process(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_process, "_TO_END_S", 0.05)

    class Closed(Exception):
        pass

    def leave() -> None:
        raise Closed

    with pytest.raises(Closed):
        follower.follow(DEAF, leave)
    assert follower.process is not None
    assert follower.process.exit_status == -9
