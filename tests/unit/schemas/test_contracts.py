"""Classes and contract files say the same."""

import dataclasses
import json
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from schemas.avro.avro_files import SCHEMAS, BadSchema, read_definitions, self_contained
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import MESSAGES

DEFINITIONS = read_definitions()
RECORDS = [name for name, definition in DEFINITIONS.items() if definition["type"] == "record"]


def classes_by_name() -> dict[str, type]:
    """Every class that some message class is made of."""
    found: dict[str, type] = {}
    waiting: list[Any] = list(MESSAGES)
    while waiting:
        each = waiting.pop()
        if get_origin(each) is not None:
            waiting.extend(get_args(each))
        elif isinstance(each, type) and (dataclasses.is_dataclass(each) or issubclass(each, StrEnum)):
            assert found.setdefault(each.__name__, each) is each
            waiting.extend(get_type_hints(each).values() if dataclasses.is_dataclass(each) else ())
    return found


CLASSES = classes_by_name()


def expected_type(name: str, hint: Any, written: Any) -> Any:
    """The Avro type that a field of a class must have, given the file's own for what only the file can know."""
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) is tuple:
        return {"type": "array", "items": expected_type(name, get_args(hint)[0], written.get("items"))}
    if get_origin(hint) is dict:
        return {"type": "map", "values": "string"}
    if isinstance(hint, type) and hint is int:
        return expected_number(name, written)
    simple: dict[type, str] = {str: "string", bool: "boolean"}
    return simple.get(hint) or (written if written.rpartition(".")[2] == hint.__name__ else hint.__name__)


LENGTHS = {
    "approved_within_ms",
    "arrives_within_ms",
    "budget_ms",
    "cut_off_ms",
    "decided_within_ms",
    "given_up_after_ms",
    "inspected_within_ms",
    "latency_ms",
    "master_data_max_age_ms",
    "offset_ms",
    "release_window_ms",
    "retry_after_ms",
    "until_ms",
    "within_ms",
}
"""Times that are no moments."""


AMOUNTS = {"computed", "credit", "rounding", "stated", "unit_price", "value"}


def expected_number(name: str, written: Any) -> Any:
    if name in LENGTHS:
        return "long"
    if name.endswith("_us"):
        return {"type": "long", "logicalType": "timestamp-micros"}
    if name.endswith("_ms"):
        return {"type": "long", "logicalType": "timestamp-millis"}
    if name in AMOUNTS or name.endswith("_total"):
        return "orderline.values.v1.Amount"
    if name in {"amount", "rate"}:
        return "orderline.values.v1.Number"
    return written if written in {"int", "long"} else "orderline.values.v1.Quantity"


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_has_the_fields_of_its_class_in_their_order(record: str) -> None:
    message = CLASSES[DEFINITIONS[record]["name"]]

    assert dataclasses.is_dataclass(message)
    assert [field.name for field in dataclasses.fields(message)] == [
        field["name"] for field in DEFINITIONS[record]["fields"]
    ]


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_has_the_types_of_its_class(record: str) -> None:
    hints = get_type_hints(CLASSES[DEFINITIONS[record]["name"]])

    for field in DEFINITIONS[record]["fields"]:
        assert expected_type(field["name"], hints[field["name"]], field["type"]) == field["type"], field["name"]


COUNTED = {
    *("version", "revision", "attempt", "priority_class", "channel_file_version", "document_sequence"),
    *("requested_revision", "refused_revision", "number", "life", "days_later"),
    *("facts", "late", "late_for_minute", "late_for_day", "percent", "index", "count", "refused_lines", "price_basis"),
    *("interchange_number", "group_number", "stated_sets", "received_sets", "accepted_sets", "position", "element"),
    *("said", "heard", "sent", "line_count", "order_count", "score", "orders", "lines", "in_flight_s"),
}


@pytest.mark.parametrize("record", RECORDS)
def test_only_counts_and_coordinates_are_plain_numbers(record: str) -> None:
    plain = {field["name"] for field in DEFINITIONS[record]["fields"] if field["type"] in ("int", "long")}

    assert set() == plain - COUNTED - {"input_partition", "input_offset"} - LENGTHS


@pytest.mark.parametrize("name", [name for name in DEFINITIONS if DEFINITIONS[name]["type"] == "enum"])
def test_an_enum_has_the_symbols_of_its_class_and_unknown_for_what_later_versions_add(name: str) -> None:
    members = [member.value for member in CLASSES[DEFINITIONS[name]["name"]]]  # type: ignore[attr-defined]

    assert members == [each for each in DEFINITIONS[name]["symbols"] if each in members]
    assert {"UNKNOWN", *members} == set(DEFINITIONS[name]["symbols"])
    assert DEFINITIONS[name]["default"] == "UNKNOWN"


@pytest.mark.parametrize("name", DEFINITIONS)
def test_everything_is_explained(name: str) -> None:
    definition = DEFINITIONS[name]

    assert all(each.get("doc", "").endswith(".") for each in (definition, *definition.get("fields", ())))


