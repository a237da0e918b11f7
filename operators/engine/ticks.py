"""Ticks: the records that bring time to a partition when nothing else comes (design: architecture, section 7)."""

from connectors.log.port import Outgoing
from domain.identifiers import event_id_of_record
from domain.messages.ticks import Tick
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import dataschema_of, event_headers, origin_of


def tick(flow: str, inbox: str, partition: int, due_at_ms: int, codec: Codec) -> Outgoing:
    """A tick to the flow's own inbox, because a timer is due; it has no key, and its cause is that timer."""
    cause = event_id_of_record(f"{inbox}/tick", partition, due_at_ms)
    headers = event_headers(
        event_id=cause,
        event_type=load_contracts().by_message[Tick].record,
        source=f"orderline/{flow}",
        subject=f"{inbox}/{partition}",
        time_ms=due_at_ms,
        correlation_id="",
        causation_id=cause,
        dataschema=dataschema_of(codec.schema_id_of(inbox, Tick)),
        origin=origin_of(inbox, partition, 0),
    )
    return Outgoing(inbox, None, codec.encode(inbox, Tick(due_at_ms)), headers, partition)
