"""Shipments that a partner is told of: a row a shipment, with what it was told, for as long as its order is kept."""

from domain.edi import cases, notices
from domain.edi.cases import NamedDocument
from domain.edi.notices import KeptNotice
from domain.edi.policy import DocumentTerms, PartnerPolicy
from domain.identifiers import OrderId, PartnerId
from domain.messages.cases import Case
from domain.messages.edi.documents import EdiDocumentKind
from domain.messages.edi.events import PartnerOrderMoved, PartnerStep
from operators.engine.partition import Partition
from operators.machines.edi import rows
from operators.machines.edi.rows import key


def note(partition: Partition, policy: PartnerPolicy, terms: DocumentTerms, moved: PartnerOrderMoved) -> Case | None:
    """Keep what a step changes of a shipment; the case of what has to be told by hand."""
    state, place = partition.state, place_of(partition, moved)
    known = state.get(rows.NOTICES, place)
    if moved.step is PartnerStep.SHIPPED:
        by_carton, known = terms.by_carton, known if terms.corrects else None
        state.put(rows.NOTICES, place, notices.shipped(known, moved, by_carton=by_carton))
        return None
    left = None if known is None else notices.taken_back(known, moved)
    if left is None:
        state.delete(rows.NOTICES, place)
        is_known = (
            "it is in several packs, and nobody says of which the units are" if known else "nothing is known of it"
        )
        return _by_hand(policy, moved, is_known)
    keep(partition, place, left if terms.corrects else left.told())
    return None if terms.corrects else _by_hand(policy, moved, "the partner file has notices corrected by hand")


def _by_hand(policy: PartnerPolicy, moved: PartnerOrderMoved, reason: str) -> Case:
    document = NamedDocument(EdiDocumentKind.SHIP_NOTICE, moved.order_id, f"{moved.document_number}/{moved.version}")
    return cases.by_hand(policy, document, f"units of the shipment were taken back, and {reason}")


def due(partition: Partition, moved: PartnerOrderMoved) -> tuple[str, KeptNotice] | None:
    """The shipment of a step with its place, if its partner has to be told of it.

    What is taken back of a notice that could not be written is left out when its case is retried.
    """
    place = place_of(partition, moved)
    notice = partition.state.get(rows.NOTICES, place)
    if notice is None or not notice.is_due:
        return None
    return (place, notice) if notice.announced or moved.step is PartnerStep.SHIPPED else None


def keep(partition: Partition, place: str, notice: KeptNotice) -> None:
    """As it is now; one of which nothing is left, and nothing has to be told, is forgotten."""
    if notice.packs or notice.announced:
        partition.state.put(rows.NOTICES, place, notice)
    else:
        partition.state.delete(rows.NOTICES, place)


def place_of(partition: Partition, moved: PartnerOrderMoved) -> str:
    """That of the warehouse's own shipment; or what is taken back is of another one's, under the same number."""
    place = key(moved.partner_id, moved.order_id, moved.shipment_id, moved.node_id)
    if moved.step is PartnerStep.SHIPPED or partition.state.get(rows.NOTICES, place) is not None:
        return place
    prefix = key(moved.partner_id, moved.order_id, moved.shipment_id, "")
    return next((other for other, _ in partition.state.scan(rows.NOTICES, prefix)), place)


def forget(partition: Partition, partner_id: PartnerId, order_id: OrderId) -> None:
    """The order is forgotten, and all of its shipments with it."""
    for place, _ in [*partition.state.scan(rows.NOTICES, key(partner_id, order_id, ""))]:
        partition.state.delete(rows.NOTICES, place)
