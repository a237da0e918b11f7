"""Files into an embedded log: a file is a writer of `incoming/`, and a bundle one of its numbered commits.

The owner imports each number of a writer once. So after a crash everything is sent again, and what was there counts no
second time; the number of a bundle follows from its first part.
"""

from collections.abc import Sequence
from pathlib import Path

from connectors.embedded import incoming
from connectors.embedded.data_folder import make_data_folder
from connectors.files.dropped import FILE_PART, DroppedFile
from connectors.log.port import Outgoing
from schemas.headers import header


class EmbeddedFileSender:
    """Writes to the folder of a log, which need not be running."""

    def __init__(self, data: Path) -> None:
        make_data_folder(data)
        self._folder = incoming.make_folder(data)

    @property
    def unavailable(self) -> str | None:
        return incoming.backlog_of(self._folder)

    def parts_there(self, dropped: DroppedFile) -> int:
        del dropped
        return 0

    def send(self, dropped: DroppedFile, bundle: Sequence[Outgoing]) -> None:
        first = int(header(bundle[0].headers, FILE_PART) or 0)
        incoming.write_file(self._folder, f"files-{dropped.file_id}", first, bundle, ())

    def close(self) -> None:
        """Nothing is open."""
