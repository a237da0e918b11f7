"""The programs around the flows in a crash run: a warehouse, a connector, and an ERP that fails in every way it can."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from demo.brokers.ports import free_ports
from demo.erp.database import ErpDatabase
from demo.erp.statistics import statistics_of
from tests.oracle.crash_run import Kill
from tests.oracle.programs import Program

_ERP_FAULTS = (
    *("--lose-answer", "80", "--book-late", "40", "--locked", "30", "--latency-ms", "1", "10"),
    *("--outage-after-orders", "40", "--outage-seconds", "2"),
)
_FIRST_RECORDS = (5, 40)
_SPREAD = 15


@dataclass(frozen=True, slots=True)
class ExternalPrograms:
    """All three; `folder` keeps the ERP's store."""

    folder: Path
    warehouse: Program
    connector: Program
    erp: Program

    def all(self) -> Sequence[Program]:
        """In the order in which they end."""
        return (self.warehouse, self.connector, self.erp)

    def kills(self, seed: int) -> list[Kill]:
        """Each is killed twice, at moments that follow from the seed."""
        chance = Random(seed)
        return [
            Kill(program, topic, chance.randint(first, first + _SPREAD))
            for first in _FIRST_RECORDS
            for program, topic in (
                (self.warehouse, "warehouse.commands.v1"),
                (self.connector, "erp.commands.main.v1"),
                (self.erp, "erp.responses.v1"),
            )
        ]

    def erp_statistics(self) -> Mapping[str, Any]:
        """From the ERP's own database; call it after all programs have ended."""
        with closing(ErpDatabase(self.folder / "erp.sqlite")) as database:
            return statistics_of(database)


def external_programs(folder: Path, where: Sequence[str], seed: int) -> ExternalPrograms:
    """Not started yet; `where` names the log as the commands do."""
    (port,) = free_ports(1)
    store = ("--database", str(folder / "erp.sqlite"), "--port", str(port), "--seed", str(seed))
    return ExternalPrograms(
        folder,
        Program(folder, "warehouse-simulator", *where),
        Program(folder, "erp-connector", *where, "--url", f"http://127.0.0.1:{port}", "--workers", "4"),
        Program(folder, "erp-simulator", *store, *_ERP_FAULTS),
    )
