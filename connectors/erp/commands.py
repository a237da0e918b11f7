"""From a record of the command topic to the command in it, or to the reason why there is none."""

from collections.abc import Collection

from connectors.log.newer_contract import RecordPlace, reason_to_put_aside
from connectors.log.port import Record
from domain.messages.dispatch import ErpCommand
from schemas.codec import Codec, NewerSchema, Unreadable


def command_in(record: Record, codec: Codec, erp_id: str, put_aside: Collection[RecordPlace] = ()) -> ErpCommand | str:
    """The command, or the reason for a dead letter; `NewerContract` for one that only a newer release can read."""
    if record.value is None:
        return "no value"
    try:
        command = codec.decode(record.topic, record.value)
    except NewerSchema as newer:
        return reason_to_put_aside(record, f"the connector of {erp_id}", newer, put_aside)
    except Unreadable as unreadable:
        return unreadable.reason
    if not isinstance(command, ErpCommand) or command.erp_id != erp_id:
        return f"no command for ERP {erp_id}"
    return command
