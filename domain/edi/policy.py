"""What is agreed with a partner, as its partner file says."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.durations import DAY_MS
from domain.identifiers import ChannelId, NodeId, PartnerId
from domain.messages.edi.documents import EdiDocumentKind


@dataclass(frozen=True, slots=True)
class DocumentTerms:
    """A kind of document that a partner wants."""

    version: str
    """GS08, or the directory of an EDIFACT message."""
    within_ms: int = 0
    """How long after its cause it is due (order received, goods shipped); 0: no deadline is agreed."""
    by_carton: bool = False
    """Of a ship notice: whether it says what is in which carton, where the warehouse has said so."""
    corrects: bool = True
    """Of a ship notice: whether it is replaced, or cancelled, when units of its shipment are taken back."""
    name: str = ""
    """What the partner calls it: its set, or its message."""


@dataclass(frozen=True, slots=True)
class LabelNumbers:
    """The serial numbers that we may give to packs; no other partner file has one of them."""

    company_prefix: str
    extension: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PartnerPolicy:
    """One partner."""

    partner_id: PartnerId
    channel_id: ChannelId
    """Its orders are of this channel; empty: it orders nothing (a warehouse)."""
    order_scope: str
    """Its order ids begin with this."""
    documents: Mapping[EdiDocumentKind, DocumentTerms]
    nodes: frozenset[NodeId] = frozenset()
    """The warehouses that it runs for us."""
    acknowledged_within_ms: int = DAY_MS
    """How long it may take to acknowledge a document of ours; 0: it acknowledges none."""
    inventory_every_ms: int = 0
    """How long changes of availability are gathered for one advice."""
    remembered_ms: int = 90 * DAY_MS
    """How long an interchange is known again, and a closed order or an unanswered document is kept."""
    labels: LabelNumbers | None = None
    """None: warehouses name every pack themselves."""
    answers_duplicates: bool = False
    """Whether an interchange that comes again is acknowledged again."""
    acknowledged_by_application: bool = False
    """Whether only its application's answer closes a document of ours (an APERAK, beside its CONTRL)."""

    def wants(self, kind: EdiDocumentKind) -> DocumentTerms | None:
        """Its terms for a kind of document; None where it does not want it."""
        return self.documents.get(kind)

    def name_of(self, kind: EdiDocumentKind) -> str:
        """What it calls a kind of document."""
        terms = self.documents.get(kind)
        return terms.name if terms is not None and terms.name else kind.value
