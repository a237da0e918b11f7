"""What a channel file says about its source's topic, for the topic reference and for the topic's creation.

Nothing here changes what a record becomes: so it is no part of the file's fingerprint.
"""

from typing import Annotated, Final

from pydantic import Field, StrictInt

from schemas.channel_language.sources import Part

_MS_PER_DAY: Final = 24 * 3_600_000

Words = Annotated[str, Field(min_length=1, max_length=500)]


class TopicRule(Part):
    """Whose topic it is, what it holds, and for how long; everything else about it follows from the file."""

    description: Words | None = None
    """What the source sends; by default made of the names of the source and its channel."""
    owner: Words | None = None
    """The team to ask; by default the `source_id`."""
    producers: Annotated[tuple[Words, ...], Field(max_length=10)] = ()
    """The systems that write to it; by default `the SOURCE_ID source`."""
    key: Words = "the source's own choice"
    """What the key of a record is: records with one key stay in their order."""
    personal_data: Words = "Whatever the source sends: names and addresses of customers, if it places orders."
    retention_days: Annotated[StrictInt, Field(ge=1, le=3650)] = 14
    """How long a record is kept, and so how far back it can be replayed."""

    @property
    def retention_ms(self) -> int:
        """The same in milliseconds, as a broker counts."""
        return self.retention_days * _MS_PER_DAY
