"""What a hub sends: several channels through one source, and lines that are no goods."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import ItemId, LineId
from domain.messages.orders import OrderCancelRequested, OrderPlaced, OrderReturned
from domain.money.charges import Charge
from domain.returns import ReturnCondition, ReturnedLine
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import changed, record, the_message, verdict
from tests.unit.channels.hub import HUB, HUB_FILE, HUB_ORDER, HUB_RETURN


def placed(payload: dict[str, Any]) -> OrderPlaced:
    message = the_message(HUB, payload)
    assert isinstance(message, OrderPlaced)
    return message


@pytest.mark.parametrize(
    ("shop", "order_id", "channel_id", "region"),
    (("North", "north:7", "north", "EU"), ("East", "east:7", "east", "ASIA"), ("", "hub:7", "hub", "WORLD")),
)
def test_the_record_names_its_channel(shop: str, order_id: str, channel_id: str, region: str) -> None:
    order = placed(changed(HUB_ORDER, "shop", shop))
    assert (order_id, channel_id, region) == (order.order_id, order.channel_id, order.region)


def test_what_comes_later_names_the_same_order() -> None:
    cancel = the_message(HUB, {"event": "cancel", "number": "7", "shop": "East"})
    assert isinstance(cancel, OrderCancelRequested)
    assert "east:7" == cancel.order_id


def test_charges_keep_their_sign_and_their_order() -> None:
    assert (
        Charge(LineId("2"), "POST", "Postage", 1_000_000, 180_000),
        Charge(LineId("3"), "D", "", -1_000_000, 42_500),
    ) == placed(HUB_ORDER).charges


def test_an_order_may_be_charges_alone() -> None:
    order = placed(changed(changed(HUB_ORDER, "lines", []), "total", "13.75"))
    assert ((), 2) == (order.lines, len(order.charges))


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("shop", "West", "refused: channel_id: 'West' is not in the code list 'channel'"),
        ("charges.1.line", "2", "refused: charges: the line id '2' is used twice"),
        ("charges.0.quantity", "0", "refused: charges.1.quantity: is zero"),
        ("charges.0.price", "x", "refused: charges.1.unit_price: 'x' is not a decimal number of at most 28 characters"),
        ("charges.1.code", None, "refused: charges.2.code: is missing (code)"),
    ),
)
def test_a_record_that_breaks_the_contract_is_refused_with_its_field(path: str, value: object, expected: str) -> None:
    (outcome,) = map_record(HUB, record(changed(HUB_ORDER, path, value)))
    assert expected == verdict(outcome)


def test_an_order_without_lines_and_charges_is_refused() -> None:
    empty = changed(changed(HUB_ORDER, "lines", []), "charges", [])
    (outcome,) = map_record(HUB, record(empty))
    assert "refused: lines: the order has no line (lines)" == verdict(outcome)


def test_a_channel_of_the_record_holds_no_colon() -> None:
    channel = parse_channel_file(HUB_FILE.replace("North: north", "North: 'no:rth'"), "hub.yaml")
    (outcome,) = map_record(channel, record(HUB_ORDER))
    assert "refused: channel_id: 'no:rth' contains a colon" == verdict(outcome)


def test_an_order_id_names_its_channel_itself() -> None:
    cancel = "channel_order_id: number\n  - event: OrderReturned"
    assert cancel in HUB_FILE
    broken = HUB_FILE.replace(cancel, cancel.removeprefix("channel_"))
    with pytest.raises(YamlFileInvalid, match="an order_id names its channel itself"):
        parse_channel_file(broken, "hub.yaml")


def test_charges_are_content_and_none_are_as_if_the_file_named_none() -> None:
    without = changed(changed(HUB_ORDER, "charges", None), "total", None)
    silent = parse_channel_file(
        HUB_FILE[: HUB_FILE.index("    charges:")] + HUB_FILE[HUB_FILE.index("    totals:") :], "hub"
    )
    said = the_message(silent, without)
    assert said.provenance.content_hash == placed(without).provenance.content_hash
    assert said.provenance.content_hash != placed(HUB_ORDER).provenance.content_hash


def returned(payload: dict[str, Any]) -> OrderReturned:
    message = the_message(HUB, payload)
    assert isinstance(message, OrderReturned)
    return message


def test_a_return_names_its_order_and_the_condition_of_each_line() -> None:
    message = returned(HUB_RETURN)
    assert ("north:7", "C9", "C9/7", "central", "too bright") == (
        message.order_id,
        message.return_id,
        message.provenance.correlation_id,
        message.node_id,
        message.reason,
    )
    assert (
        ReturnedLine(LineId("1"), ItemId("lamp"), 1_000_000, 35_000, ReturnCondition.RESTOCKED),
        ReturnedLine(LineId("1"), ItemId("lamp"), 500_000, 35_000, ReturnCondition.DAMAGED),
        ReturnedLine(LineId("1"), ItemId("lamp"), 500_000, 0, ReturnCondition.MISSING),
    ) == message.lines
    assert (Charge(LineId("4"), "POST", "", -1_000_000, 180_000),) == message.charges


def test_a_return_may_be_charges_alone() -> None:
    assert () == returned(changed(HUB_RETURN, "lines", [])).lines


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("lines.0.quantity", "-1", "refused: lines.1.quantity: -1 is not above zero"),
        ("lines.0.price", "-1", "refused: lines.1.unit_price: -1 is below zero"),
        ("lines.0.condition", "wet", "refused: lines.1.condition: 'wet' is not in the code list 'condition'"),
        (
            "lines.0.condition",
            "eaten",
            "refused: lines.1.condition: 'EATEN' is none of RESTOCKED, DAMAGED, MISSING, INSPECT",
        ),
        ("number", None, "refused: correlation_id: is missing ({return}/{number})"),
    ),
)
def test_a_return_that_breaks_the_contract_is_refused_with_its_field(path: str, value: object, expected: str) -> None:
    (outcome,) = map_record(HUB, record(changed(HUB_RETURN, path, value)))
    assert expected == verdict(outcome)


def test_a_return_without_lines_and_charges_is_refused() -> None:
    (outcome,) = map_record(HUB, record(changed(changed(HUB_RETURN, "lines", []), "charges", [])))
    assert "refused: lines: the return has no line (lines)" == verdict(outcome)
