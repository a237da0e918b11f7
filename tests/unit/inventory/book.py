"""A ledger of one item for tests: keeps the rows, reads steps as sentences, tells what came of them in one line.

Steps: `receive 5 E [in KGM] [as DAMAGED] [of T1 from W]`, `adjust -2 E [in KGM]`, `count 7 E [as C1] [in KGM]`,
`change 3 E AVAILABLE to DAMAGED [in KGM]`, `send 5 E to W of T1 [in KGM]`,
`ask a 8 from E W [class 2] [placed 3] [wanted 5] [at once] [split] [in KGM] [known]` (`known`: held while the item is
not known), `move a 5` (wanted at 5),
`describe [discontinued] [NUT] [time 9]` (NUT may be offered instead), `confirm a`,
`release a 3 [holding 2 at E]`,
`pick a 3 at E`, `ship a 3 at E`, `return a 3 restocked at E`,
`give a 2 [keeping 1] [for earlier]`,
`policy [safety 2 E] [portal 5 E] [shop 30% W]`, or `policy@7` with its time. Facts end in `[time 9]`, when they
happened, by default 0. A reservation's name is also its order's: `portal:a` is one of the channel `portal`; `~a` is a
line of order `a` that has no reservation. The order has read all that the ledger has said, except after `crossed`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from domain.identifiers import (
    NO_RESERVATION,
    AdjustmentId,
    ChannelId,
    CorrelationId,
    CountId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ReservationId,
    ReturnId,
    ReversalId,
    ShipmentId,
    SourceId,
    StatusChangeId,
    TransferOrderId,
)
from domain.invariants import InvariantViolated, Violation
from domain.inventory.accounts import Item, balances, new_item
from domain.inventory.decisions import LedgerDecision
from domain.inventory.laws import audit, violations
from domain.inventory.reservations import ItemClaims, Reservation, UnitsAt
from domain.inventory.stock_facts.rows import ItemFacts, NodeHistory, OnHandChange, TransferBalance, TransferOrder
from domain.inventory.supply.rows import ItemSupply
from domain.inventory.transitions import decide, decide_held, decide_policy, steps_of
from domain.inventory.units.describing import describe
from domain.messages.cases import Case, CaseState
from domain.messages.inventory import (
    Account,
    GivenBackLine,
    ItemDescribed,
    LedgerEvent,
    NodeUnits,
    RequestedLine,
    ReservationLine,
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsMoved,
    ReservationsReleased,
    ReservationsRequested,
    ReturnedUnits,
    Transfer,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
    UnpickedUnits,
)
from domain.messages.orders import AnsweredLine
from domain.messages.reference_data import ChannelFence, StockPolicySet
from domain.messages.stock import StockLine, StockStatus
from domain.messages.stock_movements import UnitsAdjusted, UnitsCounted, UnitsReceived, UnitsSent, UnitsStatusChanged
from domain.provenance import Provenance
from domain.returns import ReturnCondition

ITEM = ItemId("lamp")
PROVENANCE = Provenance(SourceId("wms"), CorrelationId("1"), 0, "", 0, 0)
DOCUMENT = EventId("document")


class Book:
    def __init__(self) -> None:
        self.item = new_item(ITEM)
        self.rows: dict[str, Reservation] = {}
        self.transfers: list[Transfer] = []
        self.movements: list[OnHandChange] = []
        self.kept_from: dict[str, int] = {}
        self.balances: dict[TransferOrder, int] = {}
        self.crossed = False

    def facts(self) -> ItemFacts:
        return ItemFacts(
            self.history_at,
            lambda order: self.balances.get(order, 0),
            ItemSupply,
            lambda: (),
            lambda number: [
                TransferBalance(order, units)
                for order, units in self.balances.items()
                if order.transfer_order_id == number
            ],
        )

    def history_at(self, node_id: NodeId) -> NodeHistory:
        return NodeHistory(
            self.kept_from.get(node_id, 0),
            lambda at_us: [m.units for m in self.movements if m.node_id == node_id and m.occurred_at_us > at_us],
        )

    def waiting(self) -> Sequence[Reservation]:
        return sorted((row for row in self.rows.values() if row.waits), key=lambda row: row.queue_position)

    def pending_at(self, node_id: NodeId) -> Iterator[Reservation]:
        return (row for row in self.holding_at(node_id) if row.units_at(node_id).pending)

    def holding_at(self, node_id: NodeId) -> Iterator[Reservation]:
        rows = (row for row in self.rows.values() if row.units_at(node_id).held)
        yield from sorted(rows, key=lambda row: row.queue_position, reverse=True)

    def claims(self) -> ItemClaims:
        return ItemClaims(self.waiting(), self.holding_at, self.pending_at, self.rows.get)

    def apply(self, decision: LedgerDecision) -> LedgerDecision:
        _require_none(violations(decision.item))
        self.item = decision.item
        self.transfers.extend(decision.transfers)
        self.movements.extend(decision.movements)
        self.balances.update(dict(decision.balances))
        for row in decision.reservations:
            if row.ended:
                self.rows.pop(row.reservation_id, None)
            else:
                self.rows[row.reservation_id] = row
        _require_none(audit(self.item, self.rows.values()))
        assert not _below_zero_without_case(self.item)
        return decision

    def take(self, event: LedgerEvent) -> LedgerDecision:
        (step,) = steps_of(event)
        return self.apply(decide(step, self.item, self.rows.get(step.reservation_id), self.claims(), self.facts()))

    def receive(  # noqa: PLR0913  as many as a receipt has
        self,
        quantity: int,
        node_id: str,
        unit: str = "",
        *,
        at_us: int = 0,
        status: StockStatus = StockStatus.AVAILABLE,
        order: str = "",
        sender: str = "",
    ) -> LedgerDecision:
        line = StockLine(LineId("1"), ITEM, quantity, unit)
        number, transfer_order_id = ReceiptId("receipt"), TransferOrderId(order)
        return self.take(
            UnitsReceived(
                at(at_us), NodeId(node_id), number, DOCUMENT, (line,), status, transfer_order_id, NodeId(sender)
            )
        )

    def adjust(self, quantity: int, node_id: str, unit: str = "", at_us: int = 0) -> LedgerDecision:
        line = StockLine(LineId("1"), ITEM, quantity, unit)
        number = AdjustmentId("adjustment")
        return self.take(UnitsAdjusted(at(at_us), NodeId(node_id), number, "broken", DOCUMENT, (line,)))

    def count(self, node_id: str, name: str, at_us: int, *lines: tuple[int, str]) -> LedgerDecision:
        counted = tuple(
            StockLine(LineId(str(number)), ITEM, quantity, unit) for number, (quantity, unit) in enumerate(lines, 1)
        )
        return self.take(UnitsCounted(PROVENANCE, NodeId(node_id), CountId(name), at_us, DOCUMENT, counted))

    def change(  # noqa: PLR0913, PLR0917  as many as a status change has
        self, quantity: int, node_id: str, before: StockStatus, after: StockStatus, unit: str = "", at_us: int = 0
    ) -> LedgerDecision:
        line = StockLine(LineId("1"), ITEM, quantity, unit)
        number = StatusChangeId("change")
        return self.take(
            UnitsStatusChanged(at(at_us), NodeId(node_id), number, "fell", before, after, DOCUMENT, (line,))
        )

    def send(  # noqa: PLR0913, PLR0917  as many as a transfer order has
        self, quantity: int, node_id: str, to_node_id: str, order: str, unit: str = "", at_us: int = 0
    ) -> LedgerDecision:
        line = StockLine(LineId("1"), ITEM, quantity, unit)
        sent = UnitsSent(at(at_us), NodeId(node_id), NodeId(to_node_id), TransferOrderId(order), DOCUMENT, (line,))
        return self.take(sent)

    def ask(  # noqa: PLR0913  as many as a wish has
        self,
        name: str,
        quantity: int,
        nodes: tuple[str, ...],
        priority_class: int = 1,
        *,
        placed: int = 0,
        confirmed: bool = False,
        split: bool = False,
        unit: str = "",
        known: bool = False,
        wanted: int = 0,
        beside: tuple[str, ...] = (),
    ) -> LedgerDecision:
        others = tuple(map(ReservationId, beside))
        line = RequestedLine(ReservationId(name), LineId("1"), ITEM, quantity, unit, wanted, others)
        return self.take(
            ReservationsRequested(
                OrderId(name),
                ChannelId("shop"),
                priority_class,
                tuple(map(NodeId, nodes)),
                confirmed,
                (line,),
                placed,
                split,
                known,
            )
        )

    def confirm(self, name: str) -> LedgerDecision:
        order_id, line = self._named(name, 0)
        return self.take(ReservationsConfirmed(OrderId(order_id), (line,)))

    def release(self, name: str, quantity: int, *holds: NodeUnits) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        line = replace(line, holds=holds)
        return self.take(ReservationsReleased(OrderId(order_id), (line,)))

    def give_back(
        self, name: str, quantity: int, kept: int = 0, *, node_id: str = "", for_earlier: bool = False
    ) -> LedgerDecision:
        line = GivenBackLine(
            ReservationId(name), LineId("1"), ITEM, quantity, kept, NodeId(node_id), *self._numbers(name)
        )
        return self.take(ReservationsGivenBack(OrderId(name), for_earlier, (line,)))

    def pick(self, name: str, quantity: int, node_id: str) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        return self.take(UnitsPicked(OrderId(order_id), NodeId(node_id), (line,)))

    def unpick(
        self, name: str, quantity: int, node_id: str, condition: ReturnCondition, at_us: int = 0
    ) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        units = UnpickedUnits(line.reservation_id, line.line_id, ITEM, quantity, condition, line.sent, line.heard)
        return self.take(UnitsUnpicked(OrderId(order_id), NodeId(node_id), (units,), at_us))

    def reverse(
        self, name: str, quantity: int, node_id: str, condition: ReturnCondition, at_us: int = 0
    ) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        reservation_id = line.reservation_id if condition is ReturnCondition.RESTOCKED else NO_RESERVATION
        units = UnpickedUnits(reservation_id, line.line_id, ITEM, quantity, condition, line.sent, line.heard)
        nodes = (NodeId(node_id),)
        fact = UnitsReversed(
            OrderId(order_id), NodeId(node_id), ReversalId("V"), (units,), at_us, nodes=nodes, confirmed=True
        )
        return self.take(fact)

    def miss(self, name: str, quantity: int, node_id: str, at_us: int = 0) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        return self.take(UnitsShortPicked(OrderId(order_id), NodeId(node_id), (line,), at_us))

    def ship(self, name: str, quantity: int, node_id: str, at_us: int = 0) -> LedgerDecision:
        order_id, line = self._named(name, quantity)
        return self.take(UnitsShipped(OrderId(order_id), NodeId(node_id), ShipmentId("shipment"), (line,), at_us))

    def take_back(
        self, order_id: str, quantity: int, node_id: str, condition: ReturnCondition, at_us: int = 0
    ) -> LedgerDecision:
        line = ReturnedUnits(LineId("1"), ITEM, quantity, condition)
        return self.take(UnitsReturned(OrderId(order_id), NodeId(node_id), ReturnId("return"), (line,), at_us))

    def set_policy(self, safety_stock: dict[str, int], *fences: ChannelFence, at_us: int = 0) -> LedgerDecision:
        """The fences in the order in which they are filled."""
        kept = tuple(NodeUnits(NodeId(node_id), quantity) for node_id, quantity in safety_stock.items())
        event = StockPolicySet(ITEM, replace(PROVENANCE, occurred_at_us=at_us), kept, fences)
        return self.apply(decide_policy(event, self.item, self.claims()))

    def describe(
        self, at_us: int, *, is_discontinued: bool = False, substitutes: tuple[ItemId, ...] = ()
    ) -> LedgerDecision:
        """As the machine does: held lines are decided again, in the order of the queue. The last decision."""
        data = ItemDescribed(ITEM, replace(PROVENANCE, occurred_at_us=at_us), "EA", (), is_discontinued, substitutes)
        before = self.item
        decision = self.apply(describe(before, data, self.claims()))
        if not self.item.is_sold_otherwise_than(before):
            return decision
        waiting = [row for row in self.rows.values() if row.is_held and row.known_item_only]
        for row in sorted(waiting, key=lambda each: each.queue_position):
            decision = self.apply(decide_held(self.item, row, self.claims()))
        return decision

    def do(self, sentence: str) -> LedgerDecision:  # noqa: PLR0911, PLR0912, C901  one row a kind of step
        match sentence.split():
            case ["receive" | "adjust" | "count" | "change" | "send", *_] as words:
                return self._report(words)
            case ["inspect", order_id, quantity, condition, "at", node_id, *rest]:
                known = ReturnCondition((rest[1] if "was" in rest else "inspect").upper())
                seen = ReturnedUnits(LineId("1"), ITEM, int(quantity), ReturnCondition(condition.upper()), known)
                at_us, node = _number_after("time", rest, default=0), NodeId(node_id)
                return self.take(UnitsInspected(OrderId(order_id), node, ReturnId("return"), (seen,), at_us))
            case ["return", name, quantity, condition, "at", node_id, *rest]:
                at_us = _number_after("time", rest, default=0)
                return self.take_back(name, int(quantity), node_id, ReturnCondition(condition.upper()), at_us)
            case ["ask", name, quantity, "from", *rest]:
                return self.ask(
                    name,
                    int(quantity),
                    tuple(word for word in rest if word.isupper() and word != _unit_in(rest)),
                    _number_after("class", rest, default=1),
                    placed=_number_after("placed", rest, default=0),
                    confirmed="once" in rest,
                    split="split" in rest,
                    unit=_unit_in(rest),
                    known="known" in rest,
                    wanted=_number_after("wanted", rest, default=0),
                    beside=tuple(rest[rest.index("beside") + 1 :]) if "beside" in rest else (),
                )
            case ["describe", *rest]:
                return self.describe(
                    _number_after("time", rest, default=1),
                    is_discontinued="discontinued" in rest,
                    substitutes=tuple(ItemId(word) for word in rest if word.isupper()),
                )
            case [policy, *rest] if policy.startswith("policy"):
                return self.set_policy(*_policy_in(rest), at_us=int(policy.partition("@")[2] or 0))
            case ["confirm", name]:
                return self.confirm(name)
            case ["move", name, wanted, *rest]:
                order_id, line = self._named(name, 0)
                placed = _number_after("placed", rest, default=0)
                return self.take(ReservationsMoved(OrderId(order_id), int(wanted), (line,), placed))
            case ["crossed", *rest]:
                self.crossed = True
                return self.do(" ".join(rest))
            case ["release", name, quantity]:
                return self.release(name, int(quantity))
            case ["release", name, quantity, "holding", held, "at", node_id]:
                return self.release(name, int(quantity), NodeUnits(NodeId(node_id), int(held)))
            case ["give", name, quantity, *rest]:
                kept = _number_after("keeping", rest, default=0)
                return self.give_back(name, int(quantity), kept, for_earlier="earlier" in rest)
            case ["pick", name, quantity, "at", node_id]:
                return self.pick(name, int(quantity), node_id)
            case ["reverse", name, quantity, condition, "at", node_id, *rest]:
                at_us = int(rest[1]) if rest else 0
                return self.reverse(name, int(quantity), node_id, ReturnCondition(condition.upper()), at_us)
            case ["unpick", name, quantity, condition, "at", node_id, *rest]:
                at_us = _number_after("time", rest, default=0)
                return self.unpick(name, int(quantity), node_id, ReturnCondition(condition.upper()), at_us)
            case ["miss", name, quantity, "at", node_id, *rest]:
                return self.miss(name, int(quantity), node_id, _number_after("time", rest, default=0))
            case ["ship", name, quantity, "at", node_id, *rest]:
                return self.ship(name, int(quantity), node_id, _number_after("time", rest, default=0))
            case _:
                raise ValueError(f"not a step: {sentence}")

    def _report(self, words: list[str]) -> LedgerDecision:
        """A stock document."""
        at_us, unit = _number_after("time", words, default=0), _unit_in(words)
        match words:
            case ["receive", quantity, node_id, *rest]:
                return self.receive(
                    int(quantity),
                    node_id,
                    unit,
                    at_us=at_us,
                    status=StockStatus(_word_after("as", rest) or "AVAILABLE"),
                    order=_word_after("of", rest),
                    sender=_word_after("from", rest),
                )
            case ["adjust", quantity, node_id, *_]:
                return self.adjust(int(quantity), node_id, unit, at_us)
            case ["count", quantity, node_id, *rest]:
                return self.count(node_id, _word_after("as", rest), at_us, (int(quantity), unit))
            case ["change", quantity, node_id, before, "to", after, *_]:
                return self.change(int(quantity), node_id, StockStatus(before), StockStatus(after), unit, at_us)
            case ["send", quantity, node_id, "to", to_node_id, "of", order, *_]:
                return self.send(int(quantity), node_id, to_node_id, order, unit, at_us)
            case _:
                raise ValueError(f"not a stock document: {' '.join(words)}")

    def described(self) -> str:
        """All accounts that are not empty, then all reservations."""
        return "; ".join(
            [*map(self._node_described, range(len(self.item.nodes))), *map(_row_described, self.rows.values())]
        )

    def _node_described(self, place: int) -> str:
        node = self.item.nodes[place]
        units = zip(Account, balances(node), strict=True)
        return " ".join([f"{node.node_id}:", *(f"{account.lower()} {held}" for account, held in units if held)])

    def _named(self, name: str, quantity: int) -> tuple[str, ReservationLine]:
        order_id = name.removeprefix("~")
        reservation_id = ReservationId("" if name.startswith("~") else name)
        return order_id, ReservationLine(reservation_id, LineId("1"), ITEM, quantity, *self._numbers(reservation_id))

    def _numbers(self, reservation_id: str) -> tuple[int, int]:
        """Of a message about a claim: its own number, and that of the ledger's last message that the order has read."""
        row = self.rows.get(reservation_id)
        if row is None:
            return 0, 0
        crossed, self.crossed = self.crossed, False
        return row.heard + 1, row.said - crossed


