"""Whether the ERP can be reached, from the results of calls and probes; each change is reported once."""


class Availability:
    """What was last reported, and the results since. Before the first report nothing is known.

    While nothing is known, or the ERP is unreachable, no commands may arrive that would show a change: so it is probed.
    Once it is unreachable only a probe counts: late answers to earlier calls prove nothing about now.
    """

    def __init__(self, failures_until_unreachable: int, probe_every_ms: int) -> None:
        self._failures_until_unreachable = failures_until_unreachable
        self._probe_every_ms = probe_every_ms
        self._failures = 0
        self._reported: bool | None = None
        self._next_probe_at_ms = 0

    def called(self, *, reachable: bool) -> bool | None:
        """A command's call returned; the change to report, or None."""
        return None if self._reported is False else self._observed(reachable=reachable)

    def probed(self, *, reachable: bool) -> bool | None:
        """A probe returned; the change to report, or None."""
        return self._observed(reachable=reachable)

    def take_probe(self, now_ms: int) -> bool:
        """True when a probe is due; the next one is due `probe_every_ms` later."""
        if self._reported or now_ms < self._next_probe_at_ms:
            return False
        self._next_probe_at_ms = now_ms + self._probe_every_ms
        return True

    def forget(self) -> None:
        """What was reported may be lost with its epoch: report again."""
        self._reported = None
        self._failures = 0
        self._next_probe_at_ms = 0

    def _observed(self, *, reachable: bool) -> bool | None:
        self._failures = 0 if reachable else self._failures + 1
        if not reachable and self._failures < self._failures_until_unreachable:
            return None
        if self._reported is reachable:
            return None
        self._reported = reachable
        return reachable
