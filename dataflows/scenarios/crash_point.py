"""The crash of a scenario: the flows end at a failpoint, and whatever was not committed is gone."""

from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed


class Crashed(LogFailed):
    """The flows have ended as if their process had been killed."""


class CrashPoint(Failpoints):
    """Raises `Crashed` once, at one pass of one point, after it is armed."""

    def __init__(self) -> None:
        self._armed = ""
        self._left = 0

    @property
    def is_armed(self) -> bool:
        """Whether the crash is still to come."""
        return bool(self._armed)

    def arm(self, name: str, passes: int) -> None:
        """Crash at this pass of the point, counted from now."""
        self._armed, self._left = name, passes

    def hit(self, name: str) -> None:
        """Count down."""
        if name != self._armed:
            return
        self._left -= 1
        if self._left == 0:
            self._armed = ""
            raise Crashed(name)