def _policy_in(words: list[str]) -> tuple[dict[str, int], *tuple[ChannelFence, ...]]:
    entries = list(zip(words[::3], words[1::3], words[2::3], strict=True))
    safety_stock = {node_id: int(quantity) for name, quantity, node_id in entries if name == "safety"}
    return safety_stock, *(_fence(*entry) for entry in entries if entry[0] != "safety")


def _fence(channel_id: str, amount: str, node_id: str) -> ChannelFence:
    percent = int(amount.removesuffix("%")) if amount.endswith("%") else 0
    return ChannelFence(NodeId(node_id), ChannelId(channel_id), 0 if percent else int(amount), percent)


def at(at_us: int) -> Provenance:
    return replace(PROVENANCE, occurred_at_us=at_us)


def _unit_in(words: list[str]) -> str:
    return _word_after("in", words)


def _word_after(word: str, words: list[str]) -> str:
    return words[words.index(word) + 1] if word in words else ""


def _number_after(word: str, words: list[str], default: int) -> int:
    return int(words[words.index(word) + 1]) if word in words else default


def book_of(*sentences: str) -> Book:
    """The book after a history; each sentence may hold several steps, parted by semicolons."""
    book = Book()
    for sentence in sentences:
        for step in filter(None, (step.strip() for step in sentence.split(";"))):
            book.do(step)
    return book


