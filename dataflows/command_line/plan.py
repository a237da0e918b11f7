"""What a demo was asked for: kept in its data folder, so that one that was killed goes on as it began."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from connectors.log import LogFailed
from dataflows.command_line.where import make_data_folder

_FILE = "demo.json"
_MADE_BY_FLOWS = ("log", "incoming", "state")


@dataclass(frozen=True, slots=True)
class Plan:
    """The feed, and the log that it goes to: a broker's address, or None for the one in the data folder."""

    orders: int
    seed: int
    seconds: int
    bootstrap: str | None = None

    def words(self) -> str:
        """The options that name this plan."""
        return f"--orders {self.orders} --seed {self.seed} --seconds {self.seconds}"

    def place(self, data: Path) -> str:
        """The option that names its log."""
        return f"--data {data}" if self.bootstrap is None else f"--bootstrap {self.bootstrap}"


def is_begun(data: Path, plan: Plan) -> bool:
    """Whether this very plan was begun in a folder; another one, or a log that no demo made, is refused."""
    try:
        begun = msgspec.json.decode((data / _FILE).read_bytes(), type=Plan)
    except FileNotFoundError:
        if any((data / name).exists() for name in _MADE_BY_FLOWS):
            raise LogFailed(f"{data} holds a log that no demo made: choose another DATA folder") from None
        return False
    except NotADirectoryError as error:
        raise LogFailed(f"{data} is no folder: choose another DATA folder") from error
    except msgspec.MsgspecError as error:
        raise LogFailed(f"{data / _FILE} is no plan of a demo ({error}): choose another DATA folder") from error
    if begun == plan:
        return True
    there = "" if begun.bootstrap is None else f" on {begun.bootstrap}"
    raise LogFailed(
        f"{data} holds a demo with ORDERS={begun.orders} SEED={begun.seed} SECONDS={begun.seconds}{there}: "
        "give the same again to go on, or another DATA folder"
    )


def keep(data: Path, plan: Plan) -> None:
    """Write the plan down."""
    make_data_folder(data)
    write_whole(data / _FILE, msgspec.json.encode(plan))


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the whole of it, or nothing."""
    aside = file.with_name(f".{file.name}.aside")
    with aside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    aside.rename(file)
