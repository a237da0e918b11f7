"""A receiver as a process, and callers who note what they were answered."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import urllib3

from connectors.embedded import incoming
from tests.e2e.commands import Running, running

TOKEN = "the-token-of-the-portal"  # noqa: S105 - made up
SECRET = "the-secret-of-the-app"  # noqa: S105 - made up
_LINE = re.compile(r"portal: http://127\.0\.0\.1:(\d+)/v1/sources/portal\n")


class Receiving(NamedTuple):
    """A receiver that listens."""

    process: Running
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/sources/portal"


@contextmanager
def receiving(folder: Path, *words: str) -> Iterator[Receiving]:
    """A receiver of the portal and of Shopify; `words` name its log."""
    secrets = folder / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / "portal").write_text(f"{TOKEN}\n", encoding="utf-8")
    (secrets / "shopify").write_text(f"{SECRET}\n", encoding="utf-8")
    command = ("serve", "ingest", *words, "--secrets", str(secrets), "--source", "portal", "--source", "shopify")
    with running(*command, "--listen", "127.0.0.1:0") as process:
        found = _LINE.fullmatch(process.line())
        assert found, process.said()
        yield Receiving(process, int(found[1]))


def portal_call(number: int) -> bytes:
    """A call that is unlike all others."""
    order = {
        "message_id": f"m-{number}",
        "event": "order_placed",
        "occurred_at": "2026-01-05T07:59:00Z",
        "order_number": f"P-{number}",
        "customer": {"number": "K1"},
        "ship_to": {"name": "Ada", "street": "1 Mill Lane", "city": "Graz", "postal_code": "8010", "country": "AT"},
        "lines": [{"line": 1, "item": "ORL-1", "quantity": "2", "unit_price": "3.20"}],
    }
    return json.dumps(order).encode()


class Callers:
    """Threads that call one after the other, until they are stopped or nobody answers."""

    def __init__(self, url: str, number: int) -> None:
        self.accepted: set[bytes] = set()
        self.statuses: list[int] = []
        self._url = url
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._call, args=(each,)) for each in range(number)]
        for thread in self._threads:
            thread.start()

    def _call(self, caller: int) -> None:
        pool = urllib3.PoolManager(retries=False, timeout=20)
        for number in range(1_000_000):
            if self._stop.is_set():
                return
            body = portal_call(caller * 1_000_000 + number)
            try:
                answer = pool.request("POST", self._url, body=body, headers=caller_headers())
            except urllib3.exceptions.HTTPError:
                return
            with self._lock:
                self.statuses.append(answer.status)
                if answer.status == 202:
                    self.accepted.add(body)

    def stop(self) -> None:
        self._stop.set()
        self.join()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def caller_headers(token: str = TOKEN) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


def waiting_values(data: Path) -> list[bytes]:
    """The records that wait in an embedded log's folder for its owner."""
    files = incoming.waiting_files(data / "incoming")
    records = [record for file in files for piece in incoming.pieces_of(file.path) for record in piece.records]
    return [record.value or b"" for record in records]


def half_request(port: int, sent: bytes) -> socket.socket:
    """A connection whose sender stops in the middle."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(sent)
    return connection
