"""The partners, by all that says which one is meant: an order, a channel, a warehouse, an envelope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.formats.x12.segments import Delimiters
from connectors.formats.x12.sending.composing import PartnerSyntax
from domain.edi.policy import PartnerPolicy
from domain.identifiers import ChannelId, NodeId, OrderId, PartnerId, SourceId, channel_of
from schemas.channel_language.channel_file import ChannelFile
from schemas.partner_file import PartnerFile


@dataclass(frozen=True, slots=True)
class EdiPartner:
    """One partner: its file, and what rules and writers read of it."""

    file: PartnerFile
    policy: PartnerPolicy
    syntax: PartnerSyntax


class Partners:
    """All partners of an installation; there may be none."""

    def __init__(self, files: Iterable[PartnerFile] = (), channels: Iterable[ChannelFile] = ()) -> None:
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
        """Who sends an envelope: by ISA05, ISA06, and by GS02 where partners differ in nothing else."""
        found = [
            each
            for each in self._of_source.get(source_id, ())
            if (each.file.theirs.qualifier, each.file.theirs.id) == (qualifier, sender)
        ]
        named = set(applications)
        return next((each for each in found if each.file.theirs.application in named), found[0] if found else None)


def _partner(file: PartnerFile, channel: ChannelFile) -> EdiPartner:
    used = file.delimiters
    syntax = PartnerSyntax(
        delimiters=Delimiters(used.element, used.component, used.repetition, used.segment),
        encoding=file.encoding,
        units=file.units,
        carriers=file.carriers,
        timezone=ZoneInfo(file.timezone),
        marks=file.labels.marks if file.labels else "GM",
        freight_terms=file.freight_terms,
    )
    return EdiPartner(file, file.policy(channel), syntax)


NO_PARTNERS = Partners()
