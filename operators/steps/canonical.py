"""From what sources send to canonical events, by the channel file of each source.

Answers of ERP connectors are canonical already: they are checked, and move to the inbox of dispatch. Their topic is a
contract of ours, so a record of a newer release stops the flow (`connectors/log/newer_contract.py`). So is the topic of
published channel files, which every replica reads whole (`operators/steps/channel_versions.py`): the owner of a
partition of it says which of them are not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.formats.erp_answers import checked_answer
from connectors.formats.mapping import MappedRecord, map_with_interchanges
from connectors.formats.outcomes import (
    BrokenForm,
    Canonical,
    CanonicalMessage,
    PassedOver,
    RecordOutcome,
    Refused,
    Unparsable,
)
from connectors.log.newer_contract import reason_to_put_aside
from connectors.log.port import Record, TopicPartition
from domain.identifiers import CorrelationId, event_id_of_record
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.dispatch import ConnectorReport
from domain.messages.edi.events import EdiEvent
from domain.messages.orders import FromSource
from domain.messages.reference_data import ChannelFilePublished
from operators.engine.keyed_state import Effects
from operators.engine.operator_context import OperatorContext
from operators.machines.edi.partners import NO_PARTNERS, Partners
from operators.machines.edi.received import of_envelopes, of_message
from operators.steps.channel_versions import ChannelVersions
from operators.steps.decode import Dead, read_each
from operators.steps.failure_limit import FailureLimits
from operators.steps.routes import ROUTES
from schemas import codec
from schemas.channel_language.channel_file import ChannelFile
from schemas.contracts.registry import ERP_RESPONSES, REFERENCE_CHANNELS
from schemas.contracts.source_topics import source_topic
from schemas.inherited_headers import CHANNEL_FILE, CarriedHeaders, carried_headers

IntakeEffect = CanonicalMessage | ConnectorReport | EdiEvent | Case
IntakeEffects = Effects[IntakeEffect]

_LARGEST_MESSAGE = 1_048_576
"""Bytes of a canonical event: a quarter of what the topics take, for an order's own events grow with it."""
_WHEN_THE_FILES = (
    "complete the channel file (a rule, a code, a path) and send the record again,"
    " or ask the source to send it corrected"
)
_SMALL_RECORD = 262_144
"""Bytes of a raw record whose events cannot be larger than that."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """The two ways on from here."""

    effects: "Stream[IntakeEffects]"
    dead: "Stream[Dead]"


def canonical(
    step_id: str,
    records: "Stream[Record]",
    task: OperatorContext,
    versions: ChannelVersions,
    partners: Partners = NO_PARTNERS,
) -> Mapped:
    """Map each raw record by its version of the channel file. What concerns an EDI partner goes to the EDI flow too."""
    limits = FailureLimits()

    def read(batch: list[Record]) -> list[IntakeEffects | Dead]:
        versions.read_up_to(batch)
        found = read_each(batch, task, lambda record: _read(record, task, versions, limits, partners))
        return [item for items in found for item in ([items] if isinstance(items, Dead) else items)]

    mapped = op.flat_map_batch(step_id, records, task.step(read))
    ways = op.branch(f"{step_id} readable", mapped, _has_effects)
    return Mapped(effects=ways.trues, dead=ways.falses)  # type: ignore[arg-type]  # branch cannot narrow


def _has_effects(item: IntakeEffects | Dead) -> bool:
    return isinstance(item, Effects)


def _read(
    record: Record,
    task: OperatorContext,
    versions: ChannelVersions,
    limits: FailureLimits,
    partners: Partners,
) -> list[IntakeEffects | Dead]:
    carried = carried_headers(record.headers)
    if carried.dropped:
        task.dropped_headers(carried.dropped)
    if record.topic == ERP_RESPONSES:
        return [_erp_answer(record, carried, task)]
    if record.topic == REFERENCE_CHANNELS:
        return list(_of_publication(record, carried, task, versions))
    channel = versions.of(record)
    mapped = map_with_interchanges(channel, record)
    outcomes = [_within_bounds(said, record, task) for said in mapped.outcomes]
    task.passed_over(channel.source_id, [said.reason for said in outcomes if isinstance(said, PassedOver)])
    found = [
        _outcome(record, carried, channel, index, said)
        for index, said in enumerate(outcomes)
        if not isinstance(said, PassedOver)
    ]
    failed = not any(isinstance(said, Canonical | PassedOver) for said in outcomes)
    reason = limits.exceeded(channel, failed=failed)
    if reason is not None and task.stop_input(record.topic, reason):
        found.append(_effects(record, carried, carried.correlation_id, len(found), _stopped(channel, reason)))
    found += _of_partners(record, carried, channel, MappedRecord(tuple(outcomes), mapped.interchanges), partners)
    return found


def _of_partners(
    record: Record,
    carried: CarriedHeaders,
    channel: ChannelFile,
    mapped: MappedRecord,
    partners: Partners,
) -> Iterator[IntakeEffects]:
    """What EDI partners are owed for this record, and what their documents will repeat of it."""
    first = len(mapped.outcomes) + 1  # behind all that the record itself led to
    said: list[tuple[CorrelationId, IntakeEffect]] = [
        (carried.correlation_id, message) for message in of_envelopes(channel, mapped.interchanges, partners)
    ]
    messages = (outcome.message for outcome in mapped.outcomes if isinstance(outcome, Canonical))
    said += [
        (message.provenance.correlation_id, found)
        for message in messages
        if (found := of_message(message, partners)) is not None
    ]
    for index, (correlation_id, message) in enumerate(said, start=first):
        yield _effects(record, carried, correlation_id, index, message)


def _within_bounds(said: RecordOutcome, record: Record, task: OperatorContext) -> RecordOutcome:
    """A message that its inbox would not take, or what follows from it no other topic, would stop every flow."""
    if not isinstance(said, Canonical) or len(record.value or b"") <= _SMALL_RECORD:
        return said
    size = len(task.codec.encode(ROUTES[type(said.message)].topic(said.message), said.message))
    if size <= _LARGEST_MESSAGE:
        return said
    reason = f"is {size} bytes as an event; at most {_LARGEST_MESSAGE} are allowed"
    order_id = said.message.order_id if isinstance(said.message, FromSource) else None
    return Refused(reason, "document", said.message.provenance.correlation_id, order_id)


def _erp_answer(record: Record, carried: CarriedHeaders, task: OperatorContext) -> IntakeEffects | Dead:
    try:
        message = task.codec.decode(record.topic, record.value or b"")
    except codec.NewerSchema as newer:
        return Dead(record, reason_to_put_aside(record, task.flow, newer, task.guard.named), "decode")
    except codec.Unreadable as error:
        return Dead(record, error.reason, "decode")
    if not isinstance(message, ConnectorReport):
        raise TypeError(f"{type(message).__name__} is on the allow-list of {record.topic}, but intake has no row")
    try:
        return _effects(record, carried, carried.correlation_id, 0, checked_answer(message))
    except BrokenForm as broken:
        return _effects(record, carried, carried.correlation_id, 0, _malformed_answer(record, broken))


def _of_publication(
    record: Record, carried: CarriedHeaders, task: OperatorContext, versions: ChannelVersions
) -> Iterator[IntakeEffects | Dead]:
    """Nothing follows from a channel file that is used, but from one that is not; the file in force stays."""
    try:
        message = task.codec.decode(record.topic, record.value or b"")
    except codec.NewerSchema as newer:
        yield Dead(record, reason_to_put_aside(record, task.flow, newer, task.guard.named), "decode")
    except codec.Unreadable as error:
        yield Dead(record, error.reason, "decode")
    else:
        reason = versions.refusal(record)
        if reason is not None and isinstance(message, ChannelFilePublished):
            yield _effects(record, carried, carried.correlation_id, 0, _not_used(record, message, reason))


def _outcome(
    record: Record, carried: CarriedHeaders, channel: ChannelFile, index: int, said: Canonical | Refused | Unparsable
) -> IntakeEffects | Dead:
    match said:
        case Canonical(message):
            said_by = _with_file(carried, channel)
            return _effects(record, said_by, message.provenance.correlation_id, index, message)
        case Refused(correlation_id=correlation_id) as refused:
            case = _malformed(record, channel, index, refused)
            return _effects(record, _with_file(carried, channel), correlation_id or CorrelationId(""), index, case)
        case Unparsable(reason):
            return Dead(record, reason, "read")
        case _:
            assert_never(said)


def _with_file(carried: CarriedHeaders, channel: ChannelFile) -> CarriedHeaders:
    """With the channel file that the record was mapped by: a replay after a change of it can be told from the first."""
    file = f"{channel.source_id}/{channel.version}/{channel.fingerprint}"
    return carried._replace(passed_on=(*carried.passed_on, (CHANNEL_FILE, file.encode())))


def _effects(
    record: Record, carried: CarriedHeaders, correlation_id: CorrelationId, index: int, message: IntakeEffect
) -> IntakeEffects:
    source = TopicPartition(record.topic, record.partition)
    return Effects(
        cause_event_id=event_id_of_record(record.topic, record.partition, record.offset),
        correlation_id=correlation_id,
        passed_on=carried.passed_on,
        source=source,
        input_offset=record.offset,
        time_ms=record.timestamp_ms,
        messages=(message,),
        first_index=index,
    )


def _stopped(channel: ChannelFile, reason: str) -> Case:
    """The key of a case: one per version of a channel file, however many replicas fail on it, and however often."""
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.CHANNEL_MAPPING,
        subject=channel.source_id,
        source_id=channel.source_id,
        reason=f"the source is stopped: {reason}",
        suggested_action="correct the channel file (with a new version), start intake again, send again what failed",
        key=f"{source_topic(channel.source_id)}/stopped/{channel.version}",
    )


def _not_used(record: Record, published: ChannelFilePublished, reason: str) -> Case:
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.CHANNEL_MAPPING,
        subject=published.source_id,
        source_id=published.source_id,
        reason=f"a published channel file is not used: {reason}",
        suggested_action="publish a corrected file with a higher version (`orderline channel publish`)",
        key=f"{record.topic}/{record.partition}/{record.offset}",
    )


def _malformed_answer(record: Record, broken: BrokenForm) -> Case:
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.ERP,
        subject=ERP_RESPONSES,
        reason=f"{broken.field}: {broken.reason}",
        suggested_action="correct the connector that wrote it; the command is asked about when its answer is overdue",
        key=f"{record.topic}/{record.partition}/{record.offset}",
    )


def _malformed(record: Record, channel: ChannelFile, index: int, refused: Refused) -> Case:
    """The case names the order, as far as the document does, else the source."""
    return Case(
        CaseClass.MALFORMED_PAYLOAD,
        CaseOrigin.CHANNEL_MAPPING,
        subject=refused.order_id or channel.source_id,
        source_id=channel.source_id,
        reason=f"{refused.field}: {refused.reason}" if refused.field else refused.reason,
        suggested_action=_WHEN_THE_FILES
        if refused.is_perhaps_the_files
        else "ask the source to send it again, corrected",
        key=f"{record.topic}/{record.partition}/{record.offset}/{index}",
    )
