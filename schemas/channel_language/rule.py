"""What all rules of a channel file share."""

from typing import Annotated, Final

from pydantic import BeforeValidator

from schemas.channel_language.sources import Condition, Part, ValueOrigin, ValueSource

BLANK: Final = ValueOrigin(constant="")
"""Where a file does not say."""
ACTIVE: Final = ValueOrigin(constant="ACTIVE")
"""Of master data that does not say otherwise."""
POSITION: Final = ValueOrigin(path="@position")
"""The number of the line."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class Rule(Part):
    """The part that all rules share: when it applies (always, without `when`), and how a repeat is recognised."""

    when: Annotated[tuple[Condition, ...], BeforeValidator(_as_list)] = ()
    """All conditions must be true. The first rule that matches is used."""
    correlation_id: ValueSource | None = None
    """By default the file's."""
    revision: ValueSource = ValueOrigin(constant="0")
    occurred_at: ValueSource
    """A time in ISO 8601, or digits as X12 writes them; without an offset it is in the file's time zone."""
