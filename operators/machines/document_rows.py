"""The rows of the documents of orders: one a document, so an event costs the same however many its order has."""

from collections.abc import Iterable
from typing import Any, TypeVar

from domain.identifiers import OrderId, ReturnId
from domain.orders.documents.counted import CountedNumber, DocumentKind, DocumentName
from domain.orders.returns.rows import OrderReturn
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table, as_it_is
from operators.machines.order_rows import with_inspected_lines


def _with_goods(kept: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it
    """Version 3 notes what inspected goods are; what was inspected before is not known."""
    return {**kept, "goods": []}


def _with_missing(kept: Any) -> Any:  # noqa: ANN401 - as version 3 wrote it
    """Version 4 counts apart what is credited as missing; what was before is not known."""
    return {**kept, "lines": [[*line, 0] for line in kept["lines"]]}


RETURNS: Table[OrderReturn] = Table(
    "return",
    OrderReturn,
    ordered=True,
    version=7,
    upgrades={1: with_inspected_lines, 2: _with_goods, 3: _with_missing, 4: as_it_is, 5: as_it_is, 6: as_it_is},
)
"""By order and return; kept as long as the order."""


def _with_issuers(counted: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 counts the documents of a number apart, by their issuers; before, nobody noted these."""
    document = {"issuer": "", "reversed_us": counted["taken_back_us"], **counted}
    del document["name"]
    return {"name": counted["name"], "documents": [document]}


COUNTED: Table[CountedNumber] = Table(
    "counted document",
    CountedNumber,
    ordered=True,
    version=4,
    upgrades={1: _with_issuers, 2: as_it_is, 3: as_it_is},
)
"""Shipments, deliveries and invoices, by order, kind and number; likewise."""

Row = TypeVar("Row")


class DocumentRows:
    """The documents of one order."""

    def __init__(self, state: PartitionState, order_id: OrderId) -> None:
        self._state = state
        self._prefix = f"{order_id}\0"

    def return_named(self, return_id: ReturnId) -> OrderReturn | None:
        """The return of that id; None: nothing was heard of it."""
        return self._state.get(RETURNS, f"{self._prefix}{return_id}")

    def returns(self) -> Iterable[OrderReturn]:
        """All returns, by their ids."""
        return [each for _, each in self._state.scan(RETURNS, self._prefix)]

    def counted(self, name: DocumentName) -> CountedNumber | None:
        """What the documents of a number count for; None likewise."""
        return self._state.get(COUNTED, self._key_of(name))

    def shipments(self) -> Iterable[CountedNumber]:
        """What all its shipments count for, by their numbers."""
        return [each for _, each in self._state.scan(COUNTED, f"{self._prefix}{DocumentKind.SHIPMENT}\0")]

    def keep(self, returns: Iterable[OrderReturn], counted: Iterable[CountedNumber]) -> None:
        """Store them as they are now."""
        for each in returns:
            self._state.put(RETURNS, f"{self._prefix}{each.return_id}", each)
        for document in counted:
            self._state.put(COUNTED, self._key_of(document.name), document)

    def delete(self) -> None:
        """The order is purged."""
        self._delete_all(RETURNS)
        self._delete_all(COUNTED)

    def _delete_all(self, table: Table[Row]) -> None:
        for key in [key for key, _ in self._state.scan(table, self._prefix)]:
            self._state.delete(table, key)

    def _key_of(self, name: DocumentName) -> str:
        return f"{self._prefix}{name.kind}\0{name.number}"
