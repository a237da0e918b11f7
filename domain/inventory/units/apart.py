"""Facts about a line that is held for its unit: what they name is in the item's unit, so the claim does not move.

The goods move as those of no line. The claim waits on, and is stated to its order, which may not have known the item's
unit when it forwarded the fact.
"""

from domain.identifiers import NO_RESERVATION
from domain.inventory.decisions import DecisionDraft, LedgerDecision
from domain.inventory.reservations import ItemClaims, Reservation
from domain.messages.inventory import ReservationLine, UnpickedUnits
from domain.values import replace

GoodsLine = ReservationLine | UnpickedUnits


def without_claim(line: GoodsLine) -> GoodsLine:
    """The same units, which no line claims."""
    if isinstance(line, UnpickedUnits):
        return replace(line, reservation_id=NO_RESERVATION, sent=0, heard=0)
    return replace(line, reservation_id=NO_RESERVATION, sent=0, heard=0, holds=())


def with_statement(decision: LedgerDecision, held: Reservation, line: GoodsLine, claims: ItemClaims) -> LedgerDecision:
    """The decision about the goods, and with it the statement of the claim that has not moved."""
    draft = DecisionDraft(decision.item, claims.named)
    draft.state(draft.hear(held, line))
    stated = draft.decided(decision.verdict)
    return decision._replace(
        item=stated.item,
        changes=(*decision.changes, *stated.changes),
        statements=(*decision.statements, *stated.statements),
    )
