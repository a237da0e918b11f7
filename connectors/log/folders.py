"""Folders that options name: made where they are missing, refused in one line where they cannot be."""

from pathlib import Path

from connectors.log.port import LogFailed


def make_folder(folder: Path, option: str) -> None:
    """Make a folder that an option names, or that is to hold what it names."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogFailed(f"cannot make the folder {folder} ({error.strerror}): choose another {option}") from error
