"""Rules that take what they do not say themselves from another one, and documents that are several events."""

import pytest

from connectors.formats.mapping import map_record
from domain.messages.orders import OrderAmendRequested, OrderPictured, OrderPlaced
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import message, record
from tests.unit.channels.language.market import HEAD, LINES, ORDER, market, placing, verdicts

PICTURE = """\
  - event: OrderPictured
    content_of: OrderPlaced
    when: {path: state, equals: changed}
    picture: {number: seq}
"""
REFERENCES = """\
references: {own: ref}
listed_references:
  - {each: numbers, kind: of, number: is}
  - {each: goods, when: {path: lot, exists: true}, kind: {constant: LOT}, number: lot}
"""
MOVED = """\
  - event: OrderAmendRequested
    continues: true
    when: {path: to, exists: true}
    correlation_id: {template: "{ref}/moved"}
    occurred_at: ts
    channel_order_id: ref
    ship_to: {name: to, street: {constant: ""}, city: {constant: ""}, postal_code: {constant: ""},
      state: {constant: ""}, country: {constant: DE}}
"""
CHANGED = """\
  - event: OrderAmendRequested
    when: {list: goods, has: {path: qty, at_least: 0}}
    occurred_at: ts
    channel_order_id: ref
    quantities: {each: goods, line_id: id, quantity: qty}
"""


def test_a_picture_has_the_content_of_the_order_and_what_it_says_itself() -> None:
    channel = market(placing("when: {path: state, equals: new}\n", more=REFERENCES), PICTURE)
    order = {**ORDER, "numbers": [{"of": "PO", "is": "7"}, {"of": "PO"}], "seq": "4"}
    (placed,) = (message(one) for one in map_record(channel, record({**order, "state": "new"})))
    (shown,) = (message(one) for one in map_record(channel, record({**order, "state": "changed"})))
    assert isinstance(placed, OrderPlaced)
    assert isinstance(shown, OrderPictured)
    assert (4, placed.lines, placed.references) == (shown.number, shown.placed.lines, shown.placed.references)
    assert [("own", "M-1"), ("PO", "7")] == [(one.kind, one.number) for one in placed.references]


def test_what_a_picture_says_itself_counts() -> None:
    other = PICTURE + "".join(f"    {line}\n" for line in LINES.replace("qty", "left").splitlines())
    channel = market(placing("when: {path: state, equals: new}\n"), other)
    order = {**ORDER, "state": "changed", "seq": "1", "goods": [{"sku": "LAMP-1", "qty": "3", "left": "2"}]}
    assert ["shown market:M-1: 1 lines, 2 units, 2 EUR"] == verdicts(channel, order)


def test_a_rule_takes_no_content_of_an_event_that_the_file_does_not_have() -> None:
    with pytest.raises(YamlFileInvalid, match=r"events\.1\.occurred_at: is required"):
        market(PICTURE, head=HEAD)


def test_listed_references_of_several_lists_follow_one_another() -> None:
    channel = market(placing(more=REFERENCES))
    order = {**ORDER, "goods": [{"sku": "A", "lot": "L-1"}], "numbers": [{"of": "PO", "is": "7"}]}
    (placed,) = (message(one) for one in map_record(channel, record(order)))
    assert isinstance(placed, OrderPlaced)
    assert [("own", "M-1"), ("PO", "7"), ("LOT", "L-1")] == [(one.kind, one.number) for one in placed.references]


def test_a_document_is_several_events_each_with_its_own_message_id() -> None:
    found = [
        message(one)
        for one in map_record(market(MOVED, CHANGED), record({**ORDER, "goods": [{"id": "1", "qty": "2"}]}))
    ]
    assert ["M-1/moved", "M-1"] == [one.provenance.correlation_id for one in found]
    assert all(isinstance(one, OrderAmendRequested) for one in found)


def test_an_event_that_is_refused_does_not_hold_back_the_others() -> None:
    assert ["OrderAmendRequested", "refused: quantities.1.line_id: is missing (id)"] == verdicts(
        market(MOVED, CHANGED), {**ORDER, "goods": [{"qty": "2"}]}
    )


def test_two_events_of_one_kind_with_one_message_id_are_a_mistake_of_the_file() -> None:
    same = MOVED.replace('    correlation_id: {template: "{ref}/moved"}\n', "")
    with pytest.raises(YamlFileInvalid, match=r"events\.2: could be a second OrderAmendRequested of one document"):
        market(same, CHANGED)
