"""What the ERP has on each order, by what it has accepted: no shipment is told of before it has what has left of it.

It only counts, and knows nothing of how an order keeps a shipment back.
"""

from collections import Counter, defaultdict

from domain.identifiers import CommandId, LineId
from domain.messages.dispatch import CommandType, ErpRequested

_WHOLE = frozenset({CommandType.CREATE_SALES_ORDER, CommandType.AMEND_SALES_ORDER})


class ErpOrders:
    """One ERP."""

    def __init__(self) -> None:
        self._has: dict[str, Counter[LineId]] = defaultdict(Counter)
        self._words: dict[str, ErpRequested] = {}
        """What was told of an amendment after it, and is not accepted, by business key."""
        self._cases: dict[str, str] = {}
        """The business key, by the command that is the key of the case when it is refused: the first one."""

    def ask(self, asked: ErpRequested) -> None:
        """It is told of something. A booking counts from then on: if it is refused, all that follows is."""
        if asked.command_type is CommandType.CREATE_SALES_ORDER:
            self.accept(asked)
        elif _is_later_word(asked):
            self._words[asked.business_key] = asked
            self._cases[asked.command_id] = asked.business_key
        elif asked.command_type is CommandType.CANCEL_SALES_ORDER:
            self._has[asked.document_key].subtract({line.line_id: line.quantity for line in asked.document.lines})
        elif asked.command_type is CommandType.POST_SHIPMENT:
            self._has_what_has_left(asked)

    def _has_what_has_left(self, shipment: ErpRequested) -> None:
        has, lines = self._has[shipment.document_key], {line.line_id for line in shipment.document.lines}
        for word in self._words.values():
            if word.document_key == shipment.document_key:
                for line in word.document.lines:
                    assert line.line_id not in lines or line.quantity <= has[line.line_id], shipment.business_key

    def accept(self, asked: ErpRequested) -> None:
        """It has the whole order as that says."""
        if asked.command_type in _WHOLE:
            order_id = asked.document_key
            self._has[order_id] = Counter({line.line_id: line.quantity for line in asked.document.lines})
            self._words = {key: word for key, word in self._words.items() if word.document_key != order_id}

    def let_go(self, command_id: CommandId) -> None:
        """A person has decided that it does without."""
        self._words.pop(self._cases.get(command_id, ""), None)


def is_amendment(asked: ErpRequested) -> bool:
    """Whether it is the first word about an amendment."""
    return asked.command_type is CommandType.AMEND_SALES_ORDER and "/amended/" in asked.business_key


def _is_later_word(asked: ErpRequested) -> bool:
    """Whether it says of an amendment what has left meanwhile, or how the order is in the end."""
    return asked.command_type is CommandType.AMEND_SALES_ORDER and not is_amendment(asked)
