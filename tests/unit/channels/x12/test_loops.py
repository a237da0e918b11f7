"""The loops of the kinds of sets: what belongs to what."""

from typing import Any

import pytest

from connectors.formats.x12.hierarchy import DEEPEST
from connectors.formats.x12.loops import SHAPES
from tests.unit.channels.x12.given import defect, document

N1 = ("N1*WH*NORTH*92*N01", "N3*1 QUAY*DOOR 2", "N4*TOLEDO*OH*43604*US")


def test_a_change_of_an_order_has_its_lines() -> None:
    found = document(
        "860", "BCH*04*SA*PO-1*7**20260106", "POC*1*QD*4*2*EA*12.50**VP*L-1*BP*C-1", "DTM*002*20260201", "CTT*1"
    )
    assert ("PO-1", "7") == (found["BCH"]["03"], found["BCH"]["04"])
    (line,) = found["POC"]
    assert ("QD", "4", {"VP": "L-1", "BP": "C-1"}, "20260201") == (
        line["02"],
        line["03"],
        line["ids"],
        line["DTM"]["002"]["02"],
    )


@pytest.mark.parametrize(
    ("kind", "begin", "line"),
    (("855", "BAK*00*AC*PO-1*20260106", "PO1*1*10*EA*2**VP*L-1"), ("865", "BCA*01*AC*PO-1", "POC*1*QI")),
)
def test_an_answer_to_an_order_has_what_is_said_of_each_line(kind: str, begin: str, line: str) -> None:
    found = document(
        kind,
        begin,
        line,
        "PID*F****LAMP",
        "ACK*IB*4*EA*068*20260301*7*VP*L-1",
        "DTM*002*20260302",
        "ACK*IA*6*EA",
        line,
        "ACK*IR*0*EA",
    )
    first, second = found[line[:3]]
    assert [("IB", "4"), ("IA", "6")] == [(one["01"], one["02"]) for one in first["ACK"]]
    assert {"VP": "L-1"} == first["ACK"][0]["ids"]
    assert "20260302" == first["ACK"][0]["DTM"]["002"]["02"]
    assert ["IR"] == [one["01"] for one in second["ACK"]]


def test_an_invoice_has_lines_taxes_and_charges() -> None:
    found = document(
        "810",
        "BIG*20260110*INV-1*20260105*PO-1",
        *N1,
        "ITD*01*3*2**10**30",
        "IT1*1*4*EA*12.50**VP*L-1",
        "TXI*ST*3.50*7",
        "PID*F****LAMP",
        "SAC*C*D240***150",
        "TXI*ST*0.11*7",
        "IT1*2*1*EA*3**VP*L-2",
        "TDS*5461",
        "TXI*ST*3.61*7",
        "SAC*A*C310***100",
        "CTT*2",
    )
    assert ("5461", "3.61", "10") == (found["TDS"]["01"], found["TXI"][0]["02"], found["ITD"][0]["05"])
    assert ["C310"] == [charge["02"] for charge in found["SAC"]]
    first, second = found["IT1"]
    assert ("3.50", "0.11", "D240") == (first["TXI"][0]["02"], first["SAC"][0]["TXI"][0]["02"], first["SAC"][0]["02"])
    assert {"VP": "L-2"} == second["ids"]


def test_a_ship_notice_is_nested_by_its_parents_not_by_its_order() -> None:
    found = document(
        "856",
        "BSN*00*S-1*20260110*0801",
        "HL*1**S",
        "TD5**2*UPSN",
        *N1,
        "HL*2*1*O",
        "PRF*PO-1",
        "HL*3*2*P",
        "MAN*GM*00000715670002152391",
        "HL*4*3*I",
        "LIN*1*VP*L-1*UP*012345678905",
        "SN1*1*12*EA",
        "HL*5*1*O",
        "PRF*PO-2",
        "HL*6*2*P",
        "MAN*GM*00000715670002152407",
        "HL*7*6*I",
        "LIN*1*VP*L-2",
        "SN1*1*6*EA",
        "CTT*7",
    )
    (shipment,) = found["HL"]["S"]
    assert ("UPSN", "1 QUAY") == (shipment["TD5"][0]["03"], shipment["N1"]["WH"]["N3"]["01"])
    orders = shipment["HL"]["O"]
    assert ["PO-1", "PO-2"] == [order["PRF"]["01"] for order in orders]
    packs = orders[0]["HL"]["P"]
    assert ["00000715670002152391", "00000715670002152407"] == [pack["MAN"][0]["02"] for pack in packs]
    assert [("L-1", "12"), ("L-2", "6")] == [
        (item["LIN"]["ids"]["VP"], item["SN1"]["02"]) for pack in packs for item in pack["HL"]["I"]
    ]
    assert "HL" not in orders[1]
    assert "7" == found["CTT"]["01"]


