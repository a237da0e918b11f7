"""What channels are shown of expected stock: what no claim that waits is promised, ten seconds after a change."""

from collections.abc import Mapping

from domain.identifiers import ChannelId, EventId, LineId, NodeId, OrderId, ReceiptId, ReservationId, SupplyId
from domain.inventory.supply.rows import DAY_US
from domain.messages.inventory import (
    ChannelAvailability,
    NodeUnits,
    RequestedLine,
    ReservationLine,
    ReservationsReleased,
    ReservationsRequested,
)
from domain.messages.reference_data import ChannelFence, StockPolicySet
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsExpected, UnitsReceived
from domain.provenance import Provenance
from operators.engine.timers import TIMERS
from operators.machines.claims.promises import EVERY_MS
from tests.unit.operators.machines.test_availability_feed import (
    BOTH,
    CENTRAL,
    LAMP,
    NORTH,
    PORTAL,
    PROVENANCE,
    SHOP,
    Ledger,
    received,
)

DAY_MS = DAY_US // 1_000
_NEVER_MS = 10**15
Days = dict[str, list[tuple[int, int]]]
"""By channel: the days from now on, and the units of each."""


class ExpectingLedger(Ledger):
    """A ledger of which the time passes in long steps."""

    def __init__(self, sourcing: Mapping[ChannelId, tuple[NodeId, ...]]) -> None:
        super().__init__(sourcing)
        self.shown: Days = {}

    def after(self, *messages: object, wait_ms: int = EVERY_MS + 1) -> Days:
        """The days that are shown in the end, of the channels of which a record was published."""
        self.shown = {}
        for message in messages:
            self._read(self.effects_of(message))
        partition = self.rows.partition
        until_ms = partition.now_ms + wait_ms
        while (due_ms := self._next_timer_ms()) <= until_ms:
            for timer in partition.timers.take_due(partition.advance(max(due_ms, partition.now_ms))):
                self._read(self.machine.fire(partition, timer, EventId("timer")))
        partition.advance(until_ms)
        return self.shown

    def _next_timer_ms(self) -> int:
        return min((timer.due_at_ms for _, timer in self.rows.rows(TIMERS)), default=_NEVER_MS)

    def _read(self, effects: object) -> None:
        assert isinstance(effects, list | tuple)
        for each in effects:
            if isinstance(each, ChannelAvailability):
                self.shown[each.channel_id] = [(day.expected_us // DAY_US, day.quantity) for day in each.to_come]


def expected(*days: tuple[int, int], node_id: NodeId = CENTRAL, revision: int = 0) -> UnitsExpected:
    lines = tuple(StockLine(LineId(""), LAMP, units, "EA", day * DAY_US) for day, units in days)
    provenance = Provenance(PROVENANCE.source_id, PROVENANCE.correlation_id, revision, "", 0, 0)
    return UnitsExpected(provenance, node_id, SupplyId(f"PO {node_id}"), EventId("document"), lines)


def arrived(quantity: int) -> UnitsReceived:
    line = StockLine(LineId("1"), LAMP, quantity, "EA")
    supply_id = SupplyId(f"PO {CENTRAL}")
    return UnitsReceived(PROVENANCE, CENTRAL, ReceiptId("R"), EventId("document"), (line,), supply_id=supply_id)


def asked(quantity: int, name: str = "r") -> ReservationsRequested:
    line = RequestedLine(ReservationId(name), LineId("1"), LAMP, quantity, "EA")
    return ReservationsRequested(OrderId(f"{SHOP}:{name}"), SHOP, 1, (CENTRAL,), confirmed=True, lines=(line,))


def given_up(quantity: int, name: str = "r") -> ReservationsReleased:
    return ReservationsReleased(
        OrderId(f"{SHOP}:{name}"), (ReservationLine(ReservationId(name), LineId("1"), LAMP, quantity),)
    )


def set_aside(safety_stock: int, fence: int = 0) -> StockPolicySet:
    fences = (ChannelFence(CENTRAL, PORTAL, fence),) if fence else ()
    return StockPolicySet(LAMP, PROVENANCE, (NodeUnits(CENTRAL, safety_stock),), fences)


def ledger_that_expects(*days: tuple[int, int]) -> ExpectingLedger:
    ledger = ExpectingLedger(BOTH)
    ledger.after(arrived(0), expected(*days))
    return ledger


def test_what_is_expected_is_shown_to_each_channel_of_the_node_by_day() -> None:
    ledger = ExpectingLedger(BOTH)
    assert {"portal": [(5, 10), (9, 4)], "shop": [(5, 10), (9, 4)]} == ledger.after(expected((5, 10), (9, 4)))
    assert {"portal": [(5, 10), (7, 3), (9, 4)]} == ledger.after(expected((7, 3), node_id=NORTH))


def test_what_is_promised_to_a_claim_that_waits_is_not_shown() -> None:
    ledger = ledger_that_expects((5, 10), (9, 4))
    assert {"portal": [(5, 3), (9, 4)], "shop": [(5, 3), (9, 4)]} == ledger.after(asked(7))
    assert {"portal": [(9, 2)], "shop": [(9, 2)]} == ledger.after(asked(5, "s"))


def test_a_claim_behind_one_that_is_promised_nothing_takes_what_is_left() -> None:
    ledger = ledger_that_expects((5, 10))
    assert {"portal": [], "shop": []} == ledger.after(asked(12))
    assert {} == ledger.after(asked(3, "s"))
    assert {"portal": [(5, 7)], "shop": [(5, 7)]} == ledger.after(given_up(12))


def test_what_a_claim_gives_up_is_shown_again() -> None:
    ledger = ledger_that_expects((5, 10))
    ledger.after(asked(7))
    assert {"portal": [(5, 10)], "shop": [(5, 10)]} == ledger.after(given_up(7))


def test_what_has_come_is_shown_as_there_and_no_more_as_expected() -> None:
    ledger = ledger_that_expects((5, 10))
    assert {"portal": [(5, 4)], "shop": [(5, 4)]} == ledger.after(arrived(6))
    assert {"portal": [], "shop": []} == ledger.after(arrived(4))


def test_a_later_day_and_an_announcement_that_ends_are_shown() -> None:
    ledger = ledger_that_expects((5, 10))
    assert {"portal": [(8, 10)], "shop": [(8, 10)]} == ledger.after(expected((8, 10), revision=1))
    assert {"portal": [], "shop": []} == ledger.after(expected((8, 0), revision=2))


def test_what_has_not_come_by_the_end_of_its_day_is_shown_no_more() -> None:
    ledger = ledger_that_expects((5, 10), (9, 4))
    assert {"portal": [(9, 4)], "shop": [(9, 4)]} == ledger.after(wait_ms=7 * DAY_MS)


def test_what_covers_a_lack_a_safety_stock_or_the_fence_of_another_is_not_shown() -> None:
    ledger = ledger_that_expects((5, 10))
    assert {"portal": [(5, 8)], "shop": [(5, 8)]} == ledger.after(set_aside(2))
    assert {"shop": [(5, 3)]} == ledger.after(set_aside(2, fence=5))
    assert {"portal": [(5, 6)], "shop": [(5, 1)]} == ledger.after(asked(2))


def test_the_first_ten_days_are_shown() -> None:
    days = [(day, 1) for day in range(3, 20)]
    assert {"portal": days[:10], "shop": days[:10]} == ExpectingLedger(BOTH).after(expected(*days))


def test_a_change_of_what_is_there_repeats_what_is_to_come() -> None:
    ledger = ledger_that_expects((5, 10))
    assert {"portal": [(5, 10)], "shop": [(5, 10)]} == ledger.after(received(3), wait_ms=0)


def test_a_channel_that_gets_a_feed_is_shown_what_is_to_come() -> None:
    ledger = ExpectingLedger({})
    assert {} == ledger.after(expected((5, 10)))
    ledger.rows.restart()
    ledger.start(BOTH)
    assert {"portal": [(5, 10)], "shop": [(5, 10)]} == ledger.after(received(1))


def test_however_often_supply_moves_it_is_shown_once_in_ten_seconds() -> None:
    ledger = ledger_that_expects((5, 10))
    for revision in range(1, 100):
        assert {} == ledger.after(expected((5, 10 + revision), revision=revision), wait_ms=1)
    assert {"portal": [(5, 109)], "shop": [(5, 109)]} == ledger.after()
