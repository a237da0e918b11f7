"""The value of a year by the outcome of each line, computed from the topics and never from the file.

| outcome | read from |
|---|---|
| order lines, charges | `orders.inbox.v1`, OrderPlaced |
| cancellations, cancelled charges | `orders.inbox.v1`, OrderReturned: of an order that is known, or of none |
| stock write-offs | `inventory.inbox.v1`, StockAdjusted: units without a price |
| refused | the raw records that MALFORMED_PAYLOAD cases name, with the reason |

Sums are kept in ten-thousandths of millionths, so nothing is rounded. A message that came twice counts once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from domain.identifiers import OrderId
from domain.inventory.documents import identity_of
from domain.messages.cases import CaseClass, ExceptionRaised
from domain.messages.orders import OrderPlaced, OrderReturned
from domain.messages.stock import StockAdjusted
from domain.money.amounts import ONE, parse_amount
from domain.money.charges import scaled_worth
from domain.money.prices import MOST_BASIS, WORTH, scaled_sum
from domain.quantities import parse_quantity
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import EXCEPTIONS, INVENTORY_INBOX, ORDERS_INBOX
from schemas.headers import header

SHOP: Final = "source.online_retail.v1"


class ValueOutcome(StrEnum):
    """The outcome of a line."""

    ORDER_LINES = "order_lines"
    CHARGES = "charges"
    CANCELLATIONS = "cancellations"
    CANCELLATIONS_WITHOUT_ORDER = "cancellations_without_order"
    CANCELLED_CHARGES = "cancelled_charges"
    CANCELLED_CHARGES_WITHOUT_ORDER = "cancelled_charges_without_order"
    STOCK_WRITE_OFFS = "stock_write_offs"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was refused, with what it would have come to."""

    invoice: str
    reason: str
    lines: int
    scaled: int


@dataclass(slots=True)
class YearValue:
    """The lines and their sum, by outcome; `scaled` in `domain.money.prices.WORTH`."""

    lines: Counter[ValueOutcome] = field(default_factory=Counter)
    scaled: Counter[ValueOutcome] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    unpriced: list[str] = field(default_factory=list)
    """ORDER/LINE of each line of an order at no price or less."""
    invoices: set[str] = field(default_factory=set)
    """The numbers of all invoices in the log, of every outcome."""

    def add(self, outcome: ValueOutcome, lines: int, scaled: int) -> None:
        """Some lines, and what they come to."""
        if lines:
            self.lines[outcome] += lines
            self.scaled[outcome] += scaled


class _Returned(NamedTuple):
    """A return, until all orders are known."""

    order_id: OrderId
    lines: int
    scaled: int
    charges: int
    charges_scaled: int


def count_value(reader: TopicReader, codec: Codec) -> YearValue:
    """Read the log as of the reader's last refresh."""
    value = YearValue()
    orders: dict[str, None] = {}
    returns: dict[tuple[str, str], _Returned] = {}
    for record in _of_classes(reader, ORDERS_INBOX, OrderPlaced, OrderReturned):
        message = codec.decode(record.topic, record.value or b"")
        if isinstance(message, OrderPlaced) and message.order_id not in orders:
            orders[message.order_id] = None
            _add_order(value, message)
        elif isinstance(message, OrderReturned):
            value.invoices.add(message.return_id)
            returns.setdefault((message.order_id, message.return_id), _returned(message))
    for back in returns.values():
        _add_return(value, back, is_known=back.order_id in orders)
    _add_write_offs(value, reader, codec)
    _add_refusals(value, reader, codec)
    return value


def _of_classes(reader: TopicReader, topic: str, *classes: type) -> Iterator[Record]:
    """Only these are worth decoding."""
    wanted = {load_contracts().by_message[one].record for one in classes}
    return (record for record in every_record(reader, topic) if header(record.headers, "ce_type") in wanted)


def _add_order(value: YearValue, order: OrderPlaced) -> None:
    value.invoices.add(order.channel_order_id)
    goods = scaled_sum(order.lines)
    value.add(ValueOutcome.ORDER_LINES, len(order.lines), goods)
    value.add(ValueOutcome.CHARGES, len(order.charges), scaled_worth(order.charges))
    prices = [
        *((line.line_id, line.unit_price) for line in order.lines),
        *((charge.line_id, charge.unit_price) for charge in order.charges),
    ]
    value.unpriced += [f"{order.order_id}/{line_id}" for line_id, price in prices if price <= 0]


def _returned(message: OrderReturned) -> _Returned:
    goods = -scaled_sum(message.lines)
    charges = scaled_worth(message.charges)
    return _Returned(message.order_id, len(message.lines), goods, len(message.charges), charges)


def _add_return(value: YearValue, back: _Returned, *, is_known: bool) -> None:
    goods, charges = (
        (ValueOutcome.CANCELLATIONS, ValueOutcome.CANCELLED_CHARGES)
        if is_known
        else (ValueOutcome.CANCELLATIONS_WITHOUT_ORDER, ValueOutcome.CANCELLED_CHARGES_WITHOUT_ORDER)
    )
    value.add(goods, back.lines, back.scaled)
    value.add(charges, back.charges, back.charges_scaled)


def _add_write_offs(value: YearValue, reader: TopicReader, codec: Codec) -> None:
    lines: dict[str, int] = {}
    for record in _of_classes(reader, INVENTORY_INBOX, StockAdjusted):
        message = codec.decode(record.topic, record.value or b"")
        if isinstance(message, StockAdjusted):
            value.invoices.add(message.adjustment_id)
            key = identity_of(message)
            lines[key] = max(lines.get(key, 0), len(message.lines))
    value.add(ValueOutcome.STOCK_WRITE_OFFS, sum(lines.values()), 0)


class _RawLine(msgspec.Struct, frozen=True):
    """A line or a charge, as the shop sends it."""

    quantity: str
    price: str


class _RawInvoice(msgspec.Struct, frozen=True):
    """The parts of a raw record that its value depends on."""

    invoice: str
    lines: tuple[_RawLine, ...] = ()
    charges: tuple[_RawLine, ...] = ()


def _add_refusals(value: YearValue, reader: TopicReader, codec: Codec) -> None:
    for record in last_of_each_key(reader, EXCEPTIONS):
        case = codec.decode(record.topic, record.value or b"")
        if not isinstance(case, ExceptionRaised) or case.case_class is not CaseClass.MALFORMED_PAYLOAD:
            continue
        if case.input_topic == SHOP:
            (raw, *_) = reader.read(case.input_topic, case.input_partition, case.input_offset, 1)
            refusal = _refusal(msgspec.json.decode(raw.value or b"", type=_RawInvoice), case.reason)
            value.refusals.append(refusal)
            value.invoices.add(refusal.invoice)
            value.add(ValueOutcome.REFUSED, refusal.lines, refusal.scaled)


def _refusal(raw: _RawInvoice, reason: str) -> Refusal:
    lines = (*raw.lines, *raw.charges)
    scaled = sum(parse_quantity(line.quantity) * parse_amount(line.price) for line in lines) * MOST_BASIS
    return Refusal(raw.invoice, reason, len(lines), scaled)


def value_text(scaled: int) -> str:
    """The exact decimal number, with two places at least."""
    whole, rest = divmod(abs(scaled), WORTH * ONE)
    digits = f"{rest:015}".rstrip("0").ljust(2, "0")
    return f"{'-' if scaled < 0 else ''}{whole}.{digits}"
