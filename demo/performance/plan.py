"""What a demo was asked for: kept in its data folder, so that one that was killed goes on as it began."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from connectors.embedded.data_folder import make_data_folder
from connectors.kafka.options import NO_OPTIONS, read_options
from connectors.log.port import LogFailed
from connectors.log.storage import writing

_FILE = "demo.json"
_MADE_BY_FLOWS = ("log", "incoming", "state")


class Clock(StrEnum):
    """Whose time a demo runs on."""

    WALL = "wall"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Year:
    """A file that is replayed instead of the seeded feed: all of it, or its first `invoices`."""

    csv: str
    invoices: int | None = None
    clock: Clock = Clock.WALL

    def words(self) -> str:
        """The options that name it."""
        first = "" if self.invoices is None else f" --invoices {self.invoices}"
        clock = "" if self.clock is Clock.WALL else f" --clock {self.clock}"
        return f"--csv {self.csv}{first}{clock}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The feed, and the log that it goes to: a broker's address, or None for the one in the data folder."""

    orders: int
    seed: int
    seconds: int
    bootstrap: str | None = None
    year: Year | None = None
    kafka_options: str | None = None
    """The file with the options that the broker asks for."""

    def words(self) -> str:
        """The options that name this plan."""
        if self.year is not None:
            return f"{self.year.words()} --seed {self.seed}"
        return f"--orders {self.orders} --seed {self.seed} --seconds {self.seconds}"

    def place(self, data: Path) -> str:
        """The options that name its log."""
        return " ".join(self.where(data))

    def where(self, data: Path) -> list[str]:
        """The same, word by word."""
        if self.bootstrap is None:
            return ["--data", str(data)]
        options = [] if self.kafka_options is None else ["--kafka-options", self.kafka_options]
        return ["--bootstrap", self.bootstrap, *options]

    def options(self) -> Mapping[str, str]:
        """What the broker asks for."""
        return NO_OPTIONS if self.kafka_options is None else read_options(Path(self.kafka_options))


def holds_plan(data: Path) -> bool:
    """Whether some demo was begun in a folder."""
    return (data / _FILE).exists()


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
    raise LogFailed(f"{data} holds {_told(begun)}: give the same again to go on, or another DATA folder")


def _told(plan: Plan) -> str:
    there = "" if plan.bootstrap is None else f" on {plan.bootstrap}"
    if plan.year is not None:
        first = "" if plan.year.invoices is None else f" INVOICES={plan.year.invoices}"
        return f"a year with CSV={plan.year.csv}{first} CLOCK={plan.year.clock} SEED={plan.seed}{there}"
    return f"a demo with ORDERS={plan.orders} SEED={plan.seed} SECONDS={plan.seconds}{there}"


def keep(data: Path, plan: Plan) -> None:
    """Write the plan down."""
    make_data_folder(data)
    write_whole(data / _FILE, msgspec.json.encode(plan))


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the whole of it, or nothing."""
    aside = file.with_name(f".{file.name}.aside")
    with writing(file.parent):
        with aside.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        aside.rename(file)
