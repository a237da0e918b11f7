"""The commands that every shop gets, each with its look-up."""

from hashlib import blake2b
from typing import Final, Protocol

from connectors.erp.classification import NOT_FOUND, TRANSIENT, UNKNOWN
from connectors.erp.conversations.conversation import Conversation, Probe, Proven
from connectors.erp.conversations.conversing_erp import MOST_CALLS
from connectors.shops.pieces import refused
from domain.messages.dispatch import CommandType, DocumentLine, ErpCommand, Outcome

_MOST_CALLS: Final = MOST_CALLS - 10
"""Of one report or look-up."""


class Shop(Protocol):
    """One kind of shop. Each command has one effect, however often it is reported."""

    def report_shipment(self, command: ErpCommand) -> Conversation:
        """Say what has left of one order."""
        ...

    def find_shipment(self, command: ErpCommand) -> Conversation:
        """Whether the shop knows of this shipment: DUPLICATE, NOT_FOUND, or what could not be found out."""
        ...

    def report_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Set how much of an item the shop may show."""
        ...

    def find_availability(self, command: ErpCommand, line: DocumentLine) -> Conversation:
        """Whether the shop shows just that: DUPLICATE, or NOT_FOUND for any other number."""
        ...

    def probe(self) -> Probe:
        """Whether it answers at all."""
        ...


class ShopRules:
    """The `ErpRules` of a shop. What it cannot do is refused, and nothing is sent."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def execute(self, command: ErpCommand) -> Conversation:
        """Report a shipment or an availability."""
        return (yield from _bounded(self._report(command)))

    def _report(self, command: ErpCommand) -> Conversation:
        if command.command_type is CommandType.REPORT_SHIPMENT:
            return (yield from self._shop.report_shipment(command))
        if command.command_type is CommandType.REPORT_AVAILABILITY and len(command.document.lines) == 1:
            return (yield from self._shop.report_availability(command, command.document.lines[0]))
        return _not_a_report(command.command_type)

    def find(self, command: ErpCommand) -> Conversation:
        """Look for the effect of a report. What is refused before it is sent is surely not there."""
        proven = yield from _bounded(self._find(command))
        if proven.meaning.outcome is Outcome.REJECTED_BUSINESS:
            return Proven(NOT_FOUND, words=proven.words)
        return proven

    def probe(self) -> Probe:
        """Ask whether the shop answers."""
        return (yield from self._shop.probe())

    def _find(self, command: ErpCommand) -> Conversation:
        if command.queried_type is CommandType.REPORT_SHIPMENT:
            return (yield from self._shop.find_shipment(command))
        if command.queried_type is CommandType.REPORT_AVAILABILITY and len(command.document.lines) == 1:
            return (yield from self._shop.find_availability(command, command.document.lines[0]))
        return _not_a_report(command.queried_type)


def _bounded(conversation: Conversation) -> Conversation:
    """A shop decides how long its lists are: a report that takes too many calls ends, and is no bug of ours."""
    has_changed = False
    try:
        request = next(conversation)
        for _ in range(_MOST_CALLS):
            reply = yield request
            has_changed = has_changed or request.changes
            request = conversation.send(reply)
    except StopIteration as end:
        proven: Proven = end.value
        return proven
    finally:
        conversation.close()
    proven = Proven(UNKNOWN, words=f"not done after {_MOST_CALLS} calls: the order is too large to be reported")
    return proven if has_changed else nothing_sent(proven)


def nothing_sent(proven: Proven) -> Proven:
    """What a look-up before the report proves of the report: as long as it proves nothing, nothing was sent."""
    if proven.meaning.outcome is not Outcome.UNKNOWN:
        return proven
    return Proven(TRANSIENT, words=proven.words, retry_after_ms=proven.retry_after_ms)


def call_id(command: ErpCommand, call: str) -> str:
    """Of one call of one attempt: letters and digits, whatever our ids hold."""
    text = f"{command.command_id}/{command.command_type}/{command.attempt}/{call}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def same_item(shop_sku: str, item_id: str) -> bool:
    """Channel files may read item numbers in capitals, and with single spaces."""
    return " ".join(shop_sku.split()).casefold() == " ".join(item_id.split()).casefold()


def _not_a_report(command_type: CommandType) -> Proven:
    return refused(f"a shop cannot do {command_type} of this document")
