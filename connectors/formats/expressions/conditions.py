"""Decides the conditions of a channel file on a document and its envelope."""

from decimal import Decimal
from typing import Final

from connectors.formats.documents import DocumentPlace, JsonNumber, LazyNode
from connectors.formats.expressions.decimals import exact_number
from connectors.formats.expressions.nodes import node_at, scalar, shortened
from connectors.formats.expressions.notations import plain_number
from schemas.channel_language.expressions.conditions import Condition

MOST_ELEMENTS: Final = 10_000
"""Of a list that a condition asks about."""


def holds(condition: Condition, place: DocumentPlace) -> bool:  # noqa: PLR0911  one return a form
    """Whether a condition is true."""
    if condition.every:
        return all(holds(one, place) for one in condition.every)
    if condition.some:
        return any(holds(one, place) for one in condition.some)
    if condition.negated is not None:
        return not holds(condition.negated, place)
    if condition.has is not None:
        return _has(condition.has, condition.list_ or "", place)
    if condition.exists is not None:
        return _exists(condition, place) is condition.exists
    if condition.is_ is not None:
        return _kind(condition, place) == condition.is_
    return _is_true_of(_text(condition, place), condition, place)


def _has(condition: Condition, path: str, place: DocumentPlace) -> bool:
    nodes = node_at(path, place)
    elements = nodes[:MOST_ELEMENTS] if isinstance(nodes, list) else ()
    return any(holds(condition, place.inside(node)) for node in elements)


def seen_value(condition: Condition, place: DocumentPlace) -> str:
    """The name and the value of what a test asked for, for the text of a refusal."""
    value = _text(condition, place)
    return f"{condition.header or condition.path} is {'missing' if value is None else shortened(value)}"


def _is_true_of(text: str | None, condition: Condition, place: DocumentPlace) -> bool:
    if condition.equals is not None or condition.one_of:
        return text in condition.accepted
    if condition.not_equals is not None:
        return text != condition.not_equals
    if condition.not_one_of:
        return text not in condition.not_one_of
    if condition.differs_from is not None:
        other = node_at(condition.differs_from, place)
        return text is not None and isinstance(other, str) and scalar(other) not in {None, text}
    if condition.begins_with is not None:
        return (text or "").startswith(condition.begins_with)
    number = exact_number(_plain(condition, text or "", place) or "")
    return number is not None and _is_within(number, condition)


def _plain(condition: Condition, text: str, place: DocumentPlace) -> str | None:
    """The number as we read it, of one in the file's notation."""
    if place.numbers.is_plain or (condition.path and isinstance(node_at(condition.path, place), JsonNumber)):
        return text
    return plain_number(text, place.numbers)


def _is_within(number: Decimal, condition: Condition) -> bool:
    if condition.above is not None:
        return number > condition.above
    if condition.at_least is not None:
        return number >= condition.at_least
    if condition.below is not None:
        return number < condition.below
    return condition.at_most is not None and number <= condition.at_most


def _exists(condition: Condition, place: DocumentPlace) -> bool:
    if condition.header is not None:
        return _text(condition, place) is not None
    node = node_at(condition.path or "", place)
    return bool(node) if isinstance(node, dict | list | LazyNode) else scalar(node) is not None


def _kind(condition: Condition, place: DocumentPlace) -> str:
    """What a value is: a number is a text. Empty for null, and for a header that is not there."""
    node = node_at(condition.path, place) if condition.path else _text(condition, place)
    if isinstance(node, str):
        return "text"
    if isinstance(node, LazyNode):
        return "object"
    return {bool: "boolean", list: "list", dict: "object"}.get(type(node), "")


def _text(condition: Condition, place: DocumentPlace) -> str | None:
    if condition.header is not None:
        return (place.headers.get(condition.header.lower()) or "").strip() or None
    node = node_at(condition.path or "", place)
    return None if isinstance(node, dict | list | LazyNode) else scalar(node)
