"""What every live view of a demo shares: panels on a terminal, a line every five seconds elsewhere."""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Self

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dataflows.processes.say import say

_LINE_EVERY_S: Final = 5.0
_WIDEST: Final = 100


class LiveView(ABC):
    """Base of the live views; `show` may be called at any rate."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._began_at = time.monotonic()
        self._line_at = 0.0

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, stage: str) -> None:
        """Draw the current state; `stage` is the phase of the demo in words."""
        if self._live is not None:
            self._live.update(self._picture(stage), refresh=True)
        elif time.monotonic() >= self._line_at:
            self._line_at = time.monotonic() + _LINE_EVERY_S
            say(self._console, f"{self._elapsed()}  {self._line(stage)}")

    def _picture(self, stage: str) -> RenderableType:
        heading = Text.assemble(("Orderline ", "bold"), (f"{self._elapsed()}  ", "dim"), (stage, "bold green"))
        return Constrain(Group(heading.append(self._after_stage()), *self._body()), _WIDEST)

    def _elapsed(self) -> str:
        seconds = int(time.monotonic() - self._began_at)
        return f"{seconds // 60}:{seconds % 60:02d}"

    @abstractmethod
    def _line(self, stage: str) -> str:
        """The text of a plain line, after the elapsed time."""

    @abstractmethod
    def _after_stage(self) -> str:
        """What follows the stage in the heading."""

    @abstractmethod
    def _body(self) -> Sequence[RenderableType]:
        """The panels below the heading."""


def two_columns(left: RenderableType, right: RenderableType) -> Table:
    """A grid of two columns of equal width."""
    columns = Table.grid(expand=True, padding=(0, 1, 0, 0))
    columns.add_column(ratio=1)
    columns.add_column(ratio=1)
    columns.add_row(left, right)
    return columns


def panel(title: str, rows: Sequence[tuple[str, str | int | Text]]) -> Panel:
    """A panel of labels and right-aligned values; numbers get thousands separators."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column()
    table.add_column(justify="right")
    for words, value in rows:
        table.add_row(words, f"{value:,}" if isinstance(value, int) else value)
    return Panel(table, title=title, title_align="left")
