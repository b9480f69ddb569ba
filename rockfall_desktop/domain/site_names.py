"""Names of sites that people can tell apart."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePath


def told_apart(sites: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A name for each site, given as (folder, name): with its folder behind it where another site is called the same.

    The folder's last part is enough, e.g. "Grey Cut in north-wall", unless another site of that name lies in a folder
    of that name too.
    """
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for folder, name in sites:
        folders[name].add(folder)
    lasts = {name: Counter(PurePath(folder).name for folder in its) for name, its in folders.items()}

    def told(folder: str, name: str) -> str:
        if len(folders[name]) == 1:
            return name
        last = PurePath(folder).name
        return f"{name} in {last if last and lasts[name][last] == 1 else folder}"

    words = {(folder, name): told(folder, name) for folder, name in set(sites)}
    return tuple(words[site] for site in sites)
