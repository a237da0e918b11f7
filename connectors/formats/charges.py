"""Maps the charges of a document: the lines of an order or a credit that are not goods."""

from collections.abc import Sequence

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_of
from connectors.formats.forms import any_amount, any_quantity, checked_id, checked_text
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId
from domain.money.charges import Charge
from schemas.channel_language.rules import ChargesRule


def charges_of(rules: Sequence[ChargesRule] | None, place: DocumentPlace) -> tuple[Charge, ...]:
    """The charges in the source's order; none where the channel file names none."""
    places = lines_of(rules or (), "charges", place)
    charges = tuple(_charge(rule, at) for rule, at in places if rule.each or _is_charged(rule, at))
    taken: set[str] = set()
    for charge in charges:
        if charge.line_id in taken:
            raise BrokenForm("charges", f"the line id {charge.line_id!r} is used twice")
        taken.add(charge.line_id)
    return charges


def _is_charged(rule: ChargesRule, place: DocumentPlace) -> bool:
    """Whether the field of a single charge has a value that is not zero."""
    field = f"charges.{place.position}.unit_price"
    text = optional_text(rule.unit_price, field, place)
    return text is not None and any_amount(text, field) != 0


def _charge(rule: ChargesRule, place: DocumentPlace) -> Charge:
    at = f"charges.{place.position}"
    return Charge(
        line_id=LineId(checked_id(required_text(rule.line_id, f"{at}.line_id", place), f"{at}.line_id")),
        code=checked_id(required_text(rule.code, f"{at}.code", place), f"{at}.code"),
        description=checked_text(required_text(rule.description, f"{at}.description", place), f"{at}.description"),
        quantity=any_quantity(required_text(rule.quantity, f"{at}.quantity", place), f"{at}.quantity"),
        unit_price=any_amount(required_text(rule.unit_price, f"{at}.unit_price", place), f"{at}.unit_price"),
    )
