"""The rows of an order's returns of which what has not left is cancelled first, and only the rest is to come back."""

from typing import NamedTuple

from domain.identifiers import LineId, ReturnId, SourceId


class UnsentLine(NamedTuple):
    """What such a return names of one line, in millionths."""

    line_id: LineId
    quantity: int
    """Units that may leave, or have, or are cancelled; less what came back."""
    beyond: int
    """Units that the line never had, or that were named by other returns before: they are asked for, and declined."""
    asked: int = 0
    """Those that were asked to come back, and did not yet."""


class UnsentReturn(NamedTuple):
    """One such return."""

    return_id: ReturnId
    reason: str
    asked_at_us: int
    """By the clock of its source."""
    asked_by: SourceId
    lines: tuple[UnsentLine, ...]
    is_decided: bool = False
    """Whether it is decided what of it is to come back: the rest was cancelled."""
    is_asked_back: bool = False
    """Whether any of it was asked to come back."""

    @property
    def is_cancelled(self) -> bool:
        """Whether all of it was cancelled."""
        return self.is_decided and not self.is_asked_back

    def line(self, line_id: LineId) -> UnsentLine:
        """What it names of a line; each once."""
        return next((line for line in self.lines if line.line_id == line_id), UnsentLine(line_id, 0, 0))
