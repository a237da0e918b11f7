"""What differs between the kinds of demo: feed, options of the programs, live view and report."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from rich.console import Console, RenderableType

from connectors.topic_reader import TopicReader
from demo.report.report import Report


class PerformanceView(Protocol):
    """Follows the log and shows its progress."""

    def look(self) -> bool:
        """Read new records; True when they changed anything."""
        ...

    def all_answered(self) -> bool:
        """True when no command waits for the ERP."""
        ...

    def show(self, stage: str) -> None:
        """Draw the current state; `stage` is the phase of the demo in words."""
        ...


class Performance(Protocol):
    """One kind of demo."""

    @property
    def feed(self) -> Sequence[str]:
        """The arguments of `orderline produce`, the topic first."""
        ...

    @property
    def flow_options(self) -> Sequence[str]:
        """Further options of `orderline run all`."""
        ...

    @property
    def erp_options(self) -> Sequence[str]:
        """Further options of `orderline erp-simulator`."""
        ...

    @property
    def quiet_s(self) -> float:
        """Seconds without a change after which everything counts as processed."""
        ...

    def begun(self, reader: TopicReader, console: Console) -> AbstractContextManager[PerformanceView]:
        """The live view, opened and closed with the block."""
        ...

    def report(self, reader: TopicReader, run: Report, where: str) -> tuple[Mapping[str, Any], RenderableType]:
        """The content of `report.json`, and the same for people; `where` is the option that names the log."""
        ...