def test_what_identifies_a_person_or_locates_a_customer_is_marked_as_personal() -> None:
    personal = {
        f"{DEFINITIONS[record]['name']}.{field['name']}"
        for record in RECORDS
        for field in DEFINITIONS[record]["fields"]
        if field.get("pii") is True
    }

    address = {"name", "street", "city", "postal_code", "state", "country", "company", "street_2", "location_code"}
    people = ("CaseActionRefused", "CaseDismissed", "CaseResolved", "CaseRetried", "CaseReversed", "ExceptionRaised")
    assert {f"Address.{field}" for field in address} | {f"{record}.who" for record in people} | {
        "Carton.tracking_number",
        "CheckedReference.reference_id",
        "CustomerAnswered.customer_id",
        "CustomerAsked.customer_id",
        "CustomerDescribed.customer_id",
        "CustomerNotification.customer_id",
        "CustomerNotification.tracking_number",
        "CustomerNoLongerAwaited.customer_id",
        "Document.bill_to",
        "Document.buyer",
        "Document.customer_id",
        "Document.notes",
        "Document.ship_to",
        "Document.tracking_number",
        "DecisionRecorded.decided_by",
        "OrderDecided.address",
        "OrderDecided.decided_by",
        "OrderHeld.held_by",
        "OrderHoldReleased.released_by",
        "OrderHoldReleaseRequested.requested_by",
        "OrderHoldRequested.requested_by",
        "EdiDocumentSent.content",
        "Note.text",
        "OrderPlaced.bill_to",
        "OrderPlaced.buyer",
        "OrderPlaced.customer_id",
        "OrderPlaced.extensions",
        "OrderAmendRequested.notes",
        "OrderPlaced.notes",
        "OrderPlaced.purchase_order_id",
        "OrderPlaced.ship_to",
        "OrderReturnAuthorised.decided_by",
        "OrderReturnDeclined.decided_by",
        "OrderShipped.tracking_number",
        "ParcelReported.parcel_id",
        "ParcelReported.place",
        "ParcelReported.signed_by",
        "ParcelSent.parcel_id",
        "PartnerOrder.ship_to",
        "PartnerOrderMoved.tracking_number",
        "PurchaseOrderClaimed.purchase_order_id",
        "PurchaseOrderGivenUp.purchase_order_id",
        "ReturnAuthorised.authorised_by",
        "ReturnDeclined.declined_by",
        "ShipmentConfirmed.tracking_number",
        "ShipmentTracked.place",
        "ShipmentTracked.signed_by",
        "ShipmentTracked.tracking_number",
        "Tender.reference",
        "WarehouseOrder.ship_to",
        "WarehouseReleaseCommanded.ship_to",
    } == personal


def test_a_topic_that_carries_personal_fields_says_so() -> None:
    contracts = load_contracts()
    for topic in contracts.topics:
        carries = any('"pii"' in json.dumps(contract.current.schema) for contract in contracts.of_topic(topic))
        if contracts.of_topic(topic):
            assert carries != contracts.topics[topic].personal_data.startswith("None"), topic


def test_every_message_class_is_a_record_of_some_topic() -> None:
    contracts = load_contracts()

    assert set(MESSAGES) == {contract.message for topic in contracts.topics for contract in contracts.of_topic(topic)}


def test_a_record_has_the_name_of_its_class() -> None:
    for contract in load_contracts().by_record.values():
        assert contract.record.rpartition(".")[2] == contract.message.__name__


def test_a_subject_is_the_topic_and_the_record() -> None:
    contracts = load_contracts()
    records = {subject: contract.record for subject, _, contract in contracts.subjects(contracts.topics.values())}

    assert "orderline.orders.v1.Tick" == records["orders.inbox.v1-orderline.orders.v1.Tick"]
    assert "orderline.orders.v1.Tick" == records["dispatch.inbox.v1-orderline.orders.v1.Tick"]


def test_a_shared_type_is_written_out_once_and_named_afterwards() -> None:
    schema = self_contained("orderline.inventory.v1.InventoryPosition", DEFINITIONS)
    fields = {field["name"]: field["type"] for field in schema["fields"]}

    assert fields["backordered"]["name"] == "Quantity"
    assert fields["nodes"]["items"]["fields"][1]["type"] == "orderline.values.v1.Quantity"


def write(root: Path, name: str, fields: list[dict[str, Any]]) -> None:
    (root / "orders").mkdir(exist_ok=True)
    record = {"type": "record", "name": name, "namespace": "orderline.orders.v1", "fields": fields}
    (root / "orders" / f"{name}.avsc").write_text(json.dumps(record))


def test_a_type_that_holds_itself_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "Tree", [{"name": "branches", "type": {"type": "array", "items": "Tree"}}])

    with pytest.raises(BadSchema, match="contains itself"):
        self_contained("orderline.orders.v1.Tree", read_definitions(tmp_path))


def test_a_name_that_no_file_defines_is_reported_with_who_names_it(tmp_path: Path) -> None:
    write(tmp_path, "Order", [{"name": "line", "type": "Line"}])

    with pytest.raises(BadSchema, match=r"v1\.Order: names orderline\.orders\.v1\.Line, which no file defines"):
        self_contained("orderline.orders.v1.Order", read_definitions(tmp_path))


def test_a_file_must_bear_the_name_of_what_it_defines(tmp_path: Path) -> None:
    write(tmp_path, "Order", [])
    (tmp_path / "orders" / "Order.avsc").rename(tmp_path / "orders" / "Other.avsc")

    with pytest.raises(BadSchema, match=r"must define orderline\.orders\.v1\.Other"):
        read_definitions(tmp_path)


def test_importing_the_contracts_reads_nothing() -> None:
    asked = "import schemas.codec, schemas.contracts.contracts as c; print(c.load_contracts.cache_info().currsize)"

    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=SCHEMAS.parents[1]
    )

    assert "0" == done.stdout.strip()
