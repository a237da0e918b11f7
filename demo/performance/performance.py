"""What a demonstration is given to perform: its feed, what is different about its programs, what is shown and told."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from rich.console import Console, RenderableType

from connectors.topic_reader import TopicReader
from demo.report.report import Report


class PerformanceView(Protocol):
    """Looks at the log as it grows, and shows it."""

    def look(self) -> bool:
        """Take in what is new; whether the business moved."""
        ...

    def all_answered(self) -> bool:
        """Whether nothing waits for the ERP."""
        ...

    def show(self, stage: str) -> None:
        """Draw the state now; `stage` says in words what is going on."""
        ...


class Performance(Protocol):
    """One kind of demo."""

    @property
    def feed(self) -> Sequence[str]:
        """The words behind `orderline produce`, the topic first."""
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
        """When nothing has moved for so long, all is worked off."""
        ...

    def begun(self, reader: TopicReader, console: Console) -> AbstractContextManager[PerformanceView]:
        """The view of a log."""
        ...

    def report(self, reader: TopicReader, run: Report, where: str) -> tuple[Mapping[str, Any], RenderableType]:
        """The content of `report.json`, and the same for people; `where` names the log as the commands do."""
        ...
