"""The file of one EDI partner (`schemas/partners/<partner_id>.yaml`): who it is, what it wants, and how it writes.

Mistakes are found when the file is read: each is one line with file, line, field and what was seen.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from domain.durations import DAY_MS
from domain.edi.policy import DocumentTerms, LabelNumbers, PartnerPolicy
from domain.identifiers import ChannelId, NodeId, PartnerId, SourceId, scoped_order_id_of
from domain.messages.edi.documents import EdiDocumentKind
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.records import RecordFormat
from schemas.iso_codes import UNITS
from schemas.yaml_files import YamlFileInvalid, read_yaml

PARTNERS: Final = Path(__file__).parent / "partners"
"""The partner files that come with Orderline."""

_MINUTE_MS: Final = 60_000
_MONTH_MINUTES: Final = 31 * 24 * 60
_SSCC_DIGITS: Final = 16
"""Of prefix and serial number together."""

Minutes = Annotated[StrictInt, Field(ge=0, le=_MONTH_MINUTES)]
Qualifier = Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")]
EnvelopeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._&/-]{1,15}$")]
"""ISA06, ISA08, GS02, GS03: no longer than the standard allows, and no character that partners use as delimiter."""
Version = Annotated[str, Field(pattern=r"^00[4-8][0-9]{3}[A-Z0-9]{0,6}$")]
Delimiter = Annotated[str, Field(min_length=1, max_length=1)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")]
CarrierCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,4}$")]


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


class _Agreed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(_Agreed):
    """One side of an envelope: ISA05 and ISA06, GS02; or ISA07 and ISA08, GS03."""

    qualifier: Qualifier
    id: EnvelopeId
    application: EnvelopeId


class DelimiterSet(_Agreed):
    """The characters between segments, elements, components and repetitions."""

    element: Delimiter = "*"
    component: Delimiter = ">"
    segment: Delimiter = "~"
    repetition: Delimiter = "^"
    """From version 00402 on."""

    @model_validator(mode="after")
    def _are_of_use(self) -> Self:
        used = [self.element, self.component, self.segment, self.repetition]
        if any(one.isalnum() or one == " " or not one.isascii() for one in used):
            raise ValueError(f"a letter, a digit or a blank is no delimiter: {' '.join(map(repr, used))}")
        if len(set(used)) != len(used):
            raise ValueError(f"two delimiters are the same: {' '.join(map(repr, used))}")
        if "\n" in {self.element, self.component, self.repetition}:
            raise ValueError("only segments may end with a line end")
        return self


class LabelRange(_Agreed):
    """The serial shipping container codes that packs for this partner get, and how they are written."""

    company_prefix: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")]
    """Our GS1 company prefix."""
    extension: Annotated[StrictInt, Field(ge=0, le=9)] = 0
    first: Annotated[StrictInt, Field(ge=0)] = 1
    last: Annotated[StrictInt, Field(ge=0)]
    marks: Literal["GM", "AA"] = "GM"
    """MAN01: GM is an SSCC with its application identifier 00 before it, AA one without."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        most = 10 ** (_SSCC_DIGITS - len(self.company_prefix)) - 1
        if not self.first <= self.last <= most:
            asked = f"first {self.first} to last {self.last}"
            raise ValueError(f"{asked}: the prefix {self.company_prefix} has serial numbers 0 to {most}")
        return self


class DocumentSection(_Agreed):
    """One kind of document that the partner wants."""

    version: Version = "004010"
    """GS08. A 997 is in the version of what it acknowledges."""
    within_minutes: Minutes = 0
    """How long after its cause it is due; 0: no time is agreed."""
    cartons: StrictBool = False
    """Of an 856: whether it says what is in which carton, where the warehouse does. Else a shipment is one pack."""
    corrections: Literal["replaced", "by_hand"] = "replaced"
    """Of an 856 whose shipment is taken back: replaced (BSN01 `05`, and `01` when nothing is left), or a case."""


class Usage(StrEnum):
    """ISA15."""

    PRODUCTION = "production"
    TEST = "test"


