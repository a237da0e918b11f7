"""How a stock document compares with the one that is known: a verdict table over histories of arrivals.

An arrival is `LINES [?N] [by MESSAGE]`: lines as `ITEM QUANTITY`, separated by commas; `?N`: so many were refused.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pytest

from domain.identifiers import (
    WHOLE,
    AdjustmentId,
    CorrelationId,
    CountId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    PartId,
    ReceiptId,
    SourceId,
    StatusChangeId,
    TransferOrderId,
)
from domain.inventory.documents import (
    DocumentDecision,
    DocumentVerdict,
    KnownDocument,
    decide,
    identity_of,
    movement_of,
)
from domain.messages.cases import CaseClass
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockDocument,
    StockLine,
    StockStatus,
    StockStatusChanged,
)
from domain.messages.stock_movements import UnitsAdjusted, UnitsCounted, UnitsReceived, UnitsSent, UnitsStatusChanged
from domain.provenance import Provenance

FIRST, AGAIN = DocumentVerdict.FIRST, DocumentVerdict.DUPLICATE
MORE, OTHER = DocumentVerdict.COMPLETED, DocumentVerdict.CONFLICT
UNTIL_MS = 1_000


def provenance(message: str, content: str, source: str = "wms") -> Provenance:
    return Provenance(SourceId(source), CorrelationId(message), 0, sha256(content.encode()).hexdigest()[:32], 0, 0)


def receipt(sentence: str, number: str = "R1", node: str = "central", part: PartId = WHOLE) -> GoodsReceived:
    """The content hash is over the units of each item, as intake makes it."""
    words, _, message = sentence.partition(" by ")
    listed, _, refused = words.partition("?")
    pairs = [line.split() for line in listed.split(",") if line.strip()]
    lines = tuple(
        StockLine(LineId(str(place)), ItemId(item), int(units)) for place, (item, units) in enumerate(pairs, 1)
    )
    units: Counter[str] = Counter()
    for line in lines:
        units[line.item_id] += line.quantity
    content = repr(sorted(units.items()))
    origin = provenance(message or "m1", content)
    return GoodsReceived(origin, NodeId(node), ReceiptId(number), lines, part, refused_lines=int(refused or 0))


def arrive(history: Sequence[StockDocument]) -> list[DocumentDecision]:
    known: KnownDocument | None = None
    decisions = []
    for place, document in enumerate(history):
        decision = decide(document, known, EventId(f"event {place}"), place, UNTIL_MS + place)
        known = decision.known
        decisions.append(decision)
    return decisions


def applied(decisions: Sequence[DocumentDecision]) -> list[str]:
    return [f"{line.item_id} {line.quantity}" for decision in decisions for line in decision.lines]


TABLE = (
    # arrivals                                                 verdicts              lines that apply
    (("a 5, b 3",),                                            (FIRST,),             "a 5, b 3"),
    (("a 5, b 3", "a 5, b 3"),                                 (FIRST, AGAIN),       "a 5, b 3"),
    (("a 5, b 3", "b 3, a 5"),                                 (FIRST, AGAIN),       "a 5, b 3"),
    (("a 5, b 3", "a 5, b 3 by m2"),                           (FIRST, AGAIN),       "a 5, b 3"),
    (("a 5, a 5", "a 10"),                                     (FIRST, AGAIN),       "a 5, a 5"),
    (("a 5, a 5", "a 5"),                                      (FIRST, OTHER),       "a 5, a 5"),
    (("a 5", "a 5, a 5"),                                      (FIRST, OTHER),       "a 5"),
    (("a 5, b 3", "a 5, c 3"),                                 (FIRST, OTHER),       "a 5, b 3"),
    (("a 5, b 3", "a 5, b 4"),                                 (FIRST, OTHER),       "a 5, b 3"),
    (("a 5, b 3", "a 3, b 5"),                                 (FIRST, OTHER),       "a 5, b 3"),
    (("a 5, b 3", "a 5"),                                      (FIRST, OTHER),       "a 5, b 3"),
    (("a 5, b 3", "a 5, b 3, c 1"),                            (FIRST, OTHER),       "a 5, b 3"),
    (("a 5", "a 6 by m2", "a 6 by m2", "a 5 by m3"),           (FIRST, OTHER, OTHER, AGAIN), "a 5"),
    (("a 5 ?1", "a 5 ?1"),                                     (FIRST, AGAIN),       "a 5"),
    (("a 5 ?1", "a 5, b 3"),                                   (FIRST, MORE),        "a 5, b 3"),
    (("a 5 ?1", "b 3, a 5 by m2"),                             (FIRST, MORE),        "a 5, b 3"),
    (("a 5 ?1", "a 5, a 5"),                                   (FIRST, MORE),        "a 5, a 5"),
    (("a 5 ?1", "a 5, b 3", "a 5, b 3"),                       (FIRST, MORE, AGAIN), "a 5, b 3"),
    (("a 5 ?1", "a 5, b 3", "a 5 ?1"),                         (FIRST, MORE, AGAIN), "a 5, b 3"),
    (("a 5 ?1", "a 5, b 3", "a 5, c 3"),                       (FIRST, MORE, OTHER), "a 5, b 3"),
    (("a 5 ?2", "a 5, b 3 ?1", "a 5, b 3, c 1"),               (FIRST, MORE, MORE),  "a 5, b 3, c 1"),
    (("a 5 ?2", "a 5, b 3"),                                   (FIRST, OTHER),       "a 5"),
    (("a 5 ?1", "a 6, b 3"),                                   (FIRST, OTHER),       "a 5"),
    (("a 5 ?1", "a 5, b 3, c 1"),                              (FIRST, OTHER),       "a 5"),
    (("a 5 ?1", "b 3"),                                        (FIRST, OTHER),       "a 5"),
    (("a 5, b 3", "a 5 ?1"),                                   (FIRST, OTHER),       "a 5, b 3"),
)  # fmt: skip


@pytest.mark.parametrize(("arrivals", "verdicts", "lines"), TABLE)
def test_every_arrival_has_this_verdict_and_these_lines_apply(
    arrivals: tuple[str, ...], verdicts: tuple[DocumentVerdict, ...], lines: str
) -> None:
    decisions = arrive([receipt(sentence) for sentence in arrivals])
    assert verdicts == tuple(decision.verdict for decision in decisions)
    assert lines == ", ".join(applied(decisions))
    assert [verdict is OTHER for verdict in verdicts] == [bool(decision.cases) for decision in decisions]


def test_the_table_has_every_verdict() -> None:
    assert set(DocumentVerdict) == {verdict for _, verdicts, _ in TABLE for verdict in verdicts}


def test_a_conflict_names_both_identities_and_one_content_is_one_case() -> None:
    first, conflict, again, third = arrive(
        [receipt(sentence) for sentence in ("a 5", "a 6 by m2", "a 6 by m3", "a 7 by m4")]
    )
    assert () == first.cases
    (case,) = conflict.cases
    assert (CaseClass.CONFLICTING_DUPLICATE, "receipt/central/R1", "wms") == (
        case.case_class,
        case.subject,
        case.source_id,
    )
    assert (
        "wms sent receipt R1 of central with message 'm2' again with other content than message 'm1' of wms; "
        "the first one stays in force"
    ) == case.reason
    keys = [case.key for decision in (conflict, again, third) for case in decision.cases]
    assert keys[0] == keys[1] != keys[2]


def test_a_part_is_named_in_its_conflict() -> None:
    _, conflict = arrive([receipt(sentence, part=PartId("7")) for sentence in ("a 5", "a 6 by m2")])
    assert "receipt R1 of central, part 7, with message 'm2'" in conflict.cases[0].reason


@pytest.mark.parametrize("other", (receipt("a 5, b 3", number="R2"), receipt("a 5, b 3", node="north")))
def test_refused_lines_come_only_with_the_same_document(other: GoodsReceived) -> None:
    """Where the message alone says that it is the same, the number and the node may differ."""
    assert [FIRST, OTHER] == [decision.verdict for decision in arrive([receipt("a 5 ?1"), other])]


def test_a_document_is_known_for_as_long_as_each_of_its_messages() -> None:
    known = [decision.known for decision in arrive([receipt(sentence) for sentence in ("a 5", "a 5 by m2", "a 6")])]
    assert [UNTIL_MS, UNTIL_MS + 1, UNTIL_MS + 2] == [row.until_ms for row in known]
    assert {("m1", EventId("event 0"), 0)} == {(row.correlation_id, row.event_id, row.first_seen_ms) for row in known}
    shorter = decide(receipt("a 5"), known[-1], EventId("event"), 3, UNTIL_MS)
    assert UNTIL_MS + 2 == shorter.known.until_ms


def test_the_lines_are_kept_only_while_some_are_missing() -> None:
    rows = [decision.known for decision in arrive([receipt(sentence) for sentence in ("a 5 ?1", "a 5, b 3")])]
    assert [(1, 1), (0, 0)] == [(len(row.lines), row.refused_lines) for row in rows]


def test_no_two_documents_share_an_identity() -> None:
    lines = receipt("a 5").lines
    adjusted = StockAdjusted(provenance("m1", "a"), NodeId("central"), AdjustmentId("R1"), "", lines)
    by_message = GoodsReceived(provenance("R1", "", "central"), NodeId("x"), ReceiptId("y"), lines, by_message=True)
    wms, node = provenance("m1", "a"), NodeId("central")
    statuses = StockStatus.AVAILABLE, StockStatus.DAMAGED
    documents = (
        StockCounted(wms, node, CountId("R1"), 1, lines),
        StockStatusChanged(wms, node, StatusChangeId("R1"), "", *statuses, lines),
        GoodsSent(wms, node, NodeId("north"), TransferOrderId("R1"), lines),
        receipt("a 5"),
        receipt("a 5", number="R2"),
        receipt("a 5", node="north"),
        receipt("a 5", part=PartId("1")),
        adjusted,
        by_message,
    )
    assert len(documents) == len({identity_of(document) for document in documents})


def test_the_movement_has_the_fields_of_its_document() -> None:
    lines = receipt("a 5").lines
    received = receipt("a 5, b 3")
    assert UnitsReceived(received.provenance, NodeId("central"), ReceiptId("R1"), EventId("e"), lines) == movement_of(
        received, lines, EventId("e")
    )
    adjusted = StockAdjusted(provenance("m1", "a"), NodeId("central"), AdjustmentId("A1"), "broken", ())
    expected = UnitsAdjusted(adjusted.provenance, NodeId("central"), AdjustmentId("A1"), "broken", EventId("e"), lines)
    assert expected == movement_of(adjusted, lines, EventId("e"))


def test_every_field_of_a_document_reaches_its_items() -> None:
    lines = receipt("a 5").lines
    node, other, event = NodeId("central"), NodeId("north"), EventId("e")
    wms, order = provenance("m1", "a"), TransferOrderId("T1")
    status = StockStatus.QUALITY_HOLD
    receipt_of_order = replace(receipt("a 5"), status=status, transfer_order_id=order, from_node_id=other)
    assert UnitsReceived(receipt_of_order.provenance, node, ReceiptId("R1"), event, lines, status, order, other) == (
        movement_of(receipt_of_order, lines, event)
    )
    count = StockCounted(wms, node, CountId("C1"), 7, ())
    assert UnitsCounted(wms, node, CountId("C1"), 7, event, lines) == movement_of(count, lines, event)
    change = StockStatusChanged(wms, node, StatusChangeId("Q1"), "fell", StockStatus.AVAILABLE, status, ())
    assert UnitsStatusChanged(
        wms, node, StatusChangeId("Q1"), "fell", StockStatus.AVAILABLE, status, event, lines
    ) == movement_of(change, lines, event)
    sent = GoodsSent(wms, node, other, order, ())
    assert UnitsSent(wms, node, other, order, event, lines) == movement_of(sent, lines, event)
