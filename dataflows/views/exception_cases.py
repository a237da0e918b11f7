"""Exception cases as people work with them: the list that begins with what presses most, and the story of one."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from connectors.log.partitioner import partition_of
from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record, last_of_each_key, records_of
from dataflows.views.readable import RecordView, printable, time_of
from domain.durations import duration_text
from domain.identifiers import case_id_of
from domain.inventory.reconciliation.rows import case_key_of
from domain.messages.case_actions import CaseActionRefused
from domain.messages.cases import CaseClass, CaseHome, CaseState, ExceptionRaised, ExceptionSnapshot
from domain.messages.snapshots.stock import DifferenceState, DifferenceStated
from domain.money.amounts import format_amount
from domain.quantities import format_quantity
from schemas.contracts.registry import EXCEPTIONS, EXCEPTIONS_STATE, RECONCILIATION

OPEN_STATES: Final = frozenset({CaseState.OPEN, CaseState.RETRYING})
SHORT_ID: Final = 8
"""Letters of a case's id in a list; a command takes them, or as many as make it unique."""
_WIDE: Final = 110
"""Columns from which on a list also has the owner, the value and the reason."""
_LONGEST_OWNER: Final = 16
_LONGEST_SUBJECT: Final = 20
_GAP: Final = "  "


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list shows; what is empty excludes none."""

    states: frozenset[CaseState] = OPEN_STATES
    case_class: str = ""
    owner: str = ""
    order_id: str = ""
    seen_before_ms: int | None = None

    def passes(self, case: ExceptionRaised) -> bool:
        """Whether the list shows the case."""
        return (
            case.state in self.states
            and self.case_class in {"", case.case_class}
            and self.owner in {"", case.owner}
            and self.order_id in {"", case.subject, case.home_key}
            and (self.seen_before_ms is None or case.first_seen_ms < self.seen_before_ms)
        )


@dataclass(frozen=True, slots=True)
class CaseChapter:
    """One step of a case's story: what was written, and when."""

    at_ms: int
    said: ExceptionRaised | CaseActionRefused | DifferenceStated


def cases_now(reader: TopicReader, wanted: CaseFilter) -> Sequence[ExceptionRaised]:
    """The cases in the view, the highest score first, among equals the oldest."""
    view = RecordView()
    found = [case for record in last_of_each_key(reader, EXCEPTIONS_STATE) if (case := _case_in(view, record))]
    return sorted(filter(wanted.passes, found), key=lambda case: (-case.score, case.first_seen_ms, case.case_id))


def case_ids_from(reader: TopicReader, beginning: str) -> Sequence[str]:
    """The ids that begin so, of all cases that the log knows."""
    known = {record.key or "" for topic in (EXCEPTIONS_STATE, EXCEPTIONS) for record in every_record(reader, topic)}
    return sorted(key for key in known if key.startswith(beginning))


def case_now(reader: TopicReader, case_id: str) -> ExceptionRaised | None:
    """The newest state of a case in the view; None when it has left it, or was never in it."""
    view, last = RecordView(), None
    for record in _records_about(reader, EXCEPTIONS_STATE, case_id):
        last = _case_in(view, record)
    return last


def story_of(reader: TopicReader, case_id: str) -> Sequence[CaseChapter]:
    """All that was written of a case, in its order, and how the ledger was adjusted for it."""
    view = RecordView()
    found = ((record, view.message(record)) for record in _records_about(reader, EXCEPTIONS, case_id))
    written = [(at.timestamp_ms, said) for at, said in found if isinstance(said, ExceptionRaised | CaseActionRefused)]
    changes = [(at_ms, said) for at_ms, said in written if isinstance(said, ExceptionRaised)]
    told = {(at_ms, change.reason) for at_ms, change in changes}
    items = {change.subject for _, change in changes if _is_about_stock(change)}
    chapters = [
        *(CaseChapter(at_ms, said) for at_ms, said in written),
        *(chapter for item_id in items for chapter in _adjustments(reader, case_id, item_id, told)),
    ]
    return sorted(chapters, key=attrgetter("at_ms"))


def _is_about_stock(change: ExceptionRaised) -> bool:
    return change.case_class is CaseClass.DRIFT and change.home == CaseHome.INVENTORY


def _adjustments(
    reader: TopicReader, case_id: str, item_id: str, told: Container[tuple[int, str]]
) -> Iterator[CaseChapter]:
    """What became of the difference that the case is about after it was found, as far as the case does not tell it."""
    view = RecordView()
    for record in _records_about(reader, RECONCILIATION, item_id):
        said = view.message(record)
        if not isinstance(said, DifferenceStated) or said.state is DifferenceState.FOUND:
            continue
        is_of_case = case_id_of(CaseClass.DRIFT, item_id, case_key_of(said.node_id, said.source_id)) == case_id
        if is_of_case and (record.timestamp_ms, said.evidence) not in told:
            yield CaseChapter(record.timestamp_ms, said)


