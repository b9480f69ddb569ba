"""How late the window answers from the click on Start to the report, seen by a 10 ms timer on its own thread."""

from benchmarks.figures import verdict
from benchmarks.window_session import Gaps, play_session

PARTS = ("thread", "process")


def run(part: str = "") -> None:
    """Play a session with the job in the window's own process and one with it in another, and print their gaps."""
    for place in [part] if part else PARTS:
        session = play_session(place=place)
        print(f"{place}, loading the heavy libraries after the unlock: {_words(session.loading)}")
        print(f"{place}, from the click on Start to the report: {_words(session.training)}")
        p99, p999 = session.training.share(0.99), session.training.share(0.999)
        figure = f"p99 {p99:.1f} ms, p99.9 {p999:.1f} ms"
        verdict(f"window_lag, {place}", figure, "p99 <= 16 ms, p99.9 <= 50 ms", met=p99 <= 16 and p999 <= 50)


def _words(gaps: Gaps) -> str:
    return (
        f"{len(gaps.late_ms)} ticks, p50 {gaps.share(0.5):.1f} ms, p99 {gaps.share(0.99):.1f} ms, "
        f"p99.9 {gaps.share(0.999):.1f} ms, longest {gaps.share(1.0):.1f} ms"
    )
