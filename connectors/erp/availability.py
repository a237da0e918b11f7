"""Whether the ERP can be reached at all, judged from call to call, so that it is said once when it changes."""


class Availability:
    """What was last announced, and the evidence since. Before the first word nothing is known.

    While nothing is known, or the ERP is gone, no commands may come that could show otherwise: then it is probed. Once
    it is gone only a probe tells that it is back: answers to calls that began before still come in.
    """

    def __init__(self, failures_until_gone: int, probe_every_ms: int) -> None:
        self._failures_until_gone = failures_until_gone
        self._probe_every_ms = probe_every_ms
        self._failures = 0
        self._announced: bool | None = None
        self._next_probe_at_ms = 0

    def called(self, *, reachable: bool) -> bool | None:
        """A command's call came back; the news to announce, or None."""
        return None if self._announced is False else self._observed(reachable=reachable)

    def probed(self, *, reachable: bool) -> bool | None:
        """A probe came back; the news to announce, or None."""
        return self._observed(reachable=reachable)

    def take_probe(self, now_ms: int) -> bool:
        """True when a probe is due; it is not due again for a while."""
        if self._announced or now_ms < self._next_probe_at_ms:
            return False
        self._next_probe_at_ms = now_ms + self._probe_every_ms
        return True

    def forget(self) -> None:
        """What was announced may be lost: announce again."""
        self._announced = None
        self._failures = 0
        self._next_probe_at_ms = 0

    def _observed(self, *, reachable: bool) -> bool | None:
        self._failures = 0 if reachable else self._failures + 1
        if not reachable and self._failures < self._failures_until_gone:
            return None
        if self._announced is reachable:
            return None
        self._announced = reachable
        return reachable
