"""Runs one benchmark by its name."""

import importlib
import pkgutil
import sys

import benchmarks

_OWN = {"__main__", "figures", "office_jobs", "window_session"}


def names() -> list[str]:
    """Every benchmark."""
    return [found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name not in _OWN]


def main(words: list[str]) -> int:
    """Run the named benchmark, or list them."""
    if words == ["--list"]:
        print("\n".join(names()))
        return 0
    if len(words) != 1 or words[0] not in names():
        print(f"usage: python -m benchmarks NAME | --list; NAME is one of {', '.join(names())}", file=sys.stderr)
        return 2
    importlib.import_module(f"benchmarks.{words[0]}").run()
    return 0


sys.exit(main(sys.argv[1:]))
