"""Follows the office's pointers: only to an accepted fact that a trusted key signed, and whose bundle lies here whole.

Where the pointers stand is kept, so that one which cannot be followed yet (its key is not trusted, its bundle did not
come) is followed as soon as it can be. One that stands still keeps no other from being followed.
"""

from collections.abc import Callable
from pathlib import Path

from rockfall_desktop.domain.deployment import Deployment
from rockfall_desktop.domain.errors import AccessRefused, OfficeRefused, OfficeUnreachable, StoreFault, WrongInput
from rockfall_desktop.domain.office_exchange import Office, Pointer
from rockfall_desktop.operations.bundle_at_hand import Verify, fetch_bundle
from rockfall_desktop.operations.bundles import fact_is_genuine
from rockfall_desktop.operations.revoked_models import grey_words
from rockfall_desktop.operations.station import Station
from rockfall_desktop.operations.syncing.pulling import COUNTS, OTHER_FORM
from rockfall_desktop.store.deployments import Deployments
from rockfall_desktop.store.known_sites import KnownSites
from rockfall_desktop.store.office_mirror import OfficeMirror
from rockfall_desktop.store.pointers import chain_waits, read_pointer

FIRST_RETRY_S, LONGEST_RETRY_S = 20.0, 3600.0
NAMED = 3
MOST_UNREACHABLE = 2  # of a turn: each takes seconds, and what waits to be sent comes after


