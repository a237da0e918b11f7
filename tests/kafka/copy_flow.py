"""A tiny stateful flow as a program of its own, to be killed: counts each key, and writes every count out.

`python -m tests.kafka.copy_flow BOOTSTRAP APPLICATION REPLICA STATE_DIRECTORY [--standby] [--incremental] [FAILPOINT
COUNT]`; ends with its standard input, or by the failpoint.
"""

import select
import sys
from pathlib import Path

from connectors.kafka.member.log import KafkaLog
from connectors.log.failpoints import CrashAt, Failpoints
from connectors.log.port import Batch, Fenced, Outgoing, Rewound
from connectors.observation.observer import UNOBSERVED, Observer
from dataflows.processes.exit_codes import EXIT_FENCED

QUICK = {"session.timeout.ms": "1500"}
INCREMENTAL = {"group.protocol": "consumer"}
EPOCH_RECORDS = 40
TIMEOUT_S = 0.05


def member(  # noqa: PLR0913 - a member has so many names
    bootstrap: str,
    application: str,
    replica: int,
    directory: Path,
    failpoints: Failpoints | None = None,
    *,
    standby: bool = False,
    incremental: bool = False,
    accepts_loss: bool = False,
    observer: Observer = UNOBSERVED,
) -> KafkaLog:
    """Replica `replica` of the flow `copy`, from APPLICATION.in to APPLICATION.out; `incremental`: new protocol."""
    return KafkaLog(
        bootstrap,
        application,
        "copy",
        replica,
        [f"{application}.in"],
        directory,
        f"{application}.changelog",
        standby=standby,
        failpoints=failpoints,
        options=INCREMENTAL if incremental else QUICK,
        accepts_loss=accepts_loss,
        observer=observer,
    )


class CopyFlow:
    """One epoch a poll."""

    def __init__(self, log: KafkaLog, out: str) -> None:
        self.log = log
        self._out = out
        self.held: frozenset[int] = frozenset()
        self.revoked: frozenset[int] = frozenset()
        """All that ever went."""
        self.marked_at_s: float | None = None
        """Since when what came last was not served."""

    def turn(self) -> None:
        """Gate, poll, count, commit."""
        if self.log.rebalancing() and (change := self.log.take_assignment()) is not None:
            self.held = self.held - change.revoked | change.assigned
            self.revoked |= change.revoked
            self.marked_at_s = change.marked_at_s if change.assigned else self.marked_at_s
        batches = self.log.poll(EPOCH_RECORDS, TIMEOUT_S)
        if not batches:
            return
        try:
            changes = {batch.source.partition: self._count(batch) for batch in batches}
            self.log.commit({batch.source: batch.next_offset for batch in batches}, changes)
        except Rewound:
            return

    def _count(self, batch: Batch) -> dict[bytes, bytes | None]:
        state = self.log.state(batch.source.partition)
        counts: dict[bytes, bytes | None] = {}
        for record in batch.records:
            key = (record.key or "").encode()
            before = counts.get(key) or state.get(key) or b"0"
            counts[key] = b"%d" % (int(before) + 1)
            self.log.send([Outgoing(self._out, record.key, counts[key])])
        return counts


def main(bootstrap: str, application: str, replica: str, directory: str, *options: str) -> None:
    """Copy until standard input is closed."""
    crash = [option for option in options if not option.startswith("--")]
    log = member(
        bootstrap,
        application,
        int(replica),
        Path(directory),
        CrashAt(crash[0], int(crash[1])) if crash else Failpoints(),
        standby="--standby" in options,
        incremental="--incremental" in options,
    )
    flow = CopyFlow(log, f"{application}.out")
    try:
        while not select.select([sys.stdin], [], [], 0)[0]:
            flow.turn()
        log.close()
    except Fenced as fenced:
        sys.stderr.write(f"{fenced}\n")
        sys.exit(EXIT_FENCED)


if __name__ == "__main__":
    main(*sys.argv[1:])
