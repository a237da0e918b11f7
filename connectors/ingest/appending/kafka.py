"""Appends to Kafka with an idempotent producer: acknowledged by all in-sync replicas, once and in order.

Without transactions: a request is durable when its own record is, and any number of receivers may run under one name.
What is not acknowledged within `delivery.timeout.ms` (10 s, unless the options say otherwise) has failed; the client
gives such a record up, so nothing waits longer.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from connectors.ingest.appending.port import AppendedAt, AppendFailed, LogAway, LogBusy, RecordTooLarge
from connectors.kafka.errors import error_of, in_words, is_permanent
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.reachable import no_broker_answers
from connectors.kafka.settings import Membership, single_record_properties
from connectors.log.port import Outgoing

_POLL_S: Final = 0.05
_ASK_EVERY_S: Final = 1.0
_ANSWER_S: Final = 1.0
_LAST_S: Final = 15.0
"""Longer than a record may wait for its acknowledgement."""

_LOGGER = logging.getLogger(__name__)

_Settle = Callable[[AppendedAt | AppendFailed], None]


class KafkaAppender:
    """One producer, and the thread that hears from it."""

    def __init__(
        self, bootstrap: str, application: str, topics: Collection[str], options: Mapping[str, str] = NO_OPTIONS
    ) -> None:
        self._bootstrap = bootstrap
        self._unseen = set(topics)
        self._properties = single_record_properties(Membership(bootstrap, application, "ingest", 0, options))
        self._unavailable: str | None = "waiting for the first answer of a broker"
        self._ask_at_s = 0.0
        self._has_failed_for_good = False
        self._closed = Event()
        self._producer = self._made()
        self._thread = Thread(target=self._serve, name="deliveries", daemon=True)
        self._thread.start()

    @property
    def unavailable(self) -> str | None:
        return self._unavailable

    async def append(self, record: Outgoing) -> AppendedAt | None:
        if self._unavailable is not None:
            raise LogAway(self._unavailable)
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[AppendedAt | AppendFailed] = loop.create_future()

        def settle(found: AppendedAt | AppendFailed) -> None:
            with suppress(RuntimeError):  # the loop has ended, and nobody waits
                loop.call_soon_threadsafe(_settle, outcome, found)

        self._produce(record, settle)
        try:
            async with asyncio.timeout(_LAST_S):
                found = await outcome
        except TimeoutError as late:
            raise LogAway(f"no acknowledgement within {_LAST_S:.0f} s") from late
        if isinstance(found, AppendFailed):
            raise found
        return found

    def close(self) -> None:
        self._producer.flush(_LAST_S)
        self._closed.set()
        self._thread.join()

    def _made(self) -> Producer:
        return Producer({**self._properties, "error_cb": self._on_error})

    def _produce(self, record: Outgoing, settle: _Settle) -> None:
        key = None if record.key is None else record.key.encode("utf-8", "surrogateescape")

        def delivered(error: KafkaError | None, message: Message) -> None:
            settle(self._outcome(error, message))

        try:
            self._producer.produce(record.topic, record.value, key, on_delivery=delivered, headers=list(record.headers))
        except BufferError as full:
            raise LogBusy("the client's queue is full") from full
        except KafkaException as failure:
            raise self._failed(error_of(failure)) from failure

    def _outcome(self, error: KafkaError | None, message: Message) -> AppendedAt | AppendFailed:
        if error is not None:
            return self._failed(error)
        partition, offset = message.partition(), message.offset()
        if partition is None or offset is None:
            return LogAway("the broker acknowledged a record without its place")
        return AppendedAt(partition, offset)

    def _failed(self, error: KafkaError) -> AppendFailed:
        """The failure, and what it says about the records that follow: a broker is asked before they are tried."""
        if error.code() in {KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE}:
            return RecordTooLarge(in_words(error))
        if is_permanent(error):  # about one topic: the others are not to suffer from it
            _LOGGER.error("a record cannot be written: %s", in_words(error))
        else:
            self._note(error)
        return LogAway(in_words(error))

    def _on_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - librdkafka's own codes begin with an underscore
            self._become_unavailable(no_broker_answers(self._bootstrap))
        elif error.fatal():
            self._note(error)

    def _note(self, error: KafkaError) -> None:
        self._has_failed_for_good |= error.fatal() or error.code() == KafkaError._FATAL  # noqa: SLF001 - see above
        self._become_unavailable(in_words(error))

    def _become_unavailable(self, why: str) -> None:
        if self._unavailable is None:
            _LOGGER.warning("nothing can be written: %s", why)
            self._ask_at_s = time.monotonic() + _ASK_EVERY_S
        self._unavailable = why

    def _serve(self) -> None:
        """Hear of deliveries; while nothing can be written, ask a broker once a second whether it is back."""
        while not self._closed.is_set():
            with suppress(KafkaException):  # the error that ends the client comes to `_on_error` as well
                self._producer.poll(_POLL_S)
            if self._unavailable is not None and time.monotonic() >= self._ask_at_s:
                self._ask()

    def _ask(self) -> None:
        if self._has_failed_for_good:
            self._replace()
        with suppress(KafkaException):
            self._look_for_topics(self._producer.list_topics(timeout=_ANSWER_S).topics)
            self._unavailable = None
        self._ask_at_s = time.monotonic() + _ASK_EVERY_S

    def _look_for_topics(self, there: Collection[str]) -> None:
        """Report a source without a topic once, at the first answer of a broker."""
        for topic in sorted(self._unseen.difference(there)):
            _LOGGER.error("the topic %s is missing: run `orderline topics create` with the same --channels", topic)
        self._unseen.clear()

    def _replace(self) -> None:
        """The client never sends again: its sequence of records is broken on a broker."""
        self._producer.purge()
        self._producer.flush(_ANSWER_S)
        self._has_failed_for_good = False
        self._producer = self._made()


def _settle(outcome: "asyncio.Future[AppendedAt | AppendFailed]", found: AppendedAt | AppendFailed) -> None:
    if not outcome.done():  # its request may have been cancelled
        outcome.set_result(found)
