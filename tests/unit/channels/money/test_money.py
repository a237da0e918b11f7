"""A document's discounts, taxes, tenders, totals, parties and notes, as a channel file says where they stand."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.addresses import Address
from domain.identifiers import LineId
from domain.messages.orders import DisputedTotal, OrderPlaced, TotalKind
from domain.money.adjustments import WHOLE_ORDER, Discount, Tax, Tender
from domain.papers import ItemNumber, Note, Reference
from schemas.channel_language.loader import parse_channel_file
from tests.unit.channels.given import changed, record, the_message, verdict

SHOP_FILE = """
source_id: shop
channel_id: shop
region: EU
kind: orders
format: json
version: 1
currency: EUR
priority_class: 1
erp_id: main
nodes: [central]
dedup_horizon_days: 1
future_tolerance_s: 60
max_record_bytes: 100000
disputed_totals: hold
correlation_id: number
events:
  - event: OrderPlaced
    occurred_at: {path: at, default: "@ingested"}
    channel_order_id: number
    customer_id: {constant: c}
    ship_to: {name: ship.name, company: {path: ship.company, default: ""}, street: ship.street,
              street_2: {path: ship.floor, default: ""}, city: ship.city, postal_code: ship.zip,
              state: {constant: ""}, country: ship.country, location_code: {path: ship.gln, default: ""}}
    bill_to: {name: {path: bill.name, default: ""}, street: {path: bill.street, default: ""},
              city: {path: bill.city, default: ""}, postal_code: {constant: ""}, state: {constant: ""},
              country: {path: bill.country, default: ""}}
    terms: {path: terms, default: ""}
    references: {contract: contract, department: department}
    notes: [remark, {each: gift_notes, text: words}]
    lines:
      each: lines
      line_id: id
      item_id: sku
      quantity: quantity
      unit: {constant: EA}
      unit_price: price
      price_basis: {path: per, default: "1"}
      discounts: {each: allocations, amount: amount, code: {path: code, default: DISCOUNT}}
      taxes: {each: taxes, amount: amount, percent: percent, code: name, is_included: $.gross}
      notes: note
      item_numbers: {buyer: buyer_number, gtin: gtin}
    charges:
      each: shipping
      line_id: id
      code: {constant: SHIPPING}
      quantity: {constant: "1"}
      unit_price: price
      discounts: {amount: off}
      taxes: {amount: tax, rate: rate}
    discounts: {amount: coupon, code: {constant: COUPON}}
    taxes: {each: order_taxes, amount: amount}
    tenders: {each: gift_cards, amount: amount, code: {constant: GIFT_CARD}, reference: last_digits}
    totals: {goods: sums.goods, discount: sums.discount, charge: sums.charge, tax: sums.tax, grand: sums.total}