@pytest.mark.parametrize(
    ("levels", "expected"),
    (
        (("HL*1**S", "HL*1*1*O"), "the number 1 of a level (HL01) occurs twice"),
        (("HL*1**S", "HL*2*3*O", "HL*3*1*O"), "level 2 is below level 3, which is not before it"),
        (("HL*1*1*S",), "level 1 is below level 1, which is not before it"),
        (
            ("HL*0**S", *(f"HL*{number}*{number - 1}*I" for number in range(1, DEEPEST + 1))),
            f"level {DEEPEST} is deeper than {DEEPEST} levels",
        ),
    ),
)
def test_levels_without_an_order_among_them_are_a_defect(levels: tuple[str, ...], expected: str) -> None:
    assert ("HL", expected) == defect("856", "BSN*00*S-1", *levels)


def test_a_status_report_has_orders_and_their_lines() -> None:
    found = document(
        "870", "BSR*2*PP*R-1*20260106", "HL*1**O", "PRF*PO-1", "PO1*1*10*EA*2**VP*L-1", "ISR*IC*20260110", "PO1*2*1*EA"
    )
    (order,) = found["HL"]["O"]
    assert ("PO-1", ["1", "2"]) == (order["PRF"]["01"], [line["01"] for line in order["PO1"]])
    assert "IC" == order["PO1"][0]["ISR"]["01"]


@pytest.mark.parametrize(
    ("kind", "begin", "line", "end", "product"),
    (
        ("943", "W06*F*T-1*20260105", "W04*100*EA**VN*L-1", "W03*100", {"VN": "L-1"}),
        ("944", "W17*F*20260105*R-1*T-1", "W07*100*EA**UK*L-1***LOT4", "W14*100", {"UK": "L-1"}),
        ("947", "W15*20260105*A-1", "W19*53*-3*EA**VN*L-1*UP*012345678905", "", {"VN": "L-1", "UP": "012345678905"}),
    ),
)
def test_a_report_of_a_warehouse_has_lines_with_their_references(
    kind: str, begin: str, line: str, end: str, product: dict[str, str]
) -> None:
    last = (end,) if end else ()
    found = document(kind, begin, *N1, "N9*PO*PO-1", "G62*11*20260105", line, "N9*LT*LOT4", "G69*LAMP", line, *last)
    assert ("1 QUAY", "PO-1", "20260105") == (
        found["N1"]["WH"]["N3"]["01"],
        found["N9"]["PO"]["02"],
        found["G62"]["11"]["02"],
    )
    first, second = found[line[:3]]
    assert product == first["ids"] == second["ids"]
    assert ("LOT4", "LAMP") == (first["N9"]["LT"]["02"], first["G69"]["01"])
    assert not end or end[:3] in found


@pytest.mark.parametrize(
    ("kind", "begin", "line", "end"),
    (
        ("940", "W05*N*PO-1", "W01*12*EA**VN*L-1", "W76*12"),
        ("945", "W06*F*PO-1*20260105", "W12*SH*12*12**EA**VN*L-1", "W03*12"),
    ),
)
def test_a_shipment_of_a_warehouse_has_its_lines_in_packages(kind: str, begin: str, line: str, end: str) -> None:
    found = document(
        kind,
        begin,
        *N1,
        "NTE*WHI*CHEP PALLETS",
        "W66*PP*M",
        "LX*1",
        "MAN*GM*000007",
        line,
        "N9*LI*1",
        line,
        "LX*2",
        line,
        end,
    )
    assert ("CHEP PALLETS", "M") == (found["NTE"][0]["02"], found["W66"]["02"])
    first, second = found["LX"]
    assert (2, 1) == (len(first[line[:3]]), len(second[line[:3]]))
    assert ("000007", "1", {"VN": "L-1"}) == (
        first["MAN"][0]["02"],
        first[line[:3]][0]["N9"]["LI"]["02"],
        first[line[:3]][1]["ids"],
    )
    assert end[:3] in found


def test_an_inventory_advice_has_quantities_by_kind_and_place() -> None:
    found = document(
        "846",
        "BIA*00*DD*I-1*20260105",
        *N1,
        "LIN*1*VP*L-1*UP*012345678905",
        "PID*F****LAMP",
        "CTP**UCP*12.5",
        "QTY*33*8*EA",
        "SCH*2*EA*WH*TOLEDO*097*20260105",
        "SCH*6*EA*WH*DAYTON*097*20260105",
        "QTY*17*9*EA",
        "LIN*2*VP*L-2",
        "QTY*33*0*EA",
        "CTT*2",
    )
    first, second = found["LIN"]
    assert ("8", "9", "0") == (first["QTY"]["33"]["02"], first["QTY"]["17"]["02"], second["QTY"]["33"]["02"])
    assert [("TOLEDO", "2"), ("DAYTON", "6")] == [(one["04"], one["01"]) for one in first["QTY"]["33"]["SCH"]]
    assert {"VP": "L-1", "UP": "012345678905"} == first["ids"]


