"""The watcher: takes each complete file of each source's folder, one after the other and the sources in turn.

```
in/order.edi ─▶ settled? ─▶ examined ─▶ bundles ─▶ the log ─▶ done/order.edi
                               └─ cannot be sent ─▶ failed/order.edi, failed/order.edi.reason
```

| killed | what happens at the next start |
|---|---|
| before the first bundle | the file is examined again and sent |
| between two bundles | what is there is found, and the rest is sent |
| behind the last one | all is there, and the file is moved |
| behind the move | nothing is left to do |
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.files.completeness import CompleteFiles
from connectors.files.cutting import CannotBeCut
from connectors.files.drop_folder import DropFolder, Entry
from connectors.files.dropped import DroppedFile, bundles, examined, file_id_of, require_unchanged
from connectors.files.names import shown
from connectors.files.sending.port import FileSender, NotSent
from connectors.observation.watcher_metrics import FileOutcome, WatcherMetrics
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile

_MOST_IN_TURN: Final = 50
"""Files of one source, before another one has its turn."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Watched:
    """One source."""

    channel: ChannelFile
    folder: DropFolder
    complete_files: CompleteFiles


class Watcher:
    """Watches the folders of these sources."""

    def __init__(  # noqa: PLR0913, PLR0917  made in one place
        self,
        folders: Mapping[SourceId, DropFolder],
        channels: Mapping[SourceId, ChannelFile],
        sender: FileSender,
        metrics: WatcherMetrics,
        settle_s: float,
        clock: Callable[[], float],
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._watched = [
            _Watched(channels[source_id], folder, CompleteFiles(settle_s, clock))
            for source_id, folder in folders.items()
        ]
        self._sender = sender
        self._metrics = metrics
        self._stop = stop

    def look(self) -> bool:
        """Take some files of each source; whether any was taken."""
        self._metrics.report_status(self._sender.unavailable)
        return any([self._take_some(each) for each in self._watched])  # noqa: C419 - each source has its turn

    @property
    def waiting(self) -> int:
        """How many files there were at the last look, those included that are not complete yet."""
        return sum(each.complete_files.waiting for each in self._watched)

    def _take_some(self, watched: _Watched) -> bool:
        ready = list(watched.complete_files.complete(watched.folder.entries()))
        self._metrics.waiting(watched.channel.source_id, watched.complete_files.waiting)
        for entry in ready[:_MOST_IN_TURN]:
            unavailable = self._sender.unavailable
            self._metrics.report_status(unavailable)
            if unavailable is not None or self._stop():
                return False
            self._take_if_there(watched, entry)
        return bool(ready)

    def _take_if_there(self, watched: _Watched, entry: Entry) -> None:
        try:
            self._take(watched, entry)
        except NotSent as reason:
            _LOGGER.warning("%s; it is looked up and sent again", reason)
        except FileNotFoundError:
            _LOGGER.info("%s: %s is not there any more", watched.channel.source_id, shown(entry.name))
        except OSError as error:
            self._fail(watched, entry, file_id_of(entry), f"it cannot be read: {error.strerror}")

    def _take(self, watched: _Watched, entry: Entry) -> None:
        if entry.refusal is not None:
            self._fail(watched, entry, file_id_of(entry), entry.refusal)
            return
        file_id = file_id_of(entry)
        try:
            with watched.folder.open(entry) as file:
                dropped = examined(file, entry, watched.channel)
                file_id = dropped.file_id
                for bundle in bundles(file, dropped, watched.channel, self._sender.parts_there(dropped)):
                    require_unchanged(file, entry)
                    self._sender.send(dropped, bundle)
        except CannotBeCut as refused:
            self._fail(watched, entry, file_id, str(refused))
        else:
            self._done(watched, entry, dropped)

    def _done(self, watched: _Watched, entry: Entry, dropped: DroppedFile) -> None:
        watched.folder.move_done(entry, dropped.file_id)
        self._metrics.ended(watched.channel.source_id, FileOutcome.DONE, dropped.records)
        _LOGGER.info("%s: %s is sent, %d records", watched.channel.source_id, dropped.name, dropped.records)

    def _fail(self, watched: _Watched, entry: Entry, file_id: str, reason: str) -> None:
        watched.folder.move_failed(entry, file_id, reason)
        self._metrics.ended(watched.channel.source_id, FileOutcome.FAILED, 0)
        _LOGGER.warning("%s: %s is not sent: %s", watched.channel.source_id, shown(entry.name), reason)
