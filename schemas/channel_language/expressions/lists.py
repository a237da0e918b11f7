"""The lists of channel files: of which elements a rule makes lines, charges or rows.

each: lines                            the elements of one list
each: [lines, extras]                  of several, one after the other
each: parcels.*.items                  of the lists in a list: the items of every parcel; in a field's path `^.` starts
                                       at the parcel, `^^.` at the document
when: {path: kind, equals: goods}      only of elements for which this is true
"""

from typing import Annotated, Final, TypeVar

from pydantic import BeforeValidator, Field

from schemas.channel_language.expressions.conditions import When
from schemas.channel_language.paths import EVERY, is_path, path_steps
from schemas.channel_language.sources import Part, Text

_DEEPEST: Final = 4
"""Lists in lists."""


def _checked(path: object) -> object:
    if isinstance(path, str) and not is_path(path):
        raise ValueError(f"{path!r} is not a path: write names joined by dots")
    if isinstance(path, str) and path_steps(path).steps.count(EVERY) >= _DEEPEST:
        raise ValueError(f"{path!r} steps into more than {_DEEPEST} lists")
    return path


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


EachPath = Annotated[Text, BeforeValidator(_checked)]
Each = Annotated[tuple[EachPath, ...], BeforeValidator(_one_or_more), Field(min_length=1, max_length=10)]
EachOrNone = Annotated[tuple[EachPath, ...], BeforeValidator(_one_or_more), Field(max_length=10)]

Listed = TypeVar("Listed", bound="EachRule")
OneOrMore = Annotated[tuple[Listed, ...], BeforeValidator(_one_or_more), Field(min_length=1, max_length=10)]
"""Written as one rule, or as a list of them whose elements follow one another."""


class EachRule(Part):
    """What the rules of lists share; the paths of its fields start at the element."""

    each: Each
    when: When = ()
    """Only the elements for which this is true; without it, all of them."""

    @property
    def named(self) -> str:
        """The lists, for the text of a refusal."""
        return " and ".join(self.each)

    @property
    def levels(self) -> tuple[int, ...]:
        """For each of the paths, how many elements are around a field of an element, the document included."""
        return tuple(1 + path_steps(path).steps.count(EVERY) for path in self.each) or (0,)
