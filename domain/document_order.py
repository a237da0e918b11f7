"""In which order an ERP is told of the documents of one order (docs/domain.md#what-the-erp-refuses).

What takes a shipment back, and what credits its goods, comes after the shipment; what is shipped again, or cancelled,
comes after what was taken back. So while the ERP has refused the first, the other waits, and so does all that follows
it about the same lines. Orders and dispatch both ask this rule, so that a document that is under way already is stopped
as well.
"""

from collections.abc import Iterable

from domain.identifiers import LineId
from domain.messages.dispatch import CommandType, Document

_CREDITS = frozenset({CommandType.CREATE_RETURN_AUTHORIZATION, CommandType.POST_CREDIT_MEMO})
_IN_TURN = _CREDITS | {CommandType.POST_SHIPMENT, CommandType.REVERSE_SHIPMENT, CommandType.CANCEL_SALES_ORDER}
"""What may not overtake a document of the same lines. An amendment says how the order is to be, at any time."""
_AFTER_REVERSALS = frozenset({CommandType.POST_SHIPMENT, CommandType.CANCEL_SALES_ORDER})
_NEEDED = frozenset({CommandType.POST_SHIPMENT, CommandType.REVERSE_SHIPMENT})


def is_needed(command_type: CommandType | None) -> bool:
    """Whether anything waits while the ERP has refused such a document of an order that it has."""
    return command_type in _NEEDED


def needs(command_type: CommandType, document: Document, refused_type: CommandType, refused: Document) -> bool:
    """Whether the ERP cannot be told this while it has refused that; `refused_type`: one of those that are needed."""
    shares_lines = WaitingLines((refused,)).concern(document)
    if refused_type is CommandType.REVERSE_SHIPMENT:
        return command_type in _AFTER_REVERSALS and shares_lines
    if command_type is CommandType.REVERSE_SHIPMENT:
        return document.shipment_id == refused.shipment_id
    return command_type in _CREDITS and shares_lines


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
