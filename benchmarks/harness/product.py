"""The programs under measurement, started as a user starts them."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.harness.places import Place
from benchmarks.harness.processes import Usage, cpu_s, family, peak_rss_bytes, usage_of, words_of
from dataflows.assembly import FLOWS
from dataflows.processes.supervisor import Child

_ERPS = Path(__file__).parents[1] / "erps"
"""An ERP so quick that it is never what is measured."""


class Programs:
    """Runs programs during a block. Only those in `measured` are counted; `others` are simulators."""

    def __init__(self, measured: Sequence[Child], others: Sequence[Child] = ()) -> None:
        self._measured = measured
        self._children = (*measured, *others)

    def __enter__(self) -> Self:
        for child in self._children:
            child.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            child.end()

    def require_alive(self) -> None:
        """Raises if a program has exited on its own: then no figure is valid."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                raise RuntimeError(f"{child.name} ended by itself with {child.process.returncode}")

    def usage(self) -> Usage:
        """What those measured and their children have used so far."""
        return usage_of([child.process.pid for child in self._measured if child.process is not None])

    def peak_rss_by_program(self) -> dict[str, int]:
        """Peak memory by flow, where each has its own process, or by program."""
        found: dict[str, int] = {}
        for child in self._measured:
            for number in family(child.process.pid) if child.process is not None else ():
                words = words_of(number)
                name = next((flow for flow in FLOWS if flow in words), child.name)
                found[name] = found.get(name, 0) + peak_rss_bytes(number)
        return found

    def cpu_by_program(self) -> dict[str, float]:
        """User and system seconds by name of the flow, where each has its own process, or by program."""
        used: dict[str, float] = {}
        for child in self._measured:
            for number in family(child.process.pid) if child.process is not None else ():
                words = words_of(number)
                name = next((flow for flow in FLOWS if flow in words), child.name)
                used[name] = round(used.get(name, 0.0) + cpu_s(number), 2)
        return used


def flows_only(place: Place) -> Programs:
    """All flows, without a warehouse or an ERP."""
    return Programs([_flows(place)])


def whole_product(place: Place, erp_database: Path, erp_port: int) -> Programs:
    """As the demo runs it, with an ERP that makes no trouble."""
    no_faults = ["--lose-answer", "0", "--book-late", "0", "--locked", "0"]
    simulator = ["erp-simulator", "--database", str(erp_database), "--port", str(erp_port), *no_faults]
    url = f"http://127.0.0.1:{erp_port}"
    connector = Child("ERP connector", ["erp-connector", *place.where(), "--url", url, "--erps", str(_ERPS)])
    warehouse = Child("warehouse simulator", ["warehouse-simulator", *place.where()])
    return Programs([_flows(place), connector], others=[warehouse, Child("ERP simulator", simulator)])


def _flows(place: Place) -> Child:
    return Child("flows", ["run", "all", *place.where(), *place.flow_options(), "--erps", str(_ERPS)])