def test_a_carriers_status_has_its_events_with_their_places() -> None:
    found = document(
        "214",
        "B10*PRO-1*S-1*UPSN",
        "L11*PO-1*PO",
        *N1,
        "LX*1",
        "AT7*AF*NS***20260105*0801",
        "MS1*TOLEDO*OH*US",
        "AT7*D1*NS",
        "MS1*DAYTON*OH*US",
        "MS2*UPSN*77",
        "L11*1*QN",
        "AT8*G*L*12",
    )
    (shipment,) = found["LX"]
    assert [("AF", "TOLEDO"), ("D1", "DAYTON")] == [(event["01"], event["MS1"]["01"]) for event in shipment["AT7"]]
    assert ("PO-1", "1") == (found["L11"][0]["01"], shipment["L11"][0]["01"])
    assert ({"PO": "PO-1"}, {"QN": "1"}) == (found["numbers"], shipment["numbers"])


def test_a_remittance_has_what_each_payment_is_for() -> None:
    found = document(
        "820",
        "BPR*I*5000*C*ACH",
        "TRN*1*T-1",
        "N1*PR*HARBOR TOOLS",
        "ENT*1",
        "RMR*IV*INV-1**3000*3100*100",
        "DTM*003*20260105",
        "ADX*-100*01",
        "REF*IV*1",
        "RMR*IV*INV-2**2000",
    )
    first, second = found["ENT"][0]["RMR"]
    assert ("INV-1", "20260105", "-100", "INV-2") == (
        first["02"],
        first["DTM"]["003"]["02"],
        first["ADX"][0]["01"],
        second["02"],
    )


def test_a_return_has_its_lines() -> None:
    found = document(
        "180", "BGN*00*RMA-1*20260105", "RDR*DS", *N1, "BLI*VP*L-1*2*EA", "N9*IV*INV-1", "RDR*DS*01", "BLI*VP*L-2*1*EA"
    )
    first, second = found["BLI"]
    assert ({"VP": "L-1"}, "INV-1", "01", {"VP": "L-2"}) == (
        first["ids"],
        first["N9"]["IV"]["02"],
        first["RDR"]["02"],
        second["ids"],
    )


def test_an_acknowledgement_has_sets_segments_and_elements() -> None:
    found = document(
        "997",
        "AK1*IN*7",
        "AK2*810*0001",
        "AK3*IT1*5**8",
        "AK4*4*212*1",
        "AK4*2>1*355*7*ZZ",
        "AK3*TDS*9**3",
        "AK5*R*5",
        "AK2*810*0002",
        "AK5*A",
        "AK9*P*2*2*1",
    )
    first, second = found["AK2"]
    assert ("R", "A", "P") == (first["AK5"]["01"], second["AK5"]["01"], found["AK9"]["01"])
    assert [("IT1", ["4", "2>1"]), ("TDS", [])] == [
        (segment["01"], [one["01"] for one in segment.get("AK4", [])]) for segment in first["AK3"]
    ]
    assert "1" == first["AK3"][0]["AK4"][1]["01-2"]


def test_a_set_of_another_kind_is_flat_but_for_its_parties() -> None:
    found: Any = document("832", "BCT*PC", *N1, "LIN*1*VC*1", "LIN*2*VC*2", "CTT*2")
    assert "1 QUAY" == found["N1"]["WH"]["N3"]["01"]
    assert ["1", "2"] == [one["01"] for one in found["all"]["LIN"]]


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_every_kind_of_set_keeps_every_segment_wherever_it_stands(kind: str) -> None:
    names = (*NAMES, *reversed(NAMES))
    found = str(document(kind, *(f"{name}*X**{name}-{number}" for number, name in enumerate(names))))
    assert [] == [name for number, name in enumerate(names) if f"'{name}-{number}'" not in found]


NAMES = (
    *("ACK", "ADX", "AK3", "AK4", "AK5", "AMT", "AT7", "AT8", "CTP", "DTM", "FOB", "G62", "G69", "IT8", "ITD", "L11"),
    *("LDT", "LIN", "LQ", "LX", "MAN", "MEA", "MS1", "MSG", "MTX", "N1", "N2", "N3", "N4", "N9", "NTE", "PER", "PID"),
    *("PKG", "PO4", "PWK", "QTY", "RDR", "REF", "RMR", "SAC", "SCH", "SDQ", "SLN", "TAX", "TD1", "TD5", "TXI", "W20"),
)
