"""What a file watcher reports about itself: files that wait, that are sent, and that cannot be."""

from enum import StrEnum

from connectors.observation.health import Health
from connectors.observation.instruments import Instruments
from domain.identifiers import SourceId


class FileOutcome(StrEnum):
    """Where a file ends."""

    DONE = "done"
    FAILED = "failed"


class WatcherMetrics:
    """Reports from one loop."""

    def __init__(self, health: Health, instruments: Instruments) -> None:
        self._health = health
        self._instruments = instruments

    def report_status(self, unavailable: str | None) -> None:
        """The loop runs; why nothing can be sent, if that is so."""
        self._health.passed_gate()
        self._health.set_available(unavailable)

    def waiting(self, source_id: SourceId, files: int) -> None:
        """So many files of a source are in its folder."""
        self._instruments.files_waiting.labels(source_id).set(files)

    def ended(self, source_id: SourceId, outcome: FileOutcome, records: int) -> None:
        """A file ended, and so many records of it are in the log."""
        self._instruments.files_ended.labels(source_id, outcome).inc()
        self._instruments.file_records.labels(source_id).inc(records)

    def stopping(self) -> None:
        """A stop was requested."""
        self._health.stopping()
