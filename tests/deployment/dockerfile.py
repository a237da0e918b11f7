"""The Dockerfile as its instructions, so that a test can carry out what it would do, and what Docker may see."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCKERFILE = PROJECT / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of one stage, its continued lines joined; stages are numbered from 0."""

    stage: int
    name: str
    words: str


def instructions(file: Path = DOCKERFILE) -> list[Instruction]:
    """All of them in their order."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    stage, found = -1, []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, words = line.partition(" ")
        stage += name == "FROM"
        found.append(Instruction(stage, name, " ".join(words.split())))
    return found


def let_through(file: Path = PROJECT / ".dockerignore") -> set[str]:
    """What the ignore file does not hold back, by the names in its exceptions."""
    return {line.removeprefix("!") for line in file.read_text("utf-8").splitlines() if line.startswith("!")}
