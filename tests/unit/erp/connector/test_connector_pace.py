"""When a connector commits: on a slow log answers gather, and nothing holds them for long."""

from collections import deque
from collections.abc import Iterator

import pytest

from connectors.erp.adapter import response_to
from connectors.erp.calls import Answered
from connectors.erp.connector import Connector
from connectors.erp.lanes import Work
from connectors.erp.lease import Permit
from connectors.erp.options import ConnectorOptions
from connectors.log.port import Changes, Offsets, Outgoing
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpResponse, Outcome
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics
from tests.unit.erp.commands import create

COMMANDS, RESPONSES = "erp.commands.main.v1", "erp.responses.v1"
CODEC = Codec(load_contracts())
COMMIT_MS = 200
LONGEST_MS = 1_000


class CallsByHand:
    """`Calling`: the test says when the first of the calls under way comes back."""

    def __init__(self) -> None:
        self._under_way: deque[Work] = deque()
        self._returned: deque[Answered] = deque()

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        assert permit.is_valid()
        assert not doubtful
        self._under_way.append(work)

    def probe(self) -> None:
        pass

    def take(self, wait_s: float) -> Iterator[Answered]:
        assert wait_s >= 0
        while self._returned:
            yield self._returned.popleft()

    def answer(self) -> None:
        work = self._under_way.popleft()
        self._returned.append(Answered(work, response_to(work.command, Outcome.APPLIED)))


class SlowLog(MemoryLog):
    """Each commit takes a while."""

    commit_ms = COMMIT_MS

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        super().commit(offsets, changes)
        self.topics.now_ms += self.commit_ms


class Pace:
    """A connector with some commands, step by step."""

    def __init__(self) -> None:
        self.topics = MemoryTopics({COMMANDS: 1, RESPONSES: 1})
        self.log = SlowLog(self.topics, "orderline.erp-connector", [COMMANDS])
        self.calls = CallsByHand()
        self.connector = Connector(
            self.log, self.calls, CODEC, ErpId("main"), workers=4, options=ConnectorOptions(idle_ms=0, busy_ms=0)
        )
        self.connector.step()

    def command(self, *orders: str) -> None:
        for order in orders:
            command = create(order)
            self.topics.append(Outgoing(COMMANDS, command.document_key, CODEC.encode(COMMANDS, command), ()))
        self.connector.step()

    def answer(self) -> int:
        """The first call comes back; how many responses are written after the next step."""
        self.calls.answer()
        return self.after(0)

    def after(self, ms: int) -> int:
        """How many responses are written after the next step."""
        self.topics.now_ms += ms
        self.connector.step()
        messages = (CODEC.decode(RESPONSES, record.value or b"") for record in self.topics.all_of(RESPONSES))
        return sum(isinstance(message, ErpResponse) for message in messages)


@pytest.fixture
def pace() -> Pace:
    """Three calls under way."""
    made = Pace()
    made.command("portal:P-1", "portal:P-2", "portal:P-3")
    return made


def test_on_a_slow_log_answers_gather_for_as_long_as_the_last_commit_took(pace: Pace) -> None:
    assert [1, 1] == [pace.answer(), pace.answer()]
    assert [1, 2] == [pace.after(COMMIT_MS - 1), pace.after(1)]


def test_when_nothing_is_open_an_answer_waits_for_no_other(pace: Pace) -> None:
    assert [1, 1, 3] == [pace.answer() for _ in range(3)]


def test_a_commit_that_took_very_long_holds_answers_no_longer_than_a_second(pace: Pace) -> None:
    pace.log.commit_ms = 60_000
    assert [1, 1] == [pace.answer(), pace.answer()]
    assert [1, 2] == [pace.after(LONGEST_MS - 1), pace.after(1)]


def test_a_clock_that_goes_back_holds_no_answer(pace: Pace) -> None:
    assert 1 == pace.answer()
    pace.topics.now_ms -= 3_600_000
    assert 2 == pace.answer()


def test_what_came_back_is_written_before_a_partition_goes(pace: Pace) -> None:
    assert [1, 1] == [pace.answer(), pace.answer()]
    pace.log.reassign(frozenset({0}), frozenset())
    assert 2 == pace.after(0)


def test_what_came_back_and_cannot_be_written_any_more_is_its_next_owners(pace: Pace) -> None:
    assert [1, 1] == [pace.answer(), pace.answer()]
    pace.log.lose_next_commit = True
    pace.log.reassign(frozenset({0}), frozenset())
    assert 1 == pace.after(0)
    assert 1 == pace.after(LONGEST_MS)
