"""A response that ends in time: status line, headers and body together, however slowly they trickle in.

The timeout of a socket bounds the wait for the next byte only: an ERP, or a proxy, that sends one byte a second would
hold its call for as long as it likes. The clock is the one of the lease: a process that was stopped beyond the timeout
treats the call as unanswered.
"""

import io
import socket
from http.client import HTTPResponse
from typing import Any

from connectors.erp.lease import since_boot_s


class BoundedResponse(HTTPResponse):
    """The timeout that the socket has at the beginning is that of the whole response."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - http.client's own
        super().__init__(sock, *arguments, **options)
        timeout_s = sock.gettimeout()
        if timeout_s is not None:
            self.fp = io.BufferedReader(_BoundedReads(self.fp, sock, since_boot_s() + timeout_s))


class _BoundedReads(io.RawIOBase):
    """The bytes of a socket, until its time is up."""

    def __init__(self, raw: io.BufferedReader, sock: socket.socket, deadline_s: float) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline_s = deadline_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:  # noqa: ANN401 - any buffer that can be written to
        left_s = self._deadline_s - since_boot_s()
        if left_s <= 0:
            raise TimeoutError("the response did not end in time")
        self._sock.settimeout(left_s)
        return self._raw.raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
