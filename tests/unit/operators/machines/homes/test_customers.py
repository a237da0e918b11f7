"""The order machine's rows of customers, and of the orders that wait for them: who is told, and when they go."""

from collections.abc import Sequence

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, CustomerId, EventId, OrderId, SourceId
from domain.messages.customers import CustomerAsked, CustomerDescribed, CustomerNoLongerAwaited
from domain.messages.orders import CustomerAnswered
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.machines.homes.customers import AWAITED, PAGE
from operators.machines.orders import OrderMachine
from tests.memory_state import MemoryRows
from tests.unit.orders.story import RULES

ANN = CustomerId("ann")


class Home:
    """One partition, which is the home of every customer."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = OrderMachine(RULES, Horizons())
        self._records = 0

    def hear(self, message: object) -> Sequence[object]:
        self._records += 1
        partition = self.rows.partition
        partition.advance(self._records)
        record = Record("orders.inbox.v1", 0, self._records, partition.now_ms, "key", b"", ())
        event = Event(EventId(f"event {self._records}"), CorrelationId(""), (), message, record, 1)
        return self._machine.apply(partition, event, partition.now_ms)

    def ask(self, order_id: str, customer_id: CustomerId = ANN) -> CustomerAnswered:
        (answer,) = self.hear(CustomerAsked(customer_id, OrderId(order_id)))
        assert isinstance(answer, CustomerAnswered)
        return answer

    def describe(self, at_us: int = 1, *, is_blocked: bool = False) -> list[str]:
        """The orders that are told."""
        provenance = Provenance(SourceId("crm"), CorrelationId(f"{self._records}"), 0, "", at_us, at_us)
        told = self.hear(CustomerDescribed(ANN, provenance, is_blocked, ""))
        return [each.order_id for each in told if isinstance(each, CustomerAnswered)]

    def fire(self) -> list[str]:
        """The orders that the next timer tells."""
        partition = self.rows.partition
        timers = partition.timers.take_due(partition.advance(partition.now_ms + 1))
        told = [each for timer in timers for each in self._machine.fire(partition, timer, EventId("timer"))]
        return [each.order_id for each in told if isinstance(each, CustomerAnswered)]

    def waiting(self) -> int:
        return len(list(self.rows.rows(AWAITED)))


def test_whoever_asks_about_a_known_customer_is_answered_and_told_of_a_later_block() -> None:
    home = Home()
    home.describe(7)
    answer = home.ask("portal:1")
    assert (True, False, 7) == (answer.is_known, answer.is_blocked, answer.described_at_us)
    assert ["portal:1"] == home.describe(8, is_blocked=True)


def test_master_data_that_says_nothing_new_is_told_to_nobody() -> None:
    home = Home()
    home.describe(7)
    home.ask("portal:1")
    assert [] == home.describe(8)
    assert 8 == home.ask("portal:2").described_at_us


def test_an_order_is_told_of_each_change_until_it_says_that_it_is_released() -> None:
    home = Home()
    assert not home.ask("portal:1").is_known
    home.ask("portal:2", CustomerId("bob"))
    assert ["portal:1"] == home.describe(1, is_blocked=True)
    assert ["portal:1"] == home.describe(2)
    home.hear(CustomerNoLongerAwaited(ANN, OrderId("portal:1")))
    assert [] == home.describe(3, is_blocked=True)
    assert 1 == home.waiting()


def test_older_master_data_changes_nothing_and_is_told_to_nobody() -> None:
    home = Home()
    home.describe(5, is_blocked=True)
    home.ask("portal:1")
    assert [] == home.describe(4)
    assert home.ask("portal:1").is_blocked


def test_many_orders_are_told_a_page_at_a_time() -> None:
    home = Home()
    names = [f"portal:{number:05d}" for number in range(2 * PAGE + 1)]
    for name in names:
        home.ask(name)
    told = [home.describe(), home.fire(), home.fire(), home.fire()]
    assert [PAGE, PAGE, 1, 0] == [len(page) for page in told]
    assert names == [name for page in told for name in page]
