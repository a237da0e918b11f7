"""Sending one raw record at a time, as a channel does that has an order now."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from confluent_kafka import Producer

from connectors.embedded.client import EmbeddedClient
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing

_FLUSH_S = 30.0


class Sender(Protocol):
    """Whoever gives a record to a log."""

    def send(self, record: Outgoing) -> None:
        """Give it away now."""
        ...


@contextmanager
def kafka_sender(bootstrap: str) -> Iterator[Sender]:
    """A producer without patience: it waits for no further records. At the end the broker has all."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "linger.ms": 0,
            "log_level": 0,
        }
    )
    yield _KafkaSender(producer)
    producer.flush(_FLUSH_S)


@contextmanager
def embedded_sender(data: Path, application: str) -> Iterator[Sender]:
    """An external program that writes one file per record, durable before it is visible."""
    client = EmbeddedClient(data, application, "bench-sender", (), wall_clock_ms)
    try:
        yield _EmbeddedSender(client)
    finally:
        client.close()


@dataclass(frozen=True, slots=True)
class _KafkaSender:
    producer: Producer

    def send(self, record: Outgoing) -> None:
        self.producer.produce(record.topic, record.value, record.key, headers=list(record.headers))
        self.producer.poll(0)


@dataclass(frozen=True, slots=True)
class _EmbeddedSender:
    client: EmbeddedClient

    def send(self, record: Outgoing) -> None:
        self.client.send([record])
        self.client.commit({}, {})


class PacedFeed:
    """Sends records at a steady rate against a fixed schedule: one that is late delays no other.

    `sent_at` holds, by key, when a record was sent (`time.monotonic`).
    """

    def __init__(self, sender: Sender, records: Sequence[Outgoing], rate_per_s: int) -> None:
        self.sent_at: dict[str, float] = {}
        self._failure: Exception | None = None
        self._sender = sender
        self._records = records
        self._rate_per_s = rate_per_s
        self._stop = Event()
        self._thread = Thread(target=self._run, name="paced-feed")

    @contextmanager
    def running(self) -> Iterator[None]:
        """It sends within the block, at most as long as the block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    def require_success(self) -> None:
        """Raise what kept it from sending."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        began_at = time.monotonic()
        try:
            for number, record in enumerate(self._records):
                if self._stop.wait(max(0.0, began_at + number / self._rate_per_s - time.monotonic())):
                    return
                self.sent_at[record.key or ""] = time.monotonic()
                self._sender.send(record)
        except Exception as failure:  # noqa: BLE001  the main thread raises it
            self._failure = failure
