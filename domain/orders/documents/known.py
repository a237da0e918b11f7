"""The documents of an order that have rows beside it, as far as a decision reads them."""

from collections.abc import Iterable
from typing import Protocol

from domain.identifiers import ReturnId
from domain.orders.documents.counted import CountedNumber, DocumentName
from domain.orders.returns.rows import OrderReturn


class KnownDocuments(Protocol):
    """Those of one order, as they were before the event."""

    def return_named(self, return_id: ReturnId) -> OrderReturn | None:
        """The return of that id; None: nothing was heard of it."""
        ...

    def returns(self) -> Iterable[OrderReturn]:
        """All returns; an event that reads them costs more the more there are."""
        ...

    def counted(self, name: DocumentName) -> CountedNumber | None:
        """What the documents of a number count for; None likewise."""
        ...

    def shipments(self) -> Iterable[CountedNumber]:
        """What all its shipments count for; likewise."""
        ...


class NoDocuments:
    """Those of an order that is not known yet."""

    def return_named(self, return_id: ReturnId) -> OrderReturn | None:  # noqa: ARG002  as `KnownDocuments`
        """There is none."""
        return None

    def returns(self) -> Iterable[OrderReturn]:
        """There is none."""
        return ()

    def counted(self, name: DocumentName) -> CountedNumber | None:  # noqa: ARG002  likewise
        """There is none."""
        return None

    def shipments(self) -> Iterable[CountedNumber]:
        """There is none."""
        return ()
