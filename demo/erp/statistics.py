"""What the simulated ERP counts: the evidence that each order has one document, and that each fault occurred."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from demo.erp.database import ErpDatabase
from demo.erp.outages import Outages


class ErpStatistic(StrEnum):
    """The names of the counters."""

    CALLS = "calls"
    """Requests to book a document, answered or not."""
    LOOK_UPS = "look_ups"
    NOT_FOUND = "not_found"
    CREATED = "created"
    DUPLICATES = "duplicates"
    REFUSED = "refused"
    OTHER_CONTENT = "other_content"
    LOCKED = "locked"
    THROTTLED = "throttled"
    REFUSED_WHILE_DOWN = "refused_while_down"
    LOST_ANSWERS = "lost_answers"
    LATE_BOOKINGS = "late_bookings"


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counters in the database, which survive a restart."""

    database: ErpDatabase

    def count(self, tally: ErpStatistic) -> None:
        """Count one."""
        with self.database.transaction(synced=False):
            self.database.rows(
                "INSERT INTO tallies VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1", tally
            )

    def count_attempt(self, kind: str, business_key: str) -> int:
        """Count one call about a business key; returns its number, from 1."""
        with self.database.transaction(synced=False):
            ((calls,),) = self.database.rows(
                "INSERT INTO attempts VALUES (?, ?, 1) "
                "ON CONFLICT (kind, business_key) DO UPDATE SET calls = calls + 1 RETURNING calls",
                kind,
                business_key,
            )
        return int(calls)


def statistics_of(database: ErpDatabase) -> dict[str, Any]:
    """The answer to `GET /statistics`, from the documents themselves: without unique keys a key may have several."""
    return {
        "documents": dict(database.rows("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind")),
        "business_keys": dict(
            database.rows("SELECT kind, count(DISTINCT business_key) FROM documents GROUP BY kind ORDER BY kind")
        ),
        "documents_per_business_key_max": _largest_group(database, "kind, business_key", "1 = 1"),
        "sales_orders_per_order_max": _largest_group(database, "order_id", "kind = 'sales_order'"),
        "calls_per_business_key_max": database.rows("SELECT coalesce(max(calls), 0) FROM attempts")[0][0],
        **dict.fromkeys(ErpStatistic, 0),
        **dict(database.rows("SELECT name, number FROM tallies ORDER BY name")),
        "outages": msgspec.to_builtins(Outages(database).all()),
    }


def _largest_group(database: ErpDatabase, columns: str, condition: str) -> int:
    counted = f"SELECT count(*) AS number FROM documents WHERE {condition} GROUP BY {columns}"  # noqa: S608 - our own words
    return int(database.rows(f"SELECT coalesce(max(number), 0) FROM ({counted})")[0][0])  # noqa: S608 - likewise
