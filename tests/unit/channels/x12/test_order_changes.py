"""What an 860 does to an order: single changes, the order replaced, what a person has to decide."""

from collections.abc import Sequence

import pytest

from connectors.formats.outcomes import RecordOutcome
from domain.identifiers import ItemId, LineId
from domain.messages.orders import OrderAmendRequested, OrderPictured, PartOfLine, PlacedLine
from domain.papers import RequestedDay
from tests.unit.channels.given import message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

ORDER = "edi_wholesale:ZZ:BUYER:BUYER:PO-1"
CHANGE = "BCH*04*SA*PO-1***20260105*****20260108"
JANUARY_20 = 1_768_867_200_000_000


def sent(*segments: str, begin: str = CHANGE) -> Sequence[RecordOutcome]:
    return outcomes("edi_wholesale", in_an_envelope(a_set("860", begin, *segments)).encode())


def change(*segments: str) -> OrderAmendRequested:
    (outcome,) = sent(*segments)
    found = message(outcome)
    assert isinstance(found, OrderAmendRequested)
    return found


def test_quantities_are_what_is_wanted_in_all_and_removed_lines_are_wanted_no_more() -> None:
    found = change("POC*1*QD*4*2*EA*12.50**VP*LAMP-1", "POC*2*DI", "POC*3*QI*9**EA", "POC*4*NC", "CTT*4")
    assert (ORDER, "changed by 860") == (found.order_id, found.reason)
    assert [("1", 4_000_000), ("2", 0), ("3", 9_000_000)] == [(one.line_id, one.quantity) for one in found.quantities]


def test_added_lines_are_lines_like_those_of_the_order() -> None:
    found = change("POC*7*AI*5**EA*8.40*HP*VP*SCREW-M4", "PID*F****SCREW", "DTM*002*20260120")
    assert (
        PlacedLine(LineId("7"), ItemId("SCREW-M4"), 5_000_000, "EA", 84_000, "SCREW", price_basis=100),
    ) == found.added
    assert (RequestedDay(JANUARY_20, LineId("7")),) == found.requested


def test_days_of_the_order_and_of_lines_change() -> None:
    found = change("DTM*010*20260120", "POC*1*CT", "DTM*002*20260120", "POC*2*RS", "DTM*010*20260120", "POC*3*NC")
    assert (RequestedDay(JANUARY_20), *(RequestedDay(JANUARY_20, LineId(line)) for line in "12")) == found.requested
    assert () == found.quantities


def test_the_day_of_the_order_may_change_alone() -> None:
    assert (RequestedDay(JANUARY_20),) == change("DTM*002*20260120").requested


def test_another_address_is_a_change_of_its_own_with_a_message_id_of_its_own() -> None:
    moved, changed = (
        message(one) for one in sent("N1*ST*STORE 8*92*0008", "N3*1 QUAY", "N4*DAYTON*OH*45402", "POC*1*DI")
    )
    assert isinstance(moved, OrderAmendRequested)
    assert isinstance(changed, OrderAmendRequested)
    assert [("STORE 8", "1 QUAY", "0008", "US")] == [
        (to.name, to.street, to.location_code, to.country) for to in moved.ship_to
    ]
    assert ((), (PartOfLine(LineId("1"), 0),)) == (moved.quantities, changed.quantities)
    assert f"{changed.provenance.correlation_id}/address" == moved.provenance.correlation_id


def test_a_place_that_is_named_by_its_code_again_is_no_other_address() -> None:
    assert () == change("N1*ST*STORE 7*92*0007", "POC*1*QD*4**EA").ship_to


def test_a_change_is_wanted_from_the_day_of_the_change_and_not_from_that_of_the_order() -> None:
    assert change("POC*1*QI*9**EA").provenance.occurred_at_us > JANUARY_20 - 14 * 86_400_000_000


def test_changes_are_not_numbered_as_people_change_orders_too() -> None:
    assert 0 == change("POC*1*QI*9**EA").provenance.revision


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("POC*1*RE*4**EA*12",), "refused: quantities.1.quantity: 'RE' is not in the code list 'changed_quantity'"),
        (("POC*1*QD*4**EA", "POC*2*ZZ*4**EA*12"), "refused: quantities.2.quantity: 'ZZ' is not in the code list"),
        (("POC*1*QD*4**QQ*12",), "refused: described_lines.1.unit: 'QQ' is not in the code list 'unit'"),
        (("POC*1*PC***EA*-2",), "refused: described_lines.1.unit_price: -2 is below zero"),
        (("POC*1*PC***EA*twelve",), "refused: described_lines.1.unit_price"),
        (("POC*1*PC***EA*2", "POC*1*PC***EA*3"), "refused: described_lines.2: the line id '1' is used twice"),
        (("POC*1*PC***EA",), "refused: quantities: nothing is changed"),
        (("CUR*BY*ZZZ", "POC*1*PC***EA*2"), "refused: currency"),
        (("POC**QD*4**EA",), "refused: quantities.1.line_id: is missing (01)"),
        (("POC*1*QD*-4**EA",), "refused: quantities.1.quantity: -4 is below zero"),
        (("POC*1*QD",), "refused: quantities.1.quantity: is missing a part"),
        (("POC*1*NC",), "refused: quantities: nothing is changed"),
        (("ITD*05*3*****45",), "refused: : no rule of the channel file fits this document"),
        (("POC*3*AI*5**EA",), "refused: added.1.item_id"),
    ),
)
def test_a_change_that_cannot_be_carried_out_as_it_is_meant_is_refused(
    segments: tuple[str, ...], expected: str
) -> None:
    (outcome,) = sent(*segments)
    assert verdict(outcome).startswith(expected.replace("added", "lines"))


