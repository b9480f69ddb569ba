"""Errors that are the world's fault, each with what happened, where, and what to do."""


class RockfallError(Exception):
    """A fault that a person can mend.

    Attributes:
        title: a few words, e.g. "The site could not be read".
        message: one sentence: what, and where (file, row or field).
        hint: one sentence: what to do.

    """

    def __init__(self, title: str, message: str, hint: str = "") -> None:
        super().__init__(f"{title}: {message}" + (f" {hint}" if hint else ""))
        self.title = title
        self.message = message
        self.hint = hint


class WrongInput(RockfallError):
    """What was given cannot be used: a file, a field, a name."""


class AccessRefused(RockfallError):
    """Nobody is signed in, or the one who is may not do this."""


class StoreFault(RockfallError):
    """The home folder or its database cannot be used."""


class TrainingFault(RockfallError):
    """A training cannot go on (a loss that is no number, memory, disk)."""


class OfficeUnreachable(RockfallError):
    """The office does not answer now; what waits for it goes on waiting."""


class OfficeRefused(RockfallError):
    """The office answers, and will not do this however often it is asked."""
