"""What is agreed with one EDI partner in any syntax: who it is, which documents it wants, how long things take.

Mistakes are found when the file is read: each is one line with file, line, field and what was seen.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from domain.durations import DAY_MS
from domain.edi.policy import DocumentTerms, LabelNumbers, PartnerPolicy
from domain.identifiers import ChannelId, NodeId, PartnerId, SourceId, scoped_order_id_of
from domain.messages.edi.documents import EdiDocumentKind
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import RecordFormat
from schemas.iso_codes import UNITS

MINUTE_MS: Final = 60_000
_MONTH_MINUTES: Final = 31 * 24 * 60
_SSCC_DIGITS: Final = 16
"""Of prefix and serial number together."""

Minutes = Annotated[StrictInt, Field(ge=0, le=_MONTH_MINUTES)]
Separator = Annotated[str, Field(min_length=1, max_length=1)]
CarrierName = str
"""What a warehouse calls a carrier."""


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is no time zone") from None
    return name


def _known_unit(code: str) -> str:
    if code not in UNITS:
        raise ValueError(f"{code!r} is no unit of UN/ECE Recommendation 20 that we know (schemas/iso_codes.py)")
    return code


KnownUnit = Annotated[str, AfterValidator(_known_unit)]


class Agreed(BaseModel):
    """A part of a partner file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelRange(Agreed):
    """The serial shipping container codes that packs for this partner get, and how they are written."""

    company_prefix: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")]
    """Our GS1 company prefix."""
    extension: Annotated[StrictInt, Field(ge=0, le=9)] = 0
    first: Annotated[StrictInt, Field(ge=0)] = 1
    last: Annotated[StrictInt, Field(ge=0)]
    marks: Literal["GM", "AA"] = "GM"
    """MAN01 of X12: GM is an SSCC with its application identifier 00 before it, AA one without."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        most = 10 ** (_SSCC_DIGITS - len(self.company_prefix)) - 1
        if not self.first <= self.last <= most:
            asked = f"first {self.first} to last {self.last}"
            raise ValueError(f"{asked}: the prefix {self.company_prefix} has serial numbers 0 to {most}")
        return self

    def overlaps(self, other: "LabelRange") -> bool:
        """Whether a label could be given twice."""
        if (self.company_prefix, self.extension) != (other.company_prefix, other.extension):
            return False
        return self.first <= other.last and other.first <= self.last


class Usage(StrEnum):
    """Whether what the partner is sent counts."""

    PRODUCTION = "production"
    TEST = "test"


class SharedSection(Agreed):
    """What may be agreed of a kind of document in any syntax."""

    within_minutes: Minutes = 0
    """How long after its cause it is due; 0: no time is agreed."""
    cartons: StrictBool = False
    """Of a ship notice: whether it says what is in which carton, where the warehouse does. Else it has one pack."""
    corrections: Literal["replaced", "by_hand"] = "replaced"
    """Of one whose shipment is taken back: it is replaced, and cancelled when nothing is left; or that is a case."""

    def terms(self, version: str, name: str, kind: EdiDocumentKind) -> DocumentTerms:
        """As the rules read it; a document is due after its cause only where that is its partner's business."""
        return DocumentTerms(
            version,
            self.within_minutes * MINUTE_MS if kind in WITH_DEADLINE else 0,
            by_carton=self.cartons,
            corrects=self.corrections == "replaced",
            name=name,
        )


WITH_DEADLINE: Final = frozenset({EdiDocumentKind.ORDER_ANSWER, EdiDocumentKind.SHIP_NOTICE, EdiDocumentKind.INVOICE})
OF_ORDERS: Final = frozenset(
    {
        EdiDocumentKind.ORDER_ANSWER,
        EdiDocumentKind.CHANGE_ANSWER,
        EdiDocumentKind.SHIP_NOTICE,
        EdiDocumentKind.INVOICE,
        EdiDocumentKind.ORDER_STATUS,
        EdiDocumentKind.INVENTORY,
    }
)


