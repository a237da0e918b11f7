"""Admin clients that are not used any more, kept until their questions have ended.

A client that is destroyed while one of its questions is open waits for a thread that waits for the interpreter, and the
process hangs.
"""

from collections import deque
from time import monotonic

from confluent_kafka.admin import AdminClient

_QUESTIONS_END_WITHIN_S = 90.0
"""Longer than any question may take (60 s by default)."""


class KeptClients:
    """References to clients, the oldest first; each is dropped by a later `keep`."""

    def __init__(self) -> None:
        self._kept: deque[tuple[float, AdminClient]] = deque()

    def keep(self, client: AdminClient) -> None:
        """Hold a reference for longer than a question that is asked now may take."""
        now_s = monotonic()
        while self._kept and self._kept[0][0] < now_s - _QUESTIONS_END_WITHIN_S:
            self._kept.popleft()
        self._kept.append((now_s, client))
