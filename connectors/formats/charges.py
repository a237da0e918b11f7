"""Maps the charges of a document: the lines of an order or a credit that are not goods."""

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import any_amount, any_quantity, checked_id, checked_text
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import lines_at, required_text
from domain.identifiers import LineId
from domain.money.charges import Charge
from schemas.channel_language.rules import ChargesRule


def charges_of(rule: ChargesRule | None, place: DocumentPlace) -> tuple[Charge, ...]:
    """The charges in the source's order; none where the channel file names none."""
    if rule is None:
        return ()
    charges = tuple(_charge(rule, at) for at in lines_at(rule.each, "charges", place))
    taken: set[str] = set()
    for charge in charges:
        if charge.line_id in taken:
            raise BrokenForm("charges", f"the line id {charge.line_id!r} is used twice")
        taken.add(charge.line_id)
    return charges


def _charge(rule: ChargesRule, place: DocumentPlace) -> Charge:
    at = f"charges.{place.position}"
    return Charge(
        line_id=LineId(checked_id(required_text(rule.line_id, f"{at}.line_id", place), f"{at}.line_id")),
        code=checked_id(required_text(rule.code, f"{at}.code", place), f"{at}.code"),
        description=checked_text(required_text(rule.description, f"{at}.description", place), f"{at}.description"),
        quantity=any_quantity(required_text(rule.quantity, f"{at}.quantity", place), f"{at}.quantity"),
        unit_price=any_amount(required_text(rule.unit_price, f"{at}.unit_price", place), f"{at}.unit_price"),
    )