_WITH_DEADLINE: Final = frozenset({EdiDocumentKind.ORDER_ANSWER, EdiDocumentKind.SHIP_NOTICE, EdiDocumentKind.INVOICE})
_OF_ORDERS: Final = frozenset(
    {
        EdiDocumentKind.ORDER_ANSWER,
        EdiDocumentKind.CHANGE_ANSWER,
        EdiDocumentKind.SHIP_NOTICE,
        EdiDocumentKind.INVOICE,
        EdiDocumentKind.ORDER_STATUS,
        EdiDocumentKind.INVENTORY,
    }
)


class PartnerFile(_Agreed):
    """All that is agreed with one partner."""

    partner_id: Annotated[PartnerId, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    """For people."""
    source: SourceId
    """The channel file through which its documents come in."""
    theirs: Party
    ours: Party
    usage: Usage = Usage.PRODUCTION
    """A partner in test gets every document marked as test (ISA15 is T)."""
    order_scope: tuple[str, ...] = ()
    """What the channel file's `order_scope` finds in its documents; by default its qualifier, id and application."""
    nodes: frozenset[NodeId] = frozenset()
    """The warehouses that it runs for us, and whose orders to ship it gets (940)."""
    delimiters: DelimiterSet = DelimiterSet()
    encoding: Literal["ascii", "latin-1", "utf-8"] = "ascii"
    """The characters that it takes; letters that it does not have become their base letters."""
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    """Where the days and hours in its documents are."""
    units: Mapping[Annotated[str, AfterValidator(_known_unit)], UnitCode] = {}
    """Our units to its own (X12 data element 355); a line in another one cannot be written."""
    carriers: Mapping[str, CarrierCode] = {}
    """What warehouses call a carrier, to its SCAC."""
    freight_terms: Literal["PP", "CC", "PC"] = "PP"
    """W6601: who pays the carrier; prepaid, collect, prepaid and charged to the customer."""
    labels: LabelRange | None = None
    """Without it, warehouses must name every pack by an SSCC of their own."""
    documents: Annotated[Mapping[EdiDocumentKind, DocumentSection], Field(min_length=1)]
    """What it wants, by X12 transaction set; what is not named is not sent."""
    inventory_every_minutes: Minutes = 60
    """How long changes of availability are gathered for one 846."""
    acknowledged_within_minutes: Minutes = 1440
    """How long it may take to acknowledge what we send; 0: it acknowledges nothing."""
    remembered_days: Annotated[StrictInt, Field(ge=1, le=3650)] = 90
    """How long an interchange is known again, and a closed order and an unanswered document are kept."""
    answers_duplicates: StrictBool = False
    """Whether an interchange that comes again, with the same content, is acknowledged again."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        due = {kind for kind, each in self.documents.items() if each.within_minutes}
        late = sorted(due - _WITH_DEADLINE)
        if late:
            raise ValueError(f"documents {', '.join(late)}: only {', '.join(sorted(_WITH_DEADLINE))} are due at a time")
        others = (each for kind, each in self.documents.items() if kind is not EdiDocumentKind.SHIP_NOTICE)
        if any({"cartons", "corrections"} & each.model_fields_set for each in others):
            raise ValueError("documents: cartons and corrections are of an 856")
        if EdiDocumentKind.WAREHOUSE_ORDER in self.documents and not self.nodes:
            raise ValueError("documents 940: a partner that gets orders to ship runs a warehouse: name its nodes")
        if self.nodes and EdiDocumentKind.WAREHOUSE_ORDER not in self.documents:
            raise ValueError("nodes: the warehouses of a partner are told by 940, which its documents do not have")
        if EdiDocumentKind.INVENTORY in self.documents and not self.inventory_every_minutes:
            raise ValueError("inventory_every_minutes: an 846 needs at least a minute")
        return self

    def policy(self, channel: ChannelFile) -> PartnerPolicy:
        """The agreement as the rules read it."""
        orders = any(kind in _OF_ORDERS for kind in self.documents)
        labels = self.labels
        return PartnerPolicy(
            partner_id=self.partner_id,
            channel_id=channel.channel_id if orders else ChannelId(""),
            order_scope=self.scope_of(channel) if orders else "",
            documents={
                kind: DocumentTerms(
                    each.version,
                    each.within_minutes * _MINUTE_MS,
                    by_carton=each.cartons,
                    corrects=each.corrections == "replaced",
                )
                for kind, each in self.documents.items()
            },
            nodes=self.nodes,
            acknowledged_within_ms=self.acknowledged_within_minutes * _MINUTE_MS,
            inventory_every_ms=self.inventory_every_minutes * _MINUTE_MS,
            remembered_ms=self.remembered_days * DAY_MS,
            labels=None
            if labels is None
            else LabelNumbers(labels.company_prefix, labels.extension, labels.first, labels.last),
            answers_duplicates=self.answers_duplicates,
        )

    def scope_of(self, channel: ChannelFile) -> str:
        """What the ids of its orders begin with."""
        scope = self.order_scope or (self.theirs.qualifier, self.theirs.id, self.theirs.application)
        if not channel.order_scope:
            scope = ()
        return scoped_order_id_of(channel.channel_id, scope, "", "")


def load_partner_files(channels: Iterable[ChannelFile], folder: Path = PARTNERS) -> Mapping[PartnerId, PartnerFile]:
    """All partner files of a folder, by partner_id; `YamlFileInvalid` for the first wrong one. There may be none."""
    by_source = {channel.source_id: channel for channel in channels}
    files: dict[PartnerId, PartnerFile] = {}
    for path in sorted(folder.glob("*.yaml")):
        partner = load_partner_file(path, by_source)
        _check_others(path, partner, files.values())
        files[partner.partner_id] = partner
    return files


def load_partner_file(path: Path, channels: Mapping[SourceId, ChannelFile]) -> PartnerFile:
    """One partner file; its channel file has to be among `channels`."""
    file = read_yaml(path)
    partner = file.as_model(PartnerFile)
    if path.stem != partner.partner_id:
        named = f"is {partner.partner_id!r}, but the file must then be {partner.partner_id}.yaml"
        raise file.invalid("partner_id", named)
    channel = channels.get(partner.source)
    if channel is None or channel.format is not RecordFormat.X12:
        known = sorted(each.source_id for each in channels.values() if each.format is RecordFormat.X12)
        raise file.invalid("source", f"there is no channel file {partner.source!r} of format x12: {_listed(known)}")
    scope = partner.order_scope or ("", "", "")
    if channel.order_scope and len(scope) != len(channel.order_scope):
        field = "order_scope" if partner.order_scope else "source"
        raise file.invalid(
            field,
            f"the channel file {channel.source_id} makes the scope of an order of {len(channel.order_scope)} fields,"
            f" not of {len(scope)}: write order_scope with that many",
        )
    return partner


def _check_others(path: Path, partner: PartnerFile, others: Iterable[PartnerFile]) -> None:
    """Two partners must not answer for the same envelope, give the same label, or run the same warehouse."""
    for other in others:
        clash = ""
        if (partner.source, partner.theirs) == (other.source, other.theirs):
            clash = "theirs: the same ids"
        elif _share_labels(partner.labels, other.labels):
            clash = "labels: serial numbers"
        elif partner.nodes & other.nodes:
            clash = f"nodes: {', '.join(sorted(partner.nodes & other.nodes))}"
        if clash:
            raise YamlFileInvalid(f"{path}: {clash} that the partner file {other.partner_id}.yaml has too")


def _share_labels(one: LabelRange | None, other: LabelRange | None) -> bool:
    if one is None or other is None:
        return False
    if (one.company_prefix, one.extension) != (other.company_prefix, other.extension):
        return False
    return one.first <= other.last and other.first <= one.last


def _listed(names: Collection[str]) -> str:
    return f"choose from {', '.join(names)}" if names else "there is none"
