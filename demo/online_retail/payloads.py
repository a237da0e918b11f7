"""The invoices as payloads of `source.online_retail.v1`: one JSON document per event."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from demo.online_retail.invoices import Invoice, Line
from demo.online_retail.matching import Return
from domain.money.amounts import format_amount

_LONDON: Final = ZoneInfo("Europe/London")


def placed(invoice: Invoice) -> bytes:
    """An invoice as the order that it bills: all its rows except write-offs."""
    return _json(
        {
            "event": "order_placed",
            "message_id": invoice.number,
            "invoice": invoice.number,
            "at": _local_time(invoice.at_ms),
            "customer": invoice.first.customer,
            "country": invoice.first.country,
            "lines": [
                {
                    "line": str(line.number),
                    "item": line.row.code,
                    "description": line.row.description,
                    "quantity": str(line.row.quantity),
                    "price": format_amount(line.row.price),
                }
                for line in invoice.lines
                if line.is_goods
            ],
            "charges": _charges(line for line in invoice.lines if line.is_charge),
        }
    )


def returned(credit_note: Invoice, back: Return) -> bytes:
    """The return of one sale in a credit note."""
    return _json(
        {
            "event": "return_received",
            "message_id": f"{credit_note.number}/{back.sale.invoice}",
            "credit_note": credit_note.number,
            "at": _local_time(credit_note.at_ms),
            "customer": credit_note.first.customer,
            "country": back.sale.country,
            "invoice": back.sale.invoice,
            "lines": [
                {
                    "line": credited.line_id,
                    "item": credited.credit.row.code,
                    "quantity": str(credited.quantity),
                    "price": format_amount(credited.credit.row.price),
                }
                for credited in back.goods
            ],
            "charges": _charges(back.charges),
        }
    )


def _charges(lines: Iterable[Line]) -> list[dict[str, str]]:
    return [
        {
            "line": str(line.number),
            "code": line.row.code,
            "description": line.row.description,
            "quantity": str(line.row.quantity),
            "price": format_amount(line.row.price),
        }
        for line in lines
    ]


def _local_time(at_ms: int) -> str:
    """As the file writes it: local time of the United Kingdom, without an offset."""
    return datetime.fromtimestamp(at_ms // 1_000, _LONDON).replace(tzinfo=None).isoformat()


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
