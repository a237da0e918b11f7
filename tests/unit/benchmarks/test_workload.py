"""The workload: the same arguments give the same records, and the flows take every one of them."""

import gzip
from itertools import islice
from pathlib import Path
from statistics import mean, median

from benchmarks.loads.baskets import DRAWN, REAL, drawn_baskets
from benchmarks.loads.workload import Workload, make_workload
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, CanonicalMessage
from connectors.log.port import Outgoing, Record
from domain.identifiers import ItemId, SourceId
from domain.messages.orders import OrderPlaced
from domain.messages.stock import GoodsReceived
from domain.quantities import UNIT
from schemas.channel_language.loader import load_channel_files

CHANNELS = load_channel_files()
AT_MS = 1_767_600_000_000
INVOICES = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
1,85123A,LANTERN,6,2010-12-01T08:26:00,2.55,17850,United Kingdom
1,71053,"HEART, WHITE",8,2010-12-01T08:26:00,3.399,17850,United Kingdom
C2,85123A,LANTERN,-6,2010-12-01T08:26:00,2.55,17850,United Kingdom
3,85123A,damaged,-1,2010-12-01T08:26:00,0.0,,United Kingdom
3,BANK CHARGES,Bank Charges,1,2010-12-01T08:26:00,15.0,,United Kingdom
"""


def canonical(record: Outgoing) -> list[CanonicalMessage]:
    """What intake makes of it; fails when it would refuse anything."""
    channel = CHANNELS[SourceId(record.topic.split(".")[1])]
    arrived = Record(record.topic, 0, 0, AT_MS, record.key, record.value, record.headers)
    outcomes = list(map_record(channel, arrived))
    assert all(isinstance(outcome, Canonical) for outcome in outcomes), outcomes
    return [outcome.message for outcome in outcomes if isinstance(outcome, Canonical)]


def real_workload(folder: Path, orders: int) -> Workload:
    file = folder / "invoices.csv.gz"
    file.write_bytes(gzip.compress(INVOICES.encode()))
    return make_workload(orders, 1, file)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, again = make_workload(50, 3, None), make_workload(50, 3, None)

    assert list(one.raw_orders()) == list(again.raw_orders())
    assert list(one.raw_receipts()) == list(again.raw_receipts())


def test_another_seed_gives_other_orders() -> None:
    assert list(make_workload(5, 3, None).raw_orders()) != list(make_workload(5, 4, None).raw_orders())


def test_intake_takes_every_record() -> None:
    workload = make_workload(100, 1, None)

    placed = [message for record in workload.raw_orders() for message in canonical(record)]

    assert 100 == len({order.order_id for order in placed if isinstance(order, OrderPlaced)})
    assert workload.lines == sum(len(order.lines) for order in placed if isinstance(order, OrderPlaced))


def test_every_wanted_item_is_stocked_and_few_are_scarce() -> None:
    workload = make_workload(300, 1, None)
    wanted: dict[str, int] = {}
    for basket in workload.baskets:
        for line in basket.lines:
            wanted[line.item_id] = wanted.get(line.item_id, 0) + line.quantity

    received = {
        line.item_id: line.quantity // UNIT
        for record in workload.raw_receipts()
        for message in canonical(record)
        if isinstance(message, GoodsReceived)
        for line in message.lines
    }

    assert wanted.keys() == received.keys()
    assert len(received) == workload.stocked_items()
    scarce = sum(received[ItemId(item_id)] < quantity for item_id, quantity in wanted.items())
    assert 0.05 < scarce / len(wanted) < 0.15


def test_drawn_baskets_have_the_shape_of_the_real_ones() -> None:
    sizes = [len(basket.lines) for basket in islice(drawn_baskets(1), 2_000)]

    assert 13 <= median(sizes) <= 17
    assert 21 <= mean(sizes) <= 27


def test_real_invoices_are_read_without_what_is_no_sale(tmp_path: Path) -> None:
    workload = real_workload(tmp_path, 2)

    assert REAL == workload.lines_from
    assert [["85123A", "71053"], ["BANK_CHARGES"]] == [
        [line.item_id for line in basket.lines] for basket in workload.baskets
    ]
    assert ["17850", "guest"] == [basket.customer for basket in workload.baskets]
    assert all(canonical(record) for record in workload.raw_orders())


def test_an_item_in_both_cases_is_stocked_once_as_the_flows_count_it(tmp_path: Path) -> None:
    file = tmp_path / "invoices.csv.gz"
    line = "1,{},BRACELET,2,2010-12-01T08:26:00,2.55,17850,United Kingdom\n"
    file.write_bytes(
        gzip.compress((INVOICES.splitlines()[0] + "\n" + line.format("15056BL") + line.format("15056bl")).encode())
    )
    workload = make_workload(1, 1, file)
    received = [message for record in workload.raw_receipts() for message in canonical(record)]

    assert 1 == workload.stocked_items()
    assert ["15056BL"] == [line.item_id for each in received if isinstance(each, GoodsReceived) for line in each.lines]


def test_few_invoices_come_again_as_other_orders(tmp_path: Path) -> None:
    workload = real_workload(tmp_path, 5)

    assert 5 == len({record.key for record in workload.raw_orders()})
    assert 8 == workload.lines


def test_without_the_file_the_lines_are_drawn_and_say_so(tmp_path: Path) -> None:
    assert DRAWN == make_workload(1, 1, tmp_path / "missing.csv.gz").lines_from
