"""Values that a source, a client library or an attacker may send where a plain one is expected."""

from random import Random
from typing import Any, Final

TEXTS: Final = (
    "",
    " ",
    "\0",
    "\r\n",
    "é\u202e\ufeff",
    "\ud7ff\ufffd",
    "\U0001d7d9\U0001d7da",
    "٣",
    "a/b:c\0d",
    "../../etc/passwd",
    "NaN",
    "-0",
    "1e999",
    "1E+400",
    "0x10",
    "1.299,50",
    "0.0000001",
    "012345678905",
    "4006381333931",
    "999999999",
    "1000000000",
    "9" * 400,
    "-1",
    "EUR",
    "XXX",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-02-30T25:61:61+99:99",
    "x" * 5_000,
)
NUMBERS: Final = (
    0,
    -1,
    0.1,
    -0.0,
    1e308,
    1e-308,
    10**9,
    10**9 - 1,
    10**13,
    12_345_678_905,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64,
    10**30,
)
ODD: Final[tuple[Any, ...]] = (None, True, False, [], {}, [[]], [None], {"": None})


def hostile_value(chance: Random) -> Any:
    """One value to put where another was."""
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(TEXTS)
    if kind < 0.8:
        number = chance.choice(NUMBERS)
        return str(number) if chance.random() < 0.5 else number
    if kind < 0.995:
        return chance.choice(ODD)
    return _large(chance)


def _large(chance: Random) -> Any:
    match chance.randrange(4):
        case 0:
            return "y" * chance.choice((70_000, 400_000))
        case 1:
            return _nested(chance.choice((20, 200)))
        case 2:
            return [chance.choice(TEXTS[:20]) for _ in range(2_000)]
        case _:
            return {f"name-{number}": number for number in range(2_000)}


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


def whole_number(chance: Random, bits: int) -> int:
    """Any signed number of so many bits; small ones and the ends of the range more often than by chance."""
    edge = 1 << (bits - 1)
    return chance.choice(
        (chance.randrange(-edge, edge), chance.randrange(-9, 10), chance.randrange(10**9), edge - 1, -edge, 0)
    )