"""
SHOP = parse_channel_file(SHOP_FILE, "shop.yaml")
REFUSING = parse_channel_file(SHOP_FILE.replace("disputed_totals: hold", "disputed_totals: refuse"), "shop.yaml")
ORDER: dict[str, Any] = {
    "number": "7",
    "gross": False,
    "ship": {
        "name": "A. Berg",
        "company": "Berg Electric BV",
        "street": "Quay 1",
        "floor": "Floor 3, door 12",
        "city": "Utrecht",
        "zip": "3500",
        "country": "NL",
        "gln": "0099887766554",
    },
    "bill": {"name": "Accounts", "street": "Main Street 1", "city": "Utrecht", "country": "NL"},
    "terms": "NET 30",
    "contract": "C-9",
    "remark": "Ring twice",
    "gift_notes": [{"words": "For Ada"}, {"words": ""}],
    "lines": [
        {
            "id": "1",
            "sku": "BOLT",
            "quantity": 10_000,
            "price": "8.40",
            "per": "100",
            "allocations": [{"amount": "20.00"}, {"amount": "0.00"}],
            "taxes": [{"amount": "172.200000", "percent": "21", "name": "BTW"}],
            "note": "Cut to 30 cm",
            "buyer_number": "CUST-1",
        },
        {"id": "2", "sku": "NUT", "quantity": 3, "price": "0.01235"},
    ],
    "shipping": [{"id": "s", "price": "9.90", "off": "1.90", "tax": "1.68", "rate": "0.21"}],
    "coupon": "5",
    "order_taxes": [],
    "gift_cards": [{"amount": "50.00", "last_digits": "4242"}],
    "sums": {"goods": "840.04", "discount": "26.90", "charge": "9.90", "tax": "173.88", "total": "996.92"},
}


def placed(payload: dict[str, Any]) -> OrderPlaced:
    message = the_message(SHOP, payload)
    assert isinstance(message, OrderPlaced)
    return message


def test_money_is_read_of_the_lines_the_charges_and_the_order() -> None:
    order, units = placed(ORDER), 10_000_000_000
    assert (
        Discount(LineId("1"), "DISCOUNT", "", 200_000, units),
        Discount(LineId("s"), "DISCOUNT", "", 19_000),
        Discount(WHOLE_ORDER, "COUPON", "", 50_000),
    ) == order.discounts
    assert (
        Tax(LineId("1"), "BTW", 210_000, 1_722_000, is_included=False, quantity=units),
        Tax(LineId("s"), "TAX", 210_000, 16_800, is_included=False),
    ) == order.taxes
    assert (Tender("GIFT_CARD", "4242", 500_000),) == order.tenders


def test_prices_keep_their_basis_and_the_stated_total_is_the_canonical_one() -> None:
    order = placed(ORDER)
    assert [(84_000, 100), (1_235, 10)] == [(line.unit_price, line.price_basis) for line in order.lines]
    assert ((), 29) == (order.disputed_totals, order.rounding)
    assert "placed shop:7: 2 lines, 10003 units, 996.92 EUR" == verdict(map_record(SHOP, record(ORDER))[0])


def test_parties_terms_references_and_notes_are_kept() -> None:
    order = placed(ORDER)
    assert (
        Address(
            "A. Berg", "Quay 1", "Utrecht", "3500", "", "NL", "Berg Electric BV", "Floor 3, door 12", "0099887766554"
        )
        == order.ship_to
    )
    assert ("Accounts", "NET 30", (Reference("contract", "C-9"),)) == (
        order.bill_to[0].name,
        order.terms,
        order.references,
    )
    assert (Note("Ring twice"), Note("For Ada"), Note("Cut to 30 cm", LineId("1"))) == order.notes
    assert (ItemNumber(LineId("1"), "buyer", "CUST-1"),) == order.item_numbers


def test_what_the_document_does_not_say_is_not_there() -> None:
    bare = {name: ORDER[name] for name in ("number", "gross", "ship", "lines")}
    bare["lines"] = [{"id": "1", "sku": "BOLT", "quantity": 1, "price": "1"}]
    order = placed(bare)
    assert ((), (), (), (), (), (), "", (), (), 0) == (
        *(order.discounts, order.taxes, order.tenders, order.charges, order.bill_to, order.notes),
        *(order.terms, order.references, order.item_numbers, order.rounding),
    )


@pytest.mark.parametrize(
    ("path", "stated", "kind", "computed"),
    (
        ("sums.total", "998.00", TotalKind.GRAND, 9_969_171),
        ("sums.tax", "0", TotalKind.TAX, 1_738_800),
        ("sums.goods", "84004", TotalKind.GOODS, 8_400_371),
        ("sums.discount", "25", TotalKind.DISCOUNT, 269_000),
        ("sums.charge", "0.00", TotalKind.CHARGE, 99_000),
    ),
)
def test_a_total_that_rounding_does_not_explain_is_disputed(
    path: str, stated: str, kind: TotalKind, computed: int
) -> None:
    (disputed,) = placed(changed(ORDER, path, stated)).disputed_totals
    assert (kind, computed) == (disputed.kind, disputed.computed)
    assert isinstance(disputed, DisputedTotal)


def test_a_file_may_refuse_such_an_order() -> None:
    (outcome,) = map_record(REFUSING, record(changed(ORDER, "sums.total", "998.00")))
    assert "refused: totals.grand: 998 is stated, its parts add up to 996.9171" == verdict(outcome)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("lines.0.allocations.0.amount", "-1", "refused: lines.1.discounts.1.amount: is below zero"),
        ("lines.0.allocations.0.amount", "x", "refused: lines.1.discounts.1.amount: 'x' is not a decimal number"),
        ("lines.0.per", "12", "refused: lines.1.price_basis: '12' is none of 1, 10, 100, 1000"),
        ("lines.0.price", "012345678905", "refused: lines.1.unit_price: 012345678905 is not below 1000000000"),
        ("gross", "perhaps", "refused: lines.1.taxes.1.is_included: 'perhaps' is neither true nor false"),
        ("shipping.0.rate", "1e99", "refused: charges.1.taxes.rate: out of range"),
        ("sums.total", "much", "refused: totals.grand: 'much' is not a decimal number"),
        ("remark", "x" * 1_001, "refused: notes: is 1001 characters long"),
    ),
)
def test_what_cannot_be_understood_is_refused_with_its_field(path: str, value: object, expected: str) -> None:
    (outcome,) = map_record(SHOP, record(changed(ORDER, path, value)))
    assert verdict(outcome).startswith(expected)


def test_a_repeat_with_other_money_is_other_content() -> None:
    hashes = {
        placed(changed(ORDER, path, value)).provenance.content_hash
        for path, value in (
            ("number", "7"),
            ("coupon", "4"),
            ("gross", True),
            ("lines.0.note", "Cut"),
            ("terms", "NET 10"),
        )
    }
    assert 5 == len(hashes)


def test_of_a_total_that_has_the_lines_in_it_only_the_rest_is_of_the_whole_order() -> None:
    file = SHOP_FILE.replace(
        "taxes: {each: order_taxes, amount: amount}", "taxes: {amount: tax_in_all, includes_lines: true}"
    )
    shop = parse_channel_file(file, "shop.yaml")
    taxed = {**ORDER, "sums": {}}
    for in_all, rest in (("180.00", [61_200]), ("173.88", []), ("170.00", [])):
        order = the_message(shop, {**taxed, "tax_in_all": in_all})
        assert isinstance(order, OrderPlaced)
        assert rest == [tax.value for tax in order.taxes if not tax.line_id]
    nothing_left = {**taxed, "lines": [{**ORDER["lines"][0], "quantity": 0}, ORDER["lines"][1]], "tax_in_all": "173.88"}
    order = the_message(shop, nothing_left)
    assert isinstance(order, OrderPlaced)
    assert [16_800] == [tax.value for tax in order.taxes]


@pytest.mark.parametrize(
    ("taxes", "expected"),
    (
        (("4.00", "-0.40"), [40_000, -4_000]),
        (("-0.40", "4.00"), [-4_000, 40_000]),
        (("-0.21",), [-2_100]),
        (("-0.21", "0", "-0.21"), [-2_100, -2_100]),
    ),
)
def test_a_tax_below_zero_is_kept_and_takes_nothing_of_another(taxes: tuple[str, ...], expected: list[int]) -> None:
    of_one = [{"amount": amount, "percent": "20", "name": "VAT"} for amount in taxes]
    untaxed = [{**ORDER["lines"][0], "taxes": []}]
    of_charges = [{**ORDER["shipping"][0], "id": str(number), "tax": amount} for number, amount in enumerate(taxes)]
    for changed_order in (
        {**ORDER, "lines": [{**ORDER["lines"][0], "taxes": of_one}], "shipping": [], "order_taxes": []},
        {**ORDER, "lines": untaxed, "shipping": of_charges, "order_taxes": []},
        {**ORDER, "lines": untaxed, "shipping": [], "order_taxes": of_one},
    ):
        order = the_message(SHOP, changed_order)
        assert isinstance(order, OrderPlaced)
        assert expected == [tax.value for tax in order.taxes]


@pytest.mark.parametrize(
    ("in_all", "rest"), (("3.60", []), ("4.60", [10_000]), ("-1.00", [-10_000]), ("-4.60", [-46_000]), ("0", []))
)
def test_what_lines_have_of_a_total_is_taken_of_what_has_their_sign(in_all: str, rest: list[int]) -> None:
    """The taxes of the line come to 3.60."""
    shop = parse_channel_file(
        SHOP_FILE.replace("{each: order_taxes, amount: amount}", "{amount: tax_in_all, includes_lines: true}"), "a.yaml"
    )
    of_line = [{"amount": amount, "percent": "20", "name": "VAT"} for amount in ("4.00", "-0.40")]
    line = {**ORDER["lines"][0], "taxes": of_line}
    order = the_message(shop, {**ORDER, "lines": [line], "shipping": [], "sums": {}, "tax_in_all": in_all})
    assert isinstance(order, OrderPlaced)
    assert rest == [tax.value for tax in order.taxes if not tax.line_id]


def test_the_amounts_of_a_line_may_be_for_more_units_than_are_left() -> None:
    shop = parse_channel_file(
        SHOP_FILE.replace("quantity: quantity", "quantity: left\n      amounts_for: quantity", 1), "shop.yaml"
    )
    lines = [{**ORDER["lines"][0], "left": 2_500}, {**ORDER["lines"][1], "left": 3}]
    order = the_message(shop, {**ORDER, "lines": lines, "sums": {"total": "252.77"}})
    assert isinstance(order, OrderPlaced)
    assert ((), 2_500_000_000) == (order.disputed_totals, order.lines[0].quantity)
