"""The words for a fault in a file that a person wrote: what was found and what is allowed, without Pydantic's terms.

Faults of our own validators have their words already; a kind of fault that is not listed here keeps Pydantic's text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_SHOWN_CHARACTERS: Final = 40
_MAPPING: Final = "a mapping of fields"
_NUMBER: Final = "a whole number"
_TEXT: Final = "text"
_LIST: Final = "a list"
_FORMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("string_type", "string_sub_type"), _TEXT),
    **dict.fromkeys(("list_type", "tuple_type", "frozen_set_type", "set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"), _MAPPING),
}
_LIMITS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "greater_than_equal": lambda limit: f"must be at least {limit['ge']}",
    "greater_than": lambda limit: f"must be greater than {limit['gt']}",
    "less_than_equal": lambda limit: f"must be at most {limit['le']}",
    "less_than": lambda limit: f"must be less than {limit['lt']}",
    "string_too_short": lambda limit: f"must have at least {_count(limit['min_length'], 'character', 'characters')}",
    "string_too_long": lambda limit: f"must have at most {_count(limit['max_length'], 'character', 'characters')}",
    "string_pattern_mismatch": lambda limit: f"must match {limit['pattern']}",
    "literal_error": lambda limit: f"must be {limit['expected']}",
    "enum": lambda limit: f"must be {limit['expected']}",
    "union_tag_invalid": lambda limit: f"{limit['discriminator']} must be one of {limit['expected_tags']}",
}

_LENGTHS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda _: "is required",
    "too_short": lambda limit: f"must have at least {_count(limit['min_length'], 'entry', 'entries')}",
    "too_long": lambda limit: f"must have at most {_count(limit['max_length'], 'entry', 'entries')}",
    "union_tag_not_found": lambda limit: f"needs the field {limit['discriminator']}",
}


def words_of(faults: Sequence[ErrorDetails], model: type[BaseModel]) -> str:
    """What is wrong with a field, in one line: its first fault, or all forms that the field may have.

    `model` is that of the whole file.
    """
    fault = faults[0]
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(fault["loc"], model)
    if kind in _FORMS:
        forms = dict.fromkeys(_FORMS[each["type"]] for each in faults if each["type"] in _FORMS)
        return f"must be {' or '.join(forms)}, not {_shown(fault['input'])}"
    if kind in _LIMITS:
        found = context["tag"] if kind == "union_tag_invalid" else fault["input"]
        return f"{_LIMITS[kind](context)}, not {_shown(found)}"
    if kind in _LENGTHS:
        return _LENGTHS[kind](context)
    return fault["msg"].removeprefix("Value error, ")


def _unknown_field(steps: Sequence[str | int], model: type[BaseModel]) -> str:
    allowed = sorted({name for each in _models_at(steps[:-1], model) for name in _fields(each)})
    close = get_close_matches(str(steps[-1]), allowed, n=1)
    if close:
        return f"there is no such field: did you mean {close[0]}?"
    return f"there is no such field: choose from {', '.join(allowed)}"


def _models_at(steps: Sequence[str | int], model: type[BaseModel]) -> Sequence[type[BaseModel]]:
    """The models that a mapping at these steps may have; steps that are only types or positions are skipped."""
    found = [model]
    for step in steps:
        below = [_fields(each)[step] for each in found if isinstance(step, str) and step in _fields(each)]
        found = [each for annotation in below for each in _models_in(annotation)] if below else found
    return found


def _fields(model: type[BaseModel]) -> Mapping[str, Any]:
    """The annotations of a model's fields, by the names that a file uses."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping | BaseModel):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
