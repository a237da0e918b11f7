"""The order within one document: its commands are sent one by one, each when the one before is finished."""

from domain.dispatch.rows import DocumentQueue
from domain.identifiers import CommandId, DocumentKey


def joined(document: DocumentQueue | None, document_key: DocumentKey, command_id: CommandId) -> DocumentQueue:
    """The document's queue with one more command at its end."""
    waiting = document.command_ids if document is not None else ()
    return DocumentQueue(document_key, (*waiting, command_id))


def without(document: DocumentQueue, command_id: CommandId) -> DocumentQueue | None:
    """The document's queue without a finished command; None when it was the last."""
    rest = tuple(other for other in document.command_ids if other != command_id)
    return DocumentQueue(document.document_key, rest) if rest else None


def head_of(document: DocumentQueue | None) -> CommandId | None:
    """The command that may be sent; None for an empty queue."""
    return document.command_ids[0] if document is not None else None
