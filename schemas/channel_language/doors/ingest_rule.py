"""What a source may send over HTTP, and how it proves that it is the source (`orderline serve ingest`).

Secrets are named here and never written here: each is a file of this name in the folder `--secrets`. Two names are for
the time of a rotation, in which a request is accepted that fits either.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, model_validator

from schemas.channel_language.fields import require_paths_inside
from schemas.channel_language.records import RecordFormat
from schemas.channel_language.sources import Part, ValueSource

_MEDIA_TYPES: Final = {
    RecordFormat.JSON: ("application/json",),
    RecordFormat.JSON_LINES: ("application/x-ndjson", "application/jsonl", "application/json"),
    RecordFormat.CSV: ("text/csv",),
    RecordFormat.X12: ("application/edi-x12", "application/octet-stream", "text/plain"),
    RecordFormat.EDIFACT: ("application/edifact", "application/octet-stream", "text/plain"),
}
"""What a request may call its body, by the format of the source."""

HeaderName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
"""A field name of HTTP (RFC 9110, section 5.1)."""
MediaType = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$")]
FormField = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
SecretName = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$")]
"""The name of a file, and never a way out of its folder."""
SecretNames = Annotated[tuple[SecretName, ...], Field(min_length=1, max_length=2)]


class HmacRule(Part):
    """The source signs each body with HMAC-SHA256, as Shopify and WooCommerce do."""

    header: HeaderName
    """The header with the signature."""
    encoding: Literal["base64", "hex"] = "base64"
    prefix: Annotated[str, Field(max_length=20)] = ""
    """What stands before the signature, such as `sha256=`."""
    secrets: SecretNames
    """One secret, or the present and the next one."""


class BearerRule(Part):
    """The source sends a token, `Authorization: Bearer TOKEN`."""

    secrets: SecretNames
    """One token, or the present and the next one."""


class IngestRule(Part):
    """The source may send its records over HTTP."""

    hmac_sha256: HmacRule | None = None
    bearer: BearerRule | None = None
    content_types: tuple[MediaType, ...] = ()
    """What a request may call its body; by default what is usual for the format."""
    pass_headers: Annotated[tuple[HeaderName, ...], Field(max_length=20)] = ()
    """Headers that are kept with the record, besides those that the rules of this file read."""
    key: ValueSource | None = None
    """Bodies with one key keep their order, such as those about one order: from the first document of the body."""
    answer_refusals: StrictBool = False
    """Whether a body that this file refuses as a whole is answered with the reason, and not stored."""
    test_field: FormField | None = None
    """A form with only this field, a number, is a test of the address: it is answered 200, and not stored."""

    @model_validator(mode="after")
    def _proves_its_source_in_one_way(self) -> Self:
        if (self.hmac_sha256 is None) == (self.bearer is None):
            raise ValueError("give exactly one of hmac_sha256, bearer")
        return self

    @model_validator(mode="after")
    def _reads_its_key_in_the_document(self) -> Self:
        require_paths_inside(self)
        return self

    @property
    def secrets(self) -> SecretNames:
        """The names of the files with the secrets, the present one first."""
        if self.hmac_sha256 is not None:
            return self.hmac_sha256.secrets
        return () if self.bearer is None else self.bearer.secrets

    def media_types(self, record_format: RecordFormat) -> tuple[str, ...]:
        """What a request may call its body."""
        return self.content_types or _MEDIA_TYPES[record_format]
