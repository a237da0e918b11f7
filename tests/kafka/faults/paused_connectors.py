"""Connectors of one ERP without unique keys, stopped at random moments while the flows bring them commands."""

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any

import yaml
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import AdminClient

from connectors.erp.lease import since_boot_s
from connectors.kafka.member.log import KafkaLog
from connectors.log.port import LogFailed, Outgoing
from dataflows.assembly import ERP_FILES
from dataflows.processes.exit_codes import EXIT_FENCED
from demo.brokers.ports import free_ports
from demo.erp.client import erp_answers, erp_statistics
from demo.erp.database import ErpDatabase
from domain.identifiers import CommandId, DocumentKey, ErpId, event_id_of_record
from domain.messages.dispatch import CommandType, ErpRequested
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import DISPATCH_INBOX
from tests.kafka.topics import until
from tests.oracle.programs import Program
from tests.unit.erp.commands import DOCUMENT

QUICK_SESSIONS = "session.timeout.ms=1000\nheartbeat.interval.ms=200\n"
_TIMES = {"lease_ms": 300, "call_timeout_ms": 700, "settle_after_ms": 1_700, "transient_retry_ms": 100}
_NEVER = {"window": 1_000, "threshold": 1_000, "open_ms": 100, "open_cap_ms": 100}
"""The breaker is another test's: here it stays closed."""
_GROUP = "orderline.erp-connector-main"
_PATIENCE_S = 180.0
_WORK_FOR_BOTH = 12
"""Commands, spread over all partitions."""
_LATENCY_MS = ("50", "100")
"""With two workers a member is busy for a second with its half of the commands."""
_LONGEST_CALL_S = 0.1
_STOPS_WITHIN = 8
"""A stop comes after at most so many bookings, so that most commands are still open."""


