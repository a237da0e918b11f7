"""What master data an order was checked against is told with its version and age (docs/domain.md#master-data)."""

from collections.abc import Sequence
from dataclasses import replace

from domain.messages.orders import AnsweredLine, StatedLine
from domain.messages.status import CheckedReference, OrderValidated, ReferenceKind
from domain.orders.decision import OrderDecision


def items_checked(decision: OrderDecision, lines: Sequence[AnsweredLine | StatedLine]) -> None:
    """The ledger has checked the items of these lines, if the channel wants it."""
    if not decision.order.policy.known_items_only:
        return
    items = {line.line_id: line.item_id for line in decision.order.lines}
    references = (
        _reference(decision, ReferenceKind.ITEM, items[line.line_id], line.described_at_us, is_valid=not line.is_held)
        for line in lines
        if line.line_id in items
    )
    _validated(decision, tuple(references))


def customer_checked(decision: OrderDecision, described_at_us: int, *, is_valid: bool) -> None:
    """The home of the customer has answered."""
    customer_id = decision.order.customer_id
    reference = _reference(decision, ReferenceKind.CUSTOMER, customer_id, described_at_us, is_valid=is_valid)
    _validated(decision, (reference,))


def _reference(
    decision: OrderDecision, kind: ReferenceKind, reference_id: str, as_of_us: int, *, is_valid: bool
) -> CheckedReference:
    max_age_ms = decision.order.policy.master_data_max_age_ms
    age_us = decision.cause.now_ms * 1_000 - as_of_us
    is_stale = 0 < max_age_ms * 1_000 < age_us and as_of_us > 0
    return CheckedReference(kind, reference_id, is_valid, as_of_us, is_stale)


def _validated(decision: OrderDecision, references: tuple[CheckedReference, ...]) -> None:
    if any(each.is_stale for each in references):
        decision.order = replace(decision.order, validated_on_cache=True)
    decision.publish(OrderValidated, references=references)
