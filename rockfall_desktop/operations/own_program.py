"""How this program calls itself, from a checkout, a wheel or a frozen folder."""

import os
import sys

_OWN = "ROCKFALL_"


def own_command(*words: str) -> list[str]:
    """The command line that calls this program with some words.

    A frozen program is its own interpreter. Elsewhere the interpreter is told not to look for modules in the folder
    that it is called in, which may be a site from anywhere.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, *words]
    return [sys.executable, "-P", "-m", "rockfall_desktop", *words]


def bare_environment() -> dict[str, str]:
    """The environment without what is this program's own: pass phrases are in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
