"""The result of a race as a small table for people."""

from collections.abc import Iterator, Mapping, Sequence

from tests.race.baseline import BaselineResult, Write
from tests.race.contest import Contest
from tests.race.verdict import Outcome, RaceResult

_HEADS = ("", "Orderline", "read, check, write", "read, check, subtract")


def table_of(
    contest: Contest, crashes: int, result: RaceResult, baselines: Mapping[Write, BaselineResult]
) -> Iterator[str]:
    """Line by line."""
    records = len(contest.deliveries())
    number, decrement = baselines[Write.NUMBER], baselines[Write.DECREMENT]
    exist = sum(contest.stock.values())
    yield (
        f"{contest.contenders:,} orders of 5 channels for {exist} units of {contest.items} items, seed {contest.seed}: "
        f"{records:,} records in any order, {records - contest.contenders:,} of them repeats, cancellations, receipts"
    )
    yield f"{crashes:,} crashes of the flows; the two on the right have {number.writers} writers and no crash"
    yield ""
    sides = (result, number, decrement)
    yield _row(_HEADS)
    yield _row(("units that exist", *[f"{exist}"] * len(sides)))
    yield _row(("units promised", *(f"{sum(side.promised.values()):,}" for side in sides)))
    yield _row(("  of these do not exist", *(f"{sum(side.oversold.values()):,}" for side in sides)))
    promised = (result.outcomes.get(Outcome.PROMISED, 0) + result.outcomes.get(Outcome.IN_PART, 0),)
    yield _row(
        ("orders with units", *(f"{count:,}" for count in (*promised, *(each.promised_orders for each in sides[1:]))))
    )
    for outcome in (Outcome.WAITING, Outcome.REJECTED, Outcome.CANCELLED, Outcome.UNDECIDED):
        yield _row((f"orders: {outcome}", f"{result.outcomes.get(outcome, 0):,}", "", ""))


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    widths = [max(10, len(head)) for head in _HEADS[1:]]
    return "  ".join(
        (f"{first:26}", *(f"{cell:>{width}}" for cell, width in zip(others, widths, strict=True)))
    ).rstrip()
