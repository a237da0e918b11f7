"""The direct readers and writers give the same results as fastavro's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.avro.layout import layout_of
from schemas.avro.records import FRAME, general_writer, record_reader, record_writer, resolving_reader
from schemas.contracts.contracts import Contract, load_contracts
from tests.unit.schemas.strategies import messages

CONTRACTS = list(load_contracts().by_record.values())
quick = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.record)
@quick
@given(data=st.data())
def test_both_codecs_write_the_same_bytes_and_read_them_back(contract: Contract, data: st.DataObject) -> None:
    message = data.draw(messages(contract))
    schema = contract.current.schema
    frame = b"\0" + contract.current.schema_id.to_bytes(4, "big")

    value = record_writer(schema, contract.current.schema_id)(message)

    assert general_writer(schema, frame)(message) == value
    assert message == record_reader(contract.message, schema, schema)(value)
    assert message == resolving_reader(contract.message, schema, schema)(value)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.record)
@quick
@given(data=st.data())
def test_damaged_bytes_are_refused_or_read_as_fastavro_reads_them(contract: Contract, data: st.DataObject) -> None:
    schema = contract.current.schema
    value = bytearray(record_writer(schema, 1)(data.draw(messages(contract))))
    for _ in range(data.draw(st.integers(1, 3))):
        value[data.draw(st.integers(FRAME, len(value) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(value[: data.draw(st.integers(FRAME, len(value)))])

    try:
        message = record_reader(contract.message, schema, schema)(cut)
    except Exception:  # noqa: BLE001 - whatever the decoder raises
        return

    assert message == resolving_reader(contract.message, schema, schema)(cut)


def test_every_contract_has_a_direct_codec() -> None:
    assert [] == [contract.record for contract in CONTRACTS if layout_of(contract.current.schema) is None]


def test_a_schema_with_another_kind_of_type_is_left_to_fastavro() -> None:
    optional = {"name": "note", "type": ["null", "string"], "default": None}

    assert layout_of({"type": "record", "name": "n.R", "fields": [optional]}) is None


@pytest.mark.parametrize("number", (2**63, -(2**63) - 1))
def test_a_number_too_large_for_a_long_is_a_bug_of_the_writer(number: int) -> None:
    tick = load_contracts().by_record["orderline.orders.v1.Tick"]

    with pytest.raises(ValueError, match="more than 64 bits"):
        record_writer(tick.current.schema, 1)(tick.message(number))


def test_a_quantity_too_large_for_its_sixteen_bytes_is_a_bug_of_the_writer() -> None:
    position = load_contracts().by_record["orderline.inventory.v1.InventoryPosition"]

    with pytest.raises(OverflowError):
        record_writer(position.current.schema, 1)(position.message("SKU", 1, 1, 2**127, ()))


def test_blocks_with_their_size_in_front_are_read_too() -> None:
    cancel = load_contracts().by_record["orderline.warehouse.v1.WarehouseCancelCommanded"]
    schema = cancel.current.schema
    value = record_writer(schema, 1)(cancel.message("c", "o", "n", ("1", "2")))
    in_blocks = value[: FRAME + 6] + b"\x01\x04\x021" + b"\x01\x04\x022" + b"\0"

    assert cancel.message("c", "o", "n", ("1", "2")) == record_reader(cancel.message, schema, schema)(in_blocks)