class PausedConnectors:
    """The world: an ERP without unique keys, intake and dispatch, and up to two connectors, which a test stops."""

    def __init__(self, bootstrap: str, folder: Path, stack: ExitStack) -> None:
        options, erps, (port,) = folder / "kafka.options", folder / "erps", free_ports(1)
        options.write_text(QUICK_SESSIONS)
        erps.mkdir()
        (erps / "main.yaml").write_text(_erp_file())
        self._where = ("--bootstrap", bootstrap, "--kafka-options", str(options))
        self._url, self._erps, self._folder, self._stack = f"http://127.0.0.1:{port}", erps, folder, stack
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        self._codec = Codec(load_contracts())
        self._feed = stack.enter_context(closing(KafkaLog(bootstrap, "orderline", "feed", 0, (), None, None)))
        self._sent = self._sent_last = 0
        self._started = 0
        faults = ("--no-unique-keys", "--lose-answer", "0", "--book-late", "0", "--locked", "0")
        self.database = folder / "erp.sqlite"
        store = ("--database", str(self.database), "--port", str(port), "--latency-ms", *_LATENCY_MS)
        rules = ("--state", str(folder / "state"), "--erps", str(erps))
        self._start(Program(folder, "erp-simulator", *store, *faults))
        for flow in ("intake", "dispatch"):
            self._start(Program(folder, "run", flow, *self._where, *rules))
        until(lambda: erp_answers(self._url), "the ERP simulator answers", _PATIENCE_S)

    def connector(self) -> Program:
        """A life of the one connector that production has: it takes the name from the one before."""
        self._started += 1
        name = f"connector-{self._started}"
        return self._start(
            Program(self._folder, "erp-connector", *self._where, *self._erp(), "--workers", "2", name=name)
        )

    def member(self, replica: int) -> Program:
        """One of several connectors, with a name of its own."""
        options = (*self._where, *self._erp(), "--replica", str(replica))
        module = "tests.kafka.faults.connector_member"
        return self._start(Program(self._folder, *options, name=f"member-{replica}", module=module))

    def send(self, number: int) -> None:
        """So many orders, each to be booked once."""
        self._feed.send([self._request(f"portal:P-{self._sent + each}") for each in range(number)])
        self._feed.commit({}, {})
        self._sent += number
        self._sent_last = number

    def stop_at_random(self, victim: Program, chance: Random) -> None:
        """At any moment of the calls."""
        self._wait_for_some(chance)
        stop_at_s = since_boot_s() + chance.uniform(0, _LONGEST_CALL_S)
        until(lambda: since_boot_s() >= stop_at_s, "the moment has come")
        _signal(victim, signal.SIGSTOP)

    def stop_behind_a_commit(self, member: Program, chance: Random) -> None:
        """While it has more commands than calls. Returns when it is stopped, or was fenced instead.

        On a busy machine all may be booked before it is asked to stop: then there is no next commit without more work.
        """
        self._wait_for_some(chance)
        _signal(member, signal.SIGUSR1)

        def has_stopped() -> bool:
            if member.code() is not None or _is_stopped(member):
                return True
            if self.documents() == self._sent:
                self.send(_WORK_FOR_BOTH)
            return False

        until(has_stopped, "it has committed", _PATIENCE_S)

    def wake(self, victim: Program) -> None:
        """It continues at the very line where it was stopped."""
        _signal(victim, signal.SIGCONT)

    def wait_until_all_are_booked(self) -> None:
        """Whatever it takes: to take over, to settle, to ask, to send again."""
        until(lambda: self._counted("business_keys") == self._sent, f"{self._sent} keys are booked", _PATIENCE_S)

    def wait_for_members(self, *members: Program) -> None:
        """Until the group has them all, each with partitions; one whose epoch timed out is started again."""

        def share() -> bool:
            for member in members:
                if member.code() is not None:
                    assert EXIT_FENCED == member.code(), member.words()
                    member.start()
            return self._has_members(len(members))

        until(share, f"{len(members)} connectors share the commands", _PATIENCE_S)

    def wait_until_one_is_left(self, older: Program, newer: Program) -> Program:
        """One must end by itself, when both have work: another process goes by its name."""
        programs = (older, newer)
        until(lambda: _one_has_ended(programs) or self._has_members(2), "both are awake", _PATIENCE_S)
        self.send(_WORK_FOR_BOTH)
        until(lambda: _one_has_ended(programs), "the older connector ends", _PATIENCE_S)
        (ended,) = (program for program in programs if program.code() is not None)
        assert EXIT_FENCED == ended.code(), ended.words()
        return newer if ended is older else older

    def keys_booked_twice(self) -> Mapping[str, int]:
        """The ERP's own count: all other keys have one document."""
        query = "SELECT business_key, count(*) FROM documents GROUP BY business_key HAVING count(*) > 1"
        with closing(ErpDatabase(self.database)) as database:
            return dict(database.rows(query))

    def documents(self) -> int:
        """How many the ERP has booked."""
        return self._counted("documents")

    @property
    def sent(self) -> int:
        """How many orders were sent."""
        return self._sent

    def _counted(self, what: str) -> int:
        try:
            counted: Mapping[str, Any] = erp_statistics(self._url)
        except LogFailed:
            return -1
        return int(counted[what].get("sales_order", 0))

    def _wait_for_some(self, chance: Random) -> None:
        """Of the commands that were sent last, all before them being booked."""
        some = self._sent - self._sent_last + chance.randint(1, _STOPS_WITHIN)
        until(lambda: self.documents() >= some, "some commands are executed", _PATIENCE_S)

    def _has_members(self, number: int) -> bool:
        group = self._admin.describe_consumer_groups([_GROUP])[_GROUP].result()
        shares = [len(member.assignment.topic_partitions) for member in group.members]
        return group.state == ConsumerGroupState.STABLE and len(shares) == number and all(shares)

    def _erp(self) -> tuple[str, ...]:
        return "--url", self._url, "--erps", str(self._erps)

    def _start(self, program: Program) -> Program:
        self._stack.callback(program.kill)
        program.start()
        return program

    def _request(self, order_id: str) -> Outgoing:
        event_id = event_id_of_record(order_id, 0, 0)
        command_id, document_key = CommandId(event_id), DocumentKey(order_id)
        request = ErpRequested(
            ErpId("main"), command_id, CommandType.CREATE_SALES_ORDER, document_key, order_id, 2, DOCUMENT
        )
        value = self._codec.encode(DISPATCH_INBOX, request)
        return Outgoing(DISPATCH_INBOX, "main", value, (("ce_id", event_id.encode()), ("correlationid", b"story")))


def _signal(program: Program, number: signal.Signals) -> None:
    """Send it, unless the program has just been fenced."""
    if program.code() is None:
        os.kill(program.process_id, number)


def _is_stopped(program: Program) -> bool:
    seen = os.waitid(os.P_PID, program.process_id, os.WSTOPPED | os.WNOHANG | os.WNOWAIT)
    return seen is not None


def _one_has_ended(programs: Sequence[Program]) -> bool:
    return any(program.code() is not None for program in programs)


def _erp_file() -> str:
    file: dict[str, Any] = yaml.safe_load((ERP_FILES / "main.yaml").read_text("utf-8"))
    return yaml.safe_dump({**file, **_TIMES, "breaker": _NEVER})
