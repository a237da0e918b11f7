"""Whether each fault really struck in a simulated day: a check that met no fault has shown nothing."""

from collections import Counter
from collections.abc import Mapping

from connectors.topic_reader import TopicReader, every_record, last_of_each_key
from demo.report.outcomes import count_resolved_unknowns
from domain.messages.cases import ExceptionRaised
from domain.messages.orders import (
    BackorderFilled,
    OrderInvoiced,
    OrderPlaced,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    ReservationsRecalled,
)
from domain.messages.status import OrderAmended, OrderCancelled, OrderHoldReleased, OrderStatus
from operators.engine.partition import COUNTS
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import EXCEPTIONS, ORDERS_EVENTS, ORDERS_INBOX
from tests.simulation.world import World

EXPECTED = frozenset(
    {
        "after_commit: died there",
        "after_produce: died there",
        "ANSWER_LOST by the ERP",
        "BOOKED_LATE by the ERP",
        "LOCKED by the ERP",
        "case CONFLICTING_DUPLICATE",
        "case ERP_OUTAGE",
        "case MALFORMED_PAYLOAD",
        "dead letter",
        "dropped: conflicting duplicate",
        "dropped: duplicate",
        "a backorder was filled",
        "an invoice was cancelled, and written anew",
        "a pick fell short",
        "a pick was put back",
        "a shipment overtook its order",
        "an order was amended",
        "an order was held, and released",
        "part of a line was cancelled",
        "an outcome was unknown, and found out",
        "units were recalled",
    }
)


def evidence_of(world: World) -> Counter[str]:
    """How often each of them struck."""
    reader, codec = world.reader, Codec(load_contracts())
    found = Counter({f"{point}: died there": count for point, count in world.mortality.deaths.items()})
    found.update({f"{fate} by the ERP": count for fate, count in world.erp.occurred.items()})
    found["dead letter"] = sum(1 for _ in every_record(reader, "deadletters.v1"))
    found.update(_dropped(reader))
    found.update(_cases(reader, codec))
    found.update(_of_orders(reader, codec))
    found.update(_published(reader, codec))
    found["an outcome was unknown, and found out"] = count_resolved_unknowns(reader, codec)
    return found


def _dropped(reader: TopicReader) -> Counter[str]:
    rows = (row for flow in ("orders", "inventory") for row in reader.state_rows(flow, COUNTS.prefix))
    dropped: Counter[str] = Counter()
    for _, key, value in rows:
        dropped[f"dropped: {COUNTS.key_of(key)}"] += COUNTS.decode(value)
    return dropped


def _cases(reader: TopicReader, codec: Codec) -> Counter[str]:
    said = (codec.decode(EXCEPTIONS, record.value or b"") for record in last_of_each_key(reader, EXCEPTIONS))
    return Counter(f"case {case.case_class}" for case in said if isinstance(case, ExceptionRaised))


def _published(reader: TopicReader, codec: Codec) -> Counter[str]:
    found: Counter[str] = Counter()
    for record in every_record(reader, ORDERS_EVENTS):
        match codec.decode(ORDERS_EVENTS, record.value or b""):
            case OrderAmended():
                found["an order was amended"] += 1
            case OrderHoldReleased():
                found["an order was held, and released"] += 1
            case OrderCancelled(order) if order.status is not OrderStatus.CANCELLED:
                found["part of a line was cancelled"] += 1
            case _:
                continue
    return found


def _of_orders(reader: TopicReader, codec: Codec) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    shipped_unknown: set[str] = set()
    placed: set[str] = set()
    for record in every_record(reader, ORDERS_INBOX):
        match codec.decode(ORDERS_INBOX, record.value or b""):
            case OrderPlaced(order_id=order_id):
                placed.add(order_id)
                found["a shipment overtook its order"] += order_id in shipped_unknown
            case OrderShipped(order_id=order_id) if order_id not in placed:
                shipped_unknown.add(order_id)
            case BackorderFilled():
                found["a backorder was filled"] += 1
            case ReservationsRecalled():
                found["units were recalled"] += 1
            case OrderShortPicked():
                found["a pick fell short"] += 1
            case OrderUnpicked():
                found["a pick was put back"] += 1
            case OrderInvoiced(is_reversal=True):
                found["an invoice was cancelled, and written anew"] += 1
            case _:
                continue
    return found
