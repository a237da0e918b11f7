"""Maps one raw record to its canonical messages, as the channel file of its source says.

Three lanes: unreadable input is `Unparsable`, input that violates the contract is `Refused`, and nothing else is
caught: a bug raises. Each document of a record is checked separately: a refused one does not stop the others.
The mapping is a function of the file and the record: no clock, no state.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import Final, NamedTuple

from connectors.formats.case_actions import case_action
from connectors.formats.channel_ids import known_order_id
from connectors.formats.documents import Defect, DocumentPlace, SourceDocument
from connectors.formats.edifact.interchanges import NoEdifact
from connectors.formats.expressions.conditions import holds, seen_value
from connectors.formats.expressions.lists import lines_at
from connectors.formats.master_data.customers import described_customer
from connectors.formats.master_data.reference_data import reference_data
from connectors.formats.orders.order_lists import order_list_part
from connectors.formats.orders.order_messages import order_message
from connectors.formats.orders.outages import outage_event
from connectors.formats.origins import known_correlation_id, origin_of
from connectors.formats.outcomes import (
    BrokenForm,
    Canonical,
    NotInTheFile,
    PassedOver,
    RecordOutcome,
    RecordOutcomes,
    Refused,
    Unparsable,
    UnreadableRecord,
)
from connectors.formats.parcels import reported_parcel
from connectors.formats.records.reading import Envelope, read_record
from connectors.formats.records.usage import usage_without_effect
from connectors.formats.snapshots import snapshot_part
from connectors.formats.stock_documents import stock_document
from connectors.formats.x12.interchanges import NoInterchange
from connectors.log.port import Record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.expressions.lists import EachRule
from schemas.channel_language.orders.decision_rules import OrderDecidedRule
from schemas.channel_language.orders.parcel_rules import ParcelReportedRule
from schemas.channel_language.outage_rules import OutageRule
from schemas.channel_language.records import RecordFormat
from schemas.channel_language.rule import Rule
from schemas.channel_language.rules import (
    CaseActionRule,
    CustomerDescribedRule,
    EventRule,
    ItemDescribedRule,
    MappingRule,
    StockPolicySetRule,
)
from schemas.channel_language.snapshots.orders import OrderListRule
from schemas.channel_language.snapshots.stock import StockSnapshotRule
from schemas.channel_language.stock_rules import StockDocumentRule
from schemas.channel_language.without_events import PassedOverRule, RefusedRule
from schemas.headers import Headers

_OF_EDI: Final = frozenset({RecordFormat.X12, RecordFormat.EDIFACT})
_MOST_SEEN: Final = 200
"""Characters that tell of a document that no rule fits."""
MOST_OUTCOMES: Final = 10_000
"""Documents of one record, and refused lines of its stock documents: a few bytes become an exception case each."""


class MappedRecord(NamedTuple):
    """What a record becomes, and the envelopes in which it came."""

    outcomes: RecordOutcomes
    interchanges: Sequence[Envelope]
    """Of EDI, those with a wrong envelope as well."""


def map_record(channel: ChannelFile, record: Record) -> RecordOutcomes:
    """The outcomes of a record, in the order of its documents; never empty."""
    return map_with_interchanges(channel, record).outcomes


def map_with_interchanges(channel: ChannelFile, record: Record) -> MappedRecord:
    """The same, for who also answers the senders of interchanges: the record is read once for both."""
    try:
        documents, interchanges = read_record(channel, record.value)
    except (NoInterchange, NoEdifact) as none:
        return MappedRecord((Unparsable(none.reason),), none.parts)
    except UnreadableRecord as unreadable:
        return MappedRecord((Unparsable(unreadable.reason),), ())
    return MappedRecord(_map_documents(channel, record, documents), interchanges)


def _map_documents(
    channel: ChannelFile, record: Record, documents: Sequence[SourceDocument | Defect]
) -> RecordOutcomes:
    if len(documents) > MOST_OUTCOMES:
        return (_too_many(),)
    headers = _texts(record.headers)
    ingested_at_us = record.timestamp_ms * 1000
    found = (outcome for document in documents for outcome in _map_document(channel, document, headers, ingested_at_us))
    outcomes = tuple(islice(found, MOST_OUTCOMES + 1))
    if len(outcomes) > MOST_OUTCOMES:
        return (_too_many(),)
    return outcomes or (Refused("the record contains no document", "", None),)


def _too_many() -> Refused:
    return Refused(f"the record contains more than {MOST_OUTCOMES} documents and refused lines: split it", "", None)


def _map_document(
    channel: ChannelFile, document: SourceDocument | Defect, headers: dict[str, str], ingested_at_us: int
) -> tuple[RecordOutcome, ...]:
    root = document.document if isinstance(document, Defect) else document
    if (
        channel.test_interchanges == "passed_over"
        and channel.format in _OF_EDI
        and (usage := usage_without_effect(root))
    ):
        return (PassedOver(f"interchange of usage {usage}"),)
    place = DocumentPlace(root, root, 0, headers, channel.code_lists, channel.numbers, channel.item_ids)
    try:
        rules = tuple(_rules_of(channel, place))
    except BrokenForm as broken:
        return _refused(channel, None, place, broken)
    if isinstance(document, Defect):
        rules = rules[:1]
    return tuple(
        outcome for rule in rules or (None,) for outcome in _of_rule(channel, rule, document, place, ingested_at_us)
    )


def _rules_of(channel: ChannelFile, place: DocumentPlace) -> Iterator[EventRule]:
    """The rules that say what a document is: the first that fits, and where that one continues those behind it.

    A document of which something is taken is not passed over.
    """
    continues = False
    for rule in channel.events:
        if (continues and isinstance(rule, PassedOverRule)) or not all(holds(one, place) for one in rule.when):
            continue
        yield rule
        continues = isinstance(rule, Rule) and rule.continues
        if not continues:
            return


def _of_rule(
    channel: ChannelFile,
    rule: EventRule | None,
    document: SourceDocument | Defect,
    place: DocumentPlace,
    ingested_at_us: int,
) -> tuple[RecordOutcome, ...]:
    try:
        return _outcomes_of(channel, rule, document, place, ingested_at_us)
    except BrokenForm as broken:
        return _refused(channel, rule if isinstance(rule, Rule) else None, place, broken)


def _outcomes_of(
    channel: ChannelFile,
    rule: EventRule | None,
    document: SourceDocument | Defect,
    place: DocumentPlace,
    ingested_at_us: int,
) -> tuple[RecordOutcome, ...]:
    if isinstance(document, Defect):
        fault = NotInTheFile if document.is_perhaps_the_files else BrokenForm
        raise fault(document.field, document.reason)
    if rule is None:
        raise NotInTheFile("", f"no rule of the channel file fits this document ({_seen(channel, place)})")
    if isinstance(rule, PassedOverRule):
        return (PassedOver(rule.reason),)
    if isinstance(rule, RefusedRule):
        raise BrokenForm("", rule.reason)
    if (listed := _listed_by(rule)) is not None:
        name, elements = listed
        return tuple(
            outcome
            for at in lines_at(elements, name, place)
            for outcome in _of_element(channel, rule, at, ingested_at_us)
        )
    return _apply(channel, rule, place, ingested_at_us)


def _listed_by(rule: MappingRule) -> tuple[str, EachRule] | None:
    """The list of which each element is an event, and the field that names it; None: the document is one."""
    if isinstance(rule, ParcelReportedRule) and rule.reports is not None:
        return "reports", rule.reports
    if isinstance(rule, OrderDecidedRule) and rule.decisions is not None:
        return "decisions", rule.decisions
    return None


def _of_element(
    channel: ChannelFile, rule: MappingRule, place: DocumentPlace, ingested_at_us: int
) -> tuple[RecordOutcome, ...]:
    """One of several events of a document: one that cannot be read is refused alone."""
    try:
        return _apply(channel, rule, place, ingested_at_us)
    except BrokenForm as broken:
        return _refused(channel, rule, place, broken)


def _refused(
    channel: ChannelFile, rule: MappingRule | None, place: DocumentPlace, broken: BrokenForm
) -> tuple[RecordOutcome, ...]:
    """With the message and the order that it names, as far as they can be read."""
    named = known_correlation_id(channel, rule, place), known_order_id(channel, rule, place)
    return (Refused(broken.reason, broken.field, *named, isinstance(broken, NotInTheFile)),)


def _seen(channel: ChannelFile, place: DocumentPlace) -> str:
    """The document's values that the conditions of the rules that take documents ask for, in the order of the rules.

    Of a file that asks for many, first those that are there, and how many others there are.
    """
    taking = (rule for rule in channel.events if not isinstance(rule, RefusedRule))
    tests = (test for rule in taking for condition in rule.when for test in condition.tests())
    seen = list(dict.fromkeys(seen_value(test, place) for test in tests))
    if len(text := ", ".join(seen)) <= _MOST_SEEN:
        return text
    seen.sort(key=lambda words: words.endswith(" is missing"))
    shown = list(accumulate(seen, "{}, {}".format))
    fitting = sum(len(text) <= _MOST_SEEN for text in shown)
    return f"{shown[fitting - 1] if fitting else ''}, and {len(seen) - fitting} others".removeprefix(", and ")


def _apply(  # noqa: PLR0911  one return a kind of rule
    channel: ChannelFile, rule: MappingRule, place: DocumentPlace, ingested_at_us: int
) -> tuple[RecordOutcome, ...]:
    origin = origin_of(channel, rule, place, ingested_at_us)
    if isinstance(rule, StockDocumentRule):
        return stock_document(channel, rule, place, origin)
    if isinstance(rule, StockSnapshotRule):
        return (Canonical(snapshot_part(channel, rule, place, origin)),)
    if isinstance(rule, OrderListRule):
        return (Canonical(order_list_part(channel, rule, place, origin)),)
    if isinstance(rule, ItemDescribedRule | StockPolicySetRule):
        return (Canonical(reference_data(channel, rule, place, origin)),)
    if isinstance(rule, CustomerDescribedRule):
        return (Canonical(described_customer(rule, place, origin)),)
    if isinstance(rule, ParcelReportedRule):
        return (Canonical(reported_parcel(channel, rule, place, origin)),)
    if isinstance(rule, CaseActionRule):
        return (Canonical(case_action(rule, place, origin)),)
    if isinstance(rule, OutageRule):
        return (Canonical(outage_event(channel, rule, place, origin)),)
    return (Canonical(order_message(channel, rule, place, origin)),)


def _texts(headers: Headers) -> dict[str, str]:
    """The headers that are UTF-8, by their names in lower case; of several equal names the last counts."""
    texts: dict[str, str] = {}
    for name, value in headers:
        try:
            texts[name.lower()] = value.decode()
        except UnicodeDecodeError:
            continue
    return texts
