"""A partner that is written X12."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from domain.edi.policy import DocumentTerms
from domain.messages.edi.documents import EdiDocumentKind
from schemas.channel_language.records import RecordFormat
from schemas.partner_files.agreed import (
    Agreed,
    CarrierName,
    KnownUnit,
    PartnerFile,
    Separator,
    SharedSection,
    check_sections,
)

_Qualifier = Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")]
_EnvelopeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._&/-]{1,15}$")]
"""ISA06, ISA08, GS02, GS03: no longer than the standard allows, and no character that partners use as delimiter."""
_Version = Annotated[str, Field(pattern=r"^00[4-8][0-9]{3}[A-Z0-9]{0,6}$")]
_UnitCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")]
_CarrierCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{2,4}$")]


class Party(Agreed):
    """One side of an envelope: ISA05 and ISA06, GS02; or ISA07 and ISA08, GS03."""

    qualifier: _Qualifier
    id: _EnvelopeId
    application: _EnvelopeId


class DelimiterSet(Agreed):
    """The characters between segments, elements, components and repetitions."""

    element: Separator = "*"
    component: Separator = ">"
    segment: Separator = "~"
    repetition: Separator = "^"
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


class X12Section(SharedSection):
    """One kind of document that the partner wants."""

    version: _Version = "004010"
    """GS08. A 997 is in the version of what it acknowledges."""


class X12PartnerFile(PartnerFile):
    """All that is agreed with one partner."""

    format: ClassVar = RecordFormat.X12

    syntax: Literal["x12"] = "x12"
    theirs: Party
    ours: Party
    delimiters: DelimiterSet = DelimiterSet()
    encoding: Literal["ascii", "latin-1", "utf-8"] = "ascii"
    """The characters that it takes; letters that it does not have become their base letters."""
    units: Mapping[KnownUnit, _UnitCode] = {}
    """Our units to its own (X12 data element 355); a line in another one cannot be written."""
    carriers: Mapping[CarrierName, _CarrierCode] = {}
    """What warehouses call a carrier, to its SCAC."""
    freight_terms: Literal["PP", "CC", "PC"] = "PP"
    """W6601: who pays the carrier; prepaid, collect, prepaid and charged to the customer."""
    documents: Annotated[Mapping[EdiDocumentKind, X12Section], Field(min_length=1)]
    """What it wants, by X12 transaction set; what is not named is not sent."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        check_sections(self.documents, {kind: kind.value for kind in EdiDocumentKind})
        if EdiDocumentKind.WAREHOUSE_ORDER in self.documents and not self.nodes:
            raise ValueError("documents 940: a partner that gets orders to ship runs a warehouse: name its nodes")
        if self.nodes and EdiDocumentKind.WAREHOUSE_ORDER not in self.documents:
            raise ValueError("nodes: the warehouses of a partner are told by 940, which its documents do not have")
        if EdiDocumentKind.INVENTORY in self.documents and not self.inventory_every_minutes:
            raise ValueError("inventory_every_minutes: an 846 needs at least a minute")
        return self

    @property
    def envelope_names(self) -> tuple[str, ...]:
        """Qualifier, id and application."""
        return self.theirs.qualifier, self.theirs.id, self.theirs.application

    @property
    def wanted(self) -> Mapping[EdiDocumentKind, DocumentTerms]:
        """Each kind by its set."""
        return {kind: each.terms(each.version, str(kind), kind) for kind, each in self.documents.items()}
