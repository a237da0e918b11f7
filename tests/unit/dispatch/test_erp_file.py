"""The file of one ERP: the shipped one is good, and a wrong one is refused in one line that names file and field."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from domain.messages.dispatch import CommandType, PostedEvent, Posting
from domain.messages.inventory import ChannelAvailability
from domain.messages.status import StatusEvent
from schemas.erp_file import load_erp_file
from schemas.yaml_files import YamlFileInvalid

MAIN = Path(__file__).parents[3] / "schemas" / "erps" / "main.yaml"


def refusal_of(tmp_path: Path, text: str, name: str = "main.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlFileInvalid) as refused:
        load_erp_file(path)
    message = str(refused.value)
    assert "\n" not in message
    place = re.match(rf"{re.escape(str(path))}:\d+:\d+: ", message)
    assert place, message
    return message[place.end() :]


def changed(**fields: object) -> str:
    content = yaml.safe_load(MAIN.read_text(encoding="utf-8"))
    for name, value in fields.items():
        section, _, field = name.rpartition("__")
        (content[section] if section else content)[field] = value
    return yaml.safe_dump(content)


def test_the_file_of_the_demo_can_be_used() -> None:
    erp_file = load_erp_file(MAIN)
    assert "main" == erp_file.policy().erp_id
    assert {
        "OrderAccepted": Posting(CommandType.CREATE_SALES_ORDER, 2),
        "OrderAmended": Posting(CommandType.AMEND_SALES_ORDER, 2),
        "OrderCancelled": Posting(CommandType.CANCEL_SALES_ORDER, 0),
        "ShipmentConfirmed": Posting(CommandType.POST_SHIPMENT, 1),
        "ReturnAuthorised": Posting(CommandType.CREATE_RETURN_AUTHORIZATION, 2),
        "ShipmentReversed": Posting(CommandType.REVERSE_SHIPMENT, 1),
        "ReturnReceived": Posting(CommandType.POST_CREDIT_MEMO, 1),
    } == erp_file.posting_table()


@pytest.mark.parametrize(
    ("fields", "beginning"),
    (
        ({"rate_per_second": 0}, "rate_per_second: must be at least 1, not 0"),
        ({"rate_per_second": "fast"}, "rate_per_second: must be a whole number, not 'fast'"),
        ({"max_in_flight": True}, "max_in_flight: must be a whole number, not true"),
        ({"burst": 19}, "burst 19 is too small for rate_per_second 200"),
        ({"transient_retry_cap_ms": 1}, "transient_retry_cap_ms 1 is less than transient_retry_ms 500"),
        (
            {"settle_after_ms": 4_999},
            "settle_after_ms 4999 is too short: 5000 at least. A call may begin at",
        ),
        ({"lease_ms": 1_001}, "settle_after_ms 5000 is too short: 5001 at least"),
        ({"call_timeout_ms": 2_001}, "settle_after_ms 5000 is too short: 5002 at least"),
        ({"lease_ms": 0}, "lease_ms: must be greater than 0, not 0"),
        ({"settle_after_ms": -1}, "settle_after_ms: must be greater than 0, not -1"),
        ({"breaker__threshold": 21}, "breaker: threshold 21 can never be reached in a window of 20"),
        ({"breaker__open_cap_ms": 1}, "breaker: open_cap_ms 1 is less than open_ms 1000"),
        ({"retries": 3}, "retries: there is no such field: choose from adapter, ageing_ms, answer_within_ms, breaker"),
        ({"erp_id": "Main ERP"}, "erp_id: must match "),
        ({"postings__OrderEaten": {}}, "postings.OrderEaten: must be 'OrderAccepted'"),
        (
            {"postings__OrderEaten": {"command": "POST_SHIPMENT", "priority_class": 1}},
            "postings.OrderEaten: must be 'OrderAccepted', 'OrderAmended', 'OrderCancelled'",
        ),
        (
            {"postings__OrderBooked": {"command": "POST_SHIPMENT", "priority_class": 1}},
            "postings.OrderBooked: must be 'OrderAccepted', 'OrderAmended', 'OrderCancelled'",
        ),
        (
            {"postings__OrderAccepted": {"command": "QUERY_DOCUMENT", "priority_class": 1}},
            "postings.OrderAccepted.command: QUERY_DOCUMENT posts nothing",
        ),
        (
            {"postings__OrderAccepted": {"command": "BAKE_CAKE", "priority_class": 1}},
            "postings.OrderAccepted.command: must be 'CREATE_SALES_ORDER'",
        ),
        (
            {"postings__OrderAccepted": {"command": "REPORT_SHIPMENT", "priority_class": 1}},
            "postings.OrderAccepted: REPORT_SHIPMENT is no report of that; there are REPORT_SHIPMENT of Shipment",
        ),
        (
            {"postings__ShipmentConfirmed": {"command": "REPORT_AVAILABILITY", "priority_class": 1}},
            "postings.ShipmentConfirmed: REPORT_AVAILABILITY is no report of that",
        ),
        (
            {"postings__ChannelAvailability": {"command": "POST_SHIPMENT", "priority_class": 1}},
            "postings.ChannelAvailability: POST_SHIPMENT is no report of that",
        ),
        (
            {"postings__ShipmentConfirmed": {"command": "REPORT_SHIPMENT", "priority_class": 1}},
            "postings: a shop is told, and books nothing",
        ),
    ),
)
def test_a_wrong_field_is_named(tmp_path: Path, fields: dict[str, object], beginning: str) -> None:
    assert refusal_of(tmp_path, changed(**fields)).startswith(beginning)


def test_a_step_that_is_never_posted_is_refused_with_its_line(tmp_path: Path) -> None:
    text = MAIN.read_text(encoding="utf-8").replace("OrderCancelled:", "OrderCanceled:")
    line = 1 + [each.strip().startswith("OrderCanceled:") for each in text.splitlines()].index(True)
    path = tmp_path / "main.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match=rf"main\.yaml:{line}:\d+: postings\.OrderCanceled"):
        load_erp_file(path)


def test_what_can_be_posted_are_events_of_public_topics() -> None:
    public = {event.__name__ for event in (*get_args(StatusEvent), ChannelAvailability)}
    assert {event.value for event in PostedEvent} <= public


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, "erp_id: main").startswith("adapter: is required (and ")


def test_a_file_that_is_no_yaml_is_refused_in_one_line(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, "erp_id: [main\nburst: }").startswith("not YAML: ")


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, "- main").startswith("must be a mapping")


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, changed(), name="legacy.yaml").startswith("erp_id: is 'main'")


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(YamlFileInvalid, match=r"nowhere\.yaml: cannot be read: No such file"):
        load_erp_file(tmp_path / "nowhere.yaml")
