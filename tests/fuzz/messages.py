"""Any message of a contract: valid Avro, with values as wild as the wire can carry."""

from enum import StrEnum
from random import Random
from typing import Any, assert_never, get_args, get_type_hints

import msgspec

from schemas.avro.layout import (
    Choice,
    Dictionary,
    Fields,
    Layout,
    ScaledNumbers,
    Several,
    Texts,
    Truth,
    Whole,
    layout_of,
)
from schemas.contracts.contracts import Contract
from tests.fuzz.values import TEXTS, whole_number


def any_message(chance: Random, contract: Contract, known: tuple[str, ...]) -> object:
    """A message of a contract; some of its texts are `known`, so that it meets what is there."""
    layout = layout_of(contract.current.schema)
    assert layout is not None
    return msgspec.convert(_fields(chance, layout, contract.message, known), contract.message)


def _fields(chance: Random, layout: Fields, message: type, known: tuple[str, ...]) -> dict[str, Any]:
    hints = get_type_hints(message)
    return {name: _value(chance, step.layout, hints[name], known) for step in layout.steps for name in step.names}


def _value(chance: Random, layout: Layout, hint: Any, known: tuple[str, ...]) -> Any:  # noqa: PLR0911 - one a case
    match layout:
        case Texts():
            return chance.choice(known if known and chance.random() < 0.7 else TEXTS)
        case ScaledNumbers():
            return whole_number(chance, 128)
        case Whole():
            return whole_number(chance, 64)
        case Truth():
            return chance.random() < 0.5
        case Choice(symbols):
            assert issubclass(hint, StrEnum)
            return chance.choice([symbol for symbol in symbols if symbol in list(hint)])
        case Several(item):
            return [_value(chance, item, get_args(hint)[0], known) for _ in range(chance.choice((0, 1, 1, 2, 5)))]
        case Dictionary():
            return {chance.choice(TEXTS): chance.choice(TEXTS) for _ in range(chance.randrange(3))}
        case Fields():
            return _fields(chance, layout, hint, known)
    assert_never(layout)
