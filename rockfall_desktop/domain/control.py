"""What a running job looks at between steps."""

from enum import StrEnum


class Request(StrEnum):
    """What the person wants of a running job."""

    GO_ON = "go_on"
    STOP_EARLY = "stop_early"
    CANCEL = "cancel"


class Control:
    """One word from any thread to the one that runs a job.

    A later request replaces a weaker one; a cancel is never taken back.
    """

    def __init__(self) -> None:
        self._request = Request.GO_ON

    @property
    def request(self) -> Request:
        """What is asked for at this moment."""
        return self._request

    @property
    def cancelled(self) -> bool:
        """Whether the job is to end without a result."""
        return self._request is Request.CANCEL

    @property
    def stopped_early(self) -> bool:
        """Whether the job is to end now and keep its best epoch."""
        return self._request is Request.STOP_EARLY

    def stop_early(self) -> None:
        """Ask the job to end now and keep its best epoch."""
        if self._request is Request.GO_ON:
            self._request = Request.STOP_EARLY

    def cancel(self) -> None:
        """Ask the job to end without a result."""
        self._request = Request.CANCEL


class Cancelled(Exception):
    """Raised inside a job's generator once a cancel was seen."""