def _records_about(reader: TopicReader, topic: str, key: str) -> Iterator[Record]:
    partition = partition_of(key, reader.partitions_of(topic))
    return (record for record in records_of(reader, topic, partition) if record.key == key)


def _case_in(view: RecordView, record: Record) -> ExceptionRaised | None:
    snapshot = view.message(record)
    return snapshot.case if isinstance(snapshot, ExceptionSnapshot) else None


def list_of(cases: Sequence[ExceptionRaised], now_ms: int, width: int) -> Iterator[str]:
    """A line each, below their headings, in at most so many columns: what does not fit is cut."""
    columns = [
        ("case", [case.case_id[:SHORT_ID] for case in cases]),
        ("score", [str(case.score) for case in cases]),
        ("state", [case.state.value for case in cases]),
        ("class", [case.case_class.value for case in cases]),
        ("age", [_age_of(case, now_ms) for case in cases]),
    ]
    about = [printable(case.subject) for case in cases]
    if width >= _WIDE:
        columns += [
            ("owner", [_cut(printable(case.owner), _LONGEST_OWNER) for case in cases]),
            ("value", [_value_of(case) for case in cases]),
            ("about", [_cut(each, _LONGEST_SUBJECT) for each in about]),
            ("reason", [printable(case.reason) for case in cases]),
        ]
    else:
        columns.append(("about", about))
    yield from _set_in_columns(columns, width)


def _set_in_columns(columns: Sequence[tuple[str, Sequence[str]]], width: int) -> Iterator[str]:
    """The last column takes what is left."""
    widths = [max(map(len, (heading, *cells))) for heading, cells in columns]
    widths[-1] = max(0, width - sum(widths[:-1]) - len(_GAP) * (len(widths) - 1))
    for row in zip(*((heading, *cells) for heading, cells in columns), strict=True):
        cells = (_cut(cell, most).ljust(most) for cell, most in zip(row, widths, strict=True))
        yield _GAP.join(cells).rstrip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(0, most - 1)]}…"[:most]


def _age_of(case: ExceptionRaised, now_ms: int) -> str:
    """In its largest unit alone: `3 d`."""
    return " ".join(duration_text(max(0, now_ms - case.first_seen_ms)).split()[:2])


def _value_of(case: ExceptionRaised) -> str:
    return f"{format_amount(case.impact.value)} {case.impact.currency}" if case.impact.currency else ""


def lines_of(case: ExceptionRaised, story: Sequence[CaseChapter]) -> Iterator[str]:
    """The case in full, and its story step by step, with the way back to the input of each."""
    impact = case.impact
    blocked = (
        f"{impact.orders} order{'s' * (impact.orders != 1)} and {impact.lines} line{'s' * (impact.lines != 1)} open"
    )
    worth = f"{_value_of(case)} at risk, " if _value_of(case) else ""
    yield from (
        f"{case.case_class} {case.state}",
        f"  case        {case.case_id}",
        f"  about       {printable(case.subject)}",
        f"  origin      {case.origin}{f', source {printable(case.source_id)}' if case.source_id else ''}",
        f"  owner       {case.owner or 'nobody'}",
        f"  impact      {worth}{blocked}; score {case.score}",
        f"  first seen  {time_of(case.first_seen_ms * 1_000)}",
        f"  reason      {printable(case.reason)}",
        *([f"  to do       {printable(case.suggested_action)}"] if case.suggested_action else []),
        f"  kept by     {case.home or 'nobody'}{f', key {printable(case.home_key)}' if case.home_key else ''}",
        "",
    )
    for chapter in story:
        yield from _chapter(chapter)


def _chapter(chapter: CaseChapter) -> Iterator[str]:
    match chapter.said:
        case ExceptionRaised() as change:
            by = f" by {printable(change.who)} ({printable(change.why)})" if change.who else ""
            yield f"{time_of(chapter.at_ms * 1_000)}  {change.state}{by}: {printable(change.reason)}"
            yield f"    {change.input_topic}/{change.input_partition}/{change.input_offset}"
        case CaseActionRefused() as refused:
            yield f"{time_of(chapter.at_ms * 1_000)}  {refused.action} refused: {printable(refused.reason)}"
            yield f"    asked by {printable(refused.who)} ({printable(refused.why)})"
        case DifferenceStated() as stated:
            yield f"{time_of(chapter.at_ms * 1_000)}  {stated.state}: {printable(stated.evidence)}"
            yield f"    the ledger is adjusted by {format_quantity(stated.adjusted)} units"


def case_as_json(case: ExceptionRaised) -> dict[str, Any]:
    """The case for programs, with all its fields."""
    content: dict[str, Any] = RecordView().readable(ExceptionSnapshot(case))["case"]
    return content


def story_as_json(case: ExceptionRaised, story: Sequence[CaseChapter]) -> dict[str, Any]:
    """The case now, and all that was written of it."""
    view = RecordView()
    steps = [
        {"at": time_of(each.at_ms * 1_000), "type": type(each.said).__name__, "value": view.readable(each.said)}
        for each in story
    ]
    return {"case": case_as_json(case), "story": steps}
