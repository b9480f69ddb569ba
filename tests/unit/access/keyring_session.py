"""What test_real_keyring.py runs in a process of its own, on a D-Bus of its own: one case, told as JSON."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from rockfall_desktop.access.keyring_place import KeyringPlace, KeyringUnusable
from rockfall_desktop.domain.office import OfficeAddress
from rockfall_desktop.operations.office_secret import keep, open_kept

ADDRESS = OfficeAddress(hosts="office.example:27017", user="pit-3")
PASSWORD = "grün & <b>grey</b> /@: 7"
PROMPTER = "org.gnome.keyring.SystemPrompter"
LIMIT_S = 0.6


def main(case: str) -> None:
    """Play a case and print what came of it."""
    sys.stdout.write(json.dumps(CASES[case]()) + "\n")


def _keeps() -> dict[str, Any]:
    place = KeyringPlace()
    kept = keep(PASSWORD, ADDRESS, None, place)
    fresh = KeyringPlace()
    key = fresh.read(kept.item)
    again = keep(PASSWORD + "2", ADDRESS, kept, fresh)
    told = {
        "place": kept.place.value, "key": len(key or ""),
        "opened": open_kept(kept, ADDRESS, KeyringPlace()) == PASSWORD,
        "same_item": again.item == kept.item, "same_sealed": again.sealed == kept.sealed, "words": kept.words,
        "plain": PASSWORD in kept.model_dump_json(),
    }  # fmt: skip
    place.remove(kept.item)
    return told | {"removed": KeyringPlace().read(kept.item) is None}


def _locked(*, answered: bool) -> dict[str, Any]:
    """A collection that is locked after a key was kept; its unlock prompt is refused, or never answered."""
    import secretstorage

    place = KeyringPlace()
    kept = keep(PASSWORD, ADDRESS, None, place)
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
    if not answered:
        _silent_prompter()
    locked = KeyringPlace(limit_s=LIMIT_S)
    first, second = _told(lambda: locked.read(kept.item)), _told(lambda: locked.read(kept.item, by_person=True))
    return {
        "first": first, "second": second, "kept": keep(PASSWORD, ADDRESS, kept, locked).words,
        "place": keep(PASSWORD, ADDRESS, kept, locked).place.value, "remembered": place.read(kept.item) is not None,
    }  # fmt: skip


def _without() -> dict[str, Any]:
    """No Secret Service, but an environment that offers other places; the library itself would take them."""
    import keyring

    kept = keep(PASSWORD, ADDRESS, None, KeyringPlace())
    library = type(keyring.get_keyring())
    return {
        "library": f"{library.__module__}.{library.__name__}",
        "place": kept.place.value,
        "words": kept.words,
        "opened": open_kept(kept, ADDRESS, KeyringPlace()) == PASSWORD,
    }


def _told(call: Callable[[], object]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        call()
    except KeyringUnusable as problem:
        return {"message": problem.message, "s": time.monotonic() - began}
    return {"message": "", "s": time.monotonic() - began}


def _silent_prompter() -> None:
    """Take the name of the program that asks for a keyring's password, and answer nobody."""
    from jeepney import HeaderFields, MessageType, new_method_return
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection

    connection = open_dbus_connection(bus="SESSION")
    connection.send_and_get_reply(message_bus.RequestName(PROMPTER))

    def listen() -> None:
        while True:
            message = connection.receive()
            begins = message.header.fields.get(HeaderFields.member) == "BeginPrompting"
            if message.header.message_type is MessageType.method_call and begins:
                connection.send(new_method_return(message))

    threading.Thread(target=listen, daemon=True).start()


CASES: dict[str, Callable[[], dict[str, Any]]] = {
    "keeps": _keeps,
    "dismissed": lambda: _locked(answered=True),
    "silent": lambda: _locked(answered=False),
    "without": _without,
}

if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)  # a thread that waits for the keyring's prompt is left to itself, as the program does
