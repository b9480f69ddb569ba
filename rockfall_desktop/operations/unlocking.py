"""Checks a pass phrase against its slot; the try is counted first. Slow by design: call it off the window's thread."""

from typing import TYPE_CHECKING

from rockfall_desktop.domain.errors import AccessRefused
from rockfall_desktop.operations.station import Station

if TYPE_CHECKING:
    from rockfall_desktop.domain.key_slot import KeySlot
    from rockfall_desktop.domain.user import Session


def count_try(station: Station, name: str, *, closes: bool = True) -> "KeySlot | None":
    """Count a try BEFORE it is checked, so that pulling the plug gives no free one; None for an unknown name.

    Raises:
        AccessRefused: when it is too early, or the name is closed.
    """
    from rockfall_desktop.access.slowing import count_try as counted  # noqa: PLC0415 - the dialog stands without it
    from rockfall_desktop.access.uptime import uptime_s  # noqa: PLC0415

    return station.access.change_tries(name, lambda tries: counted(tries, uptime_s(), closes=closes))


def unlocked(station: Station, name: str, pass_phrase: str) -> "tuple[KeySlot, bytes]":
    """A user's slot and the data key in it. An unknown name takes as long as a known one.

    Raises:
        WrongPassPhrase: when name or pass phrase are wrong: which of them is not told.
        AccessRefused: when it is too early.
        MemoryShort: when it could not be checked; the try does not count.
    """
    from rockfall_desktop.access.pass_phrase import (  # noqa: PLC0415 - the dialog stands without argon2
        STRONG,
        MemoryShort,
        WrongPassPhrase,
        stand_in,
        unwrap,
    )
    from rockfall_desktop.access.slowing import uncount_try  # noqa: PLC0415

    slot = count_try(station, name)
    cost = (station.costs or (STRONG,))[0]
    try:
        key = unwrap(slot.key if slot else stand_in(cost), pass_phrase, slot.user_id if slot else "")
    except MemoryShort:
        station.access.change_tries(name, uncount_try)
        raise
    if slot is None:
        raise WrongPassPhrase
    station.access.right_one(name)
    return slot, key


def unlocked_again(station: Station, session: "Session", pass_phrase: str) -> bytes:
    """The data key, when somebody who is signed in gives their own pass phrase once more.

    Raises:
        AccessRefused: when it is another one, it is too early, the session does not live, or access.json is not that of
            the store.
        MemoryShort: when it could not be checked.
    """
    from rockfall_desktop.access.pass_phrase import WrongPassPhrase  # noqa: PLC0415

    station.demand(session)
    slots = station.access.read().slots
    name = next((name for name, slot in slots.items() if slot.user_id == session.user_id), None)
    if name is None:
        raise foreign(f"access.json has no way in for {session.name}.")
    try:
        _, key = unlocked(station, name, pass_phrase)
    except WrongPassPhrase:
        raise AccessRefused(
            "Nothing was done",
            f"This is not the pass phrase by which {session.name} signs in here.",
            "Check the keyboard layout and try again.",
        ) from None
    if not station.store.has_key(key):
        raise foreign(f"{station.files.access_file} does not belong to the open store.")
    station.demand(session)
    return key


def way_in(station: Station, user_id: str, data_key: bytes, pass_phrase: str) -> "KeySlot":
    """A user's way into the store, for access.json.

    Raises:
        MemoryShort: when there is not enough memory to make it.
    """
    from rockfall_desktop.access.pass_phrase import FLOOR, STRONG, wrap_strongly  # noqa: PLC0415
    from rockfall_desktop.domain.key_slot import KeySlot  # noqa: PLC0415

    wrapped = wrap_strongly(data_key, pass_phrase, user_id, station.costs or (STRONG, FLOOR))
    return KeySlot(user_id=user_id, key=wrapped)


def foreign(message: str) -> AccessRefused:
    """access.json and the store are not each other's."""
    return AccessRefused("Not signed in", message, "Put back access.json and rockfall.db together from a backup.")