class PartnerFile(Agreed, ABC):
    """All that is agreed with one partner."""

    format: ClassVar[RecordFormat]
    """Of the channel file through which its documents come in."""

    partner_id: Annotated[PartnerId, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    """For people."""
    source: SourceId
    """The channel file through which its documents come in."""
    usage: Usage = Usage.PRODUCTION
    """A partner in test gets every document marked as test."""
    order_scope: tuple[str, ...] = ()
    """What the channel file's `order_scope` finds in its documents; by default what its envelopes name it by."""
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    """Where the days and hours in its documents are."""
    labels: LabelRange | None = None
    """Without it, warehouses must name every pack by an SSCC of their own."""
    nodes: frozenset[NodeId] = frozenset()
    """The warehouses that it runs for us, and whose orders to ship it gets (940 of X12)."""
    inventory_every_minutes: Minutes = 60
    """How long changes of availability are gathered for one advice (846 of X12)."""
    acknowledged_within_minutes: Minutes = 1440
    """How long it may take to acknowledge what we send; 0: it acknowledges nothing."""
    remembered_days: Annotated[StrictInt, Field(ge=1, le=3650)] = 90
    """How long an interchange is known again, and a closed order and an unanswered document are kept."""
    answers_duplicates: StrictBool = False
    """Whether an interchange that comes again, with the same content, is acknowledged again."""

    @property
    @abstractmethod
    def envelope_names(self) -> tuple[str, ...]:
        """What its envelopes name it by, in the order of a channel file's `order_scope`."""

    @property
    @abstractmethod
    def wanted(self) -> Mapping[EdiDocumentKind, DocumentTerms]:
        """The documents that it wants; what is not named is not sent."""

    @property
    def acknowledged_by_application(self) -> bool:
        """Whether only its application's answer says that it has a document."""
        return False

    def policy(self, channel: ChannelFile) -> PartnerPolicy:
        """The agreement as the rules read it."""
        wanted, labels = self.wanted, self.labels
        orders = not OF_ORDERS.isdisjoint(wanted)
        return PartnerPolicy(
            partner_id=self.partner_id,
            channel_id=channel.channel_id if orders else ChannelId(""),
            order_scope=self.scope_of(channel) if orders else "",
            documents=wanted,
            nodes=self.nodes,
            acknowledged_within_ms=self.acknowledged_within_minutes * MINUTE_MS,
            inventory_every_ms=self.inventory_every_minutes * MINUTE_MS,
            remembered_ms=self.remembered_days * DAY_MS,
            labels=None
            if labels is None
            else LabelNumbers(labels.company_prefix, labels.extension, labels.first, labels.last),
            answers_duplicates=self.answers_duplicates,
            acknowledged_by_application=self.acknowledged_by_application,
        )

    def scope_of(self, channel: ChannelFile) -> str:
        """What the ids of its orders begin with."""
        scope = (self.order_scope or self.envelope_names) if channel.order_scope else ()
        return scoped_order_id_of(channel.channel_id, scope, "", "")


def check_sections(sections: Mapping[EdiDocumentKind, SharedSection], names: Mapping[EdiDocumentKind, str]) -> None:
    """What is agreed of a kind of document must be of it; `ValueError` says which is not, by their names."""
    late = sorted(names[kind] for kind, each in sections.items() if each.within_minutes and kind not in WITH_DEADLINE)
    if late:
        due = sorted(names[kind] for kind in WITH_DEADLINE)
        raise ValueError(f"documents {', '.join(late)}: only {', '.join(due)} are due at a time")
    others = (each for kind, each in sections.items() if kind is not EdiDocumentKind.SHIP_NOTICE)
    if any({"cartons", "corrections"} & each.model_fields_set for each in others):
        raise ValueError(f"documents: cartons and corrections are of {names[EdiDocumentKind.SHIP_NOTICE]} alone")
