"""What sources said is known again until its horizon, by the log's clock; then its rows leave, a page a timer."""

from dataclasses import dataclass

import pytest

from domain.deduplication import Arrival, BusinessDocument, Horizons, SeenDocument
from domain.identifiers import CorrelationId, EventId, SourceId
from domain.provenance import Provenance
from operators.engine.partition_state import PartitionState
from operators.engine.timers import TIMERS
from operators.steps.deduplication import DOCUMENTS, HORIZON, PASSED, SEEN, Deduplication
from operators.steps.expiry_queue import PAGE
from tests.memory_state import MemoryRows

DAY_MS = 24 * 3_600_000
BEGAN_MS = 1_000 * DAY_MS + 1
"""A millisecond behind a full hour."""
HORIZONS = Horizons({"shop": 7, "warehouse": 1})


@dataclass(frozen=True, slots=True)
class Said:
    provenance: Provenance


class Memory:
    """A partition with a deduplication, on a clock that the test moves."""

    def __init__(self, *in_work: str) -> None:
        self.rows = MemoryRows()
        self._deduplication = Deduplication(HORIZONS, self._is_in_work)
        self._in_work = in_work
        self.to(BEGAN_MS)

    def _is_in_work(self, state: PartitionState, subject: str) -> bool:
        assert state is self.rows.partition.state
        return subject in self._in_work

    def to(self, now_ms: int) -> int:
        """A record comes: how many timers fired before it."""
        partition = self.rows.partition
        fired = 0
        for timer in partition.timers.take_due(partition.advance(now_ms)):
            assert PASSED == timer.kind
            self._deduplication.forget(partition)
            fired += 1
        return fired

    def hear(self, correlation_id: str, content: str = "a", source: str = "shop", subject: str = "o") -> Arrival:
        said = Said(Provenance(SourceId(source), CorrelationId(correlation_id), 0, content, 0, 0))
        partition = self.rows.partition
        return self._deduplication.arrival(partition, subject, said, EventId("event"), partition.now_ms)

    def first_of(self, correlation_id: str, number: str = "1", content: str = "a", subject: str = "o") -> str:
        """The message that brought the document first; empty for a first one."""
        said = Said(Provenance(SourceId("shop"), CorrelationId(correlation_id), 0, "a", 0, 0))
        partition = self.rows.partition
        document = BusinessDocument("Shipped", number, content)
        first = self._deduplication.first_of(partition, subject, document, said, partition.now_ms)
        return first.correlation_id if first else ""

    def documents(self) -> dict[str, SeenDocument]:
        return dict(self.rows.rows(DOCUMENTS))

    def known(self) -> tuple[int, int, int]:
        """How many rows there are of messages, of horizons, of timers."""
        rows = self.rows
        return len(list(rows.rows(SEEN))), len(list(rows.rows(HORIZON))), len(list(rows.rows(TIMERS)))


def test_within_the_horizon_the_same_is_a_duplicate_and_other_content_a_conflict() -> None:
    memory = Memory()
    assert Arrival.FIRST is memory.hear("m")
    memory.to(BEGAN_MS + 7 * DAY_MS)
    assert (Arrival.DUPLICATE, Arrival.CONFLICT) == (memory.hear("m"), memory.hear("m", "b"))


