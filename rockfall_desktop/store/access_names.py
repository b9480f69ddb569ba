"""The names in access.json, read without building the rest: the password dialog asks before anything is loaded."""

import json
from pathlib import Path

from rockfall_desktop.domain.errors import StoreFault


def access_names(path: Path) -> tuple[str, ...]:
    """Names that can sign in; none when there is no such file (a fresh home). The sign-in checks the whole file.

    Raises:
        StoreFault: when it is damaged.
    """
    try:
        return tuple(json.loads(path.read_bytes())["slots"].keys())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreFault(
            "access.json cannot be read",
            f"{path}: {type(error).__name__}: {error}."[:300],
            "Put back access.json and rockfall.db together from a backup.",
        ) from error
