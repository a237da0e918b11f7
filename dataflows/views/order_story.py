"""The story of one order, read from the log: every record about it, and what caused it.

Topics keyed by order_id are read at the key's home partition; of the others, records are found by the header `orderid`
or by `origin`, the coordinates of a record of this story that caused them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any

from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Record
from connectors.topic_reader import TopicReader, every_record, records_of
from dataflows.views.readable import RecordView
from domain.deduplication import Arrival, Seen, arrival_of, deduplication_key, document_keys
from domain.identifiers import EventId, OrderId
from domain.messages.case_actions import CaseActionRefused
from domain.messages.cases import ExceptionRaised
from domain.messages.orders import ChangeRequest, FromSource, Numbered, OrderPictured, OrderPlaced
from domain.messages.status import OrderReceived, OrderSnapshot, OrderSummary
from domain.orders.documents.identity import document_in
from schemas.contracts.erp_topics import erp_of_topic
from schemas.contracts.registry import (
    DISPATCH_INBOX,
    ERP_RESPONSES,
    EXCEPTIONS,
    INVENTORY_INBOX,
    ORDERS_ARCHIVE,
    ORDERS_EVENTS,
    ORDERS_INBOX,
    ORDERS_STATE,
    WAREHOUSE_COMMANDS,
)
from schemas.headers import header, origin_of


class Kind(StrEnum):
    """The kind of a step, as the story names it."""

    CAME = "came"
    ANSWERED = "answered"
    DECIDED = "decided"
    SENT = "sent"
    ASKED = "asked"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One record of the story. `raw` is what the source sent, for what came from outside."""

    kind: Kind
    record: Record
    message: object
    raw: Record | None = None
    origin: str = ""
    """Coordinates of the record that caused this one."""
    arrival: Arrival = Arrival.FIRST
    """Whether the source has sent this before."""

    @property
    def place(self) -> str:
        """The coordinates of the record."""
        return place_of(self.record)

    @property
    def at_ms(self) -> int:
        """Append time of the record."""
        return (self.raw or self.record).timestamp_ms


@dataclass(frozen=True, slots=True)
class Story:
    """All steps by time, causes before effects; and the current state of the order, None while it is unknown.

    A `forgotten` order (purged) has the state in which it was archived.
    """

    order_id: OrderId
    steps: tuple[StoryStep, ...]
    now: OrderSummary | None
    forgotten: bool = False


def place_of(record: Record) -> str:
    """Coordinates as the header `origin` says them."""
    return origin_of(record.topic, record.partition, record.offset)


def read_story(reader: TopicReader, order_id: OrderId) -> Story | None:
    """The story as of the reader's last refresh; None when no record is about the order."""
    gathering = _Gathering(reader, order_id)
    gathering.gather()
    if not gathering.steps:
        return None
    now = gathering.now()
    last = now or gathering.final_records()
    return Story(order_id, gathering.in_order(), last, forgotten=now is not last)


