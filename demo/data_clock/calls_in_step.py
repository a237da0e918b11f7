"""ERP calls without threads, for simulations: a call is made at once, and its answer is kept until it is taken."""

from collections import deque
from collections.abc import Iterator

from connectors.erp.adapter import ErpAdapter
from connectors.erp.calls import Answered, Probed, call
from connectors.erp.lanes import Work
from connectors.erp.lease import Permit


class CallsInStep:
    """`Calling`, one call after the other."""

    def __init__(self, adapter: ErpAdapter) -> None:
        self._adapter = adapter
        self._returned: deque[Answered | Probed] = deque()

    def start(self, work: Work, permit: Permit, *, doubtful: bool) -> None:
        """Make the call of a command."""
        self._returned.append(Answered(work, call(self._adapter, work.command, permit, doubtful=doubtful)))

    def probe(self) -> None:
        """Probe whether the ERP answers."""
        self._returned.append(Probed(self._adapter.reachable()))

    def take(self, wait_s: float) -> Iterator[Answered | Probed]:  # noqa: ARG002 - all answers are known already
        """All answers since the last call."""
        while self._returned:
            yield self._returned.popleft()
