"""Ticks: the records that bring time to a partition when nothing else comes (docs/adr/0007-time-comes-from-the-log.md).

A partition gets its tick when it is caught up, whatever its neighbours have to do: a poll that finds nothing shows that
for all of them, and beside traffic the log's own account of the lag does.
"""

from collections.abc import Mapping, Sequence

from connectors.log.port import Log, Outgoing, Record
from domain.identifiers import CorrelationId, event_id_of_record
from domain.messages.ticks import Tick
from operators.engine.partition import Partition
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import dataschema_of, event_headers, origin_of

_LOOK_EVERY_MS = 100
"""How late a tick may be while records arrive: asking for the lag costs more than a poll should."""


class Ticks:
    """The ticks of one flow."""

    def __init__(self, flow: str, inbox: str, codec: Codec, log: Log) -> None:
        self._flow = flow
        self._inbox = inbox
        self._codec = codec
        self._log = log
        self._look_at_ms = 0

    def due(self, partitions: Mapping[int, Partition], polled: Sequence[Record]) -> list[Outgoing]:
        """The ticks to send behind a poll; from then on they are outstanding."""
        now_ms = self._log.now_ms()
        if polled and now_ms < self._look_at_ms:
            return []
        self._look_at_ms = now_ms + _LOOK_EVERY_MS
        waiting = {
            number: due_ms
            for number, partition in partitions.items()
            if (due_ms := partition.needs_tick(now_ms)) is not None
        }
        if polled and waiting:
            busy = {record.partition for record in polled} | self._lagging()
            waiting = {number: due_ms for number, due_ms in waiting.items() if number not in busy}
        for number in waiting:
            partitions[number].tick_sent()
        return [tick(self._flow, self._inbox, number, due_ms, self._codec) for number, due_ms in waiting.items()]

    def _lagging(self) -> set[int]:
        return {source.partition for source, lag in self._log.member_status().lag.items() if lag > 0}


def tick(flow: str, inbox: str, partition: int, due_at_ms: int, codec: Codec) -> Outgoing:
    """A tick to the flow's own inbox, because a timer is due; it has no key, and its cause is that timer."""
    cause = event_id_of_record(f"{inbox}/tick", partition, due_at_ms)
    headers = event_headers(
        event_id=cause,
        event_type=load_contracts().by_message[Tick].record,
        source=f"orderline/{flow}",
        subject=f"{inbox}/{partition}",
        time_ms=due_at_ms,
        correlation_id=CorrelationId(""),
        causation_id=cause,
        dataschema=dataschema_of(codec.schema_id_of(inbox, Tick)),
        origin=origin_of(inbox, partition, 0),
    )
    return Outgoing(inbox, None, codec.encode(inbox, Tick(due_at_ms)), headers, partition)