def effects_of(decision: LedgerDecision) -> str:
    """What is published of a decision."""
    return "; ".join(
        [
            *map(_answer_described, decision.answers),
            *(f"fills {fill.order_id} {fill.line.quantity} at {fill.line.node_id}" for fill in decision.fills),
            *(
                f"recalls {recall.order_id} {recall.line.quantity}" + " for earlier" * recall.for_earlier
                for recall in decision.recalls
            ),
            *(f"states {statement.order_id}" for statement in decision.statements),
            *map(_case_described, decision.cases),
        ],
    )


def _case_described(case: Case) -> str:
    return case.case_class if case.state is CaseState.OPEN else f"{case.case_class} {case.state}"


def _below_zero_without_case(item: Item) -> set[NodeId]:
    """Nodes that lack units of which no open case says that, why, or what is missing."""
    told = {loss.node_id for loss in item.losses} | {units.node_id for units in item.premature}
    return {node.node_id for node in item.nodes if node.available < 0} - told - set(item.drifted)


def _require_none(broken: tuple[Violation, ...]) -> None:
    if broken:
        raise InvariantViolated(*broken)


def _answer_described(answer: AnsweredLine) -> str:
    parts = {"granted": answer.granted, "backordered": answer.backordered, "denied": answer.denied}
    return " ".join([f"at {answer.node_id}:", *(f"{name} {units}" for name, units in parts.items() if units)])


def _row_described(row: Reservation) -> str:
    """Units at one node as `a@E: pending 3 waits 1`, at several as `a: pending 3@E pending 2@W waits 1`."""
    held = [at for at in row.at if at.held or at.recalled or at.kept]
    places = [at.node_id for at in held or row.at] or [*row.nodes, NodeId("")]
    name = row.reservation_id if len(held) > 1 else f"{row.reservation_id}@{places[0]}"
    waits = [f"waits {row.backordered}"] if row.backordered else []
    words = [
        *_described_at(held, "pending", "allocated"),
        *waits,
        *_described_at(held, "recalled", "kept"),
        *(f"picked {at.picked}@{at.node_id}" for at in row.at if at.picked),
    ]
    return " ".join([f"{name}:", *words])


def _described_at(held: list[UnitsAt], *parts: str) -> Iterator[str]:
    for at in held:
        place = f"@{at.node_id}" if len(held) > 1 else ""
        yield from (f"{part} {getattr(at, part)}{place}" for part in parts if getattr(at, part))
