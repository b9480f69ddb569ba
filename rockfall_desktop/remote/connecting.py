"""The one way to the office: fixed options, nothing in plain sight over a network, bounded waiting."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pymongo
from pymongo.database import Database
from pymongo.errors import ConfigurationError, PyMongoError
from pymongo.saslprep import saslprep

from rockfall_desktop.domain.errors import OfficeUnreachable, RockfallError, WrongInput
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.remote.faults import hung_up, spoken, spoken_office
from rockfall_desktop.remote.hosts import MOST_HOSTS, Host, read_hosts
from rockfall_desktop.remote.server_look import (
    clock_caution,
    demand_office,
    demand_this_machine,
    members,
    plain_caution,
    version_caution,
)

SELECTION_MS, SOCKET_MS, WRITE_CONCERN_MS = 3000, 5000, 5000
# Between 500 (tests) and 10,000 (the driver's own): after a change of the primary a retry waits this long at most,
# which fits within the 5 s of a socket, and a laptop's line is not kept busy.
HEARTBEAT_MS = 2000
CLOSING_S = 1.0
APPLICATION = "rockfall-desktop"
Plain = dict[str, Any]


class Connection:
    """An open way to the office.

    Attributes:
        client: the driver's client; reads and writes by majority, journalled.
        database: the office's database.
        address: where it is.
        server: version of the server.
        replica_set: name of the replica set.
        encrypted: whether the connection is.
        cautions: what a reader must know, a sentence each.
    """

    def __init__(
        self, client: "pymongo.MongoClient[Plain]", address: OfficeAddress, now: Callable[[], datetime]
    ) -> None:
        self.client = client
        self.address = address
        self.database: Database[Plain] = client[address.database]
        hello = client.admin.command("hello", codec_options=client.codec_options)
        self.server = str(client.server_info()["version"])
        cautions = (clock_caution(hello.get("localTime"), now()), version_caution(self.server))
        self.replica_set = str(hello.get("setName", ""))
        self.encrypted = address.tls
        self.cautions = (*plain_caution(address), *(one for one in cautions if one))

    def close(self) -> None:
        """Give the connection back; a server that hangs is not waited for."""
        with pymongo.timeout(CLOSING_S):
            self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    address: OfficeAddress,
    password: str | None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    heartbeat_ms: int = HEARTBEAT_MS,
) -> Connection:
    """Connect, sign in, and look whether it is an office. Takes seconds when nobody answers.

    Args:
        address: where the office is.
        password: of the address's user; None without one. It goes to the driver by itself, never in a text.
        now: the clock, UTC.
        heartbeat_ms: how often each member is looked at, 500 to 10,000.

    Raises:
        WrongInput: when address, authority file or password cannot be used; nothing was sent.
        OfficeUnreachable: when nobody answers now.
        OfficeRefused: when it is too old, no replica set, another one, its certificate or the password is wrong, or it
            would be a foreign host without encryption.
    """
    hosts = read_hosts(address.hosts)
    if not address.tls:
        demand_this_machine(hosts)
    security, credentials = _security(address), _credentials(address, password)
    said = _first_answer(hosts, security)
    demand_office(said, address)
    hosts, following = _followed(said, hosts, address)
    try:
        return _signed_in(hosts, address, security | credentials | following, now, heartbeat_ms)
    except OfficeUnreachable as fault:
        raise _named(fault, said) from None


def _signed_in(
    hosts: tuple[Host, ...], address: OfficeAddress, options: Plain, now: Callable[[], datetime], heartbeat_ms: int
) -> Connection:
    client: pymongo.MongoClient[Plain] = pymongo.MongoClient(
        [host.written for host in hosts],
        replicaSet=address.replica_set,
        w="majority",
        journal=True,
        wTimeoutMS=WRITE_CONCERN_MS,
        readConcernLevel="majority",
        heartbeatFrequencyMS=heartbeat_ms,
        maxPoolSize=4,
        waitQueueTimeoutMS=SOCKET_MS,
        retryWrites=True,
        retryReads=True,
        uuidRepresentation="standard",
        **_waiting(SELECTION_MS),
        **options,
    )
    try:
        with spoken_office():
            return Connection(client, address, now)
    except BaseException:
        with pymongo.timeout(CLOSING_S):
            client.close()
        raise


def _first_answer(hosts: tuple[Host, ...], security: Plain) -> Mapping[str, Any]:
    """What the first member that answers says of itself, before anybody signs in."""
    fault: Exception | None = None
    for host in hosts:
        client: pymongo.MongoClient[Plain] = pymongo.MongoClient(
            [host.written], directConnection=True, **_waiting(SELECTION_MS // min(len(hosts), 2)), **security
        )
        try:
            return client.admin.command("hello")
        except PyMongoError as error:
            fault = fault or _reason(client, error)
        finally:
            client.close()
    raise _nobody(hosts, fault) from None


def _named(fault: OfficeUnreachable, said: Mapping[str, Any]) -> OfficeUnreachable:
    """The fault with the names that the members call each other by: the driver goes to these, not to the address."""
    named = ", ".join(str(one)[:260] for one in said.get("hosts", ())[:MOST_HOSTS])
    hint = f"Its members call each other {named}: these names must lead there from this computer too. {fault.hint}"
    return OfficeUnreachable(fault.title, fault.message, hint)


def _nobody(hosts: tuple[Host, ...], fault: Exception | None) -> RockfallError:
    if fault is not None and not isinstance(said := spoken(fault), OfficeUnreachable):
        return said
    named = ", ".join(host.written for host in hosts)
    if fault is not None and hung_up(fault):
        words = f"Somebody listens at {named} and hangs up at once."
        hint = "Perhaps one side encrypts and the other does not: compare TLS on the Settings page."
    else:
        words = f"Nobody answers at {named}."
        hint = "Check the network and the address; what waits goes there when it answers again."
    return OfficeUnreachable("The office does not answer", words, hint)


def _reason(client: "pymongo.MongoClient[Plain]", error: Exception) -> Exception:
    """Why a member was not reached: the driver keeps it beside the member, and raises only that there was none."""
    for server in client.topology_description.server_descriptions().values():
        if server.error is not None:
            return server.error
    return error


def _waiting(selection_ms: int) -> Plain:
    return {
        "serverSelectionTimeoutMS": selection_ms, "connectTimeoutMS": SOCKET_MS, "socketTimeoutMS": SOCKET_MS,
        "appname": APPLICATION, "tz_aware": True,
    }  # fmt: skip


def _followed(
    said: Mapping[str, Any], hosts: tuple[Host, ...], address: OfficeAddress
) -> tuple[tuple[Host, ...], Plain]:
    """Where the driver begins, and how it follows the office from member to member.

    Without TLS it goes to no other machine, whatever members the office gets later: an office of one member is never
    left, one of several is followed on this machine alone. There a foreign member gets the driver's greeting at most.
    """
    if address.tls:
        return hosts, {}
    if len(alone := members(said)) == 1:
        return alone, {"directConnection": True}
    return hosts, {"server_selector": _of_this_machine}


def _of_this_machine(found: Sequence[Any]) -> Sequence[Any]:
    """The servers that the driver is about to ask, unless one is foreign.

    Raises:
        ConfigurationError: when one is; the driver's own kind, so that it ends in order.
    """
    if not all(Host(*server.address).is_this_machine for server in found):
        raise ConfigurationError("a member is another machine, and the connection is not encrypted")
    return found


def _security(address: OfficeAddress) -> Plain:
    """The options of the encryption: the whole certificate is checked always."""
    if not address.tls:
        return {"tls": False}
    if not address.ca_file:
        return {"tls": True}
    path = Path(address.ca_file)
    hint = "Choose the PEM file of the office's certificate authority."
    try:
        if not ssl.create_default_context(cafile=path).get_ca_certs():
            raise WrongInput("The authority's file cannot be used", f"{path} holds no certificate authority.", hint)
    except OSError as fault:  # an unreadable file, or one that is not PEM
        why = "is no PEM file" if isinstance(fault, ssl.SSLError) else "cannot be read"
        raise WrongInput("The authority's file cannot be used", f"{path} {why}.", hint) from fault
    return {"tls": True, "tlsCAFile": str(path)}


def _credentials(address: OfficeAddress, password: str | None) -> Plain:
    if not address.user:
        return {}
    if not password:
        words = f"No password is kept for the user {address.user}."
        raise WrongInput("The office's password is missing", words, "Enter it on the Settings page.")
    try:
        saslprep(password)
    except ValueError:  # its text may hold parts of the password
        words = "It holds characters that no password may hold (RFC 4013)."
        raise WrongInput("The office's password cannot be used", words, "Have it changed.") from None
    return {
        "username": address.user, "password": password, "authSource": "admin", "authMechanism": "SCRAM-SHA-256",
    }  # fmt: skip
