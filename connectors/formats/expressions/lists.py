"""Finds the elements of the lists that a rule of a channel file names."""

from collections.abc import Iterator, Sequence, Sized
from functools import lru_cache
from typing import Final, TypeVar

from connectors.formats.documents import DocumentPlace, SourceNode
from connectors.formats.expressions.conditions import holds
from connectors.formats.expressions.decimals import exact_number
from connectors.formats.expressions.nodes import followed, start_of
from connectors.formats.outcomes import BrokenForm, NotInTheFile
from connectors.formats.values import optional_text
from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.orders.return_rules import InspectedLinesRule, LinesToReturnRule
from schemas.channel_language.paths import EVERY, PathStep, path_steps
from schemas.channel_language.rules import CancelledPartsRule, MovedLinesRule, PlacedLinesRule
from schemas.channel_language.stock_rules import StockLinesRule

MOST_LINES: Final = 10_000
"""The most elements of the lists of one document: the effects of such an order still fit into every topic."""

_FIRST_OF_MORE: Final = frozenset("123456789")
"""What begins with one of these is not zero, and need not be read to know it."""
_WHOSE_FAULT: Final = (
    "the source left it out, or the channel file names a wrong path (one that says may_be_empty: true takes it)"
)

Listed = TypeVar("Listed", bound=EachRule)
Places = list[tuple[Listed, DocumentPlace]]
"""The positions of lines, each with the rule that says what is at them."""
UnitsRule = (
    PlacedLinesRule | MovedLinesRule | CancelledPartsRule | LinesToReturnRule | InspectedLinesRule | StockLinesRule
)


def lines_at(rule: EachRule, field: str, place: DocumentPlace) -> list[DocumentPlace]:
    """The positions of all elements of a rule's lists; none where there is no list."""
    return [at for _, at in lines_of((rule,), field, place)]


def lines_of(rules: Sequence[Listed], field: str, place: DocumentPlace) -> Places[Listed]:
    """The same for several rules, each position with its rule. Elements that `when` leaves out are counted too."""
    found: Places[Listed] = []
    number = 0
    for rule in rules:
        for at in _elements(rule, field, place):
            number += 1
            if number > MOST_LINES:
                raise BrokenForm(field, f"are too many: at most {MOST_LINES} are allowed in one document")
            numbered = at.line(at.node, number)
            if all(holds(one, numbered) for one in rule.when):
                found.append((rule, numbered))
    return found


def units_at(rule: UnitsRule, field: str, place: DocumentPlace) -> list[DocumentPlace]:
    """The same of lines with units: one with a quantity of zero says nothing, and is left out."""
    return [at for at in lines_at(rule, field, place) if not is_of_nothing(rule, field, at)]


def some_of(places: Places[PlacedLinesRule], field: str) -> Places[PlacedLinesRule]:
    """The same of the positions of several rules."""
    return [(rule, at) for rule, at in places if not is_of_nothing(rule, field, at)]


def require_units(rule: UnitsRule, place: DocumentPlace, lines: Sized) -> None:
    """`BrokenForm` where no line is left of a document that has to have one: it has none, or each is of nothing."""
    if lines:
        return
    if lines_at(rule, "lines", place):
        raise BrokenForm("lines", "every line has a quantity of zero")
    raise BrokenForm("lines", f"there is no line ({rule.named})")


def is_of_nothing(rule: UnitsRule, field: str, place: DocumentPlace) -> bool:
    """Whether the quantity of a line is zero."""
    text = optional_text(rule.quantity, f"{field}.{place.position}.quantity", place)
    return text is not None and text[:1] not in _FIRST_OF_MORE and exact_number(text) == 0


def parts_at(rule: EachRule, field: str, place: DocumentPlace) -> list[DocumentPlace]:
    """The elements of a list around which the fields of a line stand; without `each` the line itself."""
    if rule.each:
        return lines_at(rule, field, place)
    return [place] if all(holds(one, place) for one in rule.when) else []


def require_elements(rules: Sequence[PlacedLinesRule], field: str, place: DocumentPlace) -> None:
    """`NotInTheFile` for lists in which there is nothing, unless the channel file says that they may be empty.

    What `when` leaves out counts: it is there, and the file says that it is none of these.
    """
    for rule in rules:
        if not rule.may_be_empty and next(_elements(rule, field, place), None) is None:
            raise NotInTheFile(field, f"there is nothing in {rule.named}: {_WHOSE_FAULT}")


def require_lists(rules: Sequence[PlacedLinesRule], field: str, place: DocumentPlace) -> None:
    """The same for lists that are not there: a picture may show that nothing is left."""
    for rule in rules:
        if not rule.may_be_empty and not is_given(rule, place):
            raise missing_list(field, rule.named)


def missing_list(field: str, named: str) -> NotInTheFile:
    """The refusal of a document that lacks a list without which it would say something else."""
    return NotInTheFile(field, f"there is no {named}: {_WHOSE_FAULT}")


def is_given(rule: EachRule, place: DocumentPlace) -> bool:
    """Whether one of the lists is there, though it may be empty."""
    return any(_outermost(path, place) is not None for path in rule.each)


def _outermost(path: str, place: DocumentPlace) -> SourceNode:
    steps = path_steps(path)
    return followed(_segments(steps.steps)[0], start_of(steps, place))


def _elements(rule: EachRule, field: str, place: DocumentPlace) -> Iterator[DocumentPlace]:
    if not rule.each:
        yield place
    for path in rule.each:
        steps = path_steps(path)
        found = [place.inside(start_of(steps, place))] if steps.from_root or steps.up else [place]
        for segment in _segments(steps.steps):
            found = _inner(found, segment, path, field)
        yield from found


def _inner(around: list[DocumentPlace], segment: tuple[PathStep, ...], path: str, field: str) -> list[DocumentPlace]:
    """The elements of one more list, in each of the elements found so far."""
    found: list[DocumentPlace] = []
    for place in around:
        nodes = followed(segment, place.node)
        if nodes is None:
            continue
        if not isinstance(nodes, list):
            raise BrokenForm(field, f"{path!r} is not a list")
        if len(found) + len(nodes) > MOST_LINES:
            raise BrokenForm(field, f"are too many: at most {MOST_LINES} are allowed in one document")
        found += map(place.inside, nodes)
    return found


@lru_cache(maxsize=4096)
def _segments(steps: tuple[PathStep, ...]) -> tuple[tuple[PathStep, ...], ...]:
    """What is between the steps into every element."""
    ends = (*(number for number, step in enumerate(steps) if step == EVERY), len(steps))
    begins = (0, *(end + 1 for end in ends))
    return tuple(steps[begin:end] for begin, end in zip(begins, ends, strict=False))
