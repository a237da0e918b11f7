"""What a connector writes to `erp.responses.v1`: responses to commands, and reports of the ERP's availability."""

from connectors.log.port import Outgoing, Record
from domain.identifiers import CorrelationId, event_id_of_effect, event_id_of_record
from domain.messages.dispatch import ErpAvailability, ErpResponse
from schemas.codec import Codec
from schemas.contracts.registry import ERP_RESPONSES
from schemas.headers import dataschema_of, event_headers, header, origin_of
from schemas.inherited_headers import carried_headers


def response_record(codec: Codec, response: ErpResponse, command: Record, now_ms: int) -> Outgoing:
    """A response, caused by the record of its command.

    The outcome is part of the id: a command that is read twice may have two different responses, and both count.
    """
    place = event_id_of_record(command.topic, command.partition, command.offset)
    carried = carried_headers(command.headers)
    headers = event_headers(
        event_id=event_id_of_effect(place, f"ErpResponse/{response.outcome}", 0),
        event_type="orderline.dispatch.v1.ErpResponse",
        source=f"orderline/erp-connector/{response.erp_id}",
        subject=response.erp_id,
        time_ms=now_ms,
        correlation_id=carried.correlation_id or CorrelationId(response.command_id),
        causation_id=header(command.headers, "ce_id") or place,
        dataschema=dataschema_of(codec.schema_id_of(ERP_RESPONSES, ErpResponse)),
        origin=origin_of(command.topic, command.partition, command.offset),
        passed_on=carried.passed_on,
    )
    return Outgoing(ERP_RESPONSES, response.erp_id, codec.encode(ERP_RESPONSES, response), headers)


def availability_record(codec: Codec, report: ErpAvailability, now_ms: int) -> Outgoing:
    """A report of the ERP's availability. No record caused it: the ERP itself is the origin."""
    event_id = event_id_of_record(f"erp/{report.erp_id}/available={report.available}", 0, now_ms)
    headers = event_headers(
        event_id=event_id,
        event_type="orderline.dispatch.v1.ErpAvailability",
        source=f"orderline/erp-connector/{report.erp_id}",
        subject=report.erp_id,
        time_ms=now_ms,
        correlation_id=CorrelationId(event_id),
        causation_id=event_id,
        dataschema=dataschema_of(codec.schema_id_of(ERP_RESPONSES, ErpAvailability)),
        origin="",
    )
    return Outgoing(ERP_RESPONSES, report.erp_id, codec.encode(ERP_RESPONSES, report), headers)
