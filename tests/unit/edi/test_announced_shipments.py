"""Ship notices: carton by carton where that is agreed, and corrected when a shipment is taken back."""

from typing import Any, Final

import pytest

from domain.identifiers import ItemId, LineId
from domain.messages.edi.documents import EdiDocumentKind
from domain.messages.edi.events import PartnerOrderMoved, PartnerStep, StepUnits
from domain.messages.orders import Carton, FulfilmentLine
from operators.machines.edi import rows
from schemas.partner_files.x12_partner import X12PartnerFile
from tests.unit.edi.story import DAY_MS, FILE, Story, body, cases, documents, line, moved, units
from tests.unit.edi.test_machine import decision

FIRST: Final = "006141411234567890"
SECOND: Final = "006141411234567906"
CASE: Final = [("TRANSFORMATION_FAILED", "OPEN")]


def file_with(**notice: Any) -> X12PartnerFile:
    section = FILE.documents[EdiDocumentKind.SHIP_NOTICE].model_copy(update=notice)
    return FILE.model_copy(update={"documents": {**FILE.documents, EdiDocumentKind.SHIP_NOTICE: section}})


def ordered(file: X12PartnerFile = FILE) -> Story:
    story = Story(file)
    story.placed(line("1", 10), line("2", 3))
    story.takes(moved(PartnerStep.ACCEPTED))
    return story


def carton(label: str, *packed: StepUnits, tracking: str = "") -> Carton:
    lines = (FulfilmentLine(LineId(each.line_id), ItemId(each.item_id), each.quantity) for each in packed)
    return Carton(label, tracking, tuple(lines))


def shipped(*sent: StepUnits, number: str = "S1", cartons: tuple[Carton, ...] = ()) -> PartnerOrderMoved:
    return moved(PartnerStep.SHIPPED, moved=sent, document_number=number, node_id="central", cartons=cartons)


def taken_back(*back: StepUnits, number: str = "S1", node_id: str = "central") -> PartnerOrderMoved:
    return moved(PartnerStep.REVERSED, moved=back, document_number=number, node_id=node_id)


TWO_CARTONS: Final = shipped(
    units("1", 10),
    units("2", 3),
    cartons=(carton(FIRST, units("1", 6)), carton(SECOND, units("1", 4), units("2", 2), tracking="1ZB")),
)


def packs(sent: Any) -> list[str]:
    """BSN, TD1, and what is in each pack."""
    return [
        segment.partition("*EA**")[0]
        for segment in body(sent)
        if segment.startswith(("BSN", "TD1", "MAN", "SN1")) or "*P*" in segment
    ]


def test_each_carton_is_a_pack_with_its_label_and_what_is_loose_is_one_with_ours() -> None:
    (sent,) = documents(ordered().takes(TWO_CARTONS))
    assert [
        "BSN*00*S1*20260105*0300*0001",
        "TD1*CTN*3",
        "HL*3*2*P*1",
        f"MAN*GM*00{FIRST}",
        "SN1*1*6",
        "HL*5*2*P*1",
        f"MAN*GM*00{SECOND}",
        "MAN*CP*1ZB",
        "SN1*1*4",
        "SN1*2*2",
        "HL*8*2*P*1",
        "MAN*GM*00006141410000000012",
        "SN1*2*1",
    ] == packs(sent)


def test_a_partner_that_does_not_want_cartons_gets_one_pack() -> None:
    (sent,) = documents(ordered(file_with(cartons=False)).takes(TWO_CARTONS))
    assert ["TD1*CTN*1", "HL*3*2*P*1", "MAN*GM*00006141410000000012", "SN1*1*10", "SN1*2*3"] == packs(sent)[1:]


def test_a_carton_without_a_label_gets_one_of_ours() -> None:
    (sent,) = documents(ordered().takes(shipped(units("1", 2), cartons=(carton("", units("1", 2), tracking="1ZA"),))))
    assert ["MAN*GM*00006141410000000012", "MAN*CP*1ZA", "SN1*1*2"] == packs(sent)[-3:]


def test_what_is_taken_back_is_replaced_and_keeps_its_labels_and_the_rest_is_cancelled() -> None:
    story = ordered()
    story.takes(TWO_CARTONS)
    (replaced,) = documents(story.takes(taken_back(units("1", 10))))
    assert [
        "BSN*05*S1*20260105*0300*0001",
        "TD1*CTN*2",
        "HL*3*2*P*1",
        f"MAN*GM*00{SECOND}",
        "MAN*CP*1ZB",
        "SN1*2*2",
        "HL*5*2*P*1",
        "MAN*GM*00006141410000000012",
        "SN1*2*1",
    ] == packs(replaced)
    (cancelled,) = documents(story.takes(taken_back(units("2", 3))))
    assert ("BSN*01*S1*20260105*0300*0001", packs(replaced)[1:]) == (packs(cancelled)[0], packs(cancelled)[1:])
    assert [] == list(story.rows.rows(rows.NOTICES))


