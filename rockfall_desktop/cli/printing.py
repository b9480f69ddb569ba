"""What the terminal prints: tables for people, JSON for programs. Text from outside is never read as markup."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

_DASH = "-"
_ODD = "\N{REPLACEMENT CHARACTER}"
_WIDE = 160  # what is piped into a file or a pager is not folded


def visible(text: str) -> str:
    """Text on one line without what steers a terminal: a site's name must not move the cursor or set the title."""
    return "".join(" " if one.isspace() else one if one.isprintable() else _ODD for one in text)


def marked(name: str, *, simulated: bool) -> str:
    """The name of a site, with the word simulated behind it unless it says so itself."""
    return f"{name} (simulated)" if simulated and "simulated" not in name.casefold() else name


def say(text: str) -> None:
    """One line for people on stdout."""
    print(visible(text))  # noqa: T201 - the terminal prints


def say_error(text: str) -> None:
    """One line for people on stderr."""
    print(visible(text), file=sys.stderr)  # noqa: T201 - the terminal prints


def say_json(content: BaseModel | Sequence[BaseModel] | dict[str, Any]) -> None:
    """One JSON text on one line of stdout."""
    print(json.dumps(_plain(content)))  # noqa: T201 - plain ASCII, whatever the console's encoding is


def say_event(event: BaseModel) -> None:
    """One JSON text on one line of stdout, at once: somebody follows."""
    print(json.dumps(_plain(event)), flush=True)  # noqa: T201 - plain ASCII, whatever the console's encoding is


def say_table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table, or a sentence when there is nothing to list."""
    table = Table(box=SIMPLE)
    for place, head in enumerate(heads):
        table.add_column(head, no_wrap=place == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(number(cell))) for cell in row))
    if table.row_count:
        console = Console()
        console.width = console.width if console.is_terminal else _WIDE
        console.print(table)
    else:
        say(empty)


def number(cell: object) -> str:
    """A cell: three significant digits for a float, a dash for None."""
    if cell is None:
        return _DASH
    return f"{cell:.3g}" if isinstance(cell, float) else str(cell)


def _plain(content: Any) -> Any:
    if isinstance(content, BaseModel):
        return content.model_dump(mode="json")
    if isinstance(content, dict):
        return content
    return [_plain(item) for item in content]
