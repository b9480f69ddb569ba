"""The factory password: it opens the set-up step of a fresh home and nothing ever after."""

import hmac

from rockfall_desktop.domain.errors import AccessRefused

FACTORY_PASSWORD = "admintime"  # noqa: S105 - public by design: it protects nothing but an empty home


def check_factory_password(given: str) -> None:
    """Compare in a time that does not tell how much was right.

    Raises:
        AccessRefused: when it is another one.
    """
    if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), FACTORY_PASSWORD.encode()):
        raise AccessRefused(
            "Not set up yet",
            "This is not the factory password.",
            "It stands in the manual; it opens the first start only.",
        )
