"""A small flow in a real Bytewax graph on a log in memory, whose machine does what its records say; lives of it."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from uuid import UUID, uuid5

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import LogFailed, Outgoing, Record, StateReader
from domain.identifiers import ErpId, EventId, NodeId
from domain.invariants import InvariantViolated, Law, Violation
from domain.messages.cases import Case, CaseClass, CaseOrigin, ExceptionRaised
from domain.messages.dispatch import ErpAvailability
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.event import Event
from operators.engine.keyed_state import keyed_state
from operators.engine.partition import Partition
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.running import run_graph
from operators.engine.source import StopSignal, from_log, to_log
from operators.engine.tables import Table
from operators.engine.task import Task
from operators.engine.timers import Timer
from operators.steps.dead_letters import dead_letters
from operators.steps.decode import decode
from operators.steps.emit import emit
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.source_topics import release_topics
from tests.memory_log import MemoryLog, MemoryTopics
from tests.recording_observer import RecordingObserver

FLOW, INBOX, CASES, DEAD_LETTERS = "dispatch", "dispatch.inbox.v1", "exceptions.v1", "deadletters.v1"
CODEC = Codec(load_contracts())
ROWS: Table[str] = Table("row", str)
STRANGE: Table[object] = Table("strange", object)
"""No encoder takes its rows."""
SEVERAL, MANY = 3, 400
MOST_GATES = 3_000
_NAMESPACE = UUID(int=0)


class Killed(BaseException):
    """The process ends here, between any two instructions."""


class Obedient:
    """Does what the reason of a message says, and leaves a row and a case behind."""

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.fired: list[str] = []

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[Case]:
        message = event.message
        assert isinstance(message, ErpAvailability)
        words = message.reason
        self.applied.append(words)
        partition.state.put(ROWS, words[:50], "before")
        verb, _, rest = words.partition(" ")
        said = self._harm(verb, rest)
        if said is not None:
            return said
        if verb == "row":
            partition.state.put(ROWS, "large", "x" * int(rest))
        if verb == "unreadable":
            partition.state.put(STRANGE, "row", object())
        if verb == "wake":
            delay_ms, _, subject = rest.partition(" ")
            partition.timers.set(Timer(now_ms + int(delay_ms), "alarm", subject))
        return (case_of(words),)

    @staticmethod
    def _harm(verb: str, rest: str) -> Sequence[Case] | None:
        match verb:
            case "raise":
                raise KeyError(rest)
            case "break":
                raise broken_law(rest)
            case "violate":
                raise CommitGateViolated(rest)
            case "kill":
                raise Killed
            case "surrogate":
                return (case_of("\ud800"),)
            case "large":
                return (case_of("x" * int(rest)),)
            case "many":
                return [case_of(f"{number}") for number in range(int(rest))]
            case "wide":
                return [case_of("x" * 500_000) for _ in range(int(rest))]
            case _:
                return None

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[Case]:
        assert cause_event_id
        self.fired.append(timer.subject)
        partition.count("fired")
        match timer.subject.split():
            case ["raise", *_]:
                raise KeyError(timer.subject)
            case ["break", *_]:
                raise broken_law(timer.subject)
            case ["kill", *_]:
                raise Killed
            case ["large", size, *_]:
                return (case_of("x" * int(size)),)
            case _:
                return (case_of(f"fired {timer.subject}"),)


def case_of(words: str) -> Case:
    return Case(CaseClass.ERP_OUTAGE, CaseOrigin.ERP, subject=words[:50], reason=words)


def broken_law(subject: str) -> InvariantViolated:
    return InvariantViolated(Violation(Law.SUM_IS_ZERO, subject, f"broken: {subject}", NodeId("E"), 3, 0))


def cause_of(error: BaseException) -> BaseException:
    """What an operator raised, inside what Bytewax makes of it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


class GuardedFlow:
    """One flow, its log and its journal, over as many processes as a test wants."""

    def __init__(self, folder: Path, partitions: int = 1) -> None:
        self.file = folder / "in-flight"
        topics = {topic: 1 for topic in release_topics() if not topic.endswith("changelog.v1")}
        self.topics = MemoryTopics({**topics, INBOX: partitions})
        self.machine = Obedient()
        self.limits = EpochLimits(age_s=1e9, least_s=0, most_records=2_000)
        self.observer = RecordingObserver()
        self.state: StateReader | None = None
        """Instead of the log's own."""
        self.breaks_log: Callable[[MemoryLog], None] = lambda _log: None
        """What is wrong with the log of each process."""
        self.log = self._new_log()
        self._numbers = count()

    def write(self, *words: str, partition: int = 0) -> None:
        for said in words:
            value = CODEC.encode(INBOX, ErpAvailability(ErpId("main"), available=True, reason=said))
            headers = (("ce_id", str(uuid5(_NAMESPACE, str(next(self._numbers)))).encode()),)
            self.topics.append(Outgoing(INBOX, None, value, headers, partition))

    def live(self, *, guarded: bool = True, gates: int = MOST_GATES) -> bool:
        """One process, until it is killed or nothing is left; returns whether it survived."""
        self.log = self._new_log()
        self.poison_guard = PoisonGuard(InFlightJournal(self.file))
        try:
            self._run(gates, guarded=guarded)
        except (BytewaxRuntimeError, Killed) as error:
            if isinstance(cause_of(error), Killed):
                return False
            self.poison_guard.end()
            raise
        except LogFailed:
            self.poison_guard.end()
            raise
        self.poison_guard.end()
        return True

    def cases(self) -> list[str]:
        """What the machine said, in order."""
        return [case.reason for case in self._cases() if case.case_class == CaseClass.ERP_OUTAGE]

    def holes(self) -> list[str]:
        """Why something was put aside."""
        return [case.reason for case in self._cases() if case.case_class == CaseClass.MALFORMED_PAYLOAD]

    def letters(self) -> list[Record]:
        return self.topics.all_of(DEAD_LETTERS)

    def rows(self) -> set[str]:
        rows = self.topics.states[f"orderline.{FLOW}", 0]
        return {key.partition(b"\0")[2].decode() for key in rows if key.startswith(ROWS.prefix)}

    def _cases(self) -> list[ExceptionRaised]:
        found = (CODEC.decode(CASES, record.value or b"") for record in self.topics.all_of(CASES))
        return [case for case in found if isinstance(case, ExceptionRaised)]

    def _new_log(self) -> MemoryLog:
        log = MemoryLog(self.topics, f"orderline.{FLOW}", [INBOX])
        if (state := self.state) is not None:
            log.state = lambda partition: state  # type: ignore[method-assign]  # noqa: ARG005 - a double of one method
        self.breaks_log(log)
        return log

    def _run(self, gates: int, *, guarded: bool) -> None:
        passed = count()

        def ends() -> bool:
            number = next(passed)
            assert number < MOST_GATES, f"not idle after {MOST_GATES} commit gates"
            status = self.log.member_status()
            return number >= gates or (status.is_member and not sum(status.lag.values()) and task.is_idle())

        stop_signal = StopSignal(ends)
        guard = self.poison_guard.flow(FLOW) if guarded else None
        task = Task(FLOW, self.log, CODEC, INBOX, self.limits, guard, (INBOX,), self.observer)
        graph = Dataflow(FLOW)
        decoded = decode("decode", from_log("inbox", graph, task, stop_signal), task)
        effects = keyed_state("machine", decoded.events, task, self.machine)
        letters = dead_letters("dead letters", decoded.dead, task)
        to_log("log", op.merge("out", emit("emit", effects, task), letters), task, stop_signal)
        run_graph(graph, stop_signal)
