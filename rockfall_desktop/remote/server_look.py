"""What a server says of itself before anybody signs in, and what follows: refusals and cautions, a sentence each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rockfall_desktop.domain.errors import OfficeRefused
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.remote.hosts import Host, read_host

OLDEST, OLDEST_WIRE_VERSION = "4.4", 9
CLOCK_TOLERANCE = timedelta(minutes=5)
# First patch level of each line without CVE-2025-14847: memory of the server read by anybody who reaches its port.
PATCHED = {(4, 4): 30, (5, 0): 32, (6, 0): 27, (7, 0): 28, (8, 0): 17, (8, 2): 3}
_FIRST_LINE_NEVER_HURT = (8, 3)
_TITLE = "The office cannot be used"
_GUIDE = "See docs/mongodb.md."


def demand_office(hello: Mapping[str, Any], address: OfficeAddress) -> None:
    """Whether a member's answer to `hello` is that of the office that the address means.

    Raises:
        OfficeRefused: too old, not a replica set, another replica set, or members on foreign hosts without TLS.
    """
    if hello.get("maxWireVersion", 0) < OLDEST_WIRE_VERSION:
        raise OfficeRefused(_TITLE, f"Its server is older than MongoDB {OLDEST}.", f"Have it renewed. {_GUIDE}")
    name = hello.get("setName")
    if not name and hello.get("isreplicaset"):
        raise OfficeRefused(_TITLE, "Its replica set was never initiated.", f"Have it initiated. {_GUIDE}")
    if not name:
        words = "Its server is not a replica set, so it cannot write several things at once or not at all."
        raise OfficeRefused(_TITLE, words, f"Have it made a replica set of one. {_GUIDE}")
    if name != address.replica_set:
        words = f"Its replica set is called {str(name)[:60]}, not {address.replica_set}."
        raise OfficeRefused(_TITLE, words, "Correct the name on the Settings page.")
    if not address.tls:
        demand_this_machine(members(hello))


def members(hello: Mapping[str, Any]) -> tuple[Host, ...]:
    """Every member that a member knows of; the driver connects to them all."""
    return tuple(read_host(str(one)) for kind in ("hosts", "passives", "arbiters") for one in hello.get(kind, ()))


def demand_this_machine(hosts: tuple[Host, ...]) -> None:
    """Nothing goes over a network in plain sight.

    Raises:
        OfficeRefused: when one of the hosts is another machine.
    """
    for host in hosts:
        if not host.is_this_machine:
            words = f"{host.written} is another machine, and the connection would not be encrypted."
            raise OfficeRefused(_TITLE, words, "Switch TLS on; without it only this very machine is an office.")


def version_caution(version: str) -> str:
    """What is known to be wrong with a version of the server; empty when nothing is.

    Source: MongoDB's advisory of December 2025 for CVE-2025-14847.
    """
    parts = version.partition("-")[0].split(".")
    if len(parts) < 3 or not all(part.isdecimal() for part in parts[:3]):
        return "The office's server does not say which version it is, so nobody can tell whether it is patched."
    line, patch = (int(parts[0]), int(parts[1])), int(parts[2])
    if line >= _FIRST_LINE_NEVER_HURT or patch >= PATCHED.get(line, patch + 1):
        return ""
    shown = ".".join(parts[:3])
    if line in PATCHED:
        mended = f"{line[0]}.{line[1]}.{PATCHED[line]}"
        return (
            f"The office's server {shown} gives parts of its memory to anybody (CVE-2025-14847): update it to {mended}."
        )
    return f"The office's server {shown} gives parts of its memory to anybody (CVE-2025-14847), and has no update."


def clock_caution(there: object, here: datetime) -> str:
    """Whether the two clocks are more than five minutes apart; empty when not.

    Args:
        there: the office's clock, aware.
        here: this station's clock, aware.
    """
    if not isinstance(there, datetime):
        return ""
    apart = here - there
    if abs(apart) <= CLOCK_TOLERANCE:
        return ""
    word = "ahead of" if apart > timedelta() else "behind"
    return f"This computer's clock is {_spoken(abs(apart))} {word} the office's: check its date, time and time zone."


def plain_caution(address: OfficeAddress) -> tuple[str, ...]:
    """What an address leaves open: encryption, who one is."""
    found = []
    if not address.tls:
        found.append("The connection is not encrypted; it does not leave this machine.")
    if not address.user:
        found.append("The office is asked without a user: anybody who reaches it may be able to change it.")
    return tuple(found)


def _spoken(apart: timedelta) -> str:
    seconds = int(apart.total_seconds())
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size or size == 60:
            return f"{seconds // size} {word}"
    return f"{seconds} seconds"
