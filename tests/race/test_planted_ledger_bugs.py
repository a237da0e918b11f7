"""The laws and the judge of the race are checked: each bug planted in the ledger's grants and fills is caught.

A law catches it where it happens, before anything is committed, and publishes it. What adds up inside the ledger and is
wrong all the same is seen by the judge, who compares it with the stock that exists and with the orders.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bytewax.errors import BytewaxRuntimeError

from connectors.topic_reader import every_record, open_reader
from domain.identifiers import NodeId
from domain.invariants import Law
from domain.inventory import accounts, backorders, decisions, documents, grants, ledger, recalls
from domain.inventory.decisions import Claimant, DecisionDraft
from domain.inventory.reservations import Reservation, UnitsAt
from domain.inventory.stock_facts import reports
from domain.messages.invariants import ViolationFound
from domain.messages.inventory import Account, NodePosition, ReservationLine
from domain.quantities import UNIT
from operators.machines import stock_documents
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import EXCEPTIONS, INVARIANTS_VIOLATED
from tests.race.arena import raced
from tests.race.contest import Contest
from tests.race.verdict import result_of

CONTEST = Contest(seed=31, contenders=70)
Plant = Callable[[pytest.MonkeyPatch], None]


def found_in(data: Path) -> tuple[set[Law], str]:
    """The laws that were published as broken, and what the judge says when no law has stopped the race."""
    try:
        with raced(data, CONTEST, deaths_per_mille=0) as (reader, _):
            return set(), "; ".join(result_of(reader, CONTEST).findings)
    except BytewaxRuntimeError:
        laws = {violation.law for violation in published_in(data)}
        if not laws:
            raise
        return laws, ""


def published_in(data: Path) -> list[ViolationFound]:
    codec = Codec(load_contracts())
    with closing(open_reader(data, None)) as reader:
        found = [
            codec.decode(record.topic, record.value or b"") for record in every_record(reader, INVARIANTS_VIOLATED)
        ]
    assert all(isinstance(each, ViolationFound) for each in found)
    return found  # type: ignore[return-value]  # just checked


def one_more_is_promisable(patch: pytest.MonkeyPatch) -> None:
    _raise(patch, "promisable", 1)


def one_more_seems_to_be_free(patch: pytest.MonkeyPatch) -> None:
    """The check in the move itself is fooled as well."""
    _raise(patch, "promisable", 1)
    _raise(patch, "unpromised", 1)


def _raise(patch: pytest.MonkeyPatch, number: str, whole_units: int) -> None:
    real = getattr(DecisionDraft, number)
    patch.setattr(DecisionDraft, number, lambda *places, **named: real(*places, **named) + whole_units * UNIT)


def a_grant_does_not_look_at_the_stock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grants, "choose_nodes", lambda nodes, _promisable, units, *, split: ((nodes[0], units),)[: 1 + split])


def a_grant_does_not_take_the_units(patch: pytest.MonkeyPatch) -> None:
    real = DecisionDraft.move

    def move(draft: DecisionDraft, claimant: Claimant, node_id: NodeId, *accounts_and_units: Any) -> None:
        if accounts_and_units[1] is not Account.PENDING:
            real(draft, claimant, node_id, *accounts_and_units)

    patch.setattr(DecisionDraft, "move", move)


def a_fill_counts_twice_in_the_claim(patch: pytest.MonkeyPatch) -> None:
    real = backorders._filled

    def filled(claim: Reservation, node_id: NodeId, units: int) -> Reservation:
        return real(real(claim, node_id, units), node_id, units)

    patch.setattr(backorders, "_filled", filled)


def a_fill_takes_the_units_twice(patch: pytest.MonkeyPatch) -> None:
    real = DecisionDraft.fill

    def fill(
        draft: DecisionDraft, stored: Reservation, filled: Reservation, node_id: NodeId, units: int
    ) -> Reservation:
        account = Account.ALLOCATED if filled.confirmed else Account.PENDING
        draft.move(Claimant(filled.order_id, filled.reservation_id), node_id, Account.AVAILABLE, account, units)
        return real(draft, stored, filled, node_id, units)

    patch.setattr(DecisionDraft, "fill", fill)
    _raise(patch, "unpromised", 2)


def a_release_counts_twice(patch: pytest.MonkeyPatch) -> None:
    real = DecisionDraft.free

    def free(draft: DecisionDraft, claim: Reservation, node_id: NodeId, units: int) -> Reservation:
        real(draft, claim, node_id, units)
        return real(draft, claim, node_id, units)

    patch.setattr(DecisionDraft, "free", free)


def a_release_keeps_the_claim(patch: pytest.MonkeyPatch) -> None:
    real = ledger._release_held

    def release(draft: DecisionDraft, claim: Reservation, line: ReservationLine) -> Reservation:
        real(draft, claim, line)
        return claim

    patch.setattr(ledger, "_release_held", release)


def half_of_a_transfer_is_lost(patch: pytest.MonkeyPatch) -> None:
    real = accounts.moved

    def moved(node: NodePosition, debit: Account, credit: Account, units: int) -> NodePosition:
        is_lost = credit is Account.ALLOCATED
        return accounts.entered(node, debit, -units) if is_lost else real(node, debit, credit, units)

    patch.setattr(decisions, "moved", moved)


def a_repeated_receipt_counts_again(patch: pytest.MonkeyPatch) -> None:
    real = documents.decide
    patch.setattr(stock_documents, "decide", lambda document, _known, *others: real(document, None, *others))


def free_units_are_offered_to_nobody(patch: pytest.MonkeyPatch) -> None:
    for receives_or_releases in (ledger, reports):
        patch.setattr(receives_or_releases, "fill_waiting", lambda *_: None)


def the_ledger_takes_units_that_it_recalls(patch: pytest.MonkeyPatch) -> None:
    real = DecisionDraft.recall

    def recall(draft: DecisionDraft, claim: Reservation, node_id: NodeId, units: int, *, for_earlier: bool) -> None:
        real(draft, claim, node_id, units, for_earlier=for_earlier)
        draft.store(claim, draft.free(draft.latest(claim), node_id, units))

    patch.setattr(DecisionDraft, "recall", recall)
    patch.setattr(recalls, "counted", lambda _units: 0)


def a_claim_holds_more_than_it_tells(patch: pytest.MonkeyPatch) -> None:
    real: Any = Reservation.units
    patch.setattr(Reservation, "units", property(lambda claim: real.fget(claim._replace(at=_one_less(claim.at)))))


def _one_less(at: tuple[UnitsAt, ...]) -> tuple[UnitsAt, ...]:
    return tuple(each._replace(allocated=max(0, each.allocated - UNIT)) for each in at)


def _name_of(plant: Plant) -> str:
    return plant.__name__


CAUGHT_BY_A_LAW: dict[Plant, Law] = {
    one_more_is_promisable: Law.OVERSOLD,
    one_more_seems_to_be_free: Law.OVERSOLD,
    a_grant_does_not_look_at_the_stock: Law.OVERSOLD,
    a_grant_does_not_take_the_units: Law.ACCOUNTS_MATCH_CLAIMS,
    a_fill_counts_twice_in_the_claim: Law.ACCOUNTS_MATCH_CLAIMS,
    a_fill_takes_the_units_twice: Law.OVERSOLD,
    a_release_counts_twice: Law.ACCOUNTS_MATCH_CLAIMS,
    a_release_keeps_the_claim: Law.ACCOUNTS_MATCH_CLAIMS,
    half_of_a_transfer_is_lost: Law.SUM_IS_ZERO,
}
SEEN_BY_THE_JUDGE: dict[Plant, str] = {
    a_repeated_receipt_counts_again: "were received, 10000000 exist",
    free_units_are_offered_to_nobody: "are free while orders wait",
    the_ledger_takes_units_that_it_recalls: "by the ledger",
    a_claim_holds_more_than_it_tells: "by the ledger",
}


def test_without_a_bug_neither_a_law_nor_the_judge_objects(tmp_path: Path) -> None:
    assert (set(), "") == found_in(tmp_path)


@pytest.mark.parametrize(("plant", "law"), CAUGHT_BY_A_LAW.items(), ids=map(_name_of, CAUGHT_BY_A_LAW))
def test_a_law_stops_the_flow_and_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, law: Law
) -> None:
    plant(monkeypatch)
    laws, _ = found_in(tmp_path)
    assert law in laws


@pytest.mark.parametrize(("plant", "words"), SEEN_BY_THE_JUDGE.items(), ids=map(_name_of, SEEN_BY_THE_JUDGE))
def test_the_judge_of_the_race_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Plant, words: str
) -> None:
    plant(monkeypatch)
    laws, findings = found_in(tmp_path)
    assert set() == laws
    assert words in findings


def test_nothing_that_follows_from_the_violation_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the answer to the order nor the journal: the record that would have oversold is still to be processed."""
    one_more_seems_to_be_free(monkeypatch)
    found_in(tmp_path)
    violation, *_ = published_in(tmp_path)
    with closing(open_reader(tmp_path, None)) as reader:
        caused = f"{violation.input_topic}/{violation.input_partition}/{violation.input_offset}".encode()
        topics = [topic for topic in reader.topics() if topic not in {INVARIANTS_VIOLATED, EXCEPTIONS}]
        effects = [
            each for topic in topics for each in every_record(reader, topic) if ("origin", caused) in each.headers
        ]
    assert [] == effects
    assert violation.found > violation.expected
