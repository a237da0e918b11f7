"""The simulated ERP without a server: the same desk, called directly, for a simulation in which no thread may run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from urllib3.exceptions import HTTPError, ProtocolError

from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.wire import require_permit
from connectors.erp.lease import Permit
from connectors.erp.simulated.rules import CALL_HEADER
from demo.erp.behaviour import ErpBehaviour
from demo.erp.database import ErpDatabase
from demo.erp.desk import DeskAnswer, ErpDesk
from demo.erp.statistics import statistics_of


class ErpInProcess:
    """An `ErpWire` to a desk of its own. Its behaviour must not take time: it blocks the whole process.

    Its file is not synced: such a simulation starts again after a power cut.
    """

    def __init__(self, database: Path, behaviour: ErpBehaviour, now_ms: Callable[[], int]) -> None:
        if behaviour.latency_to_ms or behaviour.book_late_per_mille:
            raise ValueError("an ERP in process has no latency and books nothing late")
        self._database = ErpDatabase(database, synced=False)
        self._desk = ErpDesk(self._database, behaviour, now_ms)

    def call(self, request: ErpCall, permit: Permit | None) -> ErpReply | HTTPError:
        """One request; nothing takes time here, so no permit can end."""
        require_permit(request, permit)
        answer = self._asked(request.method, request.path, msgspec.json.decode(request.body or b"{}"))
        if answer.lost:
            return ProtocolError("the answer was lost")
        body = msgspec.json.encode({**answer.body, "in_answer_to": request.headers[CALL_HEADER]})
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        return ErpReply(answer.status, headers, body, received_at_ms=0)

    def _asked(self, method: str, path: str, body: Mapping[str, Any]) -> DeskAnswer:
        if method == "POST":
            return self._desk.post_document(body)
        address = urlsplit(path)
        if address.path == "/health":
            return self._desk.health()
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        return self._desk.get_document(query.get("kind", ""), query.get("business_key", ""))

    def statistics(self) -> Mapping[str, Any]:
        """The same as `GET /statistics` over HTTP."""
        counted: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(statistics_of(self._database)))
        return counted

    def close(self) -> None:
        """Close the file."""
        self._desk.close()
        self._database.close()