class FollowingPointers:
    """Moves this station's pointers after the office's.

    Args:
        station: whose pointers move.
        monotonic: seconds of a clock that is never set; a bundle that did not do is fetched again after
            20 seconds, then after twice as long each time.
        verify: whether a file is the bundle of a fact; raises AccessRefused or WrongInput when it is not.
    """

    def __init__(self, station: Station, monotonic: Callable[[], float], verify: Verify) -> None:
        self._station, self._monotonic, self._verify = station, monotonic, verify
        self._mirror, self._deployments = OfficeMirror(station.store), Deployments(station.store)
        self._said: set[tuple[Pointer, str]] = set()
        self._not_before: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._still: dict[str, str] = {}
        self._unreachable = 0

    def retry(self) -> None:
        """Somebody asks: try at once what did not do before."""
        self._not_before.clear()
        self._pauses.clear()

    def run(self, office: Office) -> tuple[str, ...]:
        """Follow each pointer that can be followed; news for people."""
        news: list[str] = []
        self._unreachable = 0
        known = {site.site_id for site in KnownSites(self._station.store).list()}
        for pointer in self._mirror.pointers():
            here = self._deployments.pointer(pointer.site_id)
            if here is not None and (here.deployment_id, here.office_epoch) == (pointer.deployment_id, pointer.epoch):
                self._still.pop(pointer.site_id, None)
                continue
            waits = self._monotonic() < self._not_before.get(pointer.deployment_id, 0.0)
            if (here is not None or pointer.site_id in known) and not waits and self._unreachable < MOST_UNREACHABLE:
                news += self._follow(office, pointer)
        return tuple(news)

    def standing_still(self) -> tuple[str, ...]:
        """Why sites are grey or do not follow what the office has active, a sentence each."""
        grey, told = grey_words(self._station), tuple(self._still.values())
        more = len(told) - NAMED
        return (*grey, *told) if more <= 0 else (*grey, *told[:NAMED], f"{more} more sites do not follow either.")

    def _follow(self, office: Office, pointer: Pointer) -> list[str]:
        if pointer.epoch < (known := self._deployments.office_epoch(pointer.site_id)):
            return self._stay_above(office, pointer, known)
        try:
            fact = self._believed(pointer)
            if not self._is_on_top(pointer):
                self._have_bundle(office, fact)
            here = self._deployments.pointer(pointer.site_id)
            moved = self._deployments.move_to(pointer.site_id, pointer.epoch, pointer.deployment_id)
        except OfficeUnreachable as error:
            self._unreachable += 1
            return self._stand_still(pointer, f"The active model of {fact.site_name} did not come yet: {error.message}")
        except (WrongInput, AccessRefused, OfficeRefused, StoreFault) as error:
            return self._stand_still(pointer, f"{error.message} {error.hint}".strip())
        self._still.pop(pointer.site_id, None)
        if not moved or (here is not None and here.deployment_id == pointer.deployment_id):
            return []
        which = f"version {fact.version}" if fact.version else "a model" if here is None else "another model"
        text = f"{fact.deployed_by_name} made {which} the active one for {fact.site_name}; it is active here now."
        return self._say_once(pointer, f"{text} The Deployments page shows it.")

    def _stay_above(self, office: Office, pointer: Pointer, known: int) -> list[str]:
        """Never follow downwards; told only when the office says so at this moment.

        While another program of this station reads on, the picture of the pointers is older than what is accepted.
        """
        sentence = (
            f"The office says epoch {pointer.epoch} of site {pointer.site_id} and had accepted {known}. This station"
            " stays where it is; ask the administrator of the office whether a backup was put back."
        )
        if (pointer, sentence) in self._said or self._says_so_now(office, pointer):
            return self._stand_still(pointer, sentence)
        return []

    def _says_so_now(self, office: Office, pointer: Pointer) -> bool:
        """Whether the office has nothing newer than this picture of its pointers."""
        read_to = self._mirror.read_to()
        if pointer not in self._mirror.pointers():
            return False
        try:
            return office.pull(read_to.sequence, 1).sequence == read_to.sequence
        except (OfficeUnreachable, OfficeRefused):
            return False

    def _believed(self, pointer: Pointer) -> Deployment:
        try:
            fact = self._deployments.read(pointer.deployment_id)
        except WrongInput as error:
            raise self._unknown(pointer) from error
        if (fact.site_id, fact.epoch) != (pointer.site_id, pointer.epoch):
            raise WrongInput(
                "The office's pointer is wrong",
                f"It puts a deployment at epoch {pointer.epoch} of {fact.site_name} that was not made for that.",
                "It is not followed; ask the administrator of the office.",
            )
        if fact_is_genuine(self._station, fact) not in COUNTS:
            raise AccessRefused(
                "The active model is not trusted",
                f"The office's active model of {fact.site_name} is signed with a key that does not count here.",
                "Look at the keys under Settings; an administrator may trust it.",
            )
        if fact.accepted is not True:
            raise WrongInput(
                "The office's pointer is wrong",
                f"It points at a deployment of {fact.deployed_by_name} for {fact.site_name} that the office did not "
                "accept: somebody wrote to its database by hand.",
                "It is not followed; ask the administrator of the office.",
            )
        return fact

    def _unknown(self, pointer: Pointer) -> WrongInput:
        unread = {thing.id: thing.reason for thing in self._mirror.unread_things("deployment")}
        why, hint = (
            "by a station whose key does not count here",
            "Look at the keys under Settings; an administrator may trust it.",
        )
        if unread.get(pointer.deployment_id) == OTHER_FORM:
            why, hint = OTHER_FORM, "Update the program of this station."
        words = f"The office's active model of site {pointer.site_id} is {why}."
        return WrongInput("The active model is not known here", words, hint)

    def _is_on_top(self, pointer: Pointer) -> bool:
        """Whether what is active here follows it and waits for its answer: nothing is to be fetched then."""
        with self._station.store.reading() as connection:
            here = read_pointer(connection, pointer.site_id)
            return here is not None and chain_waits(connection, here, pointer.deployment_id)

    def _have_bundle(self, office: Office, fact: Deployment) -> None:
        """See to it that the bundle lies here and verifies; one that does not is not kept."""
        path = self._station.files.bundle_path(fact.deployment_id)
        try:
            if path.is_file() and self._is_whole(path, fact):
                return
            fetch_bundle(self._station, office, fact, self._verify)
        except (WrongInput, AccessRefused, OfficeRefused, OfficeUnreachable, StoreFault):
            self._put_off(fact.deployment_id)
            raise

    def _put_off(self, deployment_id: str) -> None:
        pause = self._pauses.get(deployment_id, FIRST_RETRY_S)
        self._pauses[deployment_id] = min(2 * pause, LONGEST_RETRY_S)
        self._not_before[deployment_id] = self._monotonic() + pause

    def _is_whole(self, path: Path, fact: Deployment) -> bool:
        """Whether the file that lies here does; a damaged one is fetched anew."""
        try:
            self._verify(self._station, path, fact)
        except WrongInput:
            return False
        return True

    def _stand_still(self, pointer: Pointer, sentence: str) -> list[str]:
        self._still[pointer.site_id] = sentence
        return self._say_once(pointer, sentence)

    def _say_once(self, pointer: Pointer, sentence: str) -> list[str]:
        if (pointer, sentence) in self._said:
            return []
        self._said.add((pointer, sentence))
        return [sentence]
