"""The home folder: where everything lies that one station keeps. Its paths, and that nobody else gets in."""

import os
from pathlib import Path
from uuid import UUID

from platformdirs import user_data_path

from rockfall_desktop.domain.errors import StoreFault

PROOFS = frozenset({"rockfall.db", "access.json"})  # logs, jobs and the like are found in many a project
PRIVATE = 0o700


def home_folder(chosen: str | None) -> Path:
    """The folder that was asked for, or the platform's own place for a user's data when none was.

    Raises:
        StoreFault: when it is that of a user whom there is not.
    """
    if not chosen:
        return user_data_path("rockfall-desktop", appauthor=False)
    try:
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise _fault(Path(chosen), str(error).removesuffix(".")) from error


class Home:
    """A home folder that exists, belongs to this user and lets nobody else in.

    Attributes:
        path: the folder, absolute.

    Raises:
        StoreFault: when it cannot be made or used as one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            str(self.path).encode()
            self.path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            _keep_others_out(self.path)
            for folder in (self.jobs, self.deployments, self.logs, self.fetched):
                folder.mkdir(mode=PRIVATE, exist_ok=True)
        except OSError as error:
            raise _fault(self.path, error.strerror or str(error)) from error
        except ValueError as error:
            raise _fault(self.path, "Its name is no readable text") from error

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.path / "rockfall.db"

    @property
    def access_file(self) -> Path:
        """What is needed before the database opens."""
        return self.path / "access.json"

    @property
    def jobs(self) -> Path:
        """The folder of the jobs' folders."""
        return self.path / "jobs"

    @property
    def deployments(self) -> Path:
        """The folder of the deployed bundles."""
        return self.path / "deployments"

    @property
    def logs(self) -> Path:
        """The folder of the program's own logs."""
        return self.path / "logs"

    @property
    def fetched(self) -> Path:
        """The folder of what comes from the office bit by bit and stays for a day at most."""
        return self.path / "fetched"

    def job_folder(self, job_id: str) -> Path:
        """The folder of one job's files; made by whoever takes the job's lock.

        Raises:
            ValueError: when that is no job's id, e.g. a piece of a path.
        """
        if job_id != str(UUID(job_id)):
            raise ValueError(f"'{job_id}' is no job id")
        return self.jobs / job_id

    def bundle_path(self, deployment_id: str) -> Path:
        """The file of a deployment's bundle, whether it lies here or not.

        Raises:
            ValueError: when that is no deployment's id, e.g. a piece of a path.
        """
        from rockfall_desktop.domain.bundle import SUFFIX  # noqa: PLC0415 - the dialog stands without pydantic

        if deployment_id != str(UUID(deployment_id)):
            raise ValueError(f"'{deployment_id}' is no deployment id")
        return self.deployments / f"{deployment_id}{SUFFIX}"


def _keep_others_out(folder: Path) -> None:
    if os.name == "nt":  # a user's data folder is private there by inheritance
        return
    status = folder.stat()
    if status.st_uid != os.getuid():
        raise _fault(folder, "It belongs to another user")
    if not status.st_mode & 0o077:
        return
    found = {entry.name for entry in folder.iterdir()}
    if found and not found & PROOFS:
        raise _fault(folder, "It holds other files and is open to other users")
    folder.chmod(PRIVATE)


def _fault(folder: Path, reason: str) -> StoreFault:
    return StoreFault(
        "The home folder cannot be used",
        f"{folder}: {reason}.",
        "Choose a folder of your own with --home or ROCKFALL_HOME.",
    )
