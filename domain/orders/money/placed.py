"""What a placed order says beside its lines, as the order keeps it."""

from domain.messages.orders import DisputedPrice, OrderPlaced
from domain.money.adjustments import WHOLE_ORDER, Adjustments, due_of
from domain.money.amounts import format_amount
from domain.money.charges import is_allowance
from domain.money.prices import WORTH, Price, price_in_words, scaled_sum
from domain.orders.cases import shortened
from domain.papers import Papers


def adjustments_of(event: OrderPlaced) -> Adjustments | None:
    """None where the customer pays what goods and charges come to."""
    found = Adjustments(event.discounts, event.taxes, event.tenders, event.rounding, _apportioned_over(event))
    return None if found == Adjustments() else found


def _apportioned_over(event: OrderPlaced) -> int:
    """What the goods are worth, where something is taken off, or taxed, of the whole order; else 0."""
    line_ids = {*(each.line_id for each in event.discounts), *(each.line_id for each in event.taxes)}
    if WHOLE_ORDER not in line_ids and not any(map(is_allowance, event.charges)):
        return 0
    units = {line.line_id: line.quantity for line in event.lines}
    return scaled_sum(event.lines) - WORTH * sum(due_of(each, units) for each in event.discounts if each.quantity)


def papers_of(event: OrderPlaced) -> Papers | None:
    """None where its papers say nothing else."""
    found = Papers(event.buyer, event.bill_to, event.terms, event.references, event.notes, event.item_numbers)
    return None if found == Papers() else found


def dispute_of(event: OrderPlaced) -> str:
    """Why it is held: what the channel states, and what its parts add up to; empty: nothing is disputed."""
    totals = [
        f"a {each.kind.lower()} total of {format_amount(each.stated)} {event.currency}, "
        f"and its parts add up to {format_amount(each.computed)} {event.currency}"
        for each in event.disputed_totals
    ]
    prices = [_disputed_price(event, each) for each in event.disputed_prices]
    said = [f"the channel states {'; '.join(totals)}"] * bool(totals)
    return "; ".join((*said, shortened(prices, "; "))) if prices else "; ".join(said)


def _disputed_price(event: OrderPlaced, listed: DisputedPrice) -> str:
    line = next(each for each in event.lines if each.line_id == listed.line_id)
    price = price_in_words(Price(line.unit_price, line.price_basis), event.currency)
    should = price_in_words(Price(listed.unit_price, listed.price_basis), event.currency)
    return f"line {line.line_id} costs {price}, and the price list says {should}"
