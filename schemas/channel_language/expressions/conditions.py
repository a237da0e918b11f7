"""The conditions of channel files: when a rule applies to a document, by values of the document and of its envelope.

A condition is a test of one value, of the field at `path` or of the record's header `header`:

    equals: "850"                  the text is this one             not_equals: "850"     it is not, or there is none
    one_of: [A, B]                 the text is one of these         not_one_of: [A, B]    it is none, or there is none
    exists: true                   there is a value                 exists: false         there is none
    differs_from: ^.order          there is a value, and another one at this path
    begins_with: "urn:"            the text begins with this        is: text              it is a text or number; or
                                                                    boolean, list, object
    above: 0   at_least: 1.5       a decimal number above, or       below: 10  at_most: 9.99
                                   at least, the given one          below, or at most, the given one

or it joins others, nested at most five deep:

    all: [...]                     every one of them is true
    any: [...]                     at least one of them is true
    not: {...}                     it is false

or it asks about the elements of a list, of which the first 10,000 are looked at:

    list: lines   has: {...}       for one of them at least the condition is true; its paths start at the element

A value that is null, empty or blank is none, and so is an empty list or object; `exists` alone counts a list or an
object as a value. Texts are compared as they are written, without the blanks around them. Numbers are compared exactly,
as decimals; a value that is no number of at most 28 characters is neither above nor below anything, so all four are
false. Nothing else can be said: a condition costs what its tests cost, and one rule has at most 100 of them.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from schemas.channel_language.sources import Part, Path, Text

DEEPEST: Final = 5
"""Conditions within conditions."""
_MOST_TESTS: Final = 100
_TESTS: Final = (
    "equals",
    "not_equals",
    "one_of",
    "not_one_of",
    "exists",
    "differs_from",
    "begins_with",
    "is_",
    "above",
    "at_least",
    "below",
    "at_most",
)
_JOINS: Final = ("all", "any", "not", "has")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")


def _exact(value: object) -> object:
    """A number as the file writes it, as text or as an integer; never a float."""
    if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
        raise ValueError(f"must be a decimal number like 12.5, not {str(value)[:40]!r}")
    return Decimal(str(value))


Bound = Annotated[Decimal, BeforeValidator(_exact)]
_Texts = Annotated[tuple[str, ...], Field(max_length=1000)]
_Joined = Annotated[tuple["Condition", ...], Field(max_length=50)]


class Condition(Part):
    """A test of one value, or conditions joined."""

    path: Path | None = None
    header: Text | None = None
    equals: str | None = None
    not_equals: str | None = None
    one_of: _Texts = ()
    not_one_of: _Texts = ()
    exists: StrictBool | None = None
    differs_from: Path | None = None
    """Where either of the two is missing, nothing differs."""
    begins_with: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    is_: Literal["text", "boolean", "list", "object"] | None = Field(default=None, alias="is")
    above: Bound | None = None
    at_least: Bound | None = None
    below: Bound | None = None
    at_most: Bound | None = None
    every: _Joined = Field(default=(), alias="all")
    some: _Joined = Field(default=(), alias="any")
    negated: "Condition | None" = Field(default=None, alias="not")
    list_: Path | None = Field(default=None, alias="list")
    has: "Condition | None" = None
    """Of a `list`: an element for which this is true. Its paths start at the element."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        joins = bool(self.every) + bool(self.some) + (self.negated is not None) + (self.has is not None)
        if (self.list_ is None) != (self.has is None):
            raise ValueError("list and has go together")
        tests = sum(getattr(self, name) not in {None, ()} for name in _TESTS)
        has_value = self.path is not None or self.header is not None
        if joins and (tests or has_value):
            raise ValueError(f"{', '.join(_JOINS)} join conditions: they have no path, header or test of their own")
        if joins > 1:
            raise ValueError(f"give exactly one of {', '.join(_JOINS)}")
        if not joins and (self.path is None) == (self.header is None):
            raise ValueError("give exactly one of path, header")
        if not joins and tests != 1:
            raise ValueError(f"give exactly one of {', '.join(name.removesuffix('_') for name in _TESTS)}")
        return self

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.depth > DEEPEST:
            raise ValueError(f"conditions are nested deeper than {DEEPEST}")
        if self.size > _MOST_TESTS:
            raise ValueError(f"more than {_MOST_TESTS} tests in one condition")
        return self

    @property
    def joined(self) -> tuple["Condition", ...]:
        """The conditions that it joins; empty for a test."""
        return self.every or self.some or tuple(one for one in (self.negated, self.has) if one is not None)

    @property
    def levels(self) -> tuple[int, ...]:
        """How many elements are around a path of a condition in it."""
        return (0,) if self.list_ is None else (1,)

    @property
    def size(self) -> int:
        """How many tests it has."""
        return sum(one.size for one in self.joined) or 1

    @property
    def depth(self) -> int:
        """1 for a test."""
        return 1 + max((one.depth for one in self.joined), default=0)

    def tests(self) -> Iterator["Condition"]:
        """The tests in it, in the order of the file; not those of the elements of a list."""
        if self.list_ is not None:
            return
        if not self.joined:
            yield self
        for one in self.joined:
            yield from one.tests()

    @property
    def accepted(self) -> tuple[str, ...]:
        """The texts for which `equals` or `one_of` is true."""
        return self.one_of if self.equals is None else (self.equals,)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


When = Annotated[tuple[Condition, ...], BeforeValidator(_as_list), Field(max_length=50)]
"""Written as one condition or as a list of them, of which every one must be true."""
