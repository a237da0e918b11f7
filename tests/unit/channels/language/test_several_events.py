"""A document that says several things: a rule that continues, and those behind it."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from schemas.channel_language.channel_file import ChannelFile
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import record, verdict
from tests.unit.channels.language.market import market, passing_over

CANCELS = """\
  - event: OrderCancelRequested
    when: {list: parts, has: {path: kind, equals: cancelled}}
    continues: true
    occurred_at: ts
    channel_order_id: ref
    parts: {each: parts, when: {path: kind, equals: cancelled}, line_id: line, quantity: units}
"""
RETURNS = """\
  - event: OrderReturnRequested
    when: {list: parts, has: {path: kind, equals: returned}}
    occurred_at: ts
    channel_order_id: ref
    return_id: ref
    lines: {each: parts, when: {path: kind, equals: returned}, line_id: line, quantity: units}
"""
LEFT_OUT = passing_over("{path: parts, is: list}", "shown elsewhere")


def refund(*kinds: str) -> dict[str, Any]:
    parts = [{"kind": kind, "line": str(number), "units": "1"} for number, kind in enumerate(kinds, 1)]
    return {"ref": "M-1", "ts": "2026-01-05T07:59:00Z", "parts": parts}


@pytest.fixture(scope="module")
def file() -> ChannelFile:
    return market(CANCELS, RETURNS, LEFT_OUT)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    (
        (("cancelled", "returned"), ["OrderCancelRequested", "OrderReturnRequested"]),
        (("cancelled", "kept"), ["OrderCancelRequested"]),
        (("returned",), ["OrderReturnRequested"]),
        (("kept",), ["passed over: shown elsewhere"]),
    ),
)
def test_each_rule_that_fits_makes_its_event(file: ChannelFile, kinds: tuple[str, ...], expected: list[str]) -> None:
    assert expected == [verdict(one) for one in map_record(file, record(refund(*kinds)))]


def test_one_that_is_refused_does_not_take_the_other_along(file: ChannelFile) -> None:
    document = refund("cancelled", "returned")
    document["parts"][0]["units"] = "none"
    first, second = (verdict(one) for one in map_record(file, record(document)))
    assert first.startswith("refused: parts.1.quantity")
    assert "OrderReturnRequested" == second


def test_a_damaged_document_is_refused_once(file: ChannelFile) -> None:
    (found,) = map_record(file, record(b'[{"ref": "M-1", "parts": "x"}]'))
    assert verdict(found).startswith("refused: : no rule")


def test_a_second_rule_of_one_kind_would_be_taken_for_a_repeat() -> None:
    with pytest.raises(YamlFileInvalid, match=r"events\.2: could be a second OrderCancelRequested of one document"):
        market(CANCELS, CANCELS.replace("    continues: true\n", "").replace("cancelled}}", "gone}}", 1))
