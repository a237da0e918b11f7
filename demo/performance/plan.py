"""The options of a demo, kept in its data folder so that a demo that was killed resumes with the same ones."""

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
    """The clock of a demo: the machine's, or that of the file."""

    WALL = "wall"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Year:
    """A file that is replayed instead of the seeded feed: all of it, or its first `invoices`."""

    csv: str
    invoices: int | None = None
    clock: Clock = Clock.WALL

    def words(self) -> str:
        """The command-line options that select this file."""
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
    """The file with further options for the Kafka client."""

    def words(self) -> str:
        """The command-line options that repeat this plan."""
        if self.year is not None:
            return f"{self.year.words()} --seed {self.seed}"
        return f"--orders {self.orders} --seed {self.seed} --seconds {self.seconds}"

    def place(self, data: Path) -> str:
        """The command-line options that name its log, as one string."""
        return " ".join(self.where(data))

    def where(self, data: Path) -> list[str]:
        """The command-line options that name its log."""
        if self.bootstrap is None:
            return ["--data", str(data)]
        options = [] if self.kafka_options is None else ["--kafka-options", self.kafka_options]
        return ["--bootstrap", self.bootstrap, *options]

    def options(self) -> Mapping[str, str]:
        """Options for the Kafka client, read from the file."""
        return NO_OPTIONS if self.kafka_options is None else read_options(Path(self.kafka_options))


def holds_plan(data: Path) -> bool:
    """Whether a demo was started in this folder."""
    return (data / _FILE).exists()


def is_begun(data: Path, plan: Plan) -> bool:
    """Whether this plan was started in the folder; `LogFailed` for another plan, or a log that no demo wrote."""
    try:
        begun = msgspec.json.decode((data / _FILE).read_bytes(), type=Plan)
    except FileNotFoundError:
        if any((data / name).exists() for name in _MADE_BY_FLOWS):
            raise LogFailed(f"{data} holds a log that no demo wrote: choose another DATA folder") from None
        return False
    except NotADirectoryError as error:
        raise LogFailed(f"{data} is not a folder: choose another DATA folder") from error
    except msgspec.MsgspecError as error:
        raise LogFailed(f"{data / _FILE} is not the plan of a demo ({error}): choose another DATA folder") from error
    if begun == plan:
        return True
    raise LogFailed(
        f"{data} holds {_described(begun)}: repeat these options to resume it, or choose another DATA folder"
    )


def _described(plan: Plan) -> str:
    there = "" if plan.bootstrap is None else f" on {plan.bootstrap}"
    if plan.year is not None:
        first = "" if plan.year.invoices is None else f" INVOICES={plan.year.invoices}"
        return f"a year with CSV={plan.year.csv}{first} CLOCK={plan.year.clock} SEED={plan.seed}{there}"
    return f"a demo with ORDERS={plan.orders} SEED={plan.seed} SECONDS={plan.seconds}{there}"


def keep(data: Path, plan: Plan) -> None:
    """Store the plan in the data folder, which is created if it does not exist."""
    make_data_folder(data)
    write_atomically(data / _FILE, msgspec.json.encode(plan))


def write_atomically(file: Path, content: bytes) -> None:
    """Write a file atomically: after a crash it is complete, or not there."""
    temporary = file.with_name(f".{file.name}.temporary")
    with writing(file.parent):
        with temporary.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.rename(file)
