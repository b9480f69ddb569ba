"""What a time format such as %d.%m.%Y %H:%M tells apart."""

import re

from rockfall_desktop.domain.duration import DAY_S

_MARK = re.compile(r"%[-_0]?([A-Za-z+])")
_SPANS_S = (
    (60, "MSTRXrcs+"),
    (3600, "HIkl"),
    (DAY_S, "deFDxjv"),
    (31 * DAY_S, "mbBh"),
)


def told_span_s(time_format: str) -> int:
    """The span within which a time so written may lie, in seconds: 60 for a minute or less, an hour, a day, 31 or 366.

    Args:
        time_format: in the signs of strftime.
    """
    marks = set(_MARK.findall(time_format.replace("%%", "")))
    return next((span_s for span_s, signs in _SPANS_S if marks & set(signs)), 366 * DAY_S)
