"""The documents of the simulated ERP, and the rules under which it books one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

import msgspec

from demo.erp.database import ErpDatabase
from domain.identifiers import CustomerId, OrderId

_PREFIXES = {
    "sales_order": "SO",
    "shipment": "SH",
    "cancellation": "CA",
    "amendment": "AM",
    "credit_memo": "CM",
    "return_authorization": "RA",
    "shipment_reversal": "SR",
}
KINDS = frozenset(_PREFIXES)


class Booking(StrEnum):
    """What became of a request to book a document."""

    CREATED = "CREATED"
    EXISTS = "EXISTS"
    OTHER_CONTENT = "OTHER_CONTENT"
    """The same idempotency key came with other content before."""
    CUSTOMER_BLOCKED = "CUSTOMER_BLOCKED"
    UNKNOWN_ORDER = "UNKNOWN_ORDER"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document as it was sent; `content` is everything except its keys."""

    kind: str
    business_key: str
    idempotency_key: str
    content: dict[str, Any]

    @property
    def order_id(self) -> OrderId:
        """The order that the document belongs to."""
        return OrderId(str(self.content.get("order_id", "")))

    @property
    def customer_id(self) -> CustomerId:
        """The customer who ordered."""
        return CustomerId(str(self.content.get("customer_id", "")))

    def content_hash(self) -> bytes:
        """Equal for equal content, in any order of fields."""
        return blake2b(msgspec.json.encode(self.content, order="sorted"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents in the database. Without unique keys a repeat is booked again under a new number."""

    database: ErpDatabase
    unique_keys: bool
    blocked_customers: frozenset[str]

    def find(self, kind: str, business_key: str) -> Sequence[str]:
        """The numbers of the documents under a business key, the oldest first."""
        query = "SELECT number FROM documents WHERE kind = ? AND business_key = ? ORDER BY rowid"
        return [number for (number,) in self.database.rows(query, kind, business_key)]

    def book(self, document: NewDocument, now_ms: int) -> tuple[Booking, str]:
        """Book a document, unless it exists or is refused; with the number of the document in the ERP."""
        with self.database.transaction():
            if self.unique_keys and (existing := self._existing(document)):
                number, idempotency_key, content_hash = existing
                is_misused = idempotency_key == document.idempotency_key and content_hash != document.content_hash()
                return (Booking.OTHER_CONTENT if is_misused else Booking.EXISTS), number
            if document.customer_id in self.blocked_customers and document.kind == "sales_order":
                return Booking.CUSTOMER_BLOCKED, ""
            if document.kind in {"amendment", "cancellation"} and not self._knows(document):
                return Booking.UNKNOWN_ORDER, ""
            return Booking.CREATED, self._insert(document, now_ms)

    def booked(self, kind: str) -> int:
        """How many documents of a kind were booked so far."""
        return sum(last for (last,) in self.database.rows("SELECT last FROM series WHERE kind = ?", kind))

    def _existing(self, document: NewDocument) -> tuple[str, str, bytes] | None:
        columns = "number, idempotency_key, content_hash"
        query = f"SELECT {columns} FROM documents WHERE kind = ? AND business_key = ? ORDER BY rowid LIMIT 1"  # noqa: S608 - constants
        return next(iter(self.database.rows(query, document.kind, document.business_key)), None)

    def _knows(self, document: NewDocument) -> bool:
        """An order that was born here is named by its own number, and is in no table of documents from outside."""
        return bool(document.content.get("sales_order_number")) or self._knows_order(document.order_id)

    def _knows_order(self, order_id: OrderId) -> bool:
        query = "SELECT 1 FROM documents WHERE kind = 'sales_order' AND order_id = ? LIMIT 1"
        return bool(self.database.rows(query, order_id))

    def _insert(self, document: NewDocument, now_ms: int) -> str:
        ((last,),) = self.database.rows(
            "INSERT INTO series VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last",
            document.kind,
        )
        number = f"{_PREFIXES[document.kind]}-{last:06d}"
        self.database.rows(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            document.kind,
            document.business_key,
            document.order_id,
            document.idempotency_key,
            document.content_hash(),
            msgspec.json.encode(document.content),
            now_ms,
        )
        return number
