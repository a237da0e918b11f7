"""Records that a warehouse system sends without a command: receipts, adjustments, unrequested shipments."""

import json
from collections.abc import Sequence

from demo.channels.order_plans import OrderPlan, line_id_of
from demo.channels.written_values import iso_time
from domain.identifiers import AdjustmentId, ReceiptId


def receipt(receipt_id: ReceiptId, at_ms: int, goods: Sequence[tuple[str, int]]) -> bytes:
    """A receipt from a supplier: units by item."""
    return _receipt(f"wms-{receipt_id}", receipt_id, at_ms, goods)


def repeated_receipt(receipt_id: ReceiptId, at_ms: int, goods: Sequence[tuple[str, int]]) -> bytes:
    """The same receipt as some systems repeat it: under another message id, and its lines in another order."""
    return _receipt(f"wms-{receipt_id}-again", receipt_id, at_ms, goods[::-1])


def _receipt(message_id: str, receipt_id: ReceiptId, at_ms: int, goods: Sequence[tuple[str, int]]) -> bytes:
    return _json(
        {
            "message_id": message_id,
            "event": "receipt",
            "occurred_at": iso_time(at_ms),
            "node_id": "central",
            "receipt_id": receipt_id,
            "lines": [
                {"line": number, "sku": item_id, "quantity": quantity}
                for number, (item_id, quantity) in enumerate(goods, start=1)
            ],
        }
    )


def stock_adjustment(adjustment_id: AdjustmentId, at_ms: int, reason: str, units: Sequence[tuple[str, int]]) -> bytes:
    """An adjustment: units by item, written off when negative."""
    return _json(
        {
            "message_id": f"wms-{adjustment_id}",
            "event": "stock_adjusted",
            "occurred_at": iso_time(at_ms),
            "node_id": "central",
            "adjustment_id": adjustment_id,
            "reason": reason,
            "lines": [
                {"line": number, "sku": item_id, "quantity": str(quantity)}
                for number, (item_id, quantity) in enumerate(units, start=1)
            ],
        }
    )


def damage(change_id: str, at_ms: int, item_id: str) -> bytes:
    """A unit of an item is damaged."""
    return _json(
        {
            "message_id": f"wms-{change_id}",
            "event": "status_change",
            "occurred_at": iso_time(at_ms),
            "node_id": "central",
            "change_id": change_id,
            "from_status": "FREE",
            "to_status": "DAMAGED",
            "lines": [{"line": 1, "sku": item_id, "quantity": 1}],
        }
    )


def direct_shipment(plan: OrderPlan, at_ms: int) -> bytes:
    """A shipment of the whole order by a warehouse that got it directly from the channel."""
    return _json(
        {
            "message_id": f"wms-direct-{plan.order_id}",
            "event": "shipment",
            "occurred_at": iso_time(at_ms),
            "node_id": "central",
            "order_id": plan.order_id,
            "shipment_id": f"D-{plan.mark}",
            "carrier": "DHL",
            "tracking_number": f"JD{plan.mark:012}",
            "lines": [
                {"line_id": line_id_of(plan, line), "sku": line.item.item_id, "quantity": line.quantity}
                for line in plan.lines
            ],
        }
    )


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
