"""A schema registry small enough to read: what Confluent's answers to the calls that we make, in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import unquote


class RegistryDouble:
    """What the registry holds; ids are per text, from 1 up."""

    def __init__(self) -> None:
        self.url = ""
        self.ids: dict[str, int] = {}
        self.subjects: dict[str, list[int]] = {}
        self.compatibility: dict[str, str] = {}
        self.authorization: list[str | None] = []
        self.refusal: tuple[int, Any] | None = None

    def answer(self, method: str, path: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        """The status and the body of an answer."""
        if self.refusal is not None:
            return self.refusal
        found = self._found(method, path, body)
        return (404, {"error_code": 404, "message": "not found"}) if found is None else (200, found)

    def _found(self, method: str, path: list[str], body: dict[str, Any]) -> dict[str, Any] | None:
        match method, path:
            case "POST", ["subjects", subject, "versions"]:
                return {"id": self._add(subject, body["schema"])}
            case "POST", ["subjects", subject] if self.ids.get(body["schema"]) in self.subjects.get(subject, []):
                return {"id": self.ids[body["schema"]]}
            case "PUT", ["config", subject]:
                self.compatibility[subject] = body["compatibility"]
                return body
            case "GET", ["config", subject] if subject in self.compatibility:
                return {"compatibilityLevel": self.compatibility[subject]}
        return None

    def _add(self, subject: str, text: str) -> int:
        schema_id = self.ids.setdefault(text, len(self.ids) + 1)
        versions = self.subjects.setdefault(subject, [])
        if schema_id not in versions:
            versions.append(schema_id)
        return schema_id


@contextmanager
def running_registry() -> Iterator[RegistryDouble]:
    """A registry on a free port for as long as the block lasts."""
    registry = RegistryDouble()
    handler = type("Handler", (_Handler,), {"registry": registry})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        registry.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    registry: ClassVar[RegistryDouble]

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the library
        """Say nothing."""

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.registry.authorization.append(self.headers.get("Authorization"))
        path = [unquote(part) for part in self.path.strip("/").split("/")]
        status, answer = self.registry.answer(method, path, json.loads(body) if body else {})
        written = json.dumps(answer).encode() if not isinstance(answer, bytes) else answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)
