"""The rules of a channel file for what changes what a customer pays, beside prices and charges."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from schemas.channel_language.expressions.conditions import When
from schemas.channel_language.expressions.lists import EachOrNone, EachRule
from schemas.channel_language.rule import BLANK
from schemas.channel_language.sources import NumberSource, Part, ValueOrigin, ValueSource


class ListedPart(EachRule):
    """A part that stands in a list, or, without `each`, beside the fields around it. What is zero or missing is none.

    `each` starts at the line or charge that the part is of, at the document for the whole order; the paths of the other
    fields start at its elements.
    """

    each: EachOrNone = ()
    amount: NumberSource


class AdjustmentRule(ListedPart):
    """What discounts and taxes share."""

    includes_lines: StrictBool = False
    """Of a rule for the whole order: the amount has those of its lines and charges in it, and only the rest is left."""
    shared: StrictBool = False
    """Of lines that are made of one line of the source, such as one for each place: the amount is for all of its units
    (`amounts_for`), and each of the lines has its share of it, exactly.
    """

    @model_validator(mode="after")
    def _shares_what_is_in_a_list(self) -> Self:
        if self.shared and not self.each:
            raise ValueError("`shared` goes with `each`: of the list of the line that several lines are made of")
        return self


class DiscountsRule(AdjustmentRule):
    """What is taken off; amounts are above zero."""

    code: ValueSource = ValueOrigin(constant="DISCOUNT")
    description: ValueSource = BLANK


class ListedTax(ListedPart):
    """Taxes: the rate as a fraction (0.21) or in percent (21), where the source says it."""

    code: ValueSource = ValueOrigin(constant="TAX")
    rate: NumberSource | None = None
    percent: NumberSource | None = None
    is_included: ValueSource = ValueOrigin(constant="false")
    """`true` or `false`: whether prices and charges have it in them."""

    @model_validator(mode="after")
    def _says_the_rate_once(self) -> Self:
        if self.rate is not None and self.percent is not None:
            raise ValueError("give at most one of rate, percent")
        return self


class TaxesRule(AdjustmentRule, ListedTax):
    """Taxes of lines, of charges and of the whole order."""


class StatedAmountRule(Part):
    """What the source says that a line comes to: compared with its quantity times its price.

    It is disputed where neither that nor what is left of it after the discounts of the line is so much.
    """

    when: When = ()
    """Only of lines for which this is true: an amount may have in it what the line does not."""
    amount: NumberSource


class TendersRule(ListedPart):
    """What is paid already; it does not change what the order is worth."""

    code: ValueSource = ValueOrigin(constant="PAYMENT")
    reference: ValueSource = BLANK


def as_list(value: object) -> object:
    """One rule may stand for a list of one."""
    return [value] if isinstance(value, dict) else value


Discounts = Annotated[tuple[DiscountsRule, ...], BeforeValidator(as_list)]
Taxes = Annotated[tuple[TaxesRule, ...], BeforeValidator(as_list)]
Tenders = Annotated[tuple[TendersRule, ...], BeforeValidator(as_list)]


class TotalsRule(Part):
    """The totals that the source states: compared where they are present (docs/domain.md#money)."""

    when: When = ()
    """Amounts are compared only in documents for which this is true: a shortened one may state what is not so.

    Of several rules each is compared where it is true, for sources whose totals are of other parts at times.
    """
    line_count: ValueSource | None = None
    line_count_of: EachOrNone = ()
    """The lists whose elements `line_count` counts; by default those of `lines`."""
    quantity: NumberSource | None = None
    goods: NumberSource | None = None
    """Quantity times price over all lines."""
    discount: NumberSource | None = None
    charge: NumberSource | None = None
    tax: NumberSource | None = None
    """Also what prices have in them."""
    grand: NumberSource | None = None
    """What the customer has to pay."""

    @cached_property
    def counted(self) -> EachRule:
        """What `line_count_of` names."""
        return EachRule(each=self.line_count_of)


StatedTotals = Annotated[tuple[TotalsRule, ...], BeforeValidator(as_list), Field(max_length=5)]


class NotesRule(EachRule):
    """What a person is to read: one text, or one of each element."""

    each: EachOrNone = ()
    text: ValueSource


def _note(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _notes(value: object) -> object:
    return [_note(each) for each in value] if isinstance(value, list) else [_note(value)]


Notes = Annotated[tuple[NotesRule, ...], BeforeValidator(_notes)]
