"""The ERP simulator: a separate process behind HTTP, with its own durable database.

- `POST /documents` {kind: sales_order | amendment | shipment | cancellation, business_key, idempotency_key,
  ...content}: 201 {document_number}; 200 {document_number, duplicate: true} when it exists; 409 OTHER_CONTENT; 422
  CUSTOMER_BLOCKED, UNKNOWN_ORDER; 423 LOCKED; 429 with Retry-After; 503 during an outage; 504 when it books later.
- `GET /documents?kind=&business_key=`: 200 {document_number, documents}; 404 NOT_FOUND.
- A body repeats the request's header `Orderline-Call` as `in_answer_to`: so no proxy can answer in its name.
- `GET /health`, `GET /statistics`, `POST /control` {down, and the numbers of `ErpBehaviour`}.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from connectors.log.clock import wall_clock_ms
from demo.erp.behaviour import ErpBehaviour
from demo.erp.database import ErpDatabase
from demo.erp.desk import ErpDesk
from demo.erp.http import ErpServer

_POLL_S = 0.05


class ErpSimulator:
    """A running ERP inside this process; a context manager. `port` 0 picks a free one."""

    def __init__(
        self,
        host: str,
        port: int,
        database: Path,
        behaviour: ErpBehaviour,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self._database = ErpDatabase(database)
        self._desk = ErpDesk(self._database, behaviour, now_ms)
        try:
            self._server = ErpServer(host, port, self._desk)
        except BaseException:
            self._database.close()
            raise
        self._thread = Thread(target=self._server.serve_forever, args=(_POLL_S,), name="erp-simulator", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._desk.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._database.close()

    @property
    def port(self) -> int:
        """The URL it listens on."""
        return self._server.port

    def wait(self, seconds: float) -> None:
        """Serve for this many seconds."""
        self._thread.join(seconds)


def serve(  # noqa: PLR0913 - this call is the process
    host: str,
    port: int,
    database: Path,
    behaviour: ErpBehaviour,
    *,
    stop: Callable[[], bool],
    announce: Callable[[int], None],
) -> None:
    """Serve until `stop`; `announce` gets the port once it listens. `OSError` when the port is taken."""
    with ErpSimulator(host, port, database, behaviour) as simulator:
        announce(simulator.port)
        while not stop():
            simulator.wait(_POLL_S)