def test_each_source_has_its_own_horizon_and_one_without_a_file_a_month() -> None:
    memory = Memory()
    for source in ("shop", "warehouse", "gone"):
        memory.hear("m", source=source)
    found = []
    for days in (1, 7, 30):
        memory.to(BEGAN_MS + days * DAY_MS + 3_600_000)
        found.append([row.until_ms // DAY_MS - 1_000 for _, row in memory.rows.rows(SEEN)])
    assert [[30, 7], [30], []] == found


@pytest.mark.parametrize("restarts", (False, True))
def test_behind_the_horizon_nothing_is_left_of_a_message(restarts: bool) -> None:
    memory = Memory()
    memory.hear("m")
    assert (1, 1, 1) == memory.known()
    if restarts:
        memory.rows.restart()
    memory.to(BEGAN_MS + 8 * DAY_MS)
    assert (0, 0, 0) == memory.known()
    assert Arrival.FIRST is memory.hear("m", "b")


def test_what_is_said_in_an_hour_shares_a_timer() -> None:
    memory = Memory()
    for minute in range(50):
        memory.to(BEGAN_MS + minute * 60_000)
        memory.hear(f"m{minute}")
    assert (50, 50, 1) == memory.known()


def test_one_timer_forgets_a_page_and_the_rest_is_for_the_next_records() -> None:
    memory = Memory()
    for number in range(2 * PAGE + 10):
        memory.hear(f"m{number}")
    memory.rows.restart()
    later_ms = BEGAN_MS + 30 * DAY_MS
    left = []
    for record in range(4):
        fired = memory.to(later_ms + record)
        left.append((fired, *memory.known()))
    assert [(1, PAGE + 10, PAGE + 10, 1), (1, 10, 10, 1), (1, 0, 0, 0), (0, 0, 0, 0)] == left


def test_a_message_that_waits_for_its_turn_to_leave_is_a_first_one_already_and_stays_for_its_new_horizon() -> None:
    memory = Memory()
    for number in range(PAGE + 10):
        memory.hear(f"m{number:04}")
    memory.to(BEGAN_MS + 8 * DAY_MS)
    last = f"m{PAGE + 9:04}"
    assert Arrival.FIRST is memory.hear(last, "b")
    memory.to(BEGAN_MS + 9 * DAY_MS)
    assert (1, 1, 1) == memory.known()
    assert Arrival.DUPLICATE is memory.hear(last, "b")


def test_what_was_said_about_something_in_work_stays_known() -> None:
    memory = Memory("open")
    memory.hear("m", subject="open")
    memory.hear("m", subject="done")
    memory.to(BEGAN_MS + 8 * DAY_MS)
    assert (1, 1, 1) == memory.known()
    assert Arrival.DUPLICATE is memory.hear("m", subject="open")
    memory.to(BEGAN_MS + 800 * DAY_MS)
    assert Arrival.DUPLICATE is memory.hear("m", subject="open")


def test_a_message_that_waits_for_its_turn_to_leave_stays_known_while_its_order_is_in_work() -> None:
    memory = Memory("open")
    for number in range(PAGE):
        memory.hear(f"m{number:04}", subject="done")
    memory.hear("m", subject="open")
    memory.to(BEGAN_MS + 8 * DAY_MS)
    assert (1, 1, 1) == memory.known()
    assert Arrival.DUPLICATE is memory.hear("m", subject="open")
    assert Arrival.CONFLICT is memory.hear("m", "b", subject="open")
    memory.to(BEGAN_MS + 8 * DAY_MS + 1)
    assert (1, 1, 1) == memory.known()


@pytest.mark.parametrize("restarts", (False, True))
def test_what_leaves_first_depends_on_nothing_but_the_rows(restarts: bool) -> None:
    memory = Memory()
    for number in range(PAGE + 3):
        memory.hear(f"m{number}")
    if restarts:
        memory.rows.restart()
    memory.to(BEGAN_MS + 8 * DAY_MS)
    assert sorted(f"m{number}" for number in range(PAGE + 3))[-3:] == [
        key.split("\0")[2] for key, _ in memory.rows.rows(SEEN)
    ]


def test_a_document_is_known_by_the_message_that_brought_it_first_until_the_horizon_of_its_source() -> None:
    memory = Memory()
    assert ["", "m1", "m1", ""] == [
        memory.first_of("m1"),
        memory.first_of("m2"),
        memory.first_of("m3", content="b"),
        memory.first_of("m4", number="2"),
    ]
    memory.rows.restart()
    memory.to(BEGAN_MS + 7 * DAY_MS)
    assert "m1" == memory.first_of("m5")
    memory.to(BEGAN_MS + 7 * DAY_MS + 3_600_000)
    assert ({}, (0, 0, 0)) == (memory.documents(), memory.known())
    assert "" == memory.first_of("m6", content="b")


def test_a_document_about_something_in_work_stays_known() -> None:
    memory = Memory("open")
    memory.first_of("m1", subject="open")
    memory.first_of("m2", subject="done")
    memory.to(BEGAN_MS + 8 * DAY_MS)
    assert 1 == len(memory.documents())
    assert "m1" == memory.first_of("m3", subject="open")
    memory.to(BEGAN_MS + 800 * DAY_MS)
    assert "m1" == memory.first_of("m4", subject="open")
