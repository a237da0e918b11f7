"""Folders that options name: created where they are missing, refused with one line where that fails."""

from pathlib import Path

from connectors.log.port import LogFailed


def make_folder(folder: Path, option: str) -> None:
    """Create the folder that an option names, or the parent of the file that it names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogFailed(f"cannot make the folder {folder} ({error.strerror}): choose another {option}") from error
