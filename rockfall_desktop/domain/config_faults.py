"""What pydantic finds wrong with a TrainingConfig, in words that a person can act on."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.errors import RockfallError


def faults_by_field(error: ValidationError) -> dict[str, str]:
    """One sentence for each field that is wrong, in the order of the fields."""
    found: dict[str, str] = {}
    for part in error.errors():
        name, sentence = _place_and_words(part)
        found.setdefault(name, sentence)
    order = list(TrainingConfig.model_fields)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)))


def named_field(message: str) -> tuple[str, str]:
    """The field with which a message begins, and the rest as a sentence; an empty name where it begins with none."""
    name, colon, words = message.partition(": ")
    return (name, _sentence(words)) if colon and name in TrainingConfig.model_fields else ("", message)


def titled(error: RockfallError) -> RockfallError:
    """The error with the title of the field that it names in the place of its name, as a form shows it."""
    name, words = named_field(error.message)
    if not name:
        return error
    return RockfallError(error.title, f"{TrainingConfig.model_fields[name].title}: {words}", error.hint)


def _place_and_words(part: Any) -> tuple[str, str]:
    context: Mapping[str, Any] = part.get("ctx", {})
    if part["type"] == "value_error" and not part["loc"]:
        name, _, words = str(context.get("error", part["msg"])).partition(": ")
        return name, _sentence(words)
    name = str(part["loc"][0]) if part["loc"] else ""
    if name == "sites" and part["type"] in {"too_short", "missing"}:
        return name, "Open a site first: the training needs its records."
    rule = _WORDS.get(part["type"])
    return name, rule(context) if rule else _sentence(str(part["msg"]))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


_WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda c: f"Give {c['ge']} or more.",
    "greater_than": lambda c: f"Give more than {c['gt']}.",
    "less_than_equal": lambda c: f"Give {c['le']} or less.",
    "less_than": lambda c: f"Give less than {c['lt']}.",
    "multiple_of": lambda c: f"Give a multiple of {c['multiple_of']}.",
    "int_parsing": lambda _: "Give a whole number.",
    "int_from_float": lambda _: "Give a whole number.",
    "int_parsing_size": lambda _: "Give a smaller number.",
    "float_parsing": lambda _: "Give a number, e.g. 0.002.",
    "finite_number": lambda _: "Give a number, e.g. 0.002.",
    "date_from_datetime_parsing": lambda _: "Give a day as YYYY-MM-DD, e.g. 2003-01-01, or leave it empty.",
    "date_parsing": lambda _: "Give a day as YYYY-MM-DD, e.g. 2003-01-01, or leave it empty.",
    "date_from_datetime_inexact": lambda _: "Give a day without a time, e.g. 2003-01-01.",
    "too_short": lambda c: f"Give at least {c['min_length']}.",
    "too_long": lambda c: f"Give at most {c['max_length']}.",
}
