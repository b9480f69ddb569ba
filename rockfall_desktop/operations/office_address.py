"""What a person types as the office's address, checked field by field before anything is sent anywhere."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.office import OfficeAddress

LARGEST_CA_BYTES = 1024 * 1024
PEM = b"-----BEGIN CERTIFICATE-----"
_WORDS = {
    "hosts": "At most 500 characters.",
    "replica_set": "At most 100 characters.",
    "database": "1 to 38 letters, digits, _ or -.",
    "user": "At most 100 characters.",
    "tls": "Yes or no.",
    "ca_file": "At most 1,000 characters.",
}


class AddressFaults(WrongInput):
    """The address cannot be used.

    Attributes:
        faults: field of OfficeAddress, or password, and what is wrong with it.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        named = " ".join(f"{field}: {words}" for field, words in faults.items())
        super().__init__("The office's address cannot be used", named, "Mend what is named and try again.")
        self.faults = dict(faults)


def checked_address(values: Mapping[str, object], *, has_password: bool = False) -> OfficeAddress:
    """The address, with the spaces around each field gone.

    Raises:
        AddressFaults: with every field that does not do.
    """
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    try:
        address = OfficeAddress.model_validate(stripped)
    except ValidationError as error:
        fields = (str(fault["loc"][0]) for fault in error.errors(include_input=False))
        raise AddressFaults({field: _WORDS.get(field, "Unknown field.") for field in fields}) from None
    faults = _faults(address)
    if has_password and not address.user:
        faults.setdefault("user", "A password needs a user.")
    if faults:
        raise AddressFaults(faults)
    return address


def _faults(address: OfficeAddress) -> dict[str, str]:
    if not address.given:
        return {}
    found = {
        "hosts": _hosts_fault(address.hosts),
        "replica_set": "" if address.replica_set.isprintable() and address.replica_set else "Its name is missing.",
        "user": "" if address.user.isprintable() else "Visible characters only.",
        "tls": _tls_fault(address),
        "ca_file": _ca_fault(address.ca_file),
    }
    return {field: words for field, words in found.items() if words}


def _hosts_fault(hosts: str) -> str:
    from rockfall_desktop.remote.hosts import read_hosts  # noqa: PLC0415 - remote is loaded when it is needed

    try:
        read_hosts(hosts)
    except WrongInput as error:
        return f"{error.message} {error.hint}".strip()
    return ""


def _tls_fault(address: OfficeAddress) -> str:
    from rockfall_desktop.remote.hosts import read_hosts  # noqa: PLC0415

    if address.tls or _hosts_fault(address.hosts):
        return ""
    foreign = [host.name for host in read_hosts(address.hosts) if not host.is_this_machine]
    return f"{foreign[0]} is another machine: the connection to it must be encrypted." if foreign else ""


def _ca_fault(ca_file: str) -> str:
    if not ca_file:
        return ""
    path = Path(ca_file)
    if not path.is_absolute():
        return "Give the whole path of the file."
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_CA_BYTES + 1)
    except (OSError, ValueError) as error:
        return f"The file cannot be read: {getattr(error, 'strerror', None) or 'no path'}."
    if PEM not in content or len(content) > LARGEST_CA_BYTES:
        return "The file is no list of certificates in PEM form (BEGIN CERTIFICATE)."
    return ""
