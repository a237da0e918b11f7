"""The X12 of the benchmark is what a partner could send: every order of it is placed."""

from benchmarks.loads.interchanges import interchanges
from benchmarks.measurements.reading import measure_reading
from connectors.formats.outcomes import Canonical
from domain.messages.orders import OrderPlaced
from tests.unit.channels.given import outcomes


def test_every_order_of_the_interchanges_is_placed() -> None:
    sent = list(interchanges(25))
    found = [outcome for one in sent for outcome in outcomes("edi_wholesale", one.text.encode())]
    assert 3 == len(sent)
    assert 25 == len(
        {
            each.message.order_id
            for each in found
            if isinstance(each, Canonical) and isinstance(each.message, OrderPlaced)
        }
    )
    assert 500 == sum(
        len(each.message.lines)
        for each in found
        if isinstance(each, Canonical) and isinstance(each.message, OrderPlaced)
    )
    assert [one.segments for one in sent] == [one.text.count("~") for one in sent]


def test_each_channel_that_has_orders_is_measured() -> None:
    found = {reading.what: reading for reading in measure_reading(60)}
    assert {"X12 to segments", "X12 to documents", "edi_wholesale to orders", "shopify to orders"} <= set(found)
    assert all(reading.orders and reading.cpu_s > 0 for reading in found.values())
