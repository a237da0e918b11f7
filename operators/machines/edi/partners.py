"""The partners, by all that says which one is meant: an order, a channel, a warehouse, an envelope."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.formats.edifact.segments import Separators
from connectors.formats.edifact.sending.composing import DocumentParty, EdifactSyntax
from connectors.formats.edifact.sending.writing import Correspondent, Notation
from connectors.formats.x12.segments import Delimiters
from connectors.formats.x12.sending.composing import PartnerSyntax, Side
from connectors.formats.x12.sending.writing import Participant
from domain.edi.policy import PartnerPolicy
from domain.identifiers import ChannelId, NodeId, OrderId, PartnerId, SourceId, channel_of
from schemas.channel_language.channel_file import ChannelFile
from schemas.partner_files import x12_partner
from schemas.partner_files.edifact_partner import EdifactPartnerFile, EdifactParty
from schemas.partner_files.loader import AnyPartnerFile


@dataclass(frozen=True, slots=True)
class EdiPartner:
    """One partner: its file, and what rules and writers read of it."""

    file: AnyPartnerFile
    policy: PartnerPolicy
    syntax: PartnerSyntax | EdifactSyntax

    @property
    def longest_qualifier(self) -> int:
        """How long the qualifiers of item numbers are in its syntax: data elements 235 and 7143."""
        return 3 if isinstance(self.syntax, EdifactSyntax) else 2

    def is_named(self, qualifier: str, sender: str) -> bool:
        """Whether its envelopes name it so."""
        theirs = self.file.theirs
        return (theirs.qualifier, theirs.id) == (qualifier, sender)

    def has_application(self, names: Collection[str]) -> bool:
        """Whether one of the groups of an envelope names it (GS02); EDIFACT has no other name for it."""
        theirs = self.file.theirs
        return isinstance(theirs, x12_partner.Party) and theirs.application in names


class Partners:
    """All partners of an installation; there may be none."""

    def __init__(self, files: Iterable[AnyPartnerFile] = (), channels: Iterable[ChannelFile] = ()) -> None:
        by_source = {channel.source_id: channel for channel in channels}
        partners = [_partner(file, by_source[file.source]) for file in files]
        self.by_id: Mapping[PartnerId, EdiPartner] = {each.policy.partner_id: each for each in partners}
        self._of_channel: dict[ChannelId, list[EdiPartner]] = {}
        self._of_source: dict[SourceId, list[EdiPartner]] = {}
        self._of_node: dict[NodeId, EdiPartner] = {}
        for each in partners:
            self._of_source.setdefault(each.file.source, []).append(each)
            self._of_node.update(dict.fromkeys(each.policy.nodes, each))
            if each.policy.channel_id:
                self._of_channel.setdefault(each.policy.channel_id, []).append(each)

    def of_order(self, order_id: OrderId) -> EdiPartner | None:
        """Whose order it is; None: no partner's."""
        of_channel = self._of_channel.get(channel_of(order_id))
        if of_channel is None:
            return None
        return next((each for each in of_channel if order_id.startswith(each.policy.order_scope)), None)

    def of_channel(self, channel_id: ChannelId) -> Iterable[EdiPartner]:
        """Those whose orders come through a channel."""
        return self._of_channel.get(channel_id, ())

    def of_node(self, node_id: NodeId) -> EdiPartner | None:
        """Who runs a warehouse."""
        return self._of_node.get(node_id)

    @property
    def run_warehouses(self) -> bool:
        """Whether any of them does."""
        return bool(self._of_node)

    def sending(
        self, source_id: SourceId, qualifier: str, sender: str, applications: Iterable[str]
    ) -> EdiPartner | None:
        """Who sends an envelope: by its qualifier and id, and by GS02 where partners differ in nothing else."""
        found = [each for each in self._of_source.get(source_id, ()) if each.is_named(qualifier, sender)]
        named = set(applications)
        return next((each for each in found if each.has_application(named)), found[0] if found else None)


def _partner(file: AnyPartnerFile, channel: ChannelFile) -> EdiPartner:
    syntax = _edifact(file) if isinstance(file, EdifactPartnerFile) else _x12(file)
    return EdiPartner(file, file.policy(channel), syntax)


def _x12(file: x12_partner.X12PartnerFile) -> PartnerSyntax:
    used = file.delimiters
    return PartnerSyntax(
        ours=_side(file.ours),
        theirs=_side(file.theirs),
        delimiters=Delimiters(used.element, used.component, used.repetition, used.segment),
        encoding=file.encoding,
        units=file.units,
        carriers=file.carriers,
        timezone=ZoneInfo(file.timezone),
        marks=file.labels.marks if file.labels else "GM",
        freight_terms=file.freight_terms,
    )


def _side(party: x12_partner.Party) -> Side:
    return Side(Participant(party.qualifier, party.id), party.application)


def _edifact(file: EdifactPartnerFile) -> EdifactSyntax:
    used = file.separators
    notation = Notation(
        Separators(used.component, used.element, used.release, used.segment),
        used.decimal,
        file.character_set,
        file.syntax_version,
        has_advice=file.service_string,
    )
    return EdifactSyntax(
        notation=notation,
        ours=_party(file.ours),
        theirs=_party(file.theirs),
        units=file.units,
        carriers=file.carriers,
        timezone=ZoneInfo(file.timezone),
        verdicts=file.answer_codes,
        package=file.package,
    )


def _party(party: EdifactParty) -> DocumentParty:
    return DocumentParty(
        Correspondent(party.id, party.qualifier, party.address), party.number or party.id, party.tax_number
    )


NO_PARTNERS = Partners()
