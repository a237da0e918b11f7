"""A drop folder, a clock, and a sender that keeps records, fails, or is killed where the test says."""

from collections.abc import Sequence
from pathlib import Path

from prometheus_client import CollectorRegistry

from connectors.files.drop_folder import DropFolder
from connectors.files.dropped import FILE_ID, FILE_PART, DroppedFile
from connectors.files.sending.port import NotSent
from connectors.files.watcher import Watcher
from connectors.log.port import Outgoing
from connectors.observation.health import Health
from connectors.observation.instruments import instruments_in
from connectors.observation.watcher_metrics import WatcherMetrics
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_files
from schemas.headers import header

EDI = SourceId("edi_wholesale")
CHANNEL_FILES = load_channel_files()


class Killed(BaseException):
    """The process is gone at this line."""


class KeptParts:
    """A log that takes bundles whole; it outlives the watchers that write to it."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.unavailable: str | None = None
        self.kill_at: int | None = None
        """The bundle, counted from 0, before which the watcher is killed."""
        self.refuse_at: int | None = None
        """The bundle that is not taken once."""
        self._sent = 0

    def parts_there(self, dropped: DroppedFile) -> int:
        return max(
            (
                int(header(each.headers, FILE_PART) or 0)
                for each in self.records
                if header(each.headers, FILE_ID) == dropped.file_id
            ),
            default=0,
        )

    def send(self, dropped: DroppedFile, bundle: Sequence[Outgoing]) -> None:
        del dropped
        number, self._sent = self._sent, self._sent + 1
        if number == self.kill_at:
            raise Killed
        if number == self.refuse_at:
            raise NotSent("the broker has said no")
        self.records += bundle

    def close(self) -> None:
        """Nothing is open."""

    def values(self) -> list[bytes]:
        return [record.value or b"" for record in self.records]


class World:
    """One source's folder; a new watcher is a process that starts again."""

    def __init__(self, folder: Path, channel: ChannelFile) -> None:
        self.channel = channel
        self.now_s = 0.0
        self.log = KeptParts()
        self.root = folder / channel.source_id
        self._drop = folder
        self.start()

    def start(self) -> None:
        folder = DropFolder(self._drop, self.channel.source_id)
        metrics = WatcherMetrics(Health(30, lambda: 0.0), instruments_in(CollectorRegistry()))
        sources = self.channel.source_id
        self.watcher = Watcher({sources: folder}, {sources: self.channel}, self.log, metrics, 5.0, lambda: self.now_s)

    def drop(self, name: str, content: bytes) -> Path:
        file = self.root / "in" / name
        file.write_bytes(content)
        return file

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.watcher.look()

    def settle(self) -> None:
        """A look, and one when all that was there is complete."""
        self.watcher.look()
        self.wait(5.0)

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder).iterdir())

    def reason(self, name: str) -> str:
        return (self.root / "failed" / f"{name}.reason").read_text(encoding="utf-8")


def csv_channel(**changed: object) -> ChannelFile:
    """A source of CSV, one document a row."""
    channel = CHANNEL_FILES[EDI].model_copy(update={"source_id": SourceId("sheets")})
    return ChannelFile.model_construct(**{**dict(channel), **changed})
