"""Runs one benchmark by its name, or a part of one that takes hours."""

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
    name, parts = (words or [""])[0], words[1:]
    if name not in names():
        print(f"usage: python -m benchmarks NAME [PART] | --list; NAME is one of {', '.join(names())}", file=sys.stderr)
        return 2
    found = importlib.import_module(f"benchmarks.{name}")
    known = getattr(found, "PARTS", ())
    if parts and (len(parts) > 1 or parts[0] not in known):
        print(f"{name} has {'the parts ' + ', '.join(known) if known else 'no parts'}", file=sys.stderr)
        return 2
    found.run(*parts)
    return 0


sys.exit(main(sys.argv[1:]))
