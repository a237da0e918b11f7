"""One of several connectors of one ERP as a program of its own, to be stopped by a test.

`orderline erp-connector` is always replica 0; members with names of their own are fenced by their group alone.
After a SIGUSR1 it stops itself right behind its next commit.
"""

import argparse
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType

from connectors.erp import connector
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.wire import HttpWire
from connectors.erp.options import ConnectorOptions
from connectors.erp.simulated.rules import SimulatedErp
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.options import read_options
from connectors.log.failpoints import Failpoints
from connectors.log.port import Fenced
from dataflows.processes.exit_codes import EXIT_FENCED
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import erp_command_topic
from schemas.erp_file import ErpFile, load_erp_file

WORKERS = 2


class StopBehindCommit(Failpoints):
    """Stops the own process once, as SIGSTOP from outside would at that very moment."""

    def __init__(self) -> None:
        self._wanted = False
        signal.signal(signal.SIGUSR1, self._on_signal)

    def hit(self, name: str) -> None:
        if self._wanted and name == "after_commit":
            self._wanted = False
            os.kill(os.getpid(), signal.SIGSTOP)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._wanted = True


def main() -> int:
    """Run until SIGTERM, or until another process has our name."""
    parser = argparse.ArgumentParser()
    for name in ("--bootstrap", "--url"):
        parser.add_argument(name, required=True)
    for name in ("--kafka-options", "--erps"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--replica", type=int, required=True)
    add_ending(parser)
    given = parser.parse_args()
    end_with_parent(wanted=given.end_with_parent)
    erp_file = load_erp_file(given.erps / "main.yaml")
    try:
        _run(given, erp_file)
    except Fenced:
        return EXIT_FENCED
    return 0


def _run(given: argparse.Namespace, erp_file: ErpFile) -> None:
    options = ConnectorOptions(lease_ms=erp_file.lease_ms, call_timeout_ms=erp_file.call_timeout_ms)
    names = ("orderline", "erp-connector-main", given.replica, (erp_command_topic(erp_file.erp_id),))
    kafka_options = read_options(given.kafka_options)
    log = KafkaLog(given.bootstrap, *names, None, None, options=kafka_options, failpoints=StopBehindCommit())
    with closing(log):
        connector.run(
            log,
            ConversingErp(SimulatedErp(), HttpWire(given.url, WORKERS, erp_file.call_timeout_ms)),
            Codec(load_contracts()),
            erp_file.erp_id,
            workers=WORKERS,
            stop=ShutdownSignal().wanted,
            options=options,
        )


if __name__ == "__main__":
    sys.exit(main())
