"""The life of a difference between a source's snapshots and the ledger.

```
 reported, differs ──▶ waits for movements in flight ──judged──▶ FOUND ──policy or person──▶ ADJUSTED
                            │ they explain it                      │ │ ◀──person──── REVERSED ──┘
                            ▼                                      │ late movement, later snapshot, count
                          (nothing)                                ▼
                                                              EXPLAINED
```
A movement from before the snapshot that arrives later changes the difference, whatever state it is in. If the ledger
was adjusted meanwhile, as much of the adjustment is taken back: the movement would count twice.
"""

from typing import NamedTuple

from domain.inventory.reconciliation import cases
from domain.inventory.reconciliation.causes import Evidence, judge
from domain.inventory.reconciliation.in_flight import is_in_flight, lags
from domain.inventory.reconciliation.policy import ReconciliationPolicy
from domain.inventory.reconciliation.rows import NamedMovement, StockDifference, kept_until_ms
from domain.messages.cases import Case
from domain.messages.snapshots.stock import DifferenceCause, DifferenceState, DifferenceStated


class DifferenceStep(NamedTuple):
    """The row afterwards (a row that `is_over` is deleted), what is said, and by how much the ledger is adjusted."""

    row: StockDifference
    said: tuple[DifferenceStated | Case, ...] = ()
    adjust: int = 0

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to explain or to take back, also when the ledger has moved."""
        return not self.row.units and not self.row.adjusted and not self.adjust


def compared(known: StockDifference | None, found: StockDifference, now_ms: int) -> DifferenceStep:
    """A snapshot of a source is compared; `known` is the row of an earlier one."""
    if known is not None:
        found = found._replace(
            is_stated=known.is_stated,
            cause=known.cause,
            evidence=known.evidence,
            drift=known.drift,
            proposes=known.proposes,
            adjusted=known.adjusted,
        )
    found = found._replace(leaves_at_ms=kept_until_ms(now_ms))
    if not found.units:
        return _explained(found._replace(judge_at_ms=0), f"snapshot {found.snapshot_id} agrees", now_ms)
    if known is not None and known.is_stated and known.units == found.units and not known.judge_at_ms:
        return DifferenceStep(found._replace(judge_at_ms=0))
    return DifferenceStep(found)


def judged(
    row: StockDifference, near: tuple[NamedMovement, ...], known: Evidence, policy: ReconciliationPolicy, now_ms: int
) -> DifferenceStep:
    """The time of movements in flight has passed; `near`: those around the snapshot's time."""
    row = row._replace(judge_at_ms=0)
    if is_in_flight(row, near):
        return _explained(row if row.adjusted else row._replace(units=0), "movements in flight explain it", now_ms)
    judgement = judge(row, lags(row, near), known)
    if row.is_stated and (judgement.cause, judgement.drift) == (row.cause, row.drift):
        return DifferenceStep(row)
    row = row._replace(
        cause=judgement.cause,
        evidence=judgement.evidence,
        drift=judgement.drift,
        proposes=judgement.is_here,
        is_stated=True,
    )
    said = (cases.stated(row, DifferenceState.FOUND, row.evidence, now_ms), cases.found(row))
    if not policy.adjusts(row):
        return DifferenceStep(row, said)
    adjusted = adjust(row, now_ms)
    return adjusted._replace(said=(*said, *adjusted.said))


def adjust(row: StockDifference, now_ms: int) -> DifferenceStep:
    """Take over what the snapshot says; the row's units follow when the ledger has moved them."""
    rest = row.units - row.drift
    after = row._replace(
        adjusted=row.adjusted + row.drift,
        is_stated=False,
        judge_at_ms=now_ms + 1 if rest else 0,
        leaves_at_ms=kept_until_ms(now_ms),
    )
    said = cases.stated(after._replace(units=rest), DifferenceState.ADJUSTED, row.evidence, now_ms)
    return DifferenceStep(after, (said, cases.ended(row, "the ledger is adjusted to the snapshot")), row.drift)


def reverse(row: StockDifference, now_ms: int) -> DifferenceStep:
    """Take the adjustment back: the difference is there again."""
    after = row._replace(adjusted=0, is_stated=True, leaves_at_ms=kept_until_ms(now_ms))
    told = after._replace(units=row.units + row.adjusted)
    said = cases.stated(told, DifferenceState.REVERSED, row.evidence, now_ms)
    return DifferenceStep(after, (said, cases.found(told)), -row.adjusted)


def moved(row: StockDifference, move: NamedMovement, now_ms: int, *, is_own: bool) -> DifferenceStep:
    """Units moved before the snapshot, and it is heard of only now; `is_own`: reconciliation moved them."""
    row = row._replace(units=row.units - move.units, leaves_at_ms=kept_until_ms(now_ms))
    back = _over_adjusted(row)
    rest = row.units + back
    if rest and not is_own and not row.judge_at_ms:
        row = row._replace(judge_at_ms=now_ms + row.in_flight_s * 1_000)
    if back:
        row = row._replace(adjusted=row.adjusted - back, cause=DifferenceCause.LATE)
        evidence = f"{move.name} arrived late; as much of the adjustment is taken back"
        told = cases.stated(row._replace(units=rest), DifferenceState.EXPLAINED, evidence, now_ms)
        return DifferenceStep(row, (told,), -back)
    if rest:
        return DifferenceStep(row if is_own or not row.is_stated else row._replace(cause=DifferenceCause.LATE))
    row = row._replace(judge_at_ms=0)
    if is_own:
        return _explained(row, "the ledger is adjusted", now_ms)
    return _explained(row._replace(cause=DifferenceCause.LATE), f"{move.name} arrived late", now_ms)


def counted(row: StockDifference, counted_at_us: int, count: NamedMovement, now_ms: int) -> DifferenceStep:
    """A count is in force: what the snapshot said before it does not matter any more; `count` is what it changed."""
    if row.taken_at_us <= counted_at_us:
        over = row._replace(units=0, adjusted=0, judge_at_ms=0)
        return _explained(over, f"{count.name} is later than the snapshot", now_ms)
    return moved(row, count, now_ms, is_own=False) if count.units else DifferenceStep(row)


def _explained(row: StockDifference, why: str, now_ms: int) -> DifferenceStep:
    """Nobody hears of what was never stated."""
    if not row.is_stated:
        return DifferenceStep(row)
    told = cases.stated(row, DifferenceState.EXPLAINED, why, now_ms)
    return DifferenceStep(row._replace(is_stated=False), (told, cases.ended(row, why)))


def _over_adjusted(row: StockDifference) -> int:
    """What of the adjustment is too much, with its sign; 0 where it is needed."""
    if not row.adjusted or not row.units or (row.units > 0) == (row.adjusted > 0):
        return 0
    most = min(abs(row.units), abs(row.adjusted))
    return most if row.adjusted > 0 else -most
