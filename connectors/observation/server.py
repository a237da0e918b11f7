"""Probes and metrics over HTTP, in a daemon thread that ends with the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socket import AF_INET, AF_INET6
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import ClassVar

from connectors.log.port import LogFailed
from connectors.observation.observation import Observation

_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """The address to listen on; port 0 means any free one."""

    host: str
    port: int

    def shifted(self, ports: int) -> "HttpAddress":
        """The address `ports` above this one, for a further flow on the same host."""
        if self.port + ports > _HIGHEST_PORT:
            raise LogFailed(f"--http: there is no port {self.port + ports} for a flow: choose a lower one")
        return HttpAddress(self.host, self.port + ports)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parsed_address(text: str) -> HttpAddress:
    """`HOST:PORT`, or `[HOST]:PORT` where the host has colons; raises `ValueError` with the reason."""
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not (colon and bare and port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        raise ValueError(f"{text!r} is not HOST:PORT with a port from 0 to {_HIGHEST_PORT}")
    return HttpAddress(bare, int(port))


@contextmanager
def serving(observation: Observation, address: HttpAddress) -> Iterator[HttpAddress]:
    """Serve while the block lasts; yields the address with the actual port."""
    with _listening(observation, address) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="probes and metrics", daemon=True)
        thread.start()
        try:
            yield HttpAddress(address.host, server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def _listening(observation: Observation, address: HttpAddress) -> "_Server":
    handler = type("Handler", (_Handler,), {"observation": observation})
    kind = _Server6 if ":" in address.host else _Server
    try:
        return kind((address.host, address.port), handler)
    except OSError as error:
        raise LogFailed(f"cannot listen on {address} ({error.strerror}): choose another --http") from error


class _Server(ThreadingTCPServer):
    """Not the library's HTTPServer: that one resolves its own host name over the network."""

    address_family = AF_INET
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    """A client that stays connected does not delay the shutdown."""


class _Server6(_Server):
    address_family = AF_INET6


class _Handler(BaseHTTPRequestHandler):
    observation: ClassVar[Observation]
    timeout = 10.0

    def do_GET(self) -> None:
        """Answer."""
        answer = self.observation.answer(self.path)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Log nothing: a probe comes every few seconds."""
