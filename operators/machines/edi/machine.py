"""The EDI machine: one partner's orders, documents and acknowledgements, in the order of the partner's inbox.

Control numbers are rows like any other: they are committed with the document that carries them, so after a crash none
is used twice and none is missing.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from connectors.log.port import LogFailed
from domain.edi import cases, orders
from domain.edi.orders import KeptOrder
from domain.edi.rows import ReceivedInterchange
from domain.identifiers import EventId, OrderId, PartnerId
from domain.messages.case_actions import CaseAction, CaseRetried
from domain.messages.cases import Case
from domain.messages.edi.documents import EdiDocumentKind
from domain.messages.edi.events import (
    AcknowledgementReceived,
    EdiDocumentSent,
    EdiEvent,
    InterchangeReceived,
    PartnerLinesAdded,
    PartnerOrderMoved,
    PartnerOrderPlaced,
    PartnerStep,
    PartnerStockChanged,
    PartnerWarehouseOrdered,
)
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from operators.machines.cases.kept_cases import CaseReaction, retries_nothing
from operators.machines.edi import acknowledging, advising, announcing, rows
from operators.machines.edi.partners import EdiPartner, Partners
from operators.machines.edi.rows import key
from operators.machines.edi.sender import Sender

EdiEffect = EdiDocumentSent | Case
"""What the flow says."""

_OF_STEPS: Final = frozenset({PartnerStep.SHIPPED, PartnerStep.REVERSED, PartnerStep.INVOICED})
"""Steps whose document a partner must have, known or not."""


class NoPartnerFile(LogFailed):
    """The inbox has something for a partner whose file is gone: nothing of it is lost while the flow does not run."""

    def __init__(self, partner_id: PartnerId) -> None:
        super().__init__(
            f"there is no partner file for {partner_id!r}, and its inbox is not empty: put {partner_id}.yaml back into "
            "the folder of partner files (schemas/partners, or --partners) and start edi again"
        )


class EdiMachine:
    """What `domain.edi` decides, written for each partner by its file."""

    def __init__(self, partners: Partners) -> None:
        self._partners = partners

    def apply(  # noqa: PLR0911  one a message
        self, partition: Partition, event: Event, now_ms: int
    ) -> Sequence[EdiEffect]:
        """The effect of one event of `edi.inbox.v1`."""
        message = event.message
        if not isinstance(message, EdiEvent):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the EDI machine has no row")
        partner = self._partners.by_id.get(message.partner_id)
        if partner is None:
            raise NoPartnerFile(message.partner_id)
        sender = Sender(partition, partner, now_ms)
        match message:
            case InterchangeReceived():
                return _received(partition, sender, message, now_ms)
            case AcknowledgementReceived():
                return acknowledging.acknowledged(partition, partner, message)
            case PartnerOrderPlaced():
                return _placed(partition, partner, message, now_ms)
            case PartnerLinesAdded():
                return _lines_added(partition, message)
            case PartnerOrderMoved():
                return _moved(partition, sender, message)
            case PartnerStockChanged():
                return advising.changed(partition, partner, message, now_ms)
            case PartnerWarehouseOrdered():
                return sender.send_to_warehouse(message.order)
            case _:
                assert_never(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[EdiEffect]:  # noqa: ARG002
        """Something is due, or long enough ago. Of a partner whose file is gone, nothing is due any more."""
        partner_id, _, rest = timer.subject.partition("\0")
        partner = self._partners.by_id.get(PartnerId(partner_id))
        if partner is None:
            partition.count("a timer of a partner without a file")
            return ()
        match timer.kind:
            case rows.ACKNOWLEDGEMENT_DUE:
                return acknowledging.overdue(partition, partner, timer.subject)
            case rows.ANSWER_DUE:
                return _answer_overdue(partition, partner, OrderId(rest))
            case rows.INVOICE_DUE:
                return _invoice_overdue(partition, partner, OrderId(rest), timer.due_at_ms)
            case rows.ADVICE:
                return advising.advise(partition, Sender(partition, partner, partition.now_ms))
            case rows.FORGET_ORDER:
                _forget_order(partition, timer, partner)
            case rows.FORGET_SENT:
                acknowledging.forget(partition, partner, timer.subject)
            case rows.FORGET_RECEIVED:
                _forget_received(partition, timer, partner)
            case rows.FORGET_RELEASED:
                _forget_released(partition, timer, partner)
            case _:
                raise ValueError(f"the EDI machine set no timer {timer.kind!r}")
        return ()

    def react(self, partition: Partition, case: Case, action: CaseAction, event: Event, now_ms: int) -> CaseReaction:
        """A document that could not be written is written again when its case is retried, and else given up."""
        moved = partition.state.get(rows.UNWRITTEN, case.key)
        ordered = partition.state.get(rows.UNWRITTEN_ORDERS, case.key)
        if moved is None and ordered is None:
            return retries_nothing(partition, case, action, event, now_ms)
        if not isinstance(action, CaseRetried):
            partition.state.delete(rows.UNWRITTEN, case.key)
            partition.state.delete(rows.UNWRITTEN_ORDERS, case.key)
            return CaseReaction()
        said = moved or ordered
        partner = None if said is None else self._partners.by_id.get(said.partner_id)
        if partner is None:
            return CaseReaction(refused="the partner has no file any more: put it back, and start edi again")
        sender = Sender(partition, partner, now_ms)
        if ordered is not None:
            return CaseReaction(sender.send_to_warehouse(ordered.order))
        if moved is None:
            raise TypeError("one of the two is there")
        kept = partition.state.get(rows.ORDERS, key(moved.partner_id, moved.order_id))
        if kept is None:
            return CaseReaction(refused="the order is forgotten: send the document by hand")
        return CaseReaction(_told(partition, sender, kept, EdiDocumentKind(case.key.split("/")[1]), moved))


def _received(partition: Partition, sender: Sender, receipt: InterchangeReceived, now_ms: int) -> Sequence[EdiEffect]:
    """An interchange is answered once; other content under its number is another one."""
    policy = sender.partner.policy
    if policy.wants(EdiDocumentKind.ACKNOWLEDGEMENT) is None:
        partition.count("an interchange of a partner that wants no acknowledgement")
        return ()
    place = key(receipt.partner_id, receipt.sender_qualifier, receipt.sender_id, receipt.control_number)
    content = receipt.content_hash or receipt.fault
    before = partition.state.get(rows.RECEIVED, place)
    if before is not None and before.content_hash == content and not policy.answers_duplicates:
        partition.count("an interchange that came before")
        return ()
    partition.state.put(rows.RECEIVED, place, ReceivedInterchange(content, now_ms))
    partition.timers.set(Timer(now_ms + policy.remembered_ms, rows.FORGET_RECEIVED, place))
    return sender.answer(receipt)


def _placed(partition: Partition, partner: EdiPartner, message: PartnerOrderPlaced, now_ms: int) -> Sequence[EdiEffect]:
    """A new order is to be answered; of one that came before, only lines can be new."""
    place = key(message.partner_id, message.order.order_id)
    known = partition.state.get(rows.ORDERS, place)
    if known is not None and not known.closed_ms:
        partition.state.put(rows.ORDERS, place, orders.with_lines(known, message.lines))
        return ()
    partition.state.put(rows.ORDERS, place, orders.placed(message.order, message.lines, now_ms))
    terms = partner.policy.wants(EdiDocumentKind.ORDER_ANSWER)
    if terms is not None and terms.within_ms:
        partition.timers.set(Timer(now_ms + terms.within_ms, rows.ANSWER_DUE, place))
    return ()


def _lines_added(partition: Partition, message: PartnerLinesAdded) -> Sequence[EdiEffect]:
    place = key(message.partner_id, message.order_id)
    known = partition.state.get(rows.ORDERS, place)
    if known is None:
        partition.count("a change of an order that no document is about")
    else:
        partition.state.put(rows.ORDERS, place, orders.with_lines(known, message.lines))
    return ()


def _moved(partition: Partition, sender: Sender, moved: PartnerOrderMoved) -> Sequence[EdiEffect]:
    place = key(moved.partner_id, moved.order_id)
    known = partition.state.get(rows.ORDERS, place)
    if known is None:
        return _unknown(partition, sender, moved)
    kept = orders.counted(known, moved)
    partition.state.put(rows.ORDERS, place, kept)
    policy = sender.partner.policy
    if kept.closed_ms:
        partition.timers.set(Timer(kept.closed_ms + policy.remembered_ms, rows.FORGET_ORDER, place))
    invoice = policy.wants(EdiDocumentKind.INVOICE)
    if moved.step is PartnerStep.SHIPPED and invoice is not None and invoice.within_ms:
        partition.timers.set(Timer(kept.shipped_ms + invoice.within_ms, rows.INVOICE_DUE, place))
    kind = orders.kind_of(moved.step, kept)
    if kind is None:
        return ()
    if policy.wants(kind) is None:
        partition.state.put(rows.ORDERS, place, orders.answered(kept, kind))
        return ()
    terms = policy.wants(kind)
    if terms is not None and kind is EdiDocumentKind.SHIP_NOTICE:
        case = announcing.note(partition, policy, terms, moved)
        if case is not None:
            return (case,)
    return _told(partition, sender, kept, kind, moved)


def _unknown(partition: Partition, sender: Sender, moved: PartnerOrderMoved) -> Sequence[EdiEffect]:
    """An order from before the partner file, or one that was forgotten: nothing is known of what the partner wrote."""
    partition.count("a step of an order that no document is about")
    if moved.step not in _OF_STEPS:
        return ()
    kind = EdiDocumentKind.INVOICE if moved.step is PartnerStep.INVOICED else EdiDocumentKind.SHIP_NOTICE
    if sender.partner.policy.wants(kind) is None:
        return ()
    document = cases.NamedDocument(kind, moved.order_id, moved.document_number)
    return (cases.unwritable(sender.partner.policy, document, "the order came before the partner file, or long ago"),)


def _told(
    partition: Partition, sender: Sender, kept: KeptOrder, kind: EdiDocumentKind, moved: PartnerOrderMoved
) -> Sequence[EdiEffect]:
    """The document of a step; what was late until now is late no more."""
    effects = sender.send_of_order(kept, kind, moved)
    if not any(isinstance(effect, EdiDocumentSent) for effect in effects):
        return effects
    partition.state.put(rows.ORDERS, key(moved.partner_id, moved.order_id), orders.answered(kept, kind))
    policy = sender.partner.policy
    if kind is EdiDocumentKind.ORDER_ANSWER and sender.is_late(kind, kept.received_ms):
        return (*effects, cases.sent_late(policy, kind, moved.order_id))
    if kind is EdiDocumentKind.INVOICE and kept.shipped_ms and sender.is_late(kind, kept.shipped_ms):
        return (*effects, cases.sent_late(policy, kind, moved.order_id))
    return effects


def _answer_overdue(partition: Partition, partner: EdiPartner, order_id: OrderId) -> Sequence[EdiEffect]:
    kept = partition.state.get(rows.ORDERS, key(partner.policy.partner_id, order_id))
    if kept is None or kept.is_answered or kept.closed_ms:
        return ()
    return (cases.overdue(partner.policy, EdiDocumentKind.ORDER_ANSWER, order_id),)


def _invoice_overdue(
    partition: Partition, partner: EdiPartner, order_id: OrderId, due_at_ms: int
) -> Sequence[EdiEffect]:
    """Of what has left last; an invoice since then is taken for that of all."""
    kept = partition.state.get(rows.ORDERS, key(partner.policy.partner_id, order_id))
    terms = partner.policy.wants(EdiDocumentKind.INVOICE)
    if kept is None or terms is None or not kept.shipped_ms or kept.shipped_ms + terms.within_ms != due_at_ms:
        return ()
    return (cases.overdue(partner.policy, EdiDocumentKind.INVOICE, order_id),)


def _forget_order(partition: Partition, timer: Timer, partner: EdiPartner) -> None:
    kept = partition.state.get(rows.ORDERS, timer.subject)
    if kept is not None and kept.closed_ms and kept.closed_ms + partner.policy.remembered_ms <= timer.due_at_ms:
        partition.state.delete(rows.ORDERS, timer.subject)
        announcing.forget(partition, partner.policy.partner_id, kept.order.order_id)


def _forget_received(partition: Partition, timer: Timer, partner: EdiPartner) -> None:
    known = partition.state.get(rows.RECEIVED, timer.subject)
    if known is not None and known.received_ms + partner.policy.remembered_ms <= timer.due_at_ms:
        partition.state.delete(rows.RECEIVED, timer.subject)


def _forget_released(partition: Partition, timer: Timer, partner: EdiPartner) -> None:
    known = partition.state.get(rows.RELEASED, timer.subject)
    if known is not None and known.released_ms + partner.policy.remembered_ms <= timer.due_at_ms:
        partition.state.delete(rows.RELEASED, timer.subject)
