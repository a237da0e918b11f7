"""What went wrong in the field, each as a story through the real flows with the channel files of the release.

The names begin with where the payload came from: s for Shopify, a for Amazon, p for the portal, w for a warehouse; k is
what once ended a flow.
"""

import json
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from dataflows.scenarios.player import ScenarioPlayer
from dataflows.scenarios.scenario_file import load_scenario
from domain.messages.orders import OrderPictured, OrderPlaced
from tests.unit.channels.given import message, outcomes

CASES: Final = Path(__file__).parent / "field_cases"


@pytest.mark.parametrize("name", sorted(path.stem for path in CASES.glob("*.yaml")))
def test_the_case_ends_as_it_should(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(CASES / f"{name}.yaml")
    assert scenario.has_expectations
    with closing(ScenarioPlayer(scenario, CASES, tmp_path)) as player:
        assert [] == [str(difference) for difference in player.play()]


ADDRESSES: Final = (
    # case, which of its payloads, what of its address is right
    ("a06_address_came_later", 2, {"name": "Lee Hart", "street": "4 Dock Road", "city": "Hull", "country": "GB"}),
    ("p05_country_and_currency_in_lower_case", 0, {"city": "Kiel", "country": "DE"}),
    ("s02_state_of_another_address", 0, {"city": "Delft", "state": "", "country": "NL"}),
    ("s03_address_line_2_and_company", 1, {"street_2": "Floor 2, door 9", "company": "Vos Techniek BV"}),
)


@pytest.mark.parametrize(("name", "step", "expected"), ADDRESSES, ids=[case[0] for case in ADDRESSES])
def test_the_address_is_the_one_that_was_given(name: str, step: int, expected: dict[str, str]) -> None:
    sent = load_scenario(CASES / f"{name}.yaml").steps[step]
    assert sent.send
    headers = tuple((key, value.encode()) for key, value in sent.headers.items())
    (outcome,) = outcomes(sent.send, json.dumps(sent.payload).encode(), headers)
    found = message(outcome)
    order = found.placed if isinstance(found, OrderPictured) else found
    assert isinstance(order, OrderPlaced)
    assert expected == {field: getattr(order.ship_to, field) for field in expected}
