"""The one place where what the libraries of points raise becomes a fault."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rockfall_desktop.sites.faults import Faults, Unreadable

logging.getLogger("laspy").addHandler(logging.NullHandler())


@contextmanager
def told_once(faults: Faults, name: str) -> Iterator[None]:
    """Run a library on bytes from outside; whatever it raises is one fault of the file.

    lazrs is Rust: its panics are no Exception, so that all that is raised is looked at.

    Raises:
        Unreadable: when the library gave up.
    """
    try:
        yield
    except Unreadable:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        faults.stop(name, None, "is damaged: its points cannot be unpacked", "Copy or export the file again.")
