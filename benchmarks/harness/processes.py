"""What processes have used, by the kernel's own account in /proc (Linux)."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_AFTER_NAME = 2
"""The fields of `stat` are counted from 1, and the name, the second, may contain blanks: count after it."""
_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM = (field - _AFTER_NAME - 1 for field in (14, 15, 16, 17))
_BYTES_A_KIB = 1_024


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a family of processes: user and system seconds since their start, and the sum of their highest marks."""

    cpu_s: float
    peak_rss_bytes: int


def usage_of(numbers: Sequence[int], proc: Path = Path("/proc")) -> Usage:
    """What these processes and all that they started have used; one that is gone counts with its parent."""
    members = [member for number in numbers for member in family(number, proc)]
    return Usage(
        sum(cpu_s(member, proc) for member in members), sum(peak_rss_bytes(member, proc) for member in members)
    )


def machine_cpu_s(proc: Path = Path("/proc")) -> float:
    """CPU seconds of all processes of the machine since it started."""
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts = map(int, _machine_ticks(proc)[:7])
    return (user + nice + system + interrupts + soft_interrupts) / _TICKS_A_SECOND


def _machine_ticks(proc: Path) -> list[str]:
    return next(line.split()[1:] for line in _read(proc / "stat").splitlines() if line.startswith("cpu "))


def family(number: int, proc: Path = Path("/proc")) -> list[int]:
    """A process and all that it started."""
    listed = _read(proc / str(number) / "task" / str(number) / "children")
    return [number, *(member for child in listed.split() for member in family(int(child), proc))]


def cpu_s(number: int, proc: Path = Path("/proc")) -> float:
    """User and system seconds of a process and of those of its children that have ended; 0 when it is gone."""
    fields = _read(proc / str(number) / "stat").rpartition(")")[2].split()
    if not fields:
        return 0.0
    return sum(int(fields[each]) for each in (_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM)) / _TICKS_A_SECOND


def peak_rss_bytes(number: int, proc: Path = Path("/proc")) -> int:
    """The most memory that a process ever held; 0 when it is gone."""
    for line in _read(proc / str(number) / "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * _BYTES_A_KIB
    return 0


def words_of(number: int, proc: Path = Path("/proc")) -> list[str]:
    """The command line of a process."""
    return _read(proc / str(number) / "cmdline").rstrip("\0").split("\0")


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        return ""
