"""A proxy between connector and ERP that forwards a request, drops the ERP's answer, and gives one of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

_LARGEST = 1 << 20


class MeddlingProxy:
    """`reply`: the bytes of its own answer, after which it closes the connection; empty: the ERP's, as it came."""

    def __init__(self, erp_port: int) -> None:
        self.reply = b""
        self._erp_port = erp_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client:
                reply = self._forwarded(_request_from(client))
                client.sendall(self.reply or reply)

    def _forwarded(self, request: bytes) -> bytes:
        if not request:
            return b""
        with socket.create_connection(("127.0.0.1", self._erp_port)) as erp:
            erp.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            reply = b""
            while piece := erp.recv(65_536):
                reply += piece
        return reply.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)


def _request_from(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    assert length <= _LARGEST
    while len(body) < length:
        body += client.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def meddling_proxy(erp_port: int) -> Iterator[MeddlingProxy]:
    proxy = MeddlingProxy(erp_port)
    try:
        yield proxy
    finally:
        proxy.close()


def http(status: int, body: bytes, *headers: bytes, length: int | None = None) -> bytes:
    """An answer; `length` another than the body's: it is cut off."""
    named = b"Content-Length: %d" % (len(body) if length is None else length)
    return b"\r\n".join((b"HTTP/1.1 %d Something" % status, named, b"Connection: close", *headers, b"", body))
