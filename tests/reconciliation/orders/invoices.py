"""Orders whose invoices disagree with them in one way, or in none.

An invoice comes in parts, each a few hours before or after its shipment; a part is written wrongly and cancelled ten
minutes later; amounts are rounded to cents, up or down. None of that is a mismatch.
"""

import random
from collections.abc import Iterator
from enum import StrEnum

from domain.messages.cases import Case, CaseClass, CaseState
from domain.quantities import UNIT
from tests.unit.orders.story import Story

PRICE = 10
"""Of a unit, in ten-thousandths, as `Story` has it."""
_COIN = 100


class Mismatch(StrEnum):
    """What is wrong with the invoices of an order, by the key of its case."""

    NOT_SHIPPED = "invoiced and not shipped"
    """What is invoiced is still to be shipped a day later."""
    NEVER_SHIPPED = "invoiced and never to be shipped"
    OTHER_AMOUNT = "invoiced at other amounts"
    NONE = ""


def plant(orders: int) -> list[tuple[int, Mismatch]]:
    """So many orders for each mismatch, and for none."""
    return list(enumerate([*Mismatch] * orders))


def stated_of(number: int, mismatch: Mismatch, seed: int) -> Mismatch:
    """What the case says that is open in the end."""
    chance = random.Random(f"invoices/{seed}/{number}")
    units = [chance.randint(1_000, 9_000) * UNIT for _ in range(chance.randint(1, 3))]
    is_cancelled = mismatch is Mismatch.NEVER_SHIPPED and number % 2 == 0
    story, open_cases = Story(), set[str]()
    steps = [(0, f"place available {sum(units)}"), (0, "answer 1:0"), (0, "booked"), (4_000, "unpick 9:1")]
    for position, quantity in enumerate(units):
        steps += _of_part(quantity, mismatch if position == 0 else Mismatch.NONE, chance, is_cancelled=is_cancelled)
    if is_cancelled:
        steps.append((chance.randint(10, 500), "cancel"))
    start_ms = story.now_ms
    for minute, sentence in sorted(steps, key=lambda each: each[0]):
        waited = story.do(f"wait {minute - (story.now_ms - start_ms) // 60_000}m")
        for message in (*waited.messages, *story.do(sentence).messages):
            if isinstance(message, Case) and message.case_class is CaseClass.INVOICE_MISMATCH:
                open_cases.discard(message.key)
                if message.state is CaseState.OPEN:
                    open_cases.add(message.key)
    return Mismatch(", ".join(open_cases))


def _of_part(
    quantity: int, mismatch: Mismatch, chance: random.Random, *, is_cancelled: bool
) -> Iterator[tuple[int, str]]:
    """The shipment and the invoice of a part of the order."""
    shipped, invoiced = chance.randint(600, 1_000), chance.randint(400, 1_200)
    units = 2 * quantity if mismatch is Mismatch.NEVER_SHIPPED and not is_cancelled else quantity
    amount = units * PRICE // UNIT + chance.choice((-_COIN, 0, 0, _COIN))
    if chance.random() < 0.3:
        yield invoiced - 10, f"invoice 1:{units}@{2 * amount}"
        yield invoiced, f"uninvoice 1:{units}@{2 * amount}"
    if mismatch is Mismatch.OTHER_AMOUNT:
        amount += chance.choice((-1, 1)) * chance.randint(_COIN * 9, amount)
    yield invoiced, f"invoice 1:{units}@{amount}"
    if not (is_cancelled or mismatch is Mismatch.NOT_SHIPPED):
        yield shipped, f"ship 1:{quantity}"
