"""The replay oracle: what a flow wrote, and the state it keeps, follow from the records of its inbox and nothing else.

Every partition of every input is fed once more, in its order, through a fresh flow in its real Bytewax graph; what
comes out must be what lies in the log: each record once, with key, value and headers, in the sequence in which it
stands in its partition; and the rows must be the rows of the real state, the clock included. Of a view an epoch tells
only the last a key: there must be what a replay tells that commits after every record, with gaps, but for the last.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from random import Random

from bytewax.dataflow import Dataflow

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, Record
from connectors.topic_reader import TopicReader, records_of
from dataflows import insights
from dataflows.assembly import FLOWS, Rules, add_flow, inbox_of, inputs_of
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from schemas.contracts.registry import VIEWS
from schemas.headers import Headers, header
from tests.oracle.replay_log import ReplayLog
from tests.oracle.writings import Lane, Writer, read_writings

REPLAYED = tuple(flow for flow in FLOWS if flow != insights.FLOW)
"""Insights reads several topics side by side, and what it tells when depends on that: see `tests.oracle.insights`."""

_EPOCH_A_RECORD = EpochLimits(age_s=0, records=1, poll_records=1)
_MOST_FINDINGS = 5
"""A kind, a writer and a topic."""

Content = tuple[str | None, bytes | None, Headers]
Rows = Mapping[bytes, bytes]


def replay_findings(reader: TopicReader, rules: Rules, seed: int = 0) -> list[str]:
    """What does not follow from the inputs, a sentence each; `seed` cuts the replay's batches."""
    written = read_writings(reader)
    findings = [f"{_place(record)}: its writer is unknown" for record in written.unknown_lines]
    for flow in REPLAYED:
        real_rows = _state_of(reader, flow) if inbox_of(flow, rules) else {}
        for topic in (name for name in inputs_of(flow, rules) if name in reader.topics()):
            for partition in range(reader.partitions_of(topic)):
                writer = Writer(flow, topic, partition)
                outputs, rows = replayed(reader, rules, writer, Random(f"{seed}/{writer}"))
                findings += compared_outputs(writer, outputs, written.by_writer.pop(writer, {}), reader)
                findings += compared_rows(writer, rows, real_rows.get(partition, {}))
    findings += [f"{writer}: wrote, but has no such input" for writer in written.by_writer if writer.flow in REPLAYED]
    return findings


def replayed(reader: TopicReader, rules: Rules, writer: Writer, chance: Random) -> tuple[list[Outgoing], Rows]:
    """What a fresh flow makes of one partition: its outputs, and the rows that it keeps in the end."""
    records = list(records_of(reader, writer.topic, writer.partition))
    if not records:
        return [], {}
    log = ReplayLog(records, reader.partitions_of, chance)
    graph = Dataflow("replay")
    stop_signal = StopSignal(log.exhausted)
    add_flow(graph, writer.flow, log, rules, stop_signal, _EPOCH_A_RECORD)
    run_graph(graph, stop_signal)
    return log.outputs, log.rows


def compared_outputs(
    writer: Writer, expected: Sequence[Outgoing], actual: Mapping[Lane, Sequence[Record]], reader: TopicReader
) -> Iterator[str]:
    """As a multiset a topic, then as a sequence a partition; a view key by key."""
    due: dict[str, list[Outgoing]] = defaultdict(list)
    for outgoing in expected:
        due[outgoing.topic].append(outgoing)
    for topic in sorted({*due, *(lane.topic for lane in actual)}):
        lanes = {lane.partition: list(records) for lane, records in actual.items() if lane.topic == topic}
        if topic in VIEWS:
            yield from _views(writer, topic, due[topic], [record for lane in lanes.values() for record in lane])
            continue
        wrong = list(_amounts(writer, topic, due[topic], [record for lane in lanes.values() for record in lane]))
        yield from wrong or _sequences(writer, topic, due[topic], lanes, reader.partitions_of(topic))


def _views(writer: Writer, topic: str, expected: Sequence[Outgoing], actual: Sequence[Record]) -> Iterator[str]:
    due, found = _by_key(expected), _by_key(actual)
    for key in sorted({*due, *found}, key=str):
        rest = iter(due[key])
        if strange := next((content for content in found[key] if content not in rest), None):
            yield f"{_name(writer)}: {_words(strange)} is wrong, or out of sequence, in {topic}"
        elif found[key][-1:] != due[key][-1:]:
            yield f"{_name(writer)}: {_words(due[key][-1])} is missing in {topic}"


def _by_key(records: Sequence[Outgoing | Record]) -> defaultdict[str | None, list[Content]]:
    contents: defaultdict[str | None, list[Content]] = defaultdict(list)
    for record in records:
        contents[record.key].append(_content(record))
    return contents


def _amounts(writer: Writer, topic: str, expected: Sequence[Outgoing], actual: Sequence[Record]) -> Iterator[str]:
    due, found = Counter(map(_content, expected)), Counter(map(_content, actual))
    for words, surplus in (("is missing in", due - found), ("is too often, or wrongly, in", found - due)):
        for content, count in list(surplus.items())[:_MOST_FINDINGS]:
            yield f"{_name(writer)}: {_words(content)} {words} {topic} ({count}, and {len(surplus) - 1} others)"


def _sequences(
    writer: Writer, topic: str, expected: Sequence[Outgoing], lanes: Mapping[int, Sequence[Record]], partitions: int
) -> Iterator[str]:
    """A record without a key may lie in any partition, and has no sequence."""
    due: dict[int, list[Content]] = defaultdict(list)
    for outgoing in expected:
        if outgoing.key is not None:
            due[partition_of(outgoing.key, partitions)].append(_content(outgoing))
    for partition in sorted({*due, *lanes}):
        found = [_content(record) for record in lanes.get(partition, ()) if record.key is not None]
        if due[partition] != found:
            equal = takewhile(lambda pair: pair[0] == pair[1], zip(due[partition], found, strict=False))
            yield f"{_name(writer)}: out of sequence in {topic}/{partition} from its record {sum(1 for _ in equal)} on"


def compared_rows(writer: Writer, expected: Rows, actual: Rows) -> Iterator[str]:
    """The state, row by row."""
    for key in sorted({*expected, *actual}):
        if expected.get(key) == actual.get(key):
            continue
        word = "is missing" if key not in actual else "should not be there" if key not in expected else "differs"
        yield f"{_name(writer)}: in its state the row {key!r} {word}"


def _state_of(reader: TopicReader, flow: str) -> dict[int, dict[bytes, bytes]]:
    rows: dict[int, dict[bytes, bytes]] = defaultdict(dict)
    for partition, key, value in reader.state_rows(flow, b""):
        rows[partition][key] = value
    return rows


def _content(record: Outgoing | Record) -> Content:
    return record.key, record.value, tuple(record.headers)


def _words(content: Content) -> str:
    key, _, headers = content
    kind = (header(headers, "ce_type") or "dead letter").rpartition(".")[2]
    return f"{kind} of {key!r}, caused by {header(headers, 'origin')},"


def _name(writer: Writer) -> str:
    return f"{writer.flow} on {writer.topic}/{writer.partition}"


def _place(record: Record) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"
