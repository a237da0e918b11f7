"""Every event in every state that a reservation can be in: the whole product, as a verdict table.

The order `a` has asked for 4 units at E, where another order `b` holds 6 units and `c` waits for 5. The laws of the
ledger are checked after each step (`Book.apply`).
"""

from collections.abc import Iterator

import pytest

from domain.identifiers import ChannelId, LineId, NodeId, OrderId, ReservationId
from domain.inventory import transitions
from domain.inventory.decisions import LedgerVerdict
from domain.messages.inventory import ReservationLine, ReservationsRequested
from tests.unit.inventory.book import ITEM, Book, book_of

OTHERS = "receive 6 E; ask b 6 from E at once; ask c 5 from W"

AGAIN = LedgerVerdict.ANSWERED_AGAIN
CONF = LedgerVerdict.CONFIRMED
DIFF = LedgerVerdict.ASKED_DIFFERENTLY
DRIFT = LedgerVerdict.SHIPPED_UNKNOWN_UNITS
ENDED = LedgerVerdict.ENDED_BEFORE
FOUND = LedgerVerdict.FOUND
GIVEN = LedgerVerdict.GIVEN_BACK
GRANT = LedgerVerdict.GRANTED
GONE = LedgerVerdict.WRITTEN_OFF
LESS = LedgerVerdict.WRITTEN_OFF_PROMISED_UNITS
KEPT = LedgerVerdict.KEPT
PICK = LedgerVerdict.PICKED
PART = LedgerVerdict.GRANTED_IN_PART
REL = LedgerVerdict.RELEASED
SHIP = LedgerVerdict.SHIPPED
STRAY = LedgerVerdict.PICKED_UNKNOWN_UNITS
WAIT = LedgerVerdict.BACKORDERED

