"""What a channel file says of a table beside it."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.channel_language.sources import Id, Part, Text


class TableRule(Part):
    """A CSV file of a partner's numbers, or of whatever is too long or changes too often to stand in the channel file.

    Its first row has the names of the columns. Each column that is no key is a code list, `TABLE.COLUMN`.
    """

    file: Text
    """In the folder of the channel file, or in one below it."""
    key: Annotated[tuple[Id, ...], Field(min_length=1, max_length=5)]
    """The columns by which a row is found. Several are joined as `parts` joins them."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
