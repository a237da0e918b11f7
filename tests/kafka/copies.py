"""The copy flow's topics, its processes, and what must be in its topics and state in the end."""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import Outgoing
from tests.contract.logs import Member
from tests.kafka.copy_flow import CopyFlow, member
from tests.kafka.topics import Follower, create_topics, read_committed, until, wait_until_settled
from tests.warm_start.process import WarmProcess

PROJECT = Path(__file__).parents[2]
PARTITIONS = 3


@dataclass
class Copies:
    """One application that copies; every test has its own."""

    bootstrap: str
    application: str
    directory: Path
    incremental: bool = False
    """Whether its group moves single partitions (the new protocol)."""
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    opened: list[KafkaLog] = field(default_factory=list)
    _follower: Follower | None = None

    def create(self) -> None:
        """Its topics."""
        create_topics(self.bootstrap, [self.topic("in"), self.topic("out")], PARTITIONS)
        create_topics(self.bootstrap, [self.topic("changelog")], PARTITIONS, compacted=True)

    def topic(self, name: str) -> str:
        return f"{self.application}.{name}"

    def feed(self, keys: Sequence[str]) -> None:
        """One committed input record a key."""
        writer = KafkaLog(self.bootstrap, self.application, "writer", 0, (), None, None)
        writer.send([Outgoing(self.topic("in"), key, b"") for key in keys])
        writer.commit({}, {})
        writer.close()

    def member(self, replica: int = 0) -> Member:
        """A replica in this process."""
        return Member(self._opened(replica, self.directory))

    def flow(self, replica: int = 0) -> CopyFlow:
        """A replica in this process that copies on request."""
        return CopyFlow(self._opened(replica, self.directory), self.topic("out"))

    def copy_here(self, keys: Sequence[str]) -> Member:
        """Feed and copy in this process; the member stays open."""
        self.feed(keys)
        copying = self.member()
        copying.join()
        assert isinstance(copying.log, KafkaLog)
        self.copy_with(CopyFlow(copying.log, self.topic("out")), len(self.outputs()) + len(keys))
        return copying

    def start(self, *crash: str, replica: int = 0) -> "subprocess.Popen[bytes]":
        """A replica as a process, which ends with `stop`, by its failpoint, or by a kill."""
        incremental = ("--incremental",) if self.incremental else ()
        arguments = (self.bootstrap, self.application, str(replica), str(self.directory), *incremental, *crash)
        process: WarmProcess[bytes] = WarmProcess(
            (sys.executable, "-m", "tests.kafka.copy_flow", *arguments),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
        )
        self.started.append(process)
        return process

    def kill_all(self) -> None:
        """Nothing is left running."""
        for process in self.started:
            process.kill()
            process.communicate()
        for log in self.opened:
            log.close()
        if self._follower is not None:
            self._follower.close()

    def copied(self) -> int:
        """How many outputs are known to be committed: what a test waits with."""
        if self._follower is None:
            self._follower = Follower(self.bootstrap, self.topic("out"))
        return len(self._follower.records())

    def outputs(self) -> list[tuple[str, int]]:
        """Key and count, as committed so far."""
        return [
            (record.key or "", int(record.value or b"")) for record in read_committed(self.bootstrap, self.topic("out"))
        ]

    def records(self, name: str) -> Counter[int]:
        """How many committed records lie in which partition; a key has one partition number in all topics."""
        return Counter(record.partition for record in read_committed(self.bootstrap, self.topic(name)))

    def copy_with(self, flow: CopyFlow, count: int) -> None:
        """Turn a replica of this process until there are so many outputs."""

        def done() -> bool:
            flow.turn()
            return count == self.copied()

        until(done, f"{count} outputs")

    def close(self, flow: CopyFlow) -> None:
        """Leave the group in order."""
        flow.log.close()
        self.opened.remove(flow.log)

    def assert_exact(self, keys: Sequence[str]) -> None:
        """Each key counted from 1 to its number, in order, once; the state knows the last count, also when rebuilt."""
        wait_until_settled(self.bootstrap, self.topic("out"))
        counts: dict[str, list[int]] = defaultdict(list)
        for key, count in self.outputs():
            counts[key].append(count)
        expected = Counter(keys)
        assert {key: list(range(1, number + 1)) for key, number in expected.items()} == counts
        for directory in (self.directory, self.directory / "rebuilt"):
            assert {key.encode(): b"%d" % number for key, number in expected.items()} == self.state(directory)

    def state(self, directory: Path) -> dict[bytes, bytes]:
        """All state, as a member that starts in this directory finds it."""
        reading = Member(member(self.bootstrap, self.application, 0, directory, incremental=self.incremental))
        reading.join()
        pairs = [pair for number in range(PARTITIONS) for pair in reading.log.state(number).scan(b"", limit=10_000)]
        reading.log.close()
        return dict(pairs)

    def _opened(self, replica: int, directory: Path) -> KafkaLog:
        log = member(self.bootstrap, self.application, replica, directory, incremental=self.incremental)
        self.opened.append(log)
        return log


def stop(process: "subprocess.Popen[bytes]", *codes: int) -> None:
    """End it in order; `codes`: exit codes it may have ended with already."""
    if process.stdin is not None:
        process.stdin.close()
    assert process.wait(90) in (0, *codes)
