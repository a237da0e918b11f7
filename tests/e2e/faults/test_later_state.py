"""State that a later release wrote: an earlier one stops, says what to do, and changes nothing."""

import json
from pathlib import Path

from connectors.embedded.layout import state_prefix
from connectors.embedded.store import EmbeddedStore
from demo.channels.small_payloads import portal_cancellation, portal_order
from operators.machines.orders import ORDERS
from tests.e2e.commands import Said, orderline

_ORDER_ID = "portal:P1"


def said_of(folder: Path, payload: dict[str, object]) -> Said:
    """Hand it over, and run until it is processed."""
    (folder / "payload.jsonl").write_text(json.dumps(payload) + "\n")
    where = ("--data", str(folder / "data"))
    assert 0 == orderline("produce", "source.portal.v1", "--file", str(folder / "payload.jsonl"), *where).code
    return orderline("run", "all", "--until-idle", *where)


def stored_order(store: EmbeddedStore) -> tuple[bytes, bytes]:
    """The row, and its key in the log's database."""
    for partition in range(store.partitions_of("orders.inbox.v1")):
        for key, value in store.reader.scan_state("orders", partition, ORDERS.stored_key(_ORDER_ID), None, 1):
            return state_prefix("orders", partition) + key, value
    raise AssertionError(f"no row of {_ORDER_ID}")


def test_a_row_of_a_later_release_ends_the_run_and_stays(tmp_path: Path) -> None:
    assert 0 == said_of(tmp_path, portal_order("P1", {"BOLT": "1"})).code
    store = EmbeddedStore(tmp_path / "data", "orderline", {}, lambda: 0)
    key, value = stored_order(store)
    later = bytes((ORDERS.version + 1,)) + value[1:]
    store.write((), (), [(key, later)])
    store.close()

    said = said_of(tmp_path, portal_cancellation("P1"))

    assert 2 == said.code
    assert "start the release that wrote it" in said.err.splitlines()[-1]
    store = EmbeddedStore(tmp_path / "data", "orderline", {}, lambda: 0)
    try:
        assert (key, later) == stored_order(store)
    finally:
        store.close()
