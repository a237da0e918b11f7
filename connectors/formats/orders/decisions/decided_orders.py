"""Maps a document in which a service decides about an order, or reports a payment, to `OrderDecided`."""

from enum import StrEnum
from typing import TypeVar

from connectors.formats.channel_ids import named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_text, known_currency, total_amount
from connectors.formats.limits import check_amount
from connectors.formats.order_content.addresses import address, names_address
from connectors.formats.order_content.adjustments import decided_taxes
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.addresses import Address
from domain.messages.decisions.events import OUTCOMES, Check, CheckOutcome, OrderDecided
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.orders.decision_rules import OrderDecidedRule
from schemas.channel_language.sources import ValueOrigin

Name = TypeVar("Name", bound=StrEnum)


def decided_order(channel: ChannelFile, rule: OrderDecidedRule, place: DocumentPlace, origin: Origin) -> OrderDecided:
    """The decision of a document; `BrokenForm` when it violates the contract."""
    check, outcome = _named(Check, rule.check, "check", place), _named(CheckOutcome, rule.outcome, "outcome", place)
    if outcome not in OUTCOMES[check]:
        named = ", ".join(each for each in CheckOutcome if each in OUTCOMES[check])
        raise BrokenForm("outcome", f"{outcome} is none of {check}: {named}")
    decided = OrderDecided(
        order_id=named_order_id(channel, rule, place),
        provenance=origin.provenance,
        check=check,
        outcome=outcome,
        decided_by=_text(rule.decided_by, "decided_by", place),
        reference=_text(rule.reference, "reference", place),
        reason=_text(rule.reason, "reason", place),
        value=_amount(channel, rule, place, outcome) if check is Check.PAYMENT else 0,
        currency=_currency(rule, place) if check in {Check.PAYMENT, Check.TAX} else "",
        address=(_corrected(rule, place),) if outcome is CheckOutcome.CORRECTED else (),
        taxes=decided_taxes(rule.taxes, place) if outcome is CheckOutcome.CALCULATED else (),
    )
    check_amount(channel.limits, sum(abs(tax.value) for tax in decided.taxes), "taxes")
    return with_content_hash(decided)


def _named(names: type[Name], source: ValueOrigin, field: str, place: DocumentPlace) -> Name:
    text = required_text(source, field, place)
    try:
        return names(text)
    except ValueError:
        raise BrokenForm(field, f"{text[:40]!r} is none of {', '.join(names)}") from None


def _text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_text(required_text(source, field, place), field)


def _amount(channel: ChannelFile, rule: OrderDecidedRule, place: DocumentPlace, outcome: CheckOutcome) -> int:
    text = optional_text(rule.amount, "amount", place) if rule.amount else None
    if not text:
        if outcome is CheckOutcome.REMITTED:
            raise BrokenForm("amount", "is missing: what was paid has to be stated")
        return 0
    amount = total_amount(text, "amount")
    if amount <= 0 and (outcome is not CheckOutcome.REMITTED or not amount):
        raise BrokenForm("amount", f"{text} is not above zero")
    check_amount(channel.limits, amount, "amount")
    return amount


def _currency(rule: OrderDecidedRule, place: DocumentPlace) -> str:
    text = optional_text(rule.currency, "currency", place) if rule.currency else None
    return known_currency(text, "currency") if text else ""


def _corrected(rule: OrderDecidedRule, place: DocumentPlace) -> Address:
    if rule.address is None or not names_address(rule.address, place):
        raise BrokenForm("address", "is missing: the corrected address has to be stated")
    return address(rule.address, "address", place)
