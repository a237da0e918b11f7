"""A channel file: how one source speaks, and how we treat it. A new marketplace is a new file, no code.

The files lie in `schemas/channels/*.yaml`. They are strict: a field that is not known, a code that is in no list of
the standard, a code list that nobody declared is an error with file, line and field.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator

from domain.messages.orders import OrderPolicy, PromisePolicy, ReleaseGate
from schemas.channel_language.fields import sources_of, top_level_fields
from schemas.channel_language.rules import EventRule
from schemas.channel_language.sources import Id, Part, Path, Text, ValueSource
from schemas.iso_codes import COUNTRIES, CURRENCIES, UNITS

_STANDARD_LISTS = {"unit": UNITS, "country": COUNTRIES | {""}}
"""A country may be empty: the source names no one country."""


class ChannelKind(StrEnum):
    """What a source sends: demand, or facts from a warehouse."""

    ORDERS = "orders"
    WAREHOUSE = "warehouse"


_FOREIGN: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.ORDERS: ("GoodsReceived", "StockAdjusted"),
    ChannelKind.WAREHOUSE: ("OrderPlaced",),
}
"""What a source of a kind has no business to say."""


class RecordFormat(StrEnum):
    """How the bytes of a record are read."""

    JSON = "json"
    X12 = "x12"


class Encoding(StrEnum):
    """The character set of the source."""

    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not a currency of ISO 4217")
    return code


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone of the IANA database, like Europe/Berlin") from None
    return name


class ExtensionsRule(Part):
    """What is kept of the fields that no rule names."""

    leave_out: tuple[Text, ...] = ()
    """Top-level fields not kept, with `*` as in file names: noise, and what changes from one delivery to the next."""


class LimitsRule(Part):
    """The numbers that nothing of this source reaches; a document with a larger one is refused."""

    quantity: Annotated[StrictInt, Field(ge=1, le=1_000_000_000)] = 1_000_000_000
    """Units of a line, and of an item over all lines of a document."""
    unit_price: Annotated[StrictInt, Field(ge=1, le=1_000_000_000)] = 1_000_000_000
    """In whole units of the currency."""
    document: Annotated[StrictInt, Field(ge=1, le=10_000_000_000_000)] = 10_000_000_000_000
    """Quantity times price over all lines and charges, in whole units of the currency."""


class FailureLimit(Part):
    """How much of what a source sends may fail before the source is stopped: both numbers must be reached."""

    window: Annotated[StrictInt, Field(ge=1, le=100_000)] = 500
    """Of so many of its last records."""
    failures: Annotated[StrictInt, Field(ge=1, le=100_000)] = 100
    """So many could not be taken: dead letters, and records of which every document was refused."""
    percent: Annotated[StrictInt, Field(ge=1, le=100)] = 50
    """And these are so large a share of them, or larger."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.failures > self.window:
            raise ValueError(f"failures ({self.failures}) is more than window ({self.window}): it is never reached")
        return self


class ChannelFile(Part):
    """One source, whole."""

    source_id: Id
    channel_id: Id
    region: Id
    kind: ChannelKind
    format: RecordFormat
    version: Annotated[StrictInt, Field(ge=1)]
    encoding: Encoding = Encoding.UTF_8
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    currency: Annotated[str, AfterValidator(_known_currency)]
    priority_class: Annotated[StrictInt, Field(ge=0, le=9)]
    """0 is the most urgent."""
    promise_policy: PromisePolicy = PromisePolicy.SHIP_AVAILABLE
    release_gate: ReleaseGate = ReleaseGate.BOOKED
    erp_id: Id
    nodes: Annotated[tuple[Id, ...], Field(min_length=1)]
    answer_duplicates: StrictBool = False
    dedup_horizon_days: Annotated[StrictInt, Field(ge=1, le=3650)]
    future_tolerance_s: Annotated[StrictInt, Field(ge=0, le=86_400)]
    max_record_bytes: Annotated[StrictInt, Field(ge=1, le=16_777_216)]
    failure_limit: FailureLimit = FailureLimit()
    code_lists: Mapping[Id, Mapping[str, str]] = {}
    """The source's code on the left, ours on the right; values of `unit` and `country` must be in the standard."""
    limits: LimitsRule = LimitsRule()
    extensions: ExtensionsRule = ExtensionsRule()
    documents: tuple[Path, ...] = ()
    """Where a record's document lies, when it is wrapped: the first path that exists. A list holds several."""
    correlation_id: ValueSource
    events: Annotated[tuple[EventRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _uses_declared_code_lists(self) -> Self:
        for source in sources_of(self):
            if source.codes is not None and source.codes not in self.code_lists:
                raise ValueError(f"the code list {source.codes!r} is used and not declared in code_lists")
        return self

    @model_validator(mode="after")
    def _maps_to_standard_codes(self) -> Self:
        for name, standard in _STANDARD_LISTS.items():
            unknown = sorted(set(self.code_lists.get(name, {}).values()) - standard)
            if unknown:
                raise ValueError(f"code_lists.{name}: {', '.join(unknown)} not in the standard (schemas/iso_codes.py)")
        return self

    @model_validator(mode="after")
    def _keeps_to_its_kind(self) -> Self:
        for rule in self.events:
            if rule.event in _FOREIGN[self.kind]:
                raise ValueError(f"a source of kind {self.kind} cannot send {rule.event}")
        return self

    @cached_property
    def named_fields(self) -> frozenset[str]:
        """The top-level fields that any rule takes a value from; all others are extensions."""
        return frozenset(top_level_fields(self))

    @property
    def order_policy(self) -> OrderPolicy:
        """How the channel's orders are treated, as it is joined to each."""
        return OrderPolicy(
            promise=self.promise_policy,
            release_gate=self.release_gate,
            erp_id=self.erp_id,
            priority_class=self.priority_class,
            nodes=self.nodes,
            answer_duplicates=self.answer_duplicates,
            channel_file_version=self.version,
        )
