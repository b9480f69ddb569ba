"""Numbers and times as the window writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rockfall_desktop.domain.site_names import told_apart

if TYPE_CHECKING:
    from rockfall_desktop.domain.site import KnownSite

NOTHING = "\N{EN DASH}"


def three_digits(value: float | None) -> str:
    """Three significant digits, e.g. 0.370, and from 1,000 to 999,999 all before the point; a dash for None."""
    if value is None:
        return NOTHING
    if 999.5 <= abs(value) < 999_999.5:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def count(value: int | None) -> str:
    """A whole number with its thousands apart; a dash for None."""
    return NOTHING if value is None else f"{value:,}"


def percent(share: float) -> str:
    """A share of one as per cent; what is not quite nothing is not shown as nothing."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %"


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units; a dash for None."""
    if seconds is None:
        return NOTHING
    if 0 < seconds < 0.05:
        return "< 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


def countdown(seconds: float) -> str:
    """Minutes and seconds that are left, e.g. 27:41."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


def moment(at: datetime) -> str:
    """A time in the zone of this computer, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def clock_time(at: datetime) -> str:
    """The time of day in the zone of this computer, to the second."""
    return at.astimezone().strftime("%H:%M:%S")


def marked(name: str, *, simulated: bool) -> str:
    """The name of a site, with the word simulated behind it unless it says so itself."""
    return f"{name} (simulated)" if simulated and "simulated" not in name.casefold() else name


def site_titles(sites: "Sequence[KnownSite]") -> tuple[str, ...]:
    """How sites are called beside each other: marked, and told apart where they have the same name."""
    return told_apart([(site.folder, marked(site.name, simulated=site.simulated)) for site in sites])
