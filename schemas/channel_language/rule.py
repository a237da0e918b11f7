"""What all rules of a channel file share."""

from typing import Final, Self

from pydantic import StrictBool, model_validator

from schemas.channel_language.expressions.conditions import When
from schemas.channel_language.fields import require_paths_inside
from schemas.channel_language.sources import Part, ValueOrigin, ValueSource

BLANK: Final = ValueOrigin(constant="")
"""Where a file does not say."""
ACTIVE: Final = ValueOrigin(constant="ACTIVE")
"""Of master data that does not say otherwise."""
POSITION: Final = ValueOrigin(path="@position")
"""The number of the line."""


class DocumentRule(Part):
    """The part that all rules share: when it applies (always, without `when`)."""

    when: When = ()
    """All conditions must be true. The first rule that matches is used, unless that one `continues`."""

    @model_validator(mode="after")
    def _stays_in_the_document(self) -> Self:
        require_paths_inside(self)
        return self


class Rule(DocumentRule):
    """A rule that makes an event of a document, and says how a repeat is recognised."""

    correlation_id: ValueSource | None = None
    """By default the file's."""
    continues: StrictBool = False
    """Whether the rules behind it are asked as well: of a document that says several things."""
    revision: ValueSource = ValueOrigin(constant="0")
    occurred_at: ValueSource
    """A time in ISO 8601, or digits as X12 writes them; without an offset it is in the file's time zone."""
