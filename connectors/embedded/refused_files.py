"""What lies in `incoming/` and cannot be imported: it never stops the owner of the log, and never vanishes unsaid.

| what | what happens to it |
|---|---|
| an entry without the name of a commit | it is left where it is, and reported once |
| an entry with such a name that is no regular file, cannot be read, or is in another format | moved to `refused/` |
| a file with records for a topic or partition that this log does not have | moved to `refused/` |
| an entry that cannot be moved | it is left where it is, reported once, and not read again |
| a file that vanished before it was imported | reported |
"""

import logging
import os
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Final

from connectors.embedded import incoming
from connectors.embedded.importable_file import NotImportable
from connectors.embedded.incoming import IncomingFile
from connectors.log.storage import writing

_MOST_REPORTED: Final = 1_000
"""Entries without the name of a commit of which each is reported; further ones are left unsaid."""

_LOGGER = logging.getLogger(__name__)


class IncomingFolder:
    """The files that wait in the folder, without those that were found to be no commits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reported: set[str] = set(incoming.FOLDERS)
        self._immovable: set[str] = set()

    def waiting(self) -> Sequence[IncomingFile]:
        """The files to import, in order; a folder that was removed is created again."""
        found = []
        for name in self._names():
            file = incoming.named_file(self._folder / name)
            if file is None:
                self._report_name(name)
            elif name not in self._immovable:
                found.append(file)
        return incoming.in_order(found)

    def _names(self) -> Sequence[str]:
        with writing(self._folder):
            try:
                return [path.name for path in self._folder.iterdir()]
            except FileNotFoundError:
                _LOGGER.warning("%s was removed: it is created again", self._folder)
                incoming.make_folder(self._folder.parent)
                return ()

    def _report_name(self, name: str) -> None:
        if name in self._reported or len(self._reported) >= _MOST_REPORTED:
            return
        self._reported.add(name)
        _LOGGER.warning(
            "%s: %r is not imported, because no program of orderline writes such a name: move it away; `orderline "
            "produce` imports payloads",
            self._folder,
            name,
        )

    def refuse(self, file: IncomingFile, refusal: NotImportable) -> None:
        """Move it to `refused/` and say so; its writer's later files are imported."""
        place = self._free_place(file.path.name)
        try:
            file.path.rename(place)
        except FileNotFoundError:
            self.report_vanished(file)
        except OSError as error:
            self._immovable.add(file.path.name)
            _LOGGER.error("%s; it stays there, because it cannot be moved: %s", refusal, error.strerror)  # noqa: TRY400 - a line, no bug
        else:
            _LOGGER.error("%s; it was moved to %s: correct it and move it back, or delete it", refusal, place)

    def _free_place(self, name: str) -> Path:
        folder = self._folder / "refused"
        with writing(folder):
            folder.mkdir(exist_ok=True)
        names = (name if number == 0 else f"{name}.{number}" for number in count())
        return next(folder / each for each in names if not os.path.lexists(folder / each))

    def report_vanished(self, file: IncomingFile) -> None:
        """Somebody else removed it before it was imported."""
        _LOGGER.warning("%s vanished before it was imported: its records are not in the log", file.path)
