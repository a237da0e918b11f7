"""The ERP has a document under an order's key that is not the order's: it was there before the order was sent.

Nothing of the order may change that document, and a person has to find out whose it is
(docs/domain.md#an-order-that-comes-again).
"""

from domain.dispatch.rows import CommandState, QueuedCommand
from domain.messages.dispatch import CommandType, ErpResponse, Outcome


def is_foreign(command: QueuedCommand, response: ErpResponse) -> bool:
    """Whether the ERP had the order before we sent it.

    After an attempt whose outcome was unknown the document may be ours. So it may be if the connector only looked it
    up, because it may have sent it before it was restarted: then `sent_now` is false.
    """
    is_current = response.attempt == command.attempt and command.state is CommandState.IN_FLIGHT
    return (
        response.outcome is Outcome.DUPLICATE
        and response.command_type is CommandType.CREATE_SALES_ORDER
        and response.sent_now
        and is_current
        and not command.had_unknown
    )
