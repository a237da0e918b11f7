"""Sends documents to one partner: writes them, gives them their numbers, and notes what is to be acknowledged."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.formats.x12.sending.unwritable import Unwritable
from domain.edi import cases, notices, orders
from domain.edi.cases import NamedDocument
from domain.edi.notices import KeptNotice
from domain.edi.orders import KeptOrder
from domain.edi.policy import LabelNumbers
from domain.edi.rows import PartnerNumbers, ReleasedLines, SentDocument
from domain.identifiers import OrderId
from domain.messages.cases import Case
from domain.messages.edi.documents import EdiDocumentKind, PartnerDocument, WarehouseOrder
from domain.messages.edi.events import (
    EdiDocumentSent,
    InterchangeReceived,
    PartnerOrderMoved,
    PartnerWarehouseOrdered,
)
from domain.packing.sscc import sscc_of
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from operators.machines.edi import announcing, rows
from operators.machines.edi.envelopes import Written, acknowledged, group_of, is_test, written
from operators.machines.edi.partners import EdiPartner
from operators.machines.edi.rows import key


class Sender:
    """For one partner, at one time; used within one decision."""

    __slots__ = ("_now_ms", "_partition", "partner")

    def __init__(self, partition: Partition, partner: EdiPartner, now_ms: int) -> None:
        self.partner = partner
        self._partition = partition
        self._now_ms = now_ms

    @property
    def numbers(self) -> PartnerNumbers:
        """The last that were used."""
        return self._partition.state.get(rows.NUMBERS, self.partner.policy.partner_id) or PartnerNumbers()

    def is_late(self, kind: EdiDocumentKind, since_ms: int) -> bool:
        """Whether a document that is sent now is later than agreed; the causes of most have no deadline."""
        terms = self.partner.policy.wants(kind)
        return terms is not None and terms.within_ms > 0 and self._now_ms > since_ms + terms.within_ms

    def send(
        self, document: PartnerDocument, kind: EdiDocumentKind, order_id: OrderId, number: str, *, is_late: bool = False
    ) -> Sequence[EdiDocumentSent | Case]:
        """The document, or the case of one that cannot be written; nothing where the partner does not want it."""
        policy = self.partner.policy
        terms = policy.wants(kind)
        if terms is None:
            return ()
        try:
            text = written(self.partner, document, terms.version, self.numbers, self._now_ms * 1000)
        except Unwritable as unwritable:
            return (cases.unwritable(policy, NamedDocument(kind, order_id, number), str(unwritable)),)
        self._put(text.numbers)
        due_ms = self._await(kind, order_id, number, text)
        return (
            EdiDocumentSent(
                partner_id=policy.partner_id,
                kind=policy.name_of(kind),
                order_id=order_id,
                number=number,
                interchange_number=text.numbers.interchange,
                group_number=group_of(self.partner, text.numbers),
                version=terms.version,
                is_test=is_test(self.partner),
                acknowledge_by_ms=due_ms,
                is_late=is_late,
                encoding=self.partner.syntax.encoding,
                content=text.content,
            ),
        )

    def send_of_order(
        self, kept: KeptOrder, kind: EdiDocumentKind, moved: PartnerOrderMoved
    ) -> Sequence[EdiDocumentSent | Case]:
        """The document of a step of an order. One that cannot be written is kept until its case is decided."""
        policy = self.partner.policy
        number = moved.document_number or kept.order.number
        named = NamedDocument(kind, moved.order_id, f"{number}/{moved.version}")
        case_key = cases.unwritable(policy, named, "").key
        before, is_notice = self.numbers, kind is EdiDocumentKind.SHIP_NOTICE
        notice = announcing.due(self._partition, moved) if is_notice else None
        if is_notice and notice is None:
            return self._written(case_key, named)
        try:
            labelled = None if notice is None else self._labelled(notice[1])
        except Unwritable as unwritable:
            self._put(before)
            self._partition.state.put(rows.UNWRITTEN, case_key, moved)
            return (cases.unwritable(policy, named, str(unwritable)),)
        document = orders.document_of(kind, kept, moved) if labelled is None else notices.notice_of(kept, labelled)
        is_late = self.is_late(kind, self._cause_ms(kind, kept, moved))
        sent = self.send(document, kind, moved.order_id, number, is_late=is_late)
        if any(isinstance(effect, Case) for effect in sent):
            self._put(before)
            self._partition.state.put(rows.UNWRITTEN, case_key, moved)
            return tuple(self._renamed(effect, case_key) for effect in sent)
        if notice is not None and labelled is not None:
            announcing.keep(self._partition, notice[0], labelled.told())
        return (*sent, *self._written(case_key, named))

    def _written(self, case_key: str, named: NamedDocument) -> Sequence[Case]:
        """Nothing of the document is left to be sent: a case of it ends."""
        if self._partition.state.get(rows.UNWRITTEN, case_key) is None:
            return ()
        self._partition.state.delete(rows.UNWRITTEN, case_key)
        return (cases.written_at_last(self.partner.policy, named),)

    def send_to_warehouse(self, order: WarehouseOrder) -> Sequence[EdiDocumentSent | Case]:
        """An order to ship. One that cannot be written is kept until its case is decided."""
        policy, state = self.partner.policy, self._partition.state
        named = NamedDocument(EdiDocumentKind.WAREHOUSE_ORDER, order.order_id, order.command_id)
        if order.is_cancelled and not self._stops_all(order):
            lines = ", ".join(line.line_id for line in order.lines)
            return (cases.unwritable(policy, named, f"a 940 stops a whole order: have lines {lines} stopped by hand"),)
        sent = self.send(replace(order, lines=()) if order.is_cancelled else order, *named)
        if not any(isinstance(effect, Case) for effect in sent):
            self._note_released(order)
        case_key = cases.unwritable(policy, named, "").key
        if any(isinstance(effect, Case) for effect in sent):
            state.put(rows.UNWRITTEN_ORDERS, case_key, PartnerWarehouseOrdered(policy.partner_id, order))
            return sent
        if state.get(rows.UNWRITTEN_ORDERS, case_key) is None:
            return sent
        state.delete(rows.UNWRITTEN_ORDERS, case_key)
        return (*sent, cases.written_at_last(policy, named))

    def _stops_all(self, order: WarehouseOrder) -> bool:
        """Whether a cancellation is of all that the warehouse was told to ship of the order."""
        known = self._partition.state.get(rows.RELEASED, self._place_of(order))
        return known is not None and set(known.line_ids) <= {line.line_id for line in order.lines}

    def _note_released(self, order: WarehouseOrder) -> None:
        state, place = self._partition.state, self._place_of(order)
        if order.is_cancelled:
            state.delete(rows.RELEASED, place)
            return
        known = state.get(rows.RELEASED, place)
        line_ids = (*(known.line_ids if known else ()), *(line.line_id for line in order.lines))
        state.put(rows.RELEASED, place, ReleasedLines(tuple(dict.fromkeys(line_ids)), self._now_ms))
        self._partition.timers.set(Timer(self._now_ms + self.partner.policy.remembered_ms, rows.FORGET_RELEASED, place))

    def _place_of(self, order: WarehouseOrder) -> str:
        return key(self.partner.policy.partner_id, order.order_id, order.node_id)

    def answer(self, receipt: InterchangeReceived) -> Sequence[EdiDocumentSent | Case]:
        """997, TA1, or both; or CONTRL: nobody acknowledges these."""
        text = acknowledged(self.partner, receipt, self.numbers, self._now_ms * 1000)
        self._put(text.numbers)
        return (
            EdiDocumentSent(
                partner_id=self.partner.policy.partner_id,
                kind=self.partner.policy.name_of(EdiDocumentKind.ACKNOWLEDGEMENT),
                order_id=OrderId(""),
                number=receipt.control_number,
                interchange_number=text.numbers.interchange,
                group_number=group_of(self.partner, text.numbers, len(receipt.groups)),
                version="",
                is_test=receipt.usage == "T",
                acknowledge_by_ms=0,
                is_late=False,
                encoding=self.partner.syntax.encoding,
                content=text.content,
            ),
        )

    def _put(self, numbers: PartnerNumbers) -> None:
        self._partition.state.put(rows.NUMBERS, self.partner.policy.partner_id, numbers)

    def _await(self, kind: EdiDocumentKind, order_id: OrderId, number: str, text: Written) -> int:
        """Note what the partner has to acknowledge; when it is overdue, or 0 where it acknowledges nothing."""
        policy, state = self.partner.policy, self._partition.state
        if not policy.acknowledged_within_ms:
            return 0
        numbers = text.numbers
        sent = SentDocument(
            kind, text.functional_id, order_id, number, numbers.interchange, self._now_ms, own_number=text.own_number
        )
        place = key(policy.partner_id, numbers.group)
        state.put(rows.SENT, place, sent)
        state.put(rows.SENT_IN, key(policy.partner_id, numbers.interchange), numbers.group)
        if text.own_number:
            state.put(rows.SENT_AS, key(policy.partner_id, text.own_number), numbers.group)
        due_ms = self._now_ms + policy.acknowledged_within_ms
        self._partition.timers.set(Timer(due_ms, rows.ACKNOWLEDGEMENT_DUE, place))
        return due_ms

    def _labelled(self, notice: KeptNotice) -> KeptNotice:
        """With the next SSCCs of the partner's labels on the packs that the warehouse has not named by one."""
        return notice.labelled([self._label() for _ in range(notice.unlabelled)])

    def _label(self) -> str:
        labels = self.partner.policy.labels
        if labels is None:
            raise Unwritable("MAN02", "the shipment has no SSCC, and the partner file no labels")
        numbers = self.numbers
        serial = max(labels.first, numbers.label + 1)
        if serial > labels.last:
            raise Unwritable("MAN02", f"the last label of the partner file, {labels.last}, is used")
        self._put(_with_label(numbers, serial))
        return _sscc(labels, serial)

    @staticmethod
    def _cause_ms(kind: EdiDocumentKind, kept: KeptOrder, moved: PartnerOrderMoved) -> int:
        """Since when a document is due: the order's receipt, or what has happened."""
        if kind is EdiDocumentKind.ORDER_ANSWER:
            return kept.received_ms
        if kind is EdiDocumentKind.INVOICE and kept.shipped_ms:
            return kept.shipped_ms
        return moved.occurred_us // 1000

    @staticmethod
    def _renamed(effect: EdiDocumentSent | Case, case_key: str) -> EdiDocumentSent | Case:
        return replace(effect, key=case_key) if isinstance(effect, Case) else effect


def _with_label(numbers: PartnerNumbers, serial: int) -> PartnerNumbers:
    return replace(numbers, label=serial)


def _sscc(labels: LabelNumbers, serial: int) -> str:
    return sscc_of(labels.extension, labels.company_prefix, serial)
