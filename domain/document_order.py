"""In which order an ERP is told of the documents of one order (docs/domain.md#what-the-erp-refuses).

What takes a shipment back, and what credits its goods, comes after the shipment. So while the ERP has refused that,
they wait, and so does all that follows them about the same lines. Orders and dispatch both ask this rule, so that a
document that is under way already is stopped as well.
"""

from collections.abc import Iterable

from domain.identifiers import LineId
from domain.messages.dispatch import CommandType, Document

_CREDITS = frozenset({CommandType.CREATE_RETURN_AUTHORIZATION, CommandType.POST_CREDIT_MEMO})
_IN_TURN = _CREDITS | {CommandType.POST_SHIPMENT, CommandType.REVERSE_SHIPMENT, CommandType.CANCEL_SALES_ORDER}
"""What may not overtake a document of the same lines. An amendment says how the order is to be, at any time."""


def needs_shipment(command_type: CommandType, document: Document, shipment: Document) -> bool:
    """Whether the ERP cannot be told this while it does not have the shipment."""
    if command_type is CommandType.REVERSE_SHIPMENT:
        return document.shipment_id == shipment.shipment_id
    return command_type in _CREDITS and WaitingLines((shipment,)).concern(document)


class WaitingLines:
    """The lines of the documents that wait; one without lines is about the whole order."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._line_ids: set[LineId] = set()
        self._is_empty, self._has_all = True, False
        for document in documents:
            self.add(document)

    def add(self, document: Document) -> None:
        """One more waits."""
        self._is_empty = False
        self._has_all = self._has_all or not document.lines
        self._line_ids.update(line.line_id for line in document.lines)

    def concern(self, document: Document) -> bool:
        """Whether one of them is about a line of this document."""
        if self._is_empty:
            return False
        return self._has_all or not document.lines or any(line.line_id in self._line_ids for line in document.lines)

    def hold_back(self, command_type: CommandType, document: Document) -> bool:
        """Whether it comes after one of them."""
        return command_type in _IN_TURN and self.concern(document)
