"""One call a document, a limit in all, first come first served."""

from connectors.erp.lanes import Lanes, Work
from connectors.log.port import Record
from connectors.log.progress import Progress
from tests.unit.erp.commands import create

HERE = Progress(0)
ELSEWHERE = Progress(0)


def work(document: str, attempt: int = 1, progress: Progress = HERE) -> Work:
    return Work(create(document, attempt), Record("t", 0, attempt, 0, document, b"", ()), progress)


def started(lanes: Lanes) -> list[tuple[str, int]]:
    return [(each.command.document_key, each.command.attempt) for each in iter(lanes.start, None)]


def test_a_command_that_comes_during_its_documents_call_waits_for_it() -> None:
    lanes = Lanes(4)
    first = work("A")
    lanes.add(first)
    assert [("A", 1)] == started(lanes)
    lanes.add(work("A", 2))
    lanes.add(work("B"))
    assert [("B", 1)] == started(lanes)
    lanes.finish(first)
    assert [("A", 2)] == started(lanes)


def test_no_more_calls_start_than_are_allowed() -> None:
    lanes = Lanes(2)
    works = [work(document) for document in "ABC"]
    for each in works:
        lanes.add(each)
    assert [("A", 1), ("B", 1)] == started(lanes)
    assert (2, 3) == (lanes.calling, lanes.open)
    lanes.finish(works[0])
    assert [("C", 1)] == started(lanes)


def test_waiting_commands_of_a_released_partition_are_dropped_and_the_rest_stays() -> None:
    lanes = Lanes(1)
    first = work("A")
    for each in (first, work("A", 2), work("B", 1, ELSEWHERE), work("C")):
        lanes.add(each)
    assert [("A", 1)] == started(lanes)
    lanes.purge_waiting(HERE)
    assert (1, 2) == (lanes.calling, lanes.open)
    lanes.finish(first)
    assert [("B", 1)] == started(lanes)
