"""What makes two messages of a source the same business document (docs/domain.md#deduplication)."""

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from schemas.channel_language.sources import Part, ValueSource


class DocumentMode(StrEnum):
    """How a business document (a shipment, a return) travels in messages."""

    WHOLE = "whole"
    """One message tells all of it: its number under another message id is a repeat, or a conflict."""
    IN_PARTS = "in_parts"
    """Several messages, each with the number of its part (a carton, a package)."""
    BY_MESSAGE = "by_message"
    """Several messages without numbers of their parts: only message ids tell a repeat from another part."""


class NumberedDocument(Part):
    """A rule for records that are business documents with numbers."""

    document: DocumentMode = DocumentMode.WHOLE
    part: ValueSource | None = None
    """The number of the part; only, and always, with `document: in_parts`."""

    @model_validator(mode="after")
    def _numbers_its_parts(self) -> Self:
        if (self.document is DocumentMode.IN_PARTS) != (self.part is not None):
            raise ValueError("`part` goes with `document: in_parts`, which needs it")
        return self
