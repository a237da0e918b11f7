"""An address in a channel file: one block of a record."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.channel_language.fields import named_paths, one_field_of_several_blocks, placed_sources
from schemas.channel_language.rule import BLANK
from schemas.channel_language.sources import Part, Path, ValueSource


class AddressRule(Part):
    """An address.

    With `from` it is one block of several: the first one that is an object with a value for any of these fields. Their
    paths start in it.
    """

    blocks: Annotated[tuple[Path, ...], Field(max_length=10, alias="from")] = ()
    name: ValueSource
    company: ValueSource = BLANK
    street: ValueSource
    street_2: ValueSource = BLANK
    city: ValueSource
    postal_code: ValueSource
    state: ValueSource
    country: ValueSource
    location_code: ValueSource = BLANK
    """By which the partner knows the place, such as a GLN or the number of a store."""

    @model_validator(mode="after")
    def _is_of_one_block(self) -> Self:
        for _, source in placed_sources(self):
            if mixed := one_field_of_several_blocks(source):
                raise ValueError(
                    f"{' and '.join(mixed)} mix two addresses: name the blocks in `from`, and the first that has any of"
                    " the fields is used for all of them"
                )
        return self

    @property
    def levels(self) -> tuple[int, ...]:
        """How many elements are around a field of it."""
        return (1,) if self.blocks else (0,)

    @cached_property
    def inside(self) -> tuple[str, ...]:
        """The paths that start in the block."""
        paths = (path for path in named_paths(self) if path.levels and not path.steps.from_root and not path.steps.up)
        return tuple(path.path for path in paths)
