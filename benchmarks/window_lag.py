"""How late the window answers from the click on Start to the report, seen by a 10 ms timer on its own thread."""

from benchmarks.figures import verdict
from benchmarks.window_session import Gaps, play_session


def run() -> None:
    """Play one session and print its gaps."""
    session = play_session()
    print(f"loading the heavy libraries after the unlock: {_words(session.loading)}")
    print(f"from the click on Start to the report: {_words(session.training)}")
    p99, p999 = session.training.share(0.99), session.training.share(0.999)
    figure = f"p99 {p99:.1f} ms, p99.9 {p999:.1f} ms"
    verdict("window_lag", figure, "p99 <= 16 ms, p99.9 <= 50 ms", met=p99 <= 16 and p999 <= 50)


def _words(gaps: Gaps) -> str:
    return (
        f"{len(gaps.late_ms)} ticks, p50 {gaps.share(0.5):.1f} ms, p99 {gaps.share(0.99):.1f} ms, "
        f"p99.9 {gaps.share(0.999):.1f} ms, longest {gaps.share(1.0):.1f} ms"
    )