def test_a_price_beside_a_quantity_or_alone_is_told_with_its_basis_unit_and_item() -> None:
    found = change(
        "POC*1*QD*4*2*EA*12.50**VP*LAMP-1*BP*C-1",
        "POC*2*PC***EA*8.40*HP",
        "POC*3*NC*7**EA*7**UP*012345678905",
        "POC*4*DI",
    )
    assert ["1", "4"] == [part.line_id for part in found.quantities]
    assert [("1", "EA", True, 125_000, 1), ("2", "EA", True, 84_000, 100), ("3", "EA", True, 70_000, 1)] == [
        (each.line_id, each.unit, each.states_price, each.unit_price, each.price_basis)
        for each in found.described_lines
    ]
    assert [("LAMP-1", "BUYER/BP/C-1", "C-1"), (), ("012345678905",)] == [
        each.item_ids for each in found.described_lines
    ]
    assert not found.prices_are_agreed


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("POC*1*PC*10**CA*11*PE*VP*LAMP-1", "PO4*12"), ("XCS", 132_0000, 1)),
        (("POC*1*QD*10*2*CA*10*PE*VP*LAMP-1", "PO4*12"), ("XCS", 120_0000, 1)),
        (("POC*1*PC*10**DZ*1*PE*VP*LAMP-1",), ("DZN", 12_0000, 1)),
        (("POC*1*PC*10**EA*11*PE*VP*LAMP-1",), ("EA", 11_0000, 1)),
        (("POC*1*PC*10**EA*11*NC*VP*LAMP-1",), ("EA", 0, 1)),
        (("POC*1*PC****11*PE*VP*LAMP-1",), ("EA", 11_0000, 1)),
    ),
)
def test_a_price_of_another_unit_becomes_that_of_the_lines_unit_as_in_an_order(
    segments: tuple[str, ...], expected: tuple[str, int, int]
) -> None:
    (stated,) = change(*segments).described_lines
    assert (True, *expected) == (stated.states_price, stated.unit, stated.unit_price, stated.price_basis)


def test_a_price_of_another_unit_that_nothing_relates_to_the_line_is_refused() -> None:
    (outcome,) = sent("POC*1*PC*10**CA*11*PE*VP*LAMP-1")
    assert verdict(outcome).startswith("refused: described_lines.1.price_units: is missing a part (PO4.0.01)")


def test_a_price_in_ctp_is_the_price_of_the_line() -> None:
    (stated,) = change("POC*1*PC***EA", "CTP**NET*3.25").described_lines
    assert (True, 32_500) == (stated.states_price, stated.unit_price)


def test_a_price_change_with_a_quantity_sets_the_quantity_too() -> None:
    found = change("POC*1*PC*4**EA*12", "POC*2*PQ*5**EA*13", "POC*3*CA*6**EA*14")
    assert [("1", 4_000_000), ("2", 5_000_000), ("3", 6_000_000)] == [
        (part.line_id, part.quantity) for part in found.quantities
    ]


def test_charges_currency_and_texts_of_a_change_are_told() -> None:
    found = change(
        "CUR*BY*CAD",
        "SAC*C*D240***1500**********FREIGHT",
        "N9*L1*NOTES",
        "MSG*CALL FIRST",
        "POC*1*QD*4**EA",
        "SAC*A*C310***250",
        "MTX**BLUE ONES",
    )
    assert "CAD" == found.currency
    assert [("D240", 150_000), ("C310", -25_000)] == [(one.code, one.unit_price) for one in found.charges]
    assert ["CALL FIRST", "line 1: BLUE ONES"] == [note.text for note in found.notes]


def test_a_charge_or_a_text_may_be_all_that_changes() -> None:
    assert ["D240"] == [one.code for one in change("SAC*C*D240***1500").charges]
    assert ["CALL FIRST"] == [note.text for note in change("N9*L1*NOTES", "MSG*CALL FIRST").notes]


def test_purpose_05_shows_the_order_as_it_is_to_be_without_the_lines_that_are_removed() -> None:
    (outcome,) = sent(
        "SAC*C*D240***1500**********FREIGHT",
        "N1*BY*HARBOR TOOLS*92*1001",
        "POC*1*RZ*4**EA*2**VP*LAMP-1",
        "SAC*C*H090***250",
        "POC*2*DI*5**EA*2**VP*PUMP-9",
        "POC*3*NC*1**EA*7**VP*SCREW-M4",
        "CTT*3",
        "AMT*TT*32.5",
        begin="BCH*05*SA*PO-1***20260105",
    )
    picture = message(outcome)
    assert isinstance(picture, OrderPictured)
    assert (ORDER, "replaced by 860", 1_767_610_800_000_000) == (picture.order_id, picture.reason, picture.number)
    assert [("1", "LAMP-1", 4_000_000, 20_000), ("3", "SCREW-M4", 1_000_000, 70_000)] == [
        (line.line_id, line.item_id, line.quantity, line.unit_price) for line in picture.placed.lines
    ]
    assert [("D240", 150_000), ("H090", 25_000)] == [(one.code, one.unit_price) for one in picture.placed.charges]
    assert ((), "1001") == (picture.placed.disputed_totals, picture.placed.customer_id)
