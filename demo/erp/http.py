"""The simulated ERP on HTTP/1.1 with JSON: the wire of `ErpDesk`."""

import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from demo.erp.desk import DeskAnswer, ErpDesk

_LARGEST_BODY = 1 << 20


class ErpServer(ThreadingHTTPServer):
    """An HTTP server with one thread per connection; `port` is the actual port when 0 was asked for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, desk: ErpDesk) -> None:
        self.desk = desk
        super().__init__((host, port), ErpRequestHandler)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server_port

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        """A closed connection is normal; anything else is a bug, and its trace is printed."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class ErpRequestHandler(BaseHTTPRequestHandler):
    """One connection: one request after the other."""

    protocol_version = "HTTP/1.1"
    server_version = "SimulatedErp"
    sys_version = ""
    disable_nagle_algorithm: ClassVar[bool] = True
    timeout = 60
    server: ErpServer

    def do_GET(self) -> None:
        """Look-ups, health, statistics."""
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        match address.path:
            case "/documents":
                self._answer(self.server.desk.get_document(query.get("kind", ""), query.get("business_key", "")))
            case "/health":
                self._answer(self.server.desk.health())
            case "/statistics":
                self._answer(self.server.desk.statistics())
            case _:
                self._answer(_no_such_page())

    def do_POST(self) -> None:
        """Documents and drills."""
        body = self._body()
        if isinstance(body, DeskAnswer):
            self.close_connection = True
            return self._answer(body)
        match urlsplit(self.path).path:
            case "/documents":
                return self._answer(self.server.desk.post_document(body))
            case "/control":
                return self._answer(self.server.desk.control(body))
            case _:
                return self._answer(_no_such_page())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's signature
        """Write no access log: the statistics count the calls."""

    def _body(self) -> dict[str, Any] | DeskAnswer:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            return DeskAnswer(
                HTTPStatus.BAD_REQUEST, {"error": "BAD_REQUEST", "message": "Content-Length, 1 MiB at most"}
            )
        try:
            return msgspec.json.decode(self.rfile.read(int(length)), type=dict[str, Any])
        except msgspec.MsgspecError:
            return DeskAnswer(HTTPStatus.BAD_REQUEST, {"error": "BAD_REQUEST", "message": "a JSON object is expected"})

    def _answer(self, answer: DeskAnswer) -> None:
        if answer.lost:
            self.close_connection = True
            return
        call_id = self.headers.get("Orderline-Call")
        body = msgspec.json.encode({**answer.body, "in_answer_to": call_id} if call_id else answer.body)
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)


def _no_such_page() -> DeskAnswer:
    return DeskAnswer(HTTPStatus.NOT_FOUND, {"error": "NO_SUCH_PAGE", "message": "see the docstring of the simulator"})
