"""Commands to shops as dispatch would release them, and how dispatch goes on until one is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.erp.adapter import ErpAdapter
from domain.identifiers import ChannelId, CommandId, CustomerId, DocumentKey, ErpId, ItemId, LineId, OrderId, ShipmentId
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpCommand, ErpResponse, Outcome
from domain.quantities import UNIT
from tests.unit.erp.commands import PERMIT, query

SHOP = ErpId("shop")
FINAL = {Outcome.APPLIED, Outcome.DUPLICATE, Outcome.REJECTED_BUSINESS}
_MOST_ATTEMPTS = 40


def shipment(
    order: str, shipment_id: str, lines: Sequence[tuple[str, int]], *, tracking: str = "T-1", carrier: str = "DHL"
) -> ErpCommand:
    """Report what has left of an order: (line id, pieces)."""
    document = Document(
        order_id=OrderId(f"shop:{order}"),
        channel_id=ChannelId("shop"),
        customer_id=CustomerId("C-1"),
        currency="EUR",
        shipment_id=ShipmentId(shipment_id),
        carrier=carrier,
        tracking_number=tracking,
        reason="",
        lines=tuple(_line(line_id, f"ITEM-{line_id}", pieces) for line_id, pieces in lines),
        channel_order_id=order,
    )
    return _command(CommandType.REPORT_SHIPMENT, f"shop:{order}/{shipment_id}", document)


def availability(item_id: str, pieces: int) -> ErpCommand:
    """Report how much of an item may be shown."""
    document = Document(
        order_id=OrderId(""),
        channel_id=ChannelId("shop"),
        customer_id=CustomerId(""),
        currency="",
        shipment_id=ShipmentId(""),
        carrier="",
        tracking_number="",
        reason="",
        lines=(_line("1", item_id, pieces),),
    )
    return _command(CommandType.REPORT_AVAILABILITY, item_id, document)


def with_unit(command: ErpCommand, unit: str) -> ErpCommand:
    return with_lines(command, *(replace(line, unit=unit) for line in command.document.lines))


def with_lines(command: ErpCommand, *lines: DocumentLine) -> ErpCommand:
    return replace(command, document=replace(command.document, lines=lines))


def next_attempt(command: ErpCommand) -> ErpCommand:
    return replace(command, attempt=command.attempt + 1)


@dataclass(frozen=True)
class Ended:
    """How a command ended, and after how many attempts."""

    response: ErpResponse
    attempts: int

    @property
    def outcome(self) -> Outcome:
        return self.response.outcome


def reported(adapter: ErpAdapter, command: ErpCommand, *, looks_up: bool = True) -> Ended:
    """As dispatch does it: after an unknown outcome it asks, and sends again only what is surely not there.

    `looks_up` False: a planted bug that sends again at once.
    """
    for attempt in range(1, _MOST_ATTEMPTS):
        command = replace(command, attempt=attempt)
        response = adapter.execute(command, PERMIT)
        while response.outcome is Outcome.UNKNOWN and looks_up:
            response = adapter.find(query(command))
            if response.outcome is Outcome.REJECTED_TRANSIENT:
                response = replace(response, outcome=Outcome.UNKNOWN)
        if response.outcome in FINAL:
            return Ended(response, attempt)
    raise AssertionError(f"not done after {_MOST_ATTEMPTS} attempts: {response}")


def _line(line_id: str, item_id: str, pieces: int) -> DocumentLine:
    return DocumentLine(LineId(line_id), ItemId(item_id), pieces * UNIT, "EA", 0)


def _command(command_type: CommandType, key: str, document: Document) -> ErpCommand:
    return ErpCommand(
        erp_id=SHOP,
        command_id=CommandId(f"{command_type}/{key}"),
        command_type=command_type,
        queried_type=command_type,
        attempt=1,
        document_key=DocumentKey(key),
        document_sequence=1,
        business_key=key,
        idempotency_key=f"shop/{command_type}/{key}",
        document=document,
    )
