"""The ledger's rows: items, reservations, which of them wait and which hold units."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, assert_never

from connectors.log.partitioner import partition_of
from domain.deduplication import Arrival, Horizons
from domain.identifiers import ChannelId, ErpId, EventId, ItemId
from domain.inventory import journal, transitions
from domain.inventory.accounts import Item, new_item
from domain.inventory.backorders import filled_by_order
from domain.inventory.decisions import Fill, LedgerDecision, LedgerVerdict, Recall, Statement
from domain.inventory.documents import movement_of
from domain.inventory.effects import LedgerEffect
from domain.inventory.recalls import recalled_by_order
from domain.inventory.reconciliation.adjustments import TAKEN_OVER, adjustment_of, on_hand_at
from domain.inventory.reconciliation.movement_names import name_of
from domain.inventory.reconciliation.policy import PEOPLE_DECIDE, ReconciliationPolicy
from domain.inventory.reconciliation.rows import NamedMovement, StockDifference
from domain.inventory.reservations import Reservation
from domain.inventory.single_lines import is_single_line, line_of, repeated
from domain.inventory.stock_facts.item_lines import ItemLines
from domain.inventory.stock_facts.rows import ItemFacts
from domain.inventory.stock_policy.availability import Sourcing
from domain.inventory.transitions import Step
from domain.inventory.units.cases import counted_after_all
from domain.inventory.units.describing import UncountedLine, can_count, describe, uncounted
from domain.messages.case_actions import CaseAction, CaseDismissed, CaseResolved, CaseReversed
from domain.messages.cases import Case
from domain.messages.inventory import (
    Account,
    ChannelAvailability,
    InventoryPosition,
    ItemDescribed,
    LedgerEvent,
    OrderMessage,
    ReservationsRequested,
    StockTransferred,
    Transfer,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.messages.orders import AnsweredLine, ReservationsAnswered
from domain.messages.reference_data import ReferenceData, StockPolicySet
from domain.messages.snapshots.stock import StockReported, StockSnapshotPart
from domain.messages.stock import StockDocument, StockLine
from domain.messages.stock_movements import StockMovement, UnitsCounted
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines import movement_history, transfer_balances
from operators.machines.availability_feed import ALL_ITEMS, NO_FEED, NO_SHOPS, AvailabilityFeed
from operators.machines.below_zero import keep_below_zero
from operators.machines.cases.kept_cases import CaseReaction, retries_nothing
from operators.machines.claims import promises, supplies
from operators.machines.claims.promises import TIMERS as PROMISE_TIMERS
from operators.machines.claims.rows import HELD, RESERVATIONS, claims_in, claims_of, store
from operators.machines.claims.supplies import ANNOUNCED_PASSED, SUPPLY_PASSED
from operators.machines.movement_history import MOVEMENT_PASSED
from operators.machines.reconciliation.differences import DIFFERENCE_DUE, LateMovement, LedgerAccess, Reconciliation
from operators.machines.reconciliation.snapshots import StockSnapshots
from operators.machines.single_lines import SingleLines
from operators.machines.snapshot_home import TIMERS as SNAPSHOT_TIMERS
from operators.machines.snapshot_home import SnapshotHome
from operators.machines.stock_documents import DOCUMENT_PASSED, StockDocuments
from operators.machines.transfer_balances import TRANSFER_DUE
from operators.steps.deduplication import PASSED


def with_unfound_units(item: Any) -> Any:  # noqa: ANN401 - as version 8 wrote it
    """Version 9 knows what short picks did not find; of losses from before it they explain nothing."""
    return [*item[:-1], [[*loss, 0] for loss in item[-1]], []]


def with_confirmed_losses(item: Any) -> Any:  # noqa: ANN401 - as version 10 wrote it
    """Version 11 knows where lost units are, and which a count has found missing too; before, none of it is known."""
    *others, losses, unfound, substitutes = item
    gone = Account.ADJUSTMENT.value
    return [
        *others,
        [[*loss, gone, 0, "", ""] for loss in losses],
        [[*each, gone, False] for each in unfound],
        substitutes,
    ]


ITEMS: Table[Item] = Table(
    "item",
    Item,
    ordered=True,
    version=11,
    upgrades={
        1: lambda item: [*item, []],
        2: lambda item: [*item, ""],
        3: lambda item: [*item, [], 0],
        4: lambda item: [*item, [0, [], []]],
        5: lambda item: [*item, [], []],
        6: lambda item: [*item, False],
        7: lambda item: [*item, []],
        8: with_unfound_units,
        9: lambda item: [*item, []],
        10: with_confirmed_losses,
    },
)
UNCOUNTED: Table[UncountedLine] = Table(
    "uncounted",
    UncountedLine,
    ordered=True,
    version=3,
    upgrades={1: lambda uncounted: uncounted, 2: lambda uncounted: uncounted},
)
"""Lines of stock documents in a unit in which their item is not kept, by item; until its master data has that unit."""


class InventoryMachine:
    """A stock document is recognised and split; all else is decided line by line, and each item journalled once."""

    def __init__(
        self,
        horizons: Horizons,
        sourcing: Sourcing = NO_FEED,
        policy: ReconciliationPolicy = PEOPLE_DECIDE,
        shown_by: Mapping[ChannelId, ErpId] = NO_SHOPS,
    ) -> None:
        """`sourcing`: the nodes of each channel with an availability feed; `policy`: what is adjusted by itself.

        `shown_by`: the shop that is told what a channel may show.
        """
        self._documents = StockDocuments(horizons)
        self._snapshots = SnapshotHome(horizons, StockSnapshots())
        self._policy = policy
        self._single_lines = SingleLines(horizons)
        self._feed = AvailabilityFeed(sourcing, ITEMS, shown_by)
        self._forgets: Mapping[str, Callable[[Partition], None]] = {
            DOCUMENT_PASSED: self._documents.forget,
            MOVEMENT_PASSED: movement_history.forget,
            PASSED: self._single_lines.forget,
            ANNOUNCED_PASSED: supplies.forget_documents,
            SUPPLY_PASSED: supplies.forget,
        }

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[LedgerEffect]:
        """The effect of one event of `inventory.inbox.v1`."""
        message = event.message
        self._feed.start(partition)
        if isinstance(message, StockDocument):
            if not is_single_line(message):
                return self._documents.apply(partition, message, event.event_id, now_ms)
            arrival = self._single_lines.arrival(partition, message, event.event_id, now_ms)
            if arrival is not Arrival.FIRST:
                return repeated(message, arrival)
            message = movement_of(message, (line_of(message),), event.event_id)
        elif isinstance(message, StockMovement):
            message = self._single_lines.without_known(partition, message)
        elif isinstance(message, ReferenceData):
            return _taken_over(self._entry(partition, event, now_ms), message)
        elif isinstance(message, StockSnapshotPart):
            return self._snapshots.apply(partition, message, now_ms)
        elif isinstance(message, StockReported):
            entry = self._entry(partition, event, now_ms)
            entry.compare(message)
            return entry.messages(message)
        elif not isinstance(message, OrderMessage):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but the ledger has no row")
        message = _dated(message, now_ms)
        entry = self._entry(partition, event, now_ms)
        for step in transitions.steps_of(message):
            entry.take(step)
        return entry.messages(message)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[LedgerEffect]:
        """The horizons of documents, supply and movements, promise dates, goods in transit, and the feed of all items.

        Only the order ends reservations.
        """
        if timer.kind in self._forgets:
            self._forgets[timer.kind](partition)
        elif timer.kind in PROMISE_TIMERS:
            return self._promised(partition, timer)
        elif timer.kind == TRANSFER_DUE:
            return transfer_balances.fire(partition, timer)
        elif timer.kind == ALL_ITEMS:
            return self._feed.publish_page(partition, timer)
        elif timer.kind in SNAPSHOT_TIMERS:
            return self._snapshots.fire(partition, timer)
        elif timer.kind == DIFFERENCE_DUE:
            entry = _Entry(partition, (cause_event_id, partition.now_ms), None, self._feed, self._policy)
            entry.judge(timer)
            return entry.messages(timer)
        else:
            raise TypeError(f"the ledger set no timer {timer}, but it fired in {partition} as {cause_event_id}")
        return ()

    def _promised(self, partition: Partition, timer: Timer) -> Sequence[LedgerEffect]:
        """A page of promise dates; at the end of a round, what channels may sell of what is to come."""
        step = promises.fire(partition, timer, ITEMS)
        if step.left is None:
            return step.stated
        return (*step.stated, *self._feed.left_to_come(partition, ItemId(timer.subject), step.left))

    def react(self, partition: Partition, case: Case, action: CaseAction, event: Event, now_ms: int) -> CaseReaction:
        """A person takes over what a snapshot says, or takes that back; no other case of stock can be retried."""
        entry = self._entry(partition, event, now_ms)
        row = entry.difference_of(case)
        if row is None or isinstance(action, CaseDismissed | CaseResolved):
            return retries_nothing(partition, case, action, event, now_ms)
        if isinstance(action, CaseReversed):
            return entry.reverse(row)
        return entry.adjust_to_snapshot(row)

    def _entry(self, partition: Partition, event: Event, now_ms: int) -> "_Entry":
        return _Entry(partition, (event.event_id, now_ms), event, self._feed, self._policy)


def _dated(message: LedgerEvent, now_ms: int) -> LedgerEvent:
    """A record of an earlier release does not say when it happened: when it is read, as far as anybody knows."""
    if (
        isinstance(message, UnitsShipped | UnitsReversed | UnitsReturned | UnitsUnpicked | UnitsShortPicked)
        and not message.occurred_at_us
    ):
        return replace(message, occurred_at_us=now_ms * 1_000)
    return message


def _taken_over(entry: "_Entry", message: ReferenceData) -> Sequence[LedgerEffect]:
    """Take over what is said about an item: count what waited for it, or fill what it allows."""
    match message:
        case ItemDescribed():
            entry.describe(message)
        case StockPolicySet():
            entry.set_policy(message)
        case _:
            assert_never(message)
    return entry.messages(message)


class _Entry:
    """Applies one record, or a timer without one, to the ledger; used within one call.

    `cause`: the event that the journal names, and its time.
    """

    def __init__(
        self,
        partition: Partition,
        cause: tuple[EventId, int],
        event: Event | None,
        feed: AvailabilityFeed,
        policy: ReconciliationPolicy,
    ) -> None:
        self._partition = partition
        self._state = partition.state
        self._cause_event_id, self._now_ms = cause
        self._event = event
        self._feed = feed
        self._policy = policy
        self._reconciliation: Reconciliation | None = None
        self._late: deque[LateMovement] = deque()
        self._is_adjusting = False
        self._before: dict[str, Item] = {}
        self._after: dict[str, Item] = {}
        self._transfers: dict[str, list[Transfer]] = {}
        self._answers: list[AnsweredLine] = []
        self._fills: list[Fill] = []
        self._recalls: list[Recall] = []
        self._statements: list[Statement] = []
        self._cases: list[Case] = []
        self._promised_last: list[Reservation] = []

    def _reconciling(self) -> Reconciliation:
        """Made when something is compared: the two hold on to each other, so only the collector frees them."""
        if self._reconciliation is None:
            book = LedgerAccess(self._read_item, partial(claims_of, self._state), self._adjust)
            self._reconciliation = Reconciliation(self._partition, book, self._policy)
        return self._reconciliation

    def take(self, step: Step) -> None:
        """Gather the rows of one line, let the rules decide, and store what they decided for the next line."""
        self._require_home(step.item_id)
        item = self._item(step.item_id)
        reservation = self._state.get(RESERVATIONS, step.reservation_id) if step.reservation_id else None
        decision = transitions.decide(
            step, item, reservation, claims_of(self._state, step.item_id), self._facts(step.item_id)
        )
        self._keep(decision)
        self._keep_movements(step, decision)
        if decision.item.unit != item.unit:
            self._look_again(step.item_id)
        if isinstance(step.event, UnitsCounted) and decision.verdict in TAKEN_OVER:
            self._note_count(step.event, item, decision.item)
        if decision.verdict is LedgerVerdict.NOT_COUNTED:
            self._keep_uncounted(step)

    def compare(self, report: StockReported) -> None:
        """Compare the lines of a snapshot with the items."""
        for line in report.lines:
            self._require_home(line.item_id)
        self._reconciling().compare(report)

    def judge(self, timer: Timer) -> None:
        """The time of what was in flight at a snapshot has passed."""
        self._reconciling().judge(timer)

    def difference_of(self, case: Case) -> StockDifference | None:
        """The difference that a case is about."""
        return self._reconciling().difference_of(case)

    def adjust_to_snapshot(self, row: StockDifference) -> CaseReaction:
        """A person has looked at a difference, and takes over what the snapshot says."""
        if not row.is_stated or row.judge_at_ms:
            return CaseReaction(refused="there is nothing to adjust: the difference is being compared again")
        if not row.proposes:
            return CaseReaction(refused="nothing is to be adjusted here: the error is in the other system")
        self._reconciling().adjust(row)
        return CaseReaction(self.messages(None))

    def reverse(self, row: StockDifference) -> CaseReaction:
        """A person takes an adjustment back."""
        if not row.adjusted:
            return CaseReaction(
                refused="no adjustment is in force: none was made, it was taken back, or a later count has replaced it"
            )
        self._reconciling().reverse(row)
        return CaseReaction(self.messages(None))

    def _adjust(self, row: StockDifference, units: int) -> None:
        """As an adjustment of the snapshot's time: what counts and later facts say of that time holds for it too."""
        self._is_adjusting = True
        for step in transitions.steps_of(adjustment_of(row, units, self._cause_event_id, self._now_ms)):
            self.take(step)
        self._is_adjusting = False

    def _keep_movements(self, step: Step, decision: LedgerDecision) -> None:
        """Note what came to a node or left it; a difference may have waited for it."""
        item_id = step.item_id
        for movement in decision.movements:
            name = name_of(step.event)
            movement_history.keep(self._partition, item_id, movement, name)
            node_id, occurred_at_us, units = movement
            if occurred_at_us <= movement_history.reported_until_us(self._partition, item_id, node_id):
                named = NamedMovement(occurred_at_us, units, name)
                self._late.append(LateMovement(item_id, node_id, named, self._is_adjusting))

    def _note_count(self, count: UnitsCounted, before: Item, after: Item) -> None:
        """Of a count, what it changed."""
        node_id, item_id = count.node_id, after.item_id
        if movement_history.reported_until_us(self._partition, item_id, node_id):
            found = on_hand_at(after, node_id) - on_hand_at(before, node_id)
            named = NamedMovement(count.counted_at_us, found, name_of(count))
            self._late.append(LateMovement(item_id, node_id, named, counted_at_us=count.counted_at_us))

    def _keep_uncounted(self, step: Step) -> None:
        if isinstance(step.event, StockMovement) and isinstance(step.line, StockLine | ItemLines):
            lines = (step.line,) if isinstance(step.line, StockLine) else step.line.lines
            key = f"{step.item_id}\0{step.event.document_event_id}/{lines[0].line_id}"
            self._state.put(UNCOUNTED, key, uncounted(step.event, lines))

    def set_policy(self, message: StockPolicySet) -> None:
        """Take over the item's safety stock and fences, and fill what they allow."""
        item = self._item(message.item_id)
        self._keep(transitions.decide_policy(message, item, claims_of(self._state, message.item_id)))

    def _read_item(self, item_id: ItemId) -> Item:
        """As it is after the lines before."""
        return self._after.get(item_id) or self._state.get(ITEMS, item_id) or new_item(item_id)

    def _item(self, item_id: ItemId) -> Item:
        """The same; the first time it is noted as it was before the record."""
        item = self._read_item(item_id)
        self._before.setdefault(item_id, item)
        return item

    def describe(self, message: ItemDescribed) -> None:
        """Take over the item's master data, and count what was not counted for its unit, if the table has it."""
        item_id = message.item_id
        before = self._item(item_id)
        self._keep(describe(before, message, claims_of(self._state, item_id)))
        if self._after[item_id].is_sold_otherwise_than(before):
            self._look_again(item_id)
        for key, waiting in list(self._state.scan(UNCOUNTED, f"{item_id}\0")):
            movement = waiting.movement
            if can_count(self._after[item_id], movement.lines):
                self._state.delete(UNCOUNTED, key)
                for step in transitions.steps_of(movement):
                    self.take(step)
                self._cases.append(counted_after_all(movement, movement.lines))

    def _look_again(self, item_id: ItemId) -> None:
        """Decide the lines again that wait for the item's master data; each is read once whenever that changes."""
        for _, held in list(claims_in(self._state, HELD, f"{item_id}\0")):
            self._keep(transitions.decide_held(self._after[item_id], held, claims_of(self._state, item_id)))

    def _facts(self, item_id: ItemId) -> ItemFacts:
        """Reads nothing until a decision does."""
        return ItemFacts(
            lambda node_id: movement_history.history_at(self._partition, item_id, node_id),
            lambda order: transfer_balances.under_way(self._state, item_id, order),
            lambda node_id, supply_id: supplies.supply_of(self._state, item_id, node_id, supply_id),
            lambda: supplies.expected_of(self._partition, item_id),
            lambda number: transfer_balances.named(self._state, item_id, number),
        )

    def _require_home(self, item_id: ItemId) -> None:
        if self._event is None:
            return
        record = self._event.record
        home = partition_of(item_id, self._event.partitions)
        if home != record.partition:
            raise CommitGateViolated(f"{record.topic}: item {item_id} lives in partition {home}, not here")

    def _keep(self, decision: LedgerDecision) -> None:
        if not decision.verdict.is_ordinary:
            self._partition.count(decision.verdict)
        item_id = decision.item.item_id
        before = self._item(item_id)
        self._after[item_id] = decision.item
        for change in decision.changes:
            store(self._state, change)
        for balance in decision.balances:
            self._cases.extend(transfer_balances.keep(self._partition, item_id, balance))
        for supply in decision.supplies:
            supplies.keep(self._partition, item_id, supply)
        if (last := promises.watch(self._partition, before, decision)) is not None:
            self._promised_last.append(last)
        self._transfers.setdefault(item_id, []).extend(decision.transfers)
        self._answers.extend(decision.answers)
        self._fills.extend(decision.fills)
        self._recalls.extend(decision.recalls)
        self._statements.extend(decision.statements)
        self._cases.extend(decision.cases)

    def messages(self, message: LedgerEvent | ReferenceData | StockReported | Timer | None) -> Sequence[LedgerEffect]:
        """The messages that the record causes: the answer to the order, fills, the journal, positions, cases."""
        while self._late:
            self._reconciling().follow(self._late.popleft())
        messages: list[LedgerEffect] = [
            *filled_by_order(self._fills),
            *recalled_by_order(self._recalls),
            *journal.stated_by_order(self._statements),
        ]
        if isinstance(message, ReservationsRequested):
            messages.insert(0, ReservationsAnswered(message.order_id, tuple(self._answers)))
        lines = []
        views: list[InventoryPosition | ChannelAvailability] = []
        for item_id, item in self._after.items():
            before = self._before[item_id]
            settled = journal.settled(before, item, self._transfers[item_id])
            if settled == before:
                continue
            self._state.put(ITEMS, item_id, settled)
            keep_below_zero(self._state, before, settled)
            lines.append(journal.line_of(settled, tuple(self._transfers[item_id])))
            views.append(journal.position(settled, self._now_ms))
            views.extend(self._feed.changes(self._state, before, settled, self._now_ms))
        for claim in self._promised_last:
            views.extend(self._feed.promised_last(self._partition, claim))
        if lines:
            cause = message.document_event_id if isinstance(message, StockMovement) else self._cause_event_id
            messages.append(StockTransferred(cause, tuple(lines)))
        said = self._reconciliation.said if self._reconciliation else ()
        return (*messages, *views, *self._cases, *said)
