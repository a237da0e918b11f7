"""Any message of a class, by the layout of its schema."""

from enum import StrEnum
from typing import Any, assert_never, get_args, get_type_hints

import msgspec
from hypothesis import strategies as st

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

_KNOWN: dict[int, st.SearchStrategy[object]] = {}
"""By schema id: Hypothesis examines each strategy once, which takes longer than an example."""


def messages(contract: Contract) -> st.SearchStrategy[object]:
    """Messages of a contract, with every value that the wire can carry and the class knows."""
    schema_id = contract.current.schema_id
    if schema_id not in _KNOWN:
        _KNOWN[schema_id] = _messages(contract)
    return _KNOWN[schema_id]


def _messages(contract: Contract) -> st.SearchStrategy[object]:
    layout = layout_of(contract.current.schema)
    assert layout is not None
    return _fields(layout, contract.message).map(lambda fields: msgspec.convert(fields, contract.message))


def _fields(layout: Fields, message: type) -> st.SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(message)
    return st.fixed_dictionaries(
        {name: _values(step.layout, hints[name]) for step in layout.steps for name in step.names}
    )


def _values(layout: Layout, hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one a case
    match layout:
        case Texts():
            return st.text(max_size=80)
        case ScaledNumbers():
            return st.integers(-(2**127), 2**127 - 1) | st.integers(0, 10**9)
        case Whole():
            return st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**7), 2**7)
        case Truth():
            return st.booleans()
        case Choice(symbols):
            assert issubclass(hint, StrEnum)
            return st.sampled_from([symbol for symbol in symbols if symbol in list(hint)])
        case Several(item):
            return st.lists(_values(item, get_args(hint)[0]), max_size=4)
        case Dictionary():
            return st.dictionaries(st.text(max_size=8), st.text(max_size=80), max_size=4)
        case Fields():
            return _fields(layout, hint)
    assert_never(layout)
