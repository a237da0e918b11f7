"""Calls of the receiver's application as a server makes them, and a log that keeps what it is given."""

import asyncio
import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Message

from connectors.ingest.appending.port import AppendedAt, AppendFailed
from connectors.ingest.receiver import Receiver, ReceiverSettings
from connectors.ingest.secret_files import SecretFiles
from connectors.log.port import Outgoing
from connectors.observation.health import Health
from connectors.observation.instruments import instruments_in
from connectors.observation.receiver_metrics import ReceiverMetrics
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_files
from tests.unit.channels.given import INGESTED_AT_MS

SECRETS = {
    "shopify": b"the-secret-of-the-app",
    "portal": b"the-token-of-the-portal",
    "woocommerce": b"the-secret-of-the-shop",
}
CHANNELS = {name: channel for name, channel in load_channel_files().items() if name in SECRETS}


class KeptLog:
    """An appender that keeps records, or fails as it is told."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.unavailable: str | None = None
        self.failure: AppendFailed | None = None
        self.gate: asyncio.Event | None = None
        """While it is there and not set, nothing is durable."""

    async def append(self, record: Outgoing) -> AppendedAt | None:
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.records.append(record)
        return AppendedAt(3, len(self.records) - 1)

    def close(self) -> None:
        """Nothing is open."""


class Behind(Enum):
    """What comes behind the given parts of a body."""

    END = auto()
    NOBODY = auto()
    """The sender has closed the connection in the middle."""
    SILENCE = auto()
    """The sender is there, and sends nothing more."""


class Answered(NamedTuple):
    """What a caller sees."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Counted:
    """The metrics of a receiver, and what they count."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.metrics = ReceiverMetrics(Health(30, lambda: 0.0), instruments_in(self._registry))

    def answers(self) -> dict[tuple[str, str], float]:
        """By source and status."""
        return {
            (sample.labels["source"], sample.labels["status"]): sample.value
            for family in self._registry.collect()
            for sample in family.samples
            if sample.name == "orderline_requests_answered_total"
        }


def write_secrets(folder: Path, **secrets: bytes) -> SecretFiles:
    for name, value in {**SECRETS, **secrets}.items():
        (folder / name).write_bytes(value)
    return SecretFiles(folder)


def receiver(
    folder: Path,
    log: KeptLog,
    *,
    channels: Mapping[SourceId, ChannelFile] | None = None,
    settings: ReceiverSettings | None = None,
    counted: Counted | None = None,
) -> Receiver:
    metrics = (counted or Counted()).metrics
    return Receiver(
        CHANNELS if channels is None else channels,
        write_secrets(folder),
        log,
        metrics,
        settings,
        now_ms=lambda: INGESTED_AT_MS,
    )


def signed(body: bytes, secret: bytes = SECRETS["shopify"]) -> str:
    """As Shopify and WooCommerce sign."""
    return base64.b64encode(hmac.digest(secret, body, "sha256")).decode()


def shopify_headers(body: bytes, secret: bytes = SECRETS["shopify"]) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Shopify-Hmac-Sha256": signed(body, secret),
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Event-Id": "e-1",
    }


def portal_headers(token: bytes = SECRETS["portal"]) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token.decode('latin-1')}"}


def post(  # noqa: PLR0913  all that a call may differ in
    application: ASGIApp,
    source: str,
    body: bytes | Sequence[bytes],
    headers: Mapping[str, str] | Sequence[tuple[str, str]],
    *,
    method: str = "POST",
    behind: Behind = Behind.END,
) -> Answered:
    """One call to its end, from a loop of its own."""
    return asyncio.run(call(application, source, body, headers, method=method, behind=behind))


async def call(  # noqa: PLR0913  all that a call may differ in
    application: ASGIApp,
    source: str,
    body: bytes | Sequence[bytes],
    headers: Mapping[str, str] | Sequence[tuple[str, str]],
    *,
    method: str = "POST",
    behind: Behind = Behind.END,
) -> Answered:
    """The body whole, or in the parts in which it comes."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    parts = [body] if isinstance(body, bytes) else list(body)
    waiting: list[Message] = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) or behind is not Behind.END}
        for number, part in enumerate(parts, start=1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting and behind is Behind.SILENCE:
            await asyncio.Event().wait()
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": f"/v1/sources/{source}",
        "raw_path": b"",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "server": ("127.0.0.1", 8090),
        "client": ("127.0.0.1", 50000),
    }
    await application(scope, receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    return Answered(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body"),
    )
