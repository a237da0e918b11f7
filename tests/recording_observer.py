"""An observer that records every call."""

from collections.abc import Collection

from connectors.log.port import TopicPartition
from connectors.observation.observer import Epoch, FlowStatus
from domain.invariants import Law


class RecordingObserver:
    """Implements `Observer`. `looks_every_s` 0: it wants to know at every gate."""

    def __init__(self, reports_every_s: float = 0.0) -> None:
        self.reports_every_s = reports_every_s
        self.gates = 0
        self.opened = 0
        self.lost = 0
        self.epochs: list[Epoch] = []
        self.restores: list[tuple[TopicPartition, int, int]] = []
        self.moves: list[tuple[int, int, float | None]] = []
        self.statuses: list[FlowStatus] = []
        self.held: list[tuple[tuple[str, ...], float]] = []
        self.stopped_topics: list[str] = []
        self.violated_laws: list[Law] = []
        self.ended = False

    def passed_gate(self) -> None:
        self.gates += 1

    def opened_epoch(self) -> None:
        self.opened += 1

    def committed(self, epoch: Epoch) -> None:
        self.epochs.append(epoch)

    def lost_epoch(self) -> None:
        self.lost += 1

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        self.restores.append((changelog, applied, to_apply))

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        self.moves.append((revoked, assigned, pause_s))

    def report_status(self, status: FlowStatus) -> None:
        self.statuses.append(status)

    def stopped(self, topic: str) -> None:
        self.stopped_topics.append(topic)

    def paused(self, topics: Collection[str], seconds: float) -> None:
        self.held.append((tuple(topics), seconds))

    def violated(self, laws: Collection[Law]) -> None:
        self.violated_laws += laws

    def stopping(self) -> None:
        self.ended = True
