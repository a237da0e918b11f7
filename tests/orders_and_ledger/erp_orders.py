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
        self._words: dict[str, tuple[str, Counter[LineId]]] = {}
        """What was told of an amendment after it, and is not accepted, by business key: its order, and the units.

        What is cancelled after that is taken off them: it is told to the ERP in this order.
        """
        self._cases: dict[str, str] = {}
        """The business key, by the command that is the key of the case when it is refused: the first one."""

    def ask(self, asked: ErpRequested) -> None:
        """It is told of something. A booking counts from then on: if it is refused, all that follows is."""
        if asked.command_type is CommandType.CREATE_SALES_ORDER:
            self.accept(asked)
        elif _is_later_word(asked):
            self._words[asked.business_key] = asked.document_key, _units_of(asked)
            self._cases[asked.command_id] = asked.business_key
        elif asked.command_type is CommandType.CANCEL_SALES_ORDER:
            self._cancel(asked)
        elif asked.command_type is CommandType.POST_SHIPMENT:
            self._has_what_has_left(asked)

    def _cancel(self, asked: ErpRequested) -> None:
        words = [units for order_id, units in self._words.values() if order_id == asked.document_key]
        for has in (self._has[asked.document_key], *words):
            has.subtract(_units_of(asked))

    def _has_what_has_left(self, shipment: ErpRequested) -> None:
        has, lines = self._has[shipment.document_key], {line.line_id for line in shipment.document.lines}
        for order_id, units in self._words.values():
            if order_id == shipment.document_key:
                for line_id, quantity in units.items():
                    assert line_id not in lines or quantity <= has[line_id], shipment.business_key

    def accept(self, asked: ErpRequested) -> None:
        """It has the whole order as that says."""
        if asked.command_type in _WHOLE:
            order_id = asked.document_key
            _, units = self._words.get(asked.business_key, (order_id, _units_of(asked)))
            self._has[order_id] = units
            self._words = {key: word for key, word in self._words.items() if word[0] != order_id}

    def let_go(self, command_id: CommandId) -> None:
        """A person has decided that it does without."""
        self._words.pop(self._cases.get(command_id, ""), None)


def _units_of(asked: ErpRequested) -> Counter[LineId]:
    return Counter({line.line_id: line.quantity for line in asked.document.lines})


def is_amendment(asked: ErpRequested) -> bool:
    """Whether it is the first word about an amendment."""
    return asked.command_type is CommandType.AMEND_SALES_ORDER and "/amended/" in asked.business_key


def _is_later_word(asked: ErpRequested) -> bool:
    """Whether it says of an amendment what has left meanwhile, or how the order is in the end."""
    return asked.command_type is CommandType.AMEND_SALES_ORDER and not is_amendment(asked)
