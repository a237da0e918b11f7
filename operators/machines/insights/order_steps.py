"""Order events as insights reads them: the acceptance whole, of the others the beginning of the order's summary."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from domain.insights.order_steps import OrderStep
from domain.messages.dispatch import CommandType
from domain.messages.insights import MeasureName
from domain.messages.orders import BudgetStage
from domain.messages.status import ErpCommandRefused, OrderAccepted, OrderBooked, OrderStatus, SlaBreached
from schemas.avro.records import FRAME
from schemas.codec import Codec, Unreadable
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_EVENTS
from schemas.leading_fields import LeadingReader, leading_reader

_READ_WHOLE = (OrderAccepted, ErpCommandRefused, SlaBreached)
_BREACHED = {
    BudgetStage.ACCEPTANCE: MeasureName.BREACHED_ACCEPTANCE,
    BudgetStage.BOOKING: MeasureName.BREACHED_BOOKING,
    BudgetStage.RELEASE: MeasureName.BREACHED_RELEASE,
    BudgetStage.SHIPMENT: MeasureName.BREACHED_SHIPMENT,
    BudgetStage.DELIVERY: MeasureName.BREACHED_DELIVERY,
    BudgetStage.INVOICE: MeasureName.BREACHED_INVOICE,
}


class OrderStepReader:
    """Reads records of `orders.events.v1`; a version that is not our own goes the codec's long way."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._leading: dict[int, tuple[LeadingReader, MeasureName | None]] = {}
        for message, reader in _summary_readers().items():
            self._leading[codec.schema_id_of(ORDERS_EVENTS, message)] = (reader, _said_by(message))

    def read(self, value: bytes) -> OrderAccepted | OrderStep:
        """The acceptance, or what any other event did; `Unreadable` as the codec says."""
        short = self._leading.get(int.from_bytes(value[1:FRAME], "big"))
        if short is None:
            return _step_of(self._codec.decode(ORDERS_EVENTS, value))
        reader, said = short
        try:
            order = reader(value)
            return OrderStep(order["channel_id"], order["region"], OrderStatus(order["status"]), said)
        except (IndexError, ValueError) as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error


@cache
def _summary_readers() -> Mapping[type, LeadingReader]:
    """Of the events that are not read whole; to make them takes as long as to decode some thousand events."""
    readers = {
        contract.message: leading_reader(contract, "order", "status")
        for contract in load_contracts().of_topic(ORDERS_EVENTS)
        if contract.message not in _READ_WHOLE
    }
    return {message: reader for message, reader in readers.items() if reader is not None}


def _step_of(message: Any) -> OrderAccepted | OrderStep:  # noqa: ANN401 - any event of an order
    if isinstance(message, OrderAccepted):
        return message
    order = message.order
    said = _said_by(type(message))
    if isinstance(message, ErpCommandRefused) and message.command_type is CommandType.CREATE_SALES_ORDER:
        said = MeasureName.REFUSED
    elif isinstance(message, SlaBreached):
        said = _BREACHED[message.stage]
    return OrderStep(order.channel_id, order.region, order.status, said)


def _said_by(message: type) -> MeasureName | None:
    return MeasureName.BOOKED if message is OrderBooked else None