def test_what_is_shipped_under_the_number_of_a_cancelled_notice_is_announced_anew() -> None:
    story = ordered()
    story.takes(shipped(units("1", 5)))
    story.takes(taken_back(units("1", 5)))
    (sent,) = documents(story.takes(shipped(units("1", 5))))
    assert packs(sent)[0].startswith("BSN*00*S1")


def test_a_further_part_of_a_shipment_replaces_the_notice_of_the_first() -> None:
    story = ordered()
    story.takes(shipped(units("1", 4)))
    (sent,) = documents(story.takes(shipped(units("1", 6))))
    assert "BSN*05*S1*20260105*0300*0001" == packs(sent)[0]
    assert ["SN1*1*4", "SN1*1*6"] == [each for each in packs(sent) if each.startswith("SN1")]


def test_units_that_may_be_of_several_cartons_are_corrected_by_hand_and_so_is_what_follows() -> None:
    story = ordered()
    story.takes(TWO_CARTONS)
    for back in (taken_back(units("1", 3)), taken_back(units("1", 7))):
        effects = story.takes(back)
        assert ([], CASE) == (documents(effects), cases(effects))


@pytest.mark.parametrize(
    "back", (taken_back(units("1", 6)), taken_back(units("2", 1)), taken_back(units("1", 1), number="S9"))
)
def test_more_than_was_announced_and_what_never_was_is_corrected_by_hand(back: PartnerOrderMoved) -> None:
    story = ordered()
    story.takes(shipped(units("1", 5)))
    effects = story.takes(back)
    assert ([], CASE) == (documents(effects), cases(effects))


def test_what_another_warehouse_takes_back_is_of_the_shipment_with_the_number() -> None:
    story = ordered()
    story.takes(shipped(units("1", 5)))
    (sent,) = documents(story.takes(taken_back(units("1", 2), node_id="east")))
    assert ["SN1*1*3"] == [each for each in packs(sent) if each.startswith("SN1")]


def test_a_partner_that_takes_no_corrections_is_told_by_hand_once_for_each() -> None:
    story = ordered(file_with(corrections="by_hand"))
    story.takes(shipped(units("1", 5)))
    for back in (taken_back(units("1", 2)), taken_back(units("1", 3))):
        effects = story.takes(back)
        assert ([], CASE) == (documents(effects), cases(effects))
    (sent,) = documents(story.takes(shipped(units("1", 5))))
    assert packs(sent)[0].startswith("BSN*00*S1")


def test_a_partner_that_wants_no_notices_is_told_nothing() -> None:
    story = ordered(
        FILE.model_copy(update={"documents": {EdiDocumentKind.INVOICE: FILE.documents[EdiDocumentKind.INVOICE]}})
    )
    assert [] == [*story.takes(TWO_CARTONS), *story.takes(taken_back(units("1", 10)))]
    assert [] == list(story.rows.rows(rows.NOTICES))


@pytest.mark.parametrize(("back", "expected"), ((2, ["SN1*1*3"]), (5, [])))
def test_what_was_taken_back_before_its_notice_could_be_written_is_left_out_of_it(
    back: int, expected: list[str]
) -> None:
    story = ordered(FILE.model_copy(update={"labels": None}))
    (opened,) = story.takes(shipped(units("1", 5)))
    assert [] == story.takes(taken_back(units("1", back)))
    story.restart()
    effects = story.takes(decision(opened))
    assert expected == [each for sent in documents(effects) for each in packs(sent) if each.startswith("SN1")]
    assert [("TRANSFORMATION_FAILED", "RETRYING"), ("TRANSFORMATION_FAILED", "RESOLVED")] == cases(effects)
    assert [] == list(story.rows.rows(rows.UNWRITTEN))


def test_notices_are_forgotten_with_their_order() -> None:
    story = ordered()
    story.takes(TWO_CARTONS)
    story.takes(moved(PartnerStep.CLOSED))
    story.passes((FILE.remembered_days + 1) * DAY_MS)
    assert [] == [*story.rows.rows(rows.NOTICES), *story.rows.rows(rows.ORDERS)]
