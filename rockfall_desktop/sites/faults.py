"""Collects what is wrong in a site folder, so that all of it can be told at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from rockfall_desktop.domain.errors import WrongInput
from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site import SiteFault

FAULTS_PER_FILE = 20


class Unreadable(Exception):
    """A fault was noted and this part of the site cannot be read on."""


class Faults:
    """The faults found so far: each one once, at most 20 a file, the rest counted."""

    def __init__(self) -> None:
        self._found: dict[str, dict[SiteFault, None]] = {}
        self._more: dict[str, int] = {}

    @property
    def count(self) -> int:
        """How many faults there are, those beyond the cap included."""
        return sum(map(len, self._found.values())) + sum(self._more.values())

    def add(self, file: str, row: int | None, message: str, remedy: str) -> None:
        """Note a fault; one that is known already is not counted twice."""
        fault = SiteFault(file=shown(file), row=row, message=shown(message), remedy=shown(remedy))
        found = self._found.setdefault(file, {})
        if fault in found:
            return
        if len(found) < FAULTS_PER_FILE:
            found[fault] = None
        else:
            self._more[file] = self._more.get(file, 0) + 1

    def add_rows(self, file: str, rows: Sequence[int], message: Callable[[int], str], remedy: str) -> None:
        """Note a fault in each of some rows; the message is made from the place in the list of rows."""
        for place, row in enumerate(rows[:FAULTS_PER_FILE]):
            self.add(file, row, message(place), remedy)
        if len(rows) > FAULTS_PER_FILE:
            self._more[file] = self._more.get(file, 0) + len(rows) - FAULTS_PER_FILE

    def stop(self, file: str, row: int | None, message: str, remedy: str) -> NoReturn:
        """Note a fault after which this part cannot be read on.

        Raises:
            Unreadable: always.
        """
        self.add(file, row, message, remedy)
        raise Unreadable

    def halt(self) -> NoReturn:
        """End a part whose faults are noted already.

        Raises:
            Unreadable: always.
        """
        raise Unreadable

    def told(self) -> tuple[SiteFault, ...]:
        """Every fault, with one line at the end of each file that has more than 20."""
        told: list[SiteFault] = []
        for file, found in self._found.items():
            told += found
            if more := self._more.get(file):
                remedy = "Mend those above first; many have one cause."
                told.append(SiteFault(file=shown(file), message=f"and {more:,} more faults", remedy=remedy))
        return tuple(told)

    @contextmanager
    def ending_as_error(self) -> Iterator[None]:
        """Let a reading that cannot go on end with the error that a person is shown.

        Raises:
            WrongInput: in place of Unreadable.
        """
        try:
            yield
        except Unreadable:
            raise self.as_error() from None

    def as_error(self) -> WrongInput:
        """The first fault and how many others there are, as what a person is shown."""
        first = self.told()[0]
        others = f" And {self.count - 1:,} more: check the site to see them." if self.count > 1 else ""
        return WrongInput("The site cannot be read", first.text + ".", first.remedy + others)