EVENTS = (
    "ask a 4 from E",
    "ask a 5 from E",
    "confirm a",
    "release a 3",
    "release a 9",
    "give a 2",
    "give a 0 keeping 2",
    "pick a 2 at E",
    "pick a 9 at E",
    "pick a 2 at W",
    "ship a 2 at E",
    "ship a 9 at E",
    "ship a 2 at W",
)
TABLE = (
    # the reservation of `a` ...
    #    ask 4  ask 5  conf.  rel. 3 rel. 9 give 2 keep 2 pick 2 pick 9 at W   ship 2 ship 9 at W
    ("is not there",                  "",
        (WAIT, WAIT,  ENDED, ENDED, ENDED, ENDED, ENDED, STRAY, STRAY, STRAY, DRIFT, DRIFT, DRIFT)),
    ("is not there, stock is",        "receive 5 E",
        (GRANT, GRANT, ENDED, ENDED, ENDED, ENDED, ENDED, PICK, STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is not there, some stock is",   "receive 3 E",
        (PART, PART,  ENDED, ENDED, ENDED, ENDED, ENDED, PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is pending",                    "receive 4 E; ask a 4 from E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is allocated",                  "receive 4 E; ask a 4 from E; confirm a",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("waits",                         "ask a 4 from E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  STRAY, STRAY, STRAY, DRIFT, DRIFT, DRIFT)),
    ("waits and is confirmed",        "ask a 4 from E; confirm a",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  STRAY, STRAY, STRAY, DRIFT, DRIFT, DRIFT)),
    ("is pending and waits",          "receive 2 E; ask a 4 from E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is allocated and waits",        "receive 2 E; ask a 4 from E; confirm a",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is picked",                     "receive 4 E; ask a 4 from E at once; pick a 4 at E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  STRAY, STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is picked in part",             "receive 4 E; ask a 4 from E at once; pick a 1 at E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is picked elsewhere",           "receive 4 E; ask a 4 from E at once; pick a 4 at W",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, SHIP)),
    ("is picked in part and waits",   "receive 2 E; ask a 4 from E at once; pick a 1 at E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  STRAY, STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("is shipped in part",            "receive 4 E; ask a 4 from E at once; ship a 1 at E",
        (AGAIN, DIFF, CONF,  REL,   REL,   GIVEN, KEPT,  PICK,  STRAY, STRAY, SHIP,  DRIFT, DRIFT)),
    ("has ended",                     "receive 4 E; ask a 4 from E at once; ship a 4 at E",
        (WAIT, WAIT,  ENDED, ENDED, ENDED, ENDED, ENDED, STRAY, STRAY, STRAY, DRIFT, DRIFT, DRIFT)),
)  # fmt: skip

UNDONE = (
    ("unpick a 2 restocked at E", LedgerVerdict.UNPICKED),
    ("unpick a 2 damaged at E", LedgerVerdict.LOST),
    ("unpick a 2 missing at W", LedgerVerdict.LOST),
    ("miss a 2 at E", LedgerVerdict.LOST),
    ("reverse a 2 restocked at E", LedgerVerdict.REVERSED),
    ("reverse a 2 damaged at W", LedgerVerdict.REVERSED),
)
"""Whatever the state of the reservation."""
MOVED = "move a 9"

STOCK_EVENTS = (
    "receive 3 E",
    "adjust 3 E",
    "adjust -2 E",
    "return a 1 restocked at E",
    "return a 1 damaged at E",
    "return a 1 inspect at E",
    "inspect a 1 restocked at E",
    "inspect a 1 missing at E",
)
IN, BACK, LOOK = LedgerVerdict.RECEIVED, LedgerVerdict.RETURNED, LedgerVerdict.INSPECTED
STOCK_TABLE = (
    # what is free at E          receive adjust +3 adjust -2 restocked damaged inspect restocked missing
    ("",                         (IN,    FOUND,    LESS,     BACK,     BACK,   BACK,   LOOK,     LOOK)),
    ("receive 1 E",              (IN,    FOUND,    LESS,     BACK,     BACK,   BACK,   LOOK,     LOOK)),
    ("receive 2 E",              (IN,    FOUND,    GONE,     BACK,     BACK,   BACK,   LOOK,     LOOK)),
    ("ask a 4 from E",           (IN,    FOUND,    LESS,     BACK,     BACK,   BACK,   LOOK,     LOOK)),
    ("return a 1 inspect at E",  (IN,    FOUND,    LESS,     BACK,     BACK,   BACK,   LOOK,     LOOK)),
)  # fmt: skip


REPORTS = (
    "count 9 E as C5 time 5",
    "count 6 E as C5 time 5",
    "count 5 E as C5 time 5",
    "change 2 E AVAILABLE to DAMAGED",
    "change 2 E DAMAGED to AVAILABLE",
    "send 2 E to W of T1",
    "receive 2 E of T1 from W",
)
COUNT, FEWER, STALE = LedgerVerdict.COUNTED, LedgerVerdict.COUNTED_TOO_FEW, LedgerVerdict.COUNTED_BEFORE
BLOCK, STATE = LedgerVerdict.BLOCKED_PROMISED_UNITS, LedgerVerdict.STATUS_CHANGED
SENT, LEFT, MORE = LedgerVerdict.SENT, LedgerVerdict.SENT_UNKNOWN_UNITS, LedgerVerdict.RECEIVED_MORE_THAN_SENT
TAKEN = LedgerVerdict.SENT_PROMISED_UNITS
REPORT_TABLE = (
    # what was reported of E      9 there 6 there 5 there damaged free   sent  received
    ("",                          (COUNT, COUNT,  FEWER,  BLOCK,  STATE, TAKEN, MORE)),
    ("receive 2 E",               (COUNT, COUNT,  FEWER,  STATE,  STATE, SENT, MORE)),
    ("count 6 E as C1 time 9",    (STALE, STALE,  STALE,  BLOCK,  STATE, SENT, MORE)),
    ("send 2 W to E of T1",       (COUNT, COUNT,  FEWER,  BLOCK,  STATE, TAKEN, IN)),
    ("receive 2 W of T1 from E",  (COUNT, COUNT,  FEWER,  BLOCK,  STATE, TAKEN, MORE)),
    ("send 9 E to W of T9",       (COUNT, COUNT,  COUNT,  BLOCK,  STATE, LEFT, MORE)),
)  # fmt: skip

HELD, NONE = LedgerVerdict.HELD, LedgerVerdict.NOT_COUNTED
UNIT_EVENTS = (
    "receive 3 E in KGM",
    "adjust 3 E in KGM",
    "adjust -2 E in KGM",
    "count 8 E as C1 in KGM time 5",
    "change 2 E AVAILABLE to DAMAGED in KGM",
    "send 2 E to W of T1 in KGM",
    "ask a 4 from E in KGM",
)
UNIT_TABLE = (
    # the item is kept in    receive adjust +3 adjust -2 count  change send  ask 4
    ("",                     (IN,    FOUND,    LESS,     COUNT, BLOCK, TAKEN, WAIT)),
    ("receive 2 E in EA",    (NONE,  NONE,     NONE,     NONE,  NONE,  NONE, HELD)),
    ("receive 2 E in KGM",   (IN,    FOUND,    GONE,     COUNT, STATE, SENT, PART)),
)  # fmt: skip


def _moves(verdicts: tuple[LedgerVerdict, ...]) -> LedgerVerdict:
    """It moves where it can be confirmed: as long as it has not ended."""
    return ENDED if ENDED in verdicts else LedgerVerdict.MOVED


def product() -> Iterator[tuple[str, str, LedgerVerdict]]:
    for _, given, verdicts in TABLE:
        yield from ((given, event, verdict) for event, verdict in zip(EVENTS, verdicts, strict=True))
        yield from ((given, event, verdict) for event, verdict in UNDONE)
        yield (given, MOVED, _moves(verdicts))
    for given, outcomes in STOCK_TABLE:
        yield from ((given, event, verdict) for event, verdict in zip(STOCK_EVENTS, outcomes, strict=True))
    for given, of_reports in REPORT_TABLE:
        yield from ((given, event, verdict) for event, verdict in zip(REPORTS, of_reports, strict=True))
    for given, of_units in UNIT_TABLE:
        yield from ((given, event, verdict) for event, verdict in zip(UNIT_EVENTS, of_units, strict=True))


@pytest.mark.parametrize(("given", "when", "verdict"), tuple(product()))
def test_every_event_in_every_state_has_this_verdict(given: str, when: str, verdict: LedgerVerdict) -> None:
    assert verdict == book_of(OTHERS, given).do(when).verdict


def test_the_table_knows_every_verdict() -> None:
    elsewhere = {
        LedgerVerdict.DESCRIBED,
        LedgerVerdict.OUTDATED,
        LedgerVerdict.POLICY_SET,
        LedgerVerdict.POLICY_OUTDATED,
        LedgerVerdict.NOT_HELD,
        LedgerVerdict.COUNT_TOO_OLD,
        LedgerVerdict.EXPECTED,
        LedgerVerdict.EXPECTED_BEFORE,
        LedgerVerdict.PROMISED,
    }
    assert set(LedgerVerdict) - elsewhere == {verdict for _, _, verdict in product()}


@pytest.mark.parametrize(("given", "when", "verdict"), tuple(product()))
def test_an_order_that_has_ended_moves_nothing_of_the_others(given: str, when: str, verdict: LedgerVerdict) -> None:
    if verdict is not LedgerVerdict.ENDED_BEFORE:
        return
    book = book_of(OTHERS, given)
    before = book.described()
    book.do(when)
    assert before == book.described()


def test_a_line_of_another_event_is_a_bug() -> None:
    wish = ReservationsRequested(OrderId("a"), ChannelId("shop"), 1, (NodeId("E"),), confirmed=False, lines=())
    step = transitions.Step(wish, ReservationLine(ReservationId("a"), LineId("1"), ITEM, 1), ITEM, ReservationId("a"))
    with pytest.raises(TypeError, match="ReservationsRequested has no line of ReservationLine"):
        transitions.decide(step, Book().item, None, Book().claims(), Book().facts())
