"""Finds what is packed beside the code: in the checkout, in the wheel and in a frozen program."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a file or folder under `resources/`.

    Raises:
        FileNotFoundError: when the installation lacks it.

    """
    for root in (_HERE / "resources", _HERE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resources/{'/'.join(parts)} is missing from this installation")
