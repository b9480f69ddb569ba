"""What a graph is made of, read from its bytes before any engine sees it: operators of our own export and no others.

A graph with a loop may run for ever, one with a branch hides another graph, and an operator of another domain is a
library's. The bytes are protocol buffers (https://protobuf.dev/programming-guides/encoding); numbers of fields are
those of onnx.proto, IR version 10. A field that no export of ours has is refused, whatever it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

from rockfall_desktop.domain.errors import WrongInput

OPERATORS = frozenset({
    "Add", "Clip", "Concat", "Conv", "CumSum", "Exp", "Expand", "GRU", "Gather", "Gelu", "Gemm", "Greater",
    "InstanceNormalization", "LSTM", "LayerNormalization", "Log", "MatMul", "Mul", "Neg", "ReduceMax", "ReduceMean",
    "Relu", "Reshape", "Shape", "Sigmoid", "Sin", "Slice", "Softmax", "Softplus", "Split", "Squeeze", "Sub",
    "Transpose", "Unsqueeze", "Where",
})  # fmt: skip
MOST_FIELDS = 200_000  # fifty times what the largest export of our tests has
_DOMAINS = frozenset({b"", b"ai.onnx"})
_NUMBER, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_MOST_NUMBER_BYTES, _MOST_KEY_BYTES = 10, 5
_Kinds = frozenset[int]


class _Form(NamedTuple):
    """What a message may hold.

    Attributes:
        plain: kinds of the fields that are not looked into, by number.
        inner: messages within, by number.
    """

    plain: dict[int, _Kinds]
    inner: "dict[int, _Form]"


_TEXT, _ONE = frozenset({_BYTES}), frozenset({_NUMBER})
_MANY_WHOLE, _MANY_FLOAT = frozenset({_NUMBER, _BYTES}), frozenset({_FOUR_BYTES, _BYTES})
_TENSOR = _Form({1: _MANY_WHOLE, 2: _ONE, 4: _MANY_FLOAT, 7: _MANY_WHOLE, 8: _TEXT, 9: _TEXT, 12: _TEXT}, {})
_ATTRIBUTE = _Form(
    {1: _TEXT, 2: frozenset({_FOUR_BYTES}), 3: _ONE, 4: _TEXT, 7: _MANY_FLOAT, 8: _MANY_WHOLE, 13: _TEXT, 20: _ONE},
    {5: _TENSOR},
)
_OPERATOR, _DOMAIN = 4, 7
_NODE = _Form({1: _TEXT, 2: _TEXT, 3: _TEXT, _OPERATOR: _TEXT, 6: _TEXT, _DOMAIN: _TEXT, 9: _TEXT}, {5: _ATTRIBUTE})
_GRAPH = _Form({2: _TEXT, 10: _TEXT, 11: _TEXT, 12: _TEXT, 13: _TEXT, 16: _TEXT}, {1: _NODE, 5: _TENSOR})
_OPERATOR_SET = _Form({1: _TEXT, 2: _ONE}, {})
_MODEL = _Form({1: _ONE, 2: _TEXT, 3: _TEXT, 4: _TEXT, 5: _ONE, 6: _TEXT, 14: _TEXT}, {7: _GRAPH, 8: _OPERATOR_SET})


class _Field(NamedTuple):
    number: int
    kind: int
    content: memoryview


def demand_known_graph(content: bytes) -> None:
    """Refuse what is no graph of the operators that our export makes. Takes milliseconds, however large the bytes are.

    Raises:
        WrongInput: naming what is wrong.
    """
    _Walk().demand(memoryview(content), _MODEL)


class _Walk:
    """One walk through a graph; counts the fields that it meets."""

    def __init__(self) -> None:
        self._fields = 0

    def demand(self, content: memoryview, form: _Form) -> None:
        for field in _fields(content):
            self._fields += 1
            if self._fields > MOST_FIELDS:
                raise _refused("It has more parts than any model of this program.")
            if field.number in form.inner and field.kind == _BYTES:
                self.demand(field.content, form.inner[field.number])
            elif field.kind not in form.plain.get(field.number, ()):
                raise _refused("It has a part that no model of this program has.")
            elif form is _NODE:
                _demand_known_operator(field)
            elif form is _OPERATOR_SET and field.number == 1 and bytes(field.content) not in _DOMAINS:
                raise _refused("It asks for operators of somebody else.")


def _demand_known_operator(field: _Field) -> None:
    if field.number == _OPERATOR and bytes(field.content[:64]).decode("ascii", "replace") not in OPERATORS:
        shown = "".join(sign for sign in bytes(field.content[:40]).decode("ascii", "replace") if sign.isalnum())
        raise _refused(f"It has the operator {shown or 'without a name'}, which no model of this program has.")
    if field.number == _DOMAIN and bytes(field.content[:64]) not in _DOMAINS:
        raise _refused("It has an operator of somebody else.")


def _fields(content: memoryview) -> Iterator[_Field]:
    place, end = 0, len(content)
    while place < end:
        key, place = _number(content, place, _MOST_KEY_BYTES)
        number, kind = key >> 3, key & 7
        if kind == _NUMBER:
            _, after = _number(content, place, _MOST_NUMBER_BYTES)
        elif kind == _BYTES:
            length, place = _number(content, place, _MOST_KEY_BYTES)
            after = place + length
        elif kind in {_FOUR_BYTES, _EIGHT_BYTES}:
            after = place + (4 if kind == _FOUR_BYTES else 8)
        else:
            raise _refused("Its bytes are no graph.")
        if after > end:
            raise _refused("Its bytes end too early.")
        yield _Field(number, kind, content[place:after])
        place = after


def _number(content: memoryview, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = 0
    for read, byte in enumerate(content[place : place + most]):
        value |= (byte & 0x7F) << (7 * read)
        if byte < 0x80:
            return value, place + read + 1
    raise _refused("Its bytes are no graph.")


def _refused(message: str) -> WrongInput:
    return WrongInput("The model cannot be opened", message, "Export the model again; do not trust who sent this one.")
