"""Where the office listens: the text of the address read strictly, before anything is sent anywhere."""

import ipaddress
import re
from typing import NamedTuple

from rockfall_desktop.domain.errors import WrongInput

MOST_HOSTS, PORT = 7, 27017
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*", re.ASCII)
_HINT = "Write host:port, several with commas, e.g. office.example.org:27017 or [2001:db8::5]:27017."


class Host(NamedTuple):
    """One member of the office.

    Attributes:
        name: host name, or IP address without brackets.
        port: TCP port.
    """

    name: str
    port: int

    @property
    def written(self) -> str:
        """As the driver and people write it."""
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """Whether what is sent there never leaves this machine."""
        if self.name.casefold() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.name).is_loopback
        except ValueError:
            return False


def read_hosts(text: str) -> tuple[Host, ...]:
    """The members that an address names.

    Raises:
        WrongInput: when there is none, or one is not host:port.
    """
    hosts = tuple(read_host(part.strip()) for part in text.split(","))
    if len(hosts) > MOST_HOSTS:
        raise _wrong(f"It names {len(hosts)} hosts; at most {MOST_HOSTS} are asked.")
    if len(set(hosts)) < len(hosts):
        raise _wrong("It names the same host twice.")
    return hosts


def read_host(text: str) -> Host:
    """One member, e.g. `office:27017`, `10.0.0.5`, `[::1]:27017`.

    Raises:
        WrongInput: when it is anything else; what was written is not repeated where it may hold a password.
    """
    if not text:
        raise _wrong("A host is missing.")
    if any(sign in text for sign in "@/?#\\") or "mongodb" in text.casefold().split(":")[0]:
        raise _wrong("It is a connection string; host and port alone are wanted, and the user in a field of its own.")
    name, port = _parted(text)
    if not port.isascii() or not port.isdecimal() or not 0 < int(port[:6]) < 65536 or len(port) > 5:
        raise _wrong(f"The port of {_shown(name)} is no number from 1 to 65535.")
    return Host(name, int(port))


def _parted(text: str) -> tuple[str, str]:
    if text.startswith("["):
        name, closing, rest = text[1:].partition("]")
        if not closing or (rest and not rest.startswith(":")) or not _is_ipv6(name):
            raise _wrong(f"{_shown(text)} is no IPv6 address in brackets.")
        return name, rest[1:] if rest else str(PORT)
    if text.count(":") > 1:
        raise _wrong(f"{_shown(text)} is no host with a port; an IPv6 address is written in brackets.")
    name, colon, port = text.partition(":")
    # A name that ends so would be a file to the driver.
    if len(name) > 253 or not _NAME.fullmatch(name) or name.casefold().endswith(".sock") or _is_broken_ipv4(name):
        raise _wrong(f"{_shown(name)} is no name of a host.")
    return name, port if colon else str(PORT)


def _is_ipv6(name: str) -> bool:
    try:
        ipaddress.IPv6Address(name)
    except ValueError:
        return False
    return "%" not in name


def _is_broken_ipv4(name: str) -> bool:
    """Whether it is numbers and points, and no IPv4 address; some resolvers make one of `127.1` or `010.0.0.1`."""
    if not name.replace(".", "").isdecimal():
        return False
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return True
    return False


def _shown(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text[:60])


def _wrong(message: str) -> WrongInput:
    return WrongInput("The office's address cannot be used", message, _HINT)
