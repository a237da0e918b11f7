"""The connector's loop: order, offsets, restarts, dead letters, availability."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from connectors.erp.adapter import UNREACHABLE
from connectors.erp.calls import Calls
from connectors.erp.connector import Connector, run
from connectors.erp.options import ConnectorOptions
from connectors.log.newer_contract import NewerContract, RecordPlace
from connectors.log.port import Outgoing, TopicPartition
from connectors.observation.observer import UNOBSERVED, Observer
from domain.identifiers import ErpId
from domain.messages.dispatch import ErpAvailability, ErpCommand, ErpResponse, Outcome
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import header
from tests.memory_log import MemoryLog, MemoryTopics
from tests.recording_observer import RecordingObserver
from tests.unit.erp.commands import create, post_shipment, query
from tests.unit.erp.connector.scripted_adapter import ScriptedAdapter
from tests.unit.erp.running import wait_until

COMMANDS = "erp.commands.main.v1"
RESPONSES = "erp.responses.v1"
DEAD = "deadletters.v1"
CODEC = Codec(load_contracts())
OPTIONS = ConnectorOptions(idle_ms=0, busy_ms=5, probe_every_ms=500, lease_ms=1_000, call_timeout_ms=2_000)
SETTLED_S = 5.0


@dataclass
class World:
    """A log, an ERP, and a connector that can be killed and started again."""

    partitions: int = 1
    adapter: ScriptedAdapter = field(default_factory=ScriptedAdapter)

    seconds: float = 0.0
    """On the clock of the lease."""

    def __post_init__(self) -> None:
        self.topics = MemoryTopics({COMMANDS: self.partitions, RESPONSES: 1, DEAD: 1})

    @contextmanager
    def connector(
        self, workers: int = 4, observer: Observer = UNOBSERVED, put_aside: Collection[RecordPlace] = ()
    ) -> Iterator[tuple[Connector, MemoryLog]]:
        """A connector that took over its partitions a while ago; at the end it is dropped as a kill would."""
        log = MemoryLog(self.topics, "orderline.erp-connector", [COMMANDS])
        with Calls(self.adapter, workers) as calls:
            connector = Connector(
                log,
                calls,
                CODEC,
                ErpId("main"),
                workers=workers,
                options=replace(OPTIONS, put_aside=put_aside),
                observer=observer,
                clock=lambda: self.seconds,
            )
            connector.step()
            self.seconds += SETTLED_S
            yield connector, log
            self.adapter.answering.set()

    def command(self, command: ErpCommand) -> None:
        headers = (("ce_id", b"cause"), ("correlationid", b"story"))
        self.topics.append(Outgoing(COMMANDS, command.document_key, CODEC.encode(COMMANDS, command), headers))

    def messages(self) -> list[object]:
        records = self.topics.all_of(RESPONSES)
        return [CODEC.decode(RESPONSES, record.value or b"") for record in records]

    def outcomes(self) -> list[tuple[str, int, Outcome]]:
        responses = [message for message in self.messages() if isinstance(message, ErpResponse)]
        return [(each.command_id.rpartition("/")[2], each.attempt, each.outcome) for each in responses]

    def words(self) -> list[bool]:
        return [message.available for message in self.messages() if isinstance(message, ErpAvailability)]

    def committed(self) -> int:
        return self.topics.offsets.get(("orderline.erp-connector", TopicPartition(COMMANDS, 0)), 0)

    def step_until(self, connector: Connector, responses: int) -> None:
        step_while(connector, lambda: len(self.outcomes()) < responses)


def step_while(connector: Connector, condition: Callable[[], bool]) -> None:
    def stepped() -> bool:
        connector.step()
        return not condition()

    wait_until(stepped, "what the connector should bring about")


@pytest.fixture
def world() -> World:
    return World()


def test_a_command_is_executed_and_its_response_written_with_its_offset(world: World) -> None:
    with world.connector() as (connector, _):
        world.command(create("portal:P-1"))
        world.step_until(connector, 1)
    assert [("portal:P-1", 1, Outcome.APPLIED)] == world.outcomes()
    assert 1 == world.committed()


def test_a_response_names_the_record_that_caused_it(world: World) -> None:
    with world.connector() as (connector, _):
        world.command(create())
        world.step_until(connector, 1)
    record = world.topics.all_of(RESPONSES)[-1]
    names = ("origin", "causationid", "correlationid", "ce_type")
    assert (f"{COMMANDS}/0/0", "cause", "story", "orderline.dispatch.v1.ErpResponse") == tuple(
        header(record.headers, name) for name in names
    )
    assert "main" == record.key


def test_a_query_is_a_look_up(world: World) -> None:
    with world.connector() as (connector, _):
        world.command(query(create()))
        world.step_until(connector, 1)
    assert [("portal:P-1", 1, Outcome.NOT_FOUND)] == world.outcomes()
    assert [("find", "portal:P-1", 1)] == world.adapter.asked


def test_a_document_has_one_call_at_a_time_and_keeps_its_order(world: World) -> None:
    with world.connector(workers=3) as (connector, _):
        world.adapter.answering.clear()
        for number in range(5):
            world.command(create(f"portal:P-{number}"))
            world.command(post_shipment(f"portal:P-{number}", f"S-{number}"))
        connector.step()
        world.adapter.wait_for_calls(3)
        connector.step()
        assert 3 == len(world.adapter.asked)
        world.adapter.answering.set()
        world.step_until(connector, 10)
    assert set() == world.adapter.two_at_once_for
    assert 3 == world.adapter.most_at_once
    keys = [key for _, key, _ in world.adapter.asked]
    assert all(keys.index(f"portal:P-{number}") < keys.index(f"S-{number}") for number in range(5))


def test_offsets_are_committed_only_up_to_the_lowest_unfinished_command(world: World) -> None:
    with world.connector() as (connector, _):
        world.adapter.answering.clear()
        world.command(create("portal:P-1"))
        world.command(query(create("portal:P-2")))
        world.step_until(connector, 1)
        assert [("portal:P-2", 1, Outcome.NOT_FOUND)] == world.outcomes()
        assert 0 == world.committed()
        world.adapter.answering.set()
        world.step_until(connector, 2)
    assert 2 == world.committed()


def test_killed_after_the_booking_it_looks_up_and_finds(world: World) -> None:
    with world.connector() as (connector, _):
        world.adapter.answering.clear()
        world.command(create())
        connector.step()
        world.adapter.wait_for_calls(1)
    assert [] == world.outcomes()
    with world.connector() as (connector, _):
        world.step_until(connector, 1)
    assert [("portal:P-1", 1, Outcome.DUPLICATE)] == world.outcomes()
    assert 1 == world.adapter.booked["portal:P-1"]
    assert 1 == world.committed()


def test_what_was_there_at_the_start_and_is_not_found_is_reported_so_and_never_sent(world: World) -> None:
    world.command(create())
    with world.connector() as (connector, _):
        world.step_until(connector, 1)
        world.command(create(attempt=2))
        world.step_until(connector, 2)
    assert [("portal:P-1", 1, Outcome.NOT_FOUND), ("portal:P-1", 2, Outcome.APPLIED)] == world.outcomes()
    assert [("find", "portal:P-1", 1), ("execute", "portal:P-1", 2)] == world.adapter.asked


def test_a_query_that_was_there_at_the_start_proves_no_absence(world: World) -> None:
    world.command(query(create("portal:P-1")))
    world.command(query(create("portal:P-2")))
    world.adapter.booked["portal:P-2"] = 1
    with world.connector() as (connector, _):
        world.step_until(connector, 2)
    assert {("portal:P-1", 1, Outcome.UNKNOWN), ("portal:P-2", 1, Outcome.DUPLICATE)} == set(world.outcomes())


def test_a_query_proves_no_absence_while_a_predecessors_last_call_may_be_at_work(world: World) -> None:
    with world.connector() as (connector, _):
        world.seconds -= 0.001
        world.command(query(create(attempt=2)))
        world.step_until(connector, 1)
        world.seconds += 0.001
        world.command(query(create(attempt=3)))
        world.step_until(connector, 2)
    assert [("portal:P-1", 2, Outcome.UNKNOWN), ("portal:P-1", 3, Outcome.NOT_FOUND)] == world.outcomes()


def test_a_query_right_behind_our_own_unanswered_call_proves_no_absence(world: World) -> None:
    with world.connector() as (connector, _):
        world.adapter.lost.add("portal:P-1")
        world.command(create())
        world.command(query(create(attempt=2)))
        world.command(query(create("portal:P-2", attempt=2)))
        world.step_until(connector, 3)
        world.seconds += SETTLED_S
        world.command(query(create(attempt=3)))
        world.step_until(connector, 4)
    assert {
        ("portal:P-1", 1, Outcome.UNKNOWN),
        ("portal:P-1", 2, Outcome.UNKNOWN),
        ("portal:P-2", 2, Outcome.NOT_FOUND),
        ("portal:P-1", 3, Outcome.NOT_FOUND),
    } == set(world.outcomes())


def test_what_was_there_at_the_start_is_unknown_also_while_the_erp_cannot_be_asked(world: World) -> None:
    world.adapter.gone = True
    world.command(create())
    with world.connector() as (connector, _):
        world.step_until(connector, 1)
    assert [("portal:P-1", 1, Outcome.UNKNOWN)] == world.outcomes()


def test_a_lost_commit_is_made_good_by_looking_up_what_was_read(world: World) -> None:
    with world.connector() as (connector, log):
        world.command(create())
        log.lose_next_commit = True
        world.step_until(connector, 1)
    assert not log.lose_next_commit
    assert [("portal:P-1", 1, Outcome.DUPLICATE)] == world.outcomes()
    assert 1 == world.adapter.booked["portal:P-1"]


def test_word_of_the_erp_that_was_lost_with_a_commit_is_said_again(world: World) -> None:
    with world.connector() as (connector, log):
        step_while(connector, lambda: not world.words())
        world.adapter.gone = True
        log.lose_next_commit = True
        for attempt in range(1, 4):
            world.command(create(attempt=attempt))
        step_while(connector, lambda: log.lose_next_commit)
        world.adapter.gone = False
        world.topics.now_ms += OPTIONS.probe_every_ms
        step_while(connector, lambda: len(world.words()) < 2)
    assert [True, True] == [word for word in world.words() if word]


def test_a_revoked_partition_is_committed_by_its_next_owner_only() -> None:
    world = World(partitions=2)
    with world.connector() as (connector, log):
        world.adapter.answering.clear()
        for number in range(8):
            world.command(create(f"portal:P-{number}"))
        connector.step()
        world.adapter.wait_for_calls(4)
        log.reassign(frozenset({0, 1}), frozenset())
        connector.step()
        world.adapter.answering.set()
        world.step_until(connector, 4)
        connector.step()
        connector.finish()
    assert all(set() == set(offsets) for offsets in log.commits)
    assert 4 == len(world.adapter.asked)


def test_a_call_from_before_a_reassignment_does_not_move_the_offset_of_its_next_owner(world: World) -> None:
    with world.connector() as (connector, log):
        world.command(create("portal:P-1"))
        world.step_until(connector, 1)
        world.adapter.answering.clear()
        world.command(create("portal:P-2"))
        connector.step()
        world.adapter.wait_for_calls(2)
        log.reassign(frozenset({0}), frozenset({0}))
        log.most_a_poll = 0
        connector.step()
        world.adapter.answering.set()
        world.step_until(connector, 2)
        assert 1 == world.committed()
        log.most_a_poll = None
        world.step_until(connector, 3)
    assert [("portal:P-2", 1, Outcome.APPLIED), ("portal:P-2", 1, Outcome.DUPLICATE)] == world.outcomes()[1:]
    assert 2 == world.committed()


@pytest.mark.parametrize(
    "value",
    (b"garbage", None, CODEC.encode(RESPONSES, ErpAvailability(ErpId("main"), available=True, reason=""))),
)
def test_what_is_no_command_goes_to_the_dead_letters_as_it_came(world: World, value: bytes | None) -> None:
    world.topics.append(Outgoing(COMMANDS, "key", value, (("theirs", b"1"),)))
    with world.connector() as (connector, _):
        step_while(connector, lambda: not world.topics.all_of(DEAD))
    (letter,) = world.topics.all_of(DEAD)
    assert ("key", value, "1") == (letter.key, letter.value, header(letter.headers, "theirs"))
    assert (COMMANDS, "0", "0", "erp-connector/main") == tuple(
        header(letter.headers, name) for name in ("original_topic", "original_partition", "original_offset", "stage")
    )
    assert header(letter.headers, "reason")
    assert 1 == world.committed()


def test_a_command_that_only_a_newer_release_can_read_ends_the_connector(world: World) -> None:
    world.topics.append(Outgoing(COMMANDS, "k", b"\0\x00\x0f\xff\xffwhatever"))
    words = r"0/0 cannot be read: unknown schema id .* start the connector of main"
    with pytest.raises(NewerContract, match=words), world.connector() as (connector, _):
        connector.step()
    assert 0 == world.committed()
    assert [] == world.topics.all_of(DEAD)


def test_a_command_that_the_operator_puts_aside_is_a_dead_letter(world: World) -> None:
    newer = b"\0\x00\x0f\xff\xffwhatever"
    world.topics.append(Outgoing(COMMANDS, "k", newer))
    with world.connector(put_aside=(RecordPlace(COMMANDS, 0, 0),)) as (connector, _):
        step_while(connector, lambda: not world.topics.all_of(DEAD))
    assert [newer] == [letter.value for letter in world.topics.all_of(DEAD)]
    assert 1 == world.committed()


def test_a_command_for_another_erp_is_a_dead_letter_and_is_not_executed(world: World) -> None:
    message = create()
    world.command(ErpCommand(**{name: getattr(message, name) for name in message.__slots__} | {"erp_id": "other"}))
    with world.connector() as (connector, _):
        step_while(connector, lambda: not world.topics.all_of(DEAD))
    assert [] == world.adapter.asked


def test_it_says_once_that_the_erp_is_gone_and_once_that_it_is_back(world: World) -> None:
    with world.connector() as (connector, _):
        step_while(connector, lambda: not world.words())
        world.adapter.gone = True
        for attempt in range(1, 6):
            world.command(create(attempt=attempt))
        world.step_until(connector, 5)
        assert [True, False] == world.words()
        world.adapter.gone = False
        world.topics.now_ms += OPTIONS.probe_every_ms
        step_while(connector, lambda: len(world.words()) < 3)
        world.topics.now_ms += OPTIONS.probe_every_ms
        connector.step()
    assert [True, False, True] == world.words()
    (gone,) = [each for each in world.messages() if isinstance(each, ErpAvailability) and not each.available]
    assert UNREACHABLE == gone.reason


def test_when_it_stops_it_waits_for_the_calls_in_flight_and_writes_their_answers(world: World) -> None:
    with world.connector():
        pass
    world.command(create("portal:P-1"))
    turns = iter((False, True))
    log = MemoryLog(world.topics, "orderline.erp-connector", [COMMANDS])
    run(log, world.adapter, CODEC, ErpId("main"), workers=2, stop=lambda: next(turns), options=OPTIONS)
    assert [("portal:P-1", 1, Outcome.NOT_FOUND)] == world.outcomes()
    assert 1 == world.committed()


def test_what_an_adapter_raises_stops_the_connector(world: World) -> None:
    with world.connector() as (connector, _):
        world.adapter.execute = None  # type: ignore[assignment, method-assign]
        world.command(create())
        with pytest.raises(TypeError):
            step_while(connector, lambda: True)


def test_it_reports_what_it_read_and_wrote_and_that_it_ends(world: World) -> None:
    recorder = RecordingObserver()
    world.topics.append(Outgoing(COMMANDS, "portal:P-0", b"no command"))
    with world.connector(observer=recorder) as (connector, log):
        world.command(create("portal:P-1"))
        world.step_until(connector, 1)
        log.lose_next_commit = True
        world.command(create("portal:P-2"))
        step_while(connector, lambda: recorder.lost == 0)
        connector.finish()
    assert (1, True) == (recorder.lost, recorder.ended)
    assert [(0, 1, None)] == recorder.moves
    assert recorder.statuses[-1].member.is_member
    assert 1 == sum(epoch.dead_lettered.get(COMMANDS, 0) for epoch in recorder.epochs)
    assert len(world.messages()) == sum(epoch.written.get(RESPONSES, 0) for epoch in recorder.epochs)
