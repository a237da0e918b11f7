"""How the bytes of a source are read: their format, their encoding, the dialect of CSV."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.channel_language.sources import Part, Text


class RecordFormat(StrEnum):
    """The format of a record's bytes."""

    JSON = "json"
    """An object, or a list of objects, each of which is a document."""
    JSON_LINES = "json_lines"
    """The same on each line. A line that cannot be read is refused, and the others are not."""
    CSV = "csv"
    X12 = "x12"
    EDIFACT = "edifact"
    """In the character set that its UNB names, or in UTF-8."""


class Encoding(StrEnum):
    """The character set of the source. What begins with the byte order mark of UTF-8 is UTF-8."""

    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"
    WINDOWS_1252 = "windows-1252"


class CsvDialect(Part):
    """How a source writes CSV."""

    delimiter: Literal[",", ";", "\t", "|"] = ","
    quote: Literal['"', "'", ""] = '"'
    """Around fields with delimiters or line ends; doubled, it stands for itself. Empty: none."""
    columns: Annotated[tuple[Text, ...], Field(max_length=1000)] = ()
    """The names of the columns; without them the first row has them."""
    group_by: Text | None = None
    """The column whose equal values make rows one document, whose lines are `rows`; without it each row is one."""

    @model_validator(mode="after")
    def _names_columns_once(self) -> Self:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("columns: a name is there twice")
        if self.columns and self.group_by is not None and self.group_by not in self.columns:
            raise ValueError(f"group_by: {self.group_by!r} is not one of the columns")
        return self
