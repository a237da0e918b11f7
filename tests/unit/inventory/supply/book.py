"""A ledger of one item that knows dated supply; days are numbered.

Further steps: `announce 5 E on 3 [and 4 on 7] of P1 [revision 2] [in KGM]`, `receive 5 E for P1`, `today 4`, and
`promise`, which goes through the queue as the machine does after things have moved. `dates` tells the days of the
claims that wait.
"""

from dataclasses import replace

from domain.identifiers import LineId, NodeId, ReceiptId, SupplyId
from domain.inventory.decisions import LedgerDecision
from domain.inventory.reservations import Reservation
from domain.inventory.stock_facts.rows import ItemFacts
from domain.inventory.supply.promising import lots_of, promise_page
from domain.inventory.supply.rows import DAY_US, ExpectedUnits, ItemSupply
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsExpected, UnitsReceived
from tests.unit.inventory.book import DOCUMENT, ITEM, PROVENANCE, Book


class SupplyBook(Book):
    def __init__(self) -> None:
        super().__init__()
        self.supplies: dict[tuple[str, str], ItemSupply] = {}
        self.today = 0

    def facts(self) -> ItemFacts:
        return super().facts()._replace(supply=self.supply, expected=self.expected)

    def supply(self, node_id: NodeId, supply_id: SupplyId) -> ItemSupply:
        return self.supplies.get((node_id, supply_id)) or ItemSupply(node_id, supply_id)

    def expected(self) -> list[ExpectedUnits]:
        units = [each for supply in self.supplies.values() for each in supply.expected]
        return sorted((each for each in units if each.expected_us >= self.today * DAY_US), key=lambda each: each[1])

    def apply(self, decision: LedgerDecision) -> LedgerDecision:
        for supply in decision.supplies:
            self.supplies[supply.node_id, supply.supply_id] = supply
        return super().apply(decision)

    def announce(
        self, number: str, node_id: str, *days: tuple[int, int], revision: int = 0, unit: str = ""
    ) -> LedgerDecision:
        """Units by day, in that order."""
        lines = tuple(
            StockLine(LineId(str(place)), ITEM, units, unit, day * DAY_US) for place, (units, day) in enumerate(days)
        )
        provenance = replace(PROVENANCE, revision=revision)
        return self.take(UnitsExpected(provenance, NodeId(node_id), SupplyId(number), DOCUMENT, lines))

    def receive_for(self, number: str, quantity: int, node_id: str) -> LedgerDecision:
        line = StockLine(LineId("1"), ITEM, quantity)
        receipt = UnitsReceived(
            PROVENANCE, NodeId(node_id), ReceiptId("receipt"), DOCUMENT, (line,), supply_id=SupplyId(number)
        )
        return self.take(receipt)

    def promise(self, page: int = 2) -> list[LedgerDecision]:
        """Go through the queue, a page at a time."""
        lots, rows, decisions = lots_of(self.item, self.expected()), list(self.waiting()), []
        while rows:
            decision, lots = promise_page(self.item, lots, rows[:page])
            decisions.append(self.apply(decision))
            rows = rows[page:]
        return decisions

    def do(self, sentence: str) -> LedgerDecision:
        match sentence.split():
            case ["announce", *words]:
                return self._announce(words)
            case ["receive", quantity, node_id, "for", number]:
                return self.receive_for(number, int(quantity), node_id)
            case ["today", day]:
                self.today = int(day)
                return promise_page(self.item, (), ()).decision
            case ["promise"]:
                return self.promise(page=100)[-1]
            case _:
                return super().do(sentence)

    def _announce(self, words: list[str]) -> LedgerDecision:
        of = words.index("of")
        days = " ".join(words[:of]).split(" and ")
        first = days[0].split()
        rest = [day.split() for day in days[1:]]
        return self.announce(
            words[of + 1],
            first[1],
            (int(first[0]), int(first[3])),
            *((int(units), int(day)) for units, _, day in rest),
            revision=int(words[words.index("revision") + 1]) if "revision" in words else 0,
            unit=words[words.index("in") + 1] if "in" in words else "",
        )

    @property
    def dates(self) -> str:
        return "; ".join(f"{row.reservation_id} {day_of(row)}" for row in self.waiting())


def day_of(claim: Reservation) -> str:
    return str(claim.promised_us // DAY_US) if claim.promised_us else "never"


def supply_book_of(*sentences: str) -> SupplyBook:
    """As `book_of`."""
    book = SupplyBook()
    for sentence in sentences:
        for step in filter(None, (step.strip() for step in sentence.split(";"))):
            book.do(step)
    return book
