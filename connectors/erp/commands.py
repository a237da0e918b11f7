"""From a record of the command topic to the command in it, or to the reason why there is none."""

from connectors.log.newer_contract import NewerContract
from connectors.log.port import Record
from domain.messages.dispatch import ErpCommand
from schemas.codec import Codec, NoSchema, Unreadable


def command_in(record: Record, codec: Codec, erp_id: str) -> ErpCommand | str:
    """The command, or the reason for a dead letter; `NewerContract` for one that a newer release wrote."""
    if record.value is None:
        return "no value"
    try:
        command = codec.decode(record.topic, record.value)
    except NoSchema as newer:
        raise NewerContract(record, f"the connector of {erp_id}", newer.reason) from newer
    except Unreadable as unreadable:
        return unreadable.reason
    if not isinstance(command, ErpCommand) or command.erp_id != erp_id:
        return f"no command for ERP {erp_id}"
    return command
