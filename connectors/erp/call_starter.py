"""Which calls begin now: each under a permit of the lease, and only as a look-up if it may have been made before."""

from connectors.erp.calls import Calling
from connectors.erp.held_partitions import HeldPartitions
from connectors.erp.lanes import Lanes, Work
from connectors.erp.lease import Lease, Permit
from connectors.erp.settling import Settling
from connectors.log.port import Log
from domain.messages.dispatch import CommandType


class CallStarter:
    """Used by the connector's thread only."""

    def __init__(  # noqa: PLR0913, PLR0917 - made in one place
        self, log: Log, calls: Calling, lanes: Lanes, held: HeldPartitions, lease: Lease, settling: Settling
    ) -> None:
        self._log = log
        self._calls = calls
        self._lanes = lanes
        self._held = held
        self._lease = lease
        self._settling = settling

    def start_all(self) -> None:
        """Start what may be started; `Rewound` when ownership was denied. At most one proof is asked for."""
        may_confirm = True
        while work := self._lanes.next_ready():
            if permit := self._lease.permit(work.read_at_s):
                self._start(work, permit)
            elif may_confirm:
                may_confirm = False
                self._confirm()
            else:
                return  # the proof took too long: the next step of the connector asks for another

    def return_unsent(self, work: Work) -> None:
        """It waits for another permit; in a partition that was revoked it is left to the next owner."""
        if self._held.holds(work.record, work.progress):
            self._lanes.put_back(work)
        else:
            self._lanes.finish(work)

    def _start(self, work: Work, permit: Permit) -> None:
        self._lanes.start()
        doubtful = self._held.is_doubtful(work.record, work.progress)
        if work.command.command_type is CommandType.QUERY_DOCUMENT:
            doubtful = doubtful or self._settling.covers(work.record.partition, work.command.document_key)
        self._calls.start(work, permit, doubtful=doubtful)

    def _confirm(self) -> None:
        """Ask for a newer proof that the commands that were read are ours to send."""
        asked_at_s = self._lease.now_s()
        self._log.confirm_membership()
        self._lease.renew(asked_at_s)
