"""How many rows and bytes each table holds, a day at a time, and whether that grows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from connectors.topic_reader import TopicReader
from dataflows import intake
from dataflows.assembly import FLOWS
from domain.messages.insights import WindowSize

YEARS: Final = "DAY"
"""Windows of a day are kept for 400: they grow for longer than a soak lives."""
_ALLOWED_PERCENT: Final = 25
_ALLOWED_ROWS: Final = 12
"""By so much may one half's fullest day differ from the other's: days are not equal, only alike."""
PARKED_UNITS: Final = "orders/parked units"
"""A row for each line of what waits for its order, which is one document at the end of a day."""
_LINES_OF_A_DOCUMENT: Final = 40


@dataclass(frozen=True, slots=True)
class Size:
    """What a table holds."""

    rows: int = 0
    bytes: int = 0


Sizes = Mapping[str, Size]
"""By `flow/table`, windows by their size too."""


def sizes_of(reader: TopicReader) -> Sizes:
    """As of now; intake keeps no state."""
    reader.refresh()
    found: dict[str, Size] = {}
    for flow in (name for name in FLOWS if name != intake.FLOW):
        for _, key, value in reader.state_rows(flow, b""):
            name = f"{flow}/{_table_of(key)}"
            known = found.get(name, Size())
            found[name] = Size(known.rows + 1, known.bytes + len(key) + len(value))
    return dict(sorted(found.items()))


def _table_of(key: bytes) -> str:
    table, _, row_key = key.partition(b"\0")
    size = next((size for size in WindowSize if f":{size}:".encode() in row_key), "")
    return f"{table.decode()} {size}".rstrip()


def growing(days: Sequence[Sizes], warm_up: int) -> list[str]:
    """The tables whose fullest day of the second half holds more than that of the first, the warm-up left out."""
    counted = days[warm_up:]
    if len(counted) < 2:
        raise ValueError(f"{len(days)} days are too few to see growth behind {warm_up} of warm-up")
    half = len(counted) // 2
    return list(_growing(counted[:half], counted[half:]))


def _growing(first: Sequence[Sizes], second: Sequence[Sizes]) -> Iterator[str]:
    for name in sorted({name for day in (*first, *second) for name in day}):
        before, after = (max(day.get(name, Size()).rows for day in half) for half in (first, second))
        allowed = _LINES_OF_A_DOCUMENT if name == PARKED_UNITS else _ALLOWED_ROWS
        if not name.endswith(YEARS) and after > before * (100 + _ALLOWED_PERCENT) // 100 + allowed:
            yield f"{name} grew from {before} rows to {after}"


def as_json(days: Sequence[Sizes]) -> list[dict[str, Any]]:
    """A day a line: what each table held at its end."""
    return [{name: asdict(size) for name, size in day.items()} for day in days]