@dataclass(slots=True)
class _Gathering:
    """One walk through the topics, in the order in which the records cause each other."""

    reader: TopicReader
    order_id: OrderId
    view: RecordView = field(default_factory=RecordView)
    steps: list[StoryStep] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    """The origin of every record of the story by its place, also of those that only link two steps."""
    seen: dict[str, Seen] = field(default_factory=dict)

    def gather(self) -> None:
        for record in chain(self._home(ORDERS_EVENTS), self._archive()):
            self._add(Kind.DECIDED, record)
        for record in self._home(ORDERS_INBOX):
            self._add(Kind.ANSWERED, record)
        for record in self._home(WAREHOUSE_COMMANDS):
            self._add(Kind.SENT, record)
        for record in self._named(INVENTORY_INBOX):
            self._add(Kind.ASKED, record)
        for topic in self._command_topics():
            for record in self._home(topic):
                self._add(Kind.SENT, record)
        for record in self._caused(ERP_RESPONSES):
            self._add(Kind.ANSWERED, record)
        for record in every_record(self.reader, DISPATCH_INBOX):
            self._link(record)
        for record in every_record(self.reader, EXCEPTIONS):
            self._add_case(record)

    def in_order(self) -> tuple[StoryStep, ...]:
        """By time; within a millisecond a cause comes before its effects, and a decision before what it sends."""
        kinds = list(Kind)
        return tuple(
            sorted(
                self.steps,
                key=lambda step: (step.at_ms, self._depth(step.place), kinds.index(step.kind), step.record[:3]),
            )
        )

    def final_records(self) -> OrderSummary | None:
        """The state of the order in the archive, or in its last event."""
        ends = (ORDERS_EVENTS, ORDERS_ARCHIVE)
        events: list[Any] = [step.message for step in self.steps if step.record.topic in ends]
        return events[-1].order if events else None

    def now(self) -> OrderSummary | None:
        """The order's last snapshot; None when it is purged, or not written yet."""
        last = max(self._home(ORDERS_STATE), key=lambda record: record.offset, default=None)
        snapshot = None if last is None else self.view.message(last)
        return snapshot.order if isinstance(snapshot, OrderSnapshot) else None

    def _archive(self) -> Iterator[Record]:
        """None in a log of a release that had no archive."""
        return self._home(ORDERS_ARCHIVE) if ORDERS_ARCHIVE in self.reader.topics() else iter(())

    def _command_topics(self) -> list[str]:
        """Found by key: the document has the key of the order."""
        return [topic for topic in self.reader.topics() if erp_of_topic(topic) is not None]

    def _home(self, topic: str) -> Iterator[Record]:
        partition = partition_of(self.order_id, self.reader.partitions_of(topic))
        return (record for record in records_of(self.reader, topic, partition) if record.key == self.order_id)

    def _named(self, topic: str) -> Iterator[Record]:
        return (
            record for record in every_record(self.reader, topic) if header(record.headers, "orderid") == self.order_id
        )

    def _caused(self, topic: str) -> Iterator[Record]:
        return (
            record for record in every_record(self.reader, topic) if header(record.headers, "origin") in self.origins
        )

    def _add(self, kind: Kind, record: Record) -> None:
        message = self.view.message(record)
        if message is None:
            return
        origin = header(record.headers, "origin") or ""
        self.origins[place_of(record)] = origin
        step = StoryStep(kind, record, message, origin=origin)
        if origin.startswith("source."):
            step = replace(step, kind=Kind.CAME, raw=self._at(origin), arrival=self._arrival(message, step.place))
        self.steps.append(step)

    def _link(self, record: Record) -> None:
        """A command to an ERP is a step of the story; so is its response, when there is one."""
        if header(record.headers, "orderid") == self.order_id:
            self._add(Kind.ASKED, record)
        elif (origin := header(record.headers, "origin")) in self.origins:
            self.origins[place_of(record)] = origin or ""

    def _add_case(self, record: Record) -> None:
        case = self.view.message(record)
        if isinstance(case, CaseActionRefused) and header(record.headers, "origin") in self.origins:
            self._add(Kind.CASE, record)
        if not isinstance(case, ExceptionRaised):
            return
        cause = origin_of(case.input_topic, case.input_partition, case.input_offset)
        if case.subject == self.order_id or cause in self.origins:
            self._add(Kind.CASE, record)

    def _arrival(self, message: object, place: str) -> Arrival:
        """An order is known by its id, others by their message ids or document (docs/domain.md#deduplication)."""
        if not isinstance(message, FromSource):
            return Arrival.FIRST
        if isinstance(message, OrderPlaced) and self._begins_a_life(place):
            del self.seen[type(message).__name__]
        provenance = message.provenance
        name = type(message).__name__
        if isinstance(message, OrderPictured):
            key = f"{name} {message.number}"
        else:
            key = name if isinstance(message, OrderPlaced) else deduplication_key(self.order_id, name, provenance)
        arrival = self._seen_before(key, provenance.content_hash)
        document = document_in(message) if isinstance(message, Numbered | ChangeRequest) else None
        if arrival is Arrival.FIRST and document is not None:
            keys = document_keys(self.order_id, document)
            known = next((key for key in keys if key in self.seen), keys[0])
            return self._seen_before(known, document.content_hash)
        return arrival

    def _begins_a_life(self, place: str) -> bool:
        """Whether an order that was placed before had been forgotten, and this one was received."""
        is_again = OrderPlaced.__name__ in self.seen
        return is_again and any(isinstance(step.message, OrderReceived) and step.origin == place for step in self.steps)

    def _seen_before(self, key: str, content_hash: str) -> Arrival:
        arrival = arrival_of(self.seen.get(key), content_hash)
        self.seen.setdefault(key, Seen(content_hash, EventId(""), 0, 0))
        return arrival

    def _at(self, place: str) -> Record | None:
        """The record at these coordinates; None when it is deleted."""
        topic, partition, offset = place.rsplit("/", 2)
        try:
            found = self.reader.read(topic, int(partition), int(offset), 1)
        except LogFailed:
            return None
        return found[0] if found and found[0].offset == int(offset) else None

    def _depth(self, place: str) -> int:
        """The number of causes before a record; bounded, in case headers name each other in a cycle."""
        depth = 0
        while (place := self.origins.get(place, "")) in self.origins and depth < len(self.origins):
            depth += 1
        return depth
