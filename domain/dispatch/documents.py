"""The order within one document: its commands go one after the other, the next when the one before has left."""

from domain.dispatch.rows import DocumentQueue


def joined(document: DocumentQueue | None, document_key: str, command_id: str) -> DocumentQueue:
    """The document with a further command at its end."""
    waiting = document.command_ids if document is not None else ()
    return DocumentQueue(document_key, (*waiting, command_id))


def without(document: DocumentQueue, command_id: str) -> DocumentQueue | None:
    """The document after a command left; None when it was the last."""
    rest = tuple(other for other in document.command_ids if other != command_id)
    return DocumentQueue(document.document_key, rest) if rest else None


def head_of(document: DocumentQueue | None) -> str | None:
    """The command whose turn it is."""
    return document.command_ids[0] if document is not None else None
