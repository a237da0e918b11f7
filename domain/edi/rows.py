"""What is kept of a partner beside its orders: control numbers, what it has not acknowledged, what it has sent."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from domain.identifiers import ItemId, LineId, OrderId
from domain.messages.edi.documents import EdiDocumentKind

_LARGEST_NUMBER: Final = 999_999_999
"""Control numbers have nine digits; after the largest they begin again with 1."""


@dataclass(frozen=True, slots=True)
class PartnerNumbers:
    """The last numbers that were used: they are committed with the document that carries them, so none is left out."""

    interchange: int = 0
    group: int = 0
    label: int = -1
    """The serial number of the last label; -1: none was given."""

    def next_interchange(self, groups: int) -> "PartnerNumbers":
        """Of an interchange with so many groups; `group` is then the number of its last group."""
        return replace(self, interchange=_after(self.interchange), group=_after(self.group, groups))


def _after(number: int, count: int = 1) -> int:
    """The last of so many numbers behind this one; a row of numbers is never cut in two."""
    return number + count if number + count <= _LARGEST_NUMBER else count


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document of ours that its partner has not accepted yet."""

    kind: EdiDocumentKind
    functional_id: str
    order_id: OrderId
    number: str
    interchange: int
    sent_ms: int
    is_overdue: bool = False
    """Its case is open: the acknowledgement is late."""
    is_rejected: bool = False
    """Its case is open: the partner rejects it."""
    own_number: str = ""
    """By what the partner's application names it, where it acknowledges documents."""
    is_rejected_by_application: bool = False
    """What its system says of the interchange does not take that back."""


class ReleasedLines(NamedTuple):
    """What a warehouse was told to ship of an order, and not told to stop."""

    line_ids: tuple[LineId, ...]
    released_ms: int
    """The last time."""


class ReceivedInterchange(NamedTuple):
    """An interchange that was answered."""

    content_hash: str
    received_ms: int


@dataclass(frozen=True, slots=True)
class ChangedStock:
    """What the next advice says of an item."""

    item_id: ItemId
    available: int
    unit: str
    version: int
