"""Questions to the brokers through an admin client: the only place where one is made, used and closed.

An admin client that loses its last reference is destroyed at once, in whichever thread runs the garbage collector then.
In a thread of the client library that aborts the process, and in one that holds a lock which the answer to an open
question needs, the process hangs. So every client is referenced here until it is closed, by a thread of ours that holds
no lock: when its owner closes it, when it is replaced and nobody asks it any more, or when the process exits.
"""

import atexit
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from confluent_kafka.admin import AdminClient

from connectors.kafka.settings import Membership, admin_properties

Answer = TypeVar("Answer")

_OPEN: set[AdminClient] = set()


class _Connection:
    """A client, and how many threads ask it at the moment."""

    def __init__(self, membership: Membership) -> None:
        self.client = AdminClient(admin_properties(membership))
        self.askers = 0
        self.is_retired = False
        _OPEN.add(self.client)


class Admin:
    """Asks one Kafka, for any number of threads; `close` it."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._lock = Lock()
        self._connection = _Connection(membership)

    def ask(self, question: Callable[[AdminClient], Answer]) -> Answer:
        """The answer; the question keeps no reference to the client.

        What it does not wait for ends with an error when the client is replaced or closed.
        """
        with self._lock:
            connection = self._connection
            connection.askers += 1
        try:
            return question(connection.client)
        finally:
            with self._lock:
                connection.askers -= 1
                is_unused = connection.is_retired and not connection.askers
            if is_unused:
                _close(connection.client)

    def reconnect(self) -> None:
        """Ask a new client from now on: it loads the metadata again, where the old one may keep former leaders."""
        replacement = _Connection(self._membership)
        with self._lock:
            former, self._connection = self._connection, replacement
        self._retire(former)

    def close(self) -> None:
        """Close the connections; a question that another thread is asking keeps its client until it has its answer."""
        self._retire(self._connection)

    def _retire(self, connection: _Connection) -> None:
        with self._lock:
            connection.is_retired = True
            is_unused = not connection.askers
        if is_unused:
            _close(connection.client)


def _close(client: AdminClient) -> None:
    client.__exit__(None, None, None)
    _OPEN.discard(client)


@atexit.register
def _close_all() -> None:
    """What its owner did not close, before the interpreter destroys it."""
    for client in tuple(_OPEN):
        _close(client)
