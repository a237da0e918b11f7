"""A partner that is written EDIFACT."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, StrictBool, model_validator

from domain.edi.policy import DocumentTerms
from domain.messages.edi.documents import AnswerVerdict, EdiDocumentKind
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

_Id = Annotated[str, Field(pattern=r"^[ -~]{1,35}$")]
_CodeOfId = Annotated[str, Field(pattern=r"^[A-Z0-9]{0,4}$")]
_Address = Annotated[str, Field(pattern=r"^[ -~]{0,14}$")]
_Number = Annotated[str, Field(pattern=r"^[ -~]{0,17}$")]
_Code = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]
_Directory = Annotated[str, Field(pattern=r"^D(9[6-9]|0[01])[AB](:[A-Z0-9]{1,6})?$")]
_STANDARD: Final = (":", "+", ".", "?", "'")


class EdifactMessageType(StrEnum):
    """What can be sent, by its message type."""

    CONTRL = "CONTRL"
    ORDRSP = "ORDRSP"
    DESADV = "DESADV"
    INVOIC = "INVOIC"


_KINDS: Final[Mapping[EdifactMessageType, EdiDocumentKind]] = {
    EdifactMessageType.CONTRL: EdiDocumentKind.ACKNOWLEDGEMENT,
    EdifactMessageType.ORDRSP: EdiDocumentKind.ORDER_ANSWER,
    EdifactMessageType.DESADV: EdiDocumentKind.SHIP_NOTICE,
    EdifactMessageType.INVOIC: EdiDocumentKind.INVOICE,
}


class EdifactParty(Agreed):
    """One side: how UNB and NAD name it."""

    id: _Id
    """Data element 0004 or 0010, such as a GLN."""
    qualifier: _CodeOfId = ""
    """Data element 0007, such as 14 of a GLN."""
    address: _Address = ""
    """Data element 0008 or 0014: for routing within its organisation."""
    number: _Number = ""
    """By what NAD names it (3039), where that is not its id."""
    tax_number: Annotated[str, Field(max_length=35)] = ""
    """RFF+VA."""

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if len(self.number or self.id) > 17:  # noqa: PLR2004  data element 3039
            raise ValueError("an id of more than 17 characters does not fit into NAD: give it a number")
        return self


class SeparatorSet(Agreed):
    """The service characters, as in UNA."""

    component: Separator = ":"
    element: Separator = "+"
    decimal: Literal[".", ","] = "."
    release: Separator = "?"
    segment: Separator = "'"

    @model_validator(mode="after")
    def _are_of_use(self) -> Self:
        used = [self.component, self.element, self.release, self.segment]
        if any(one.isalnum() or one in "- *.," or not one.isascii() or not one.isprintable() for one in used):
            shown = " ".join(map(repr, used))
            raise ValueError(f"a letter, a digit, a blank or one of - * . , is no separator: {shown}")
        if len(set(used)) != len(used):
            raise ValueError(f"two separators are the same: {' '.join(map(repr, used))}")
        return self

    @property
    def is_standard(self) -> bool:
        """Whether a reader knows them without UNA."""
        return (self.component, self.element, self.decimal, self.release, self.segment) == _STANDARD


class Verdicts(Agreed):
    """What an answer says of the whole order: data element 1225 of BGM."""

    accepted: _Code = "29"
    changed: _Code = "4"
    rejected: _Code = "27"


class EdifactSection(SharedSection):
    """One message that the partner wants."""

    version: _Directory = "D96A"
    """The directory, and behind a colon the subset's code: `D01B:EAN010`. A CONTRL has that of its syntax."""
    changes: StrictBool = True
    """Of an ORDRSP: whether it answers changes and cancellations too, or orders alone."""


class EdifactPartnerFile(PartnerFile):
    """All that is agreed with one partner."""

    format: ClassVar = RecordFormat.EDIFACT

    syntax: Literal["edifact"]
    theirs: EdifactParty
    ours: EdifactParty
    character_set: Literal["UNOA", "UNOB", "UNOC", "UNOY"] = "UNOC"
    """Data element 0001: the characters that it takes; letters that it does not have become their base letters."""
    syntax_version: Literal[3, 4] = 3
    """Data element 0002."""
    service_string: StrictBool = True
    """Whether each interchange begins with UNA."""
    separators: SeparatorSet = SeparatorSet()
    units: Mapping[KnownUnit, _Code] = {}
    """Our units to its own (6411); one that is not named is written as UN/ECE Recommendation 20 has it."""
    carriers: Mapping[CarrierName, Annotated[str, Field(pattern=r"^[A-Z0-9]{1,17}$")]] = {}
    """What warehouses call a carrier, to the partner's code of it (TDT)."""
    package: Annotated[str, Field(pattern=r"^[A-Z0-9]{0,3}$")] = ""
    """What packs are (7065), such as CT; empty: not said."""
    verdicts: Verdicts = Verdicts()
    acknowledged_by: Literal["CONTRL", "APERAK"] = "CONTRL"
    """What closes a document of ours. Whatever it is, a rejection by either counts."""
    documents: Annotated[Mapping[EdifactMessageType, EdifactSection], Field(min_length=1)]
    """What it wants, by message; what is not named is not sent."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        sections = {_KINDS[message]: each for message, each in self.documents.items()}
        check_sections(sections, {kind: message.value for message, kind in _KINDS.items()})
        if any(
            "changes" in each.model_fields_set
            for kind, each in self.documents.items()
            if kind != EdifactMessageType.ORDRSP
        ):
            raise ValueError("documents: changes are of an ORDRSP")
        if not (self.service_string or self.separators.is_standard):
            raise ValueError("service_string: other separators than the usual ones have to be said in UNA")
        if self.character_set == "UNOY" and self.syntax_version == 3:  # noqa: PLR2004  the version without UNOY
            raise ValueError("character_set: UNOY is of syntax version 4")
        if self.nodes or "inventory_every_minutes" in self.model_fields_set:
            raise ValueError("nodes, inventory_every_minutes: orders to warehouses and stock are written in X12 only")
        return self

    @property
    def envelope_names(self) -> tuple[str, ...]:
        """The id alone."""
        return (self.theirs.id,)

    @property
    def acknowledged_by_application(self) -> bool:
        """Whether an APERAK has to come."""
        return self.acknowledged_by == "APERAK"

    @property
    def answer_codes(self) -> Mapping[AnswerVerdict, str]:
        """Data element 1225 by what becomes of an order."""
        return {
            AnswerVerdict.ACCEPTED: self.verdicts.accepted,
            AnswerVerdict.CHANGED: self.verdicts.changed,
            AnswerVerdict.REJECTED: self.verdicts.rejected,
        }

    @property
    def wanted(self) -> Mapping[EdiDocumentKind, DocumentTerms]:
        """Each kind by its message: an ORDRSP answers orders, and changes where it may."""
        return dict(self._terms())

    def _terms(self) -> Iterator[tuple[EdiDocumentKind, DocumentTerms]]:
        for message, section in self.documents.items():
            kinds = [_KINDS[message]]
            if message is EdifactMessageType.ORDRSP and section.changes:
                kinds.append(EdiDocumentKind.CHANGE_ANSWER)
            for kind in kinds:
                yield kind, section.terms(section.version, message.value, kind)
