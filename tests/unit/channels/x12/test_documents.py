"""The document of a purchase order: every segment is found by a path, and none is lost."""

import pytest

from tests.unit.channels.x12.given import defect, document

BEG = "BEG*00*SA*PO-1**20260105"


def test_parties_are_found_by_qualifier_and_in_order() -> None:
    found = document(
        "850",
        BEG,
        "N1*BY*HARBOR TOOLS*92*1001",
        "N1*ST*STORE 7*92*0007",
        "N2*GOODS IN*SECOND FLOOR",
        "N3*12 DOCK ROAD*GATE 4",
        "N3*ASK FOR ADA",
        "N4*DAYTON*OH*45402*US",
        "PER*DC*ADA ABEL*TE*5550100",
        "REF*DP*038",
        "N1*ST**9*0099887766554",
    )
    assert {"01": "BY", "02": "HARBOR TOOLS", "03": "92", "04": "1001"} == found["N1"]["BY"]
    store = found["N1"]["ST"]
    assert ("STORE 7", "92", "0007") == (store["02"], store["03"], store["04"])
    assert {"01": "GOODS IN", "02": "SECOND FLOOR"} == store["N2"]
    assert {"01": "12 DOCK ROAD", "02": "GATE 4"} == store["N3"]
    assert ["12 DOCK ROAD", "ASK FOR ADA"] == [line["01"] for line in store["all"]["N3"]]
    assert "45402" == store["N4"]["03"]
    assert "5550100" == store["PER"]["DC"]["04"]
    assert "038" == store["REF"]["DP"]["02"]
    assert ["1001", "0007", "0099887766554"] == [party["04"] for party in found["all"]["N1"]]
    assert [{"01": "ST", "03": "9", "04": "0099887766554"}] == found["repeated"]["N1"]


def test_a_party_ends_where_a_segment_is_not_its_own() -> None:
    found = document("850", BEG, "N1*ST*STORE 7", "REF*DP*038", "DTM*002*20260114", "REF*IA*99", "PO1*1", "REF*CO*1")
    assert {"DP"} == set(found["N1"]["ST"]["REF"])
    assert {"IA"} == set(found["REF"])
    assert {"CO"} == set(found["PO1"][0]["REF"])
    assert "20260114" == found["DTM"]["002"]["02"]


def test_charges_and_taxes_are_lists_of_the_order_and_of_the_line() -> None:
    found = document(
        "850",
        BEG,
        "TAX*53247765*SP*CA",
        "SAC*C*D240***1500**********FREIGHT",
        "SAC*A*C310***500**********DISCOUNT",
        "TXI*ST*3.5*7",
        "N1*BY*HARBOR TOOLS",
        "PO1*1*10*EA*12.5**VP*L-1",
        "SAC*C*H090***250*Z*2",
        "TXI*ST*1.25*10",
        "TAX*1*CC*OH",
        "PO1*2*1*EA*3**VP*L-2",
        "CTT*2",
    )
    assert [("C", "D240", "1500", "FREIGHT"), ("A", "C310", "500", "DISCOUNT")] == [
        (charge["01"], charge["02"], charge["05"], charge["15"]) for charge in found["SAC"]
    ]
    assert [{"01": "ST", "02": "3.5", "03": "7"}] == found["SAC"][1]["TXI"]
    assert ["53247765"] == [tax["01"] for tax in found["TAX"]]
    first, second = found["PO1"]
    assert [("C", "H090", "250", "Z", "2")] == [
        tuple(one[n] for n in ("01", "02", "05", "06", "07")) for one in first["SAC"]
    ]
    assert "1.25" == first["SAC"][0]["TXI"][0]["02"]
    assert ["1"] == [tax["01"] for tax in first["TAX"]]
    assert "SAC" not in second


@pytest.mark.parametrize(
    ("segment", "amount", "signed"),
    (
        ("SAC*C*D240***1500", "15.00", "15.00"),
        ("SAC*A*C310***500", "5.00", "-5.00"),
        ("SAC*C*D240***7", "0.07", "0.07"),
        ("SAC*A*C310***-7", "-0.07", "0.07"),
        ("SAC*C*D240***15.00", "15.00", "15.00"),
        ("SAC*C*D240***1.5E3", "1.5E3", "1.5E3"),
        ("SAC*N*D240***1500", "15.00", "0"),
        ("SAC*N*D240", None, "0"),
        ("SAC*A*C310****Z*10", None, None),
        ("SAC*P*C310***500", "5.00", None),
        ("SAC**C310***500", "5.00", None),
    ),
)
def test_a_charge_has_its_amount_with_a_point_and_a_sign(segment: str, amount: str | None, signed: str | None) -> None:
    (found,) = document("850", BEG, segment)["SAC"]
    assert (amount, signed) == (found.get("amount"), found.get("signed_amount"))


def test_allowances_and_charges_are_lists_of_their_own() -> None:
    segments = ("SAC*C*D240***1500*Z*2*0.5**3*****FREIGHT", "SAC*A*C310***500", "SAC*N*ZZZZ", "SAC*C*H850***75")
    for found in (document("850", BEG, *segments), document("850", BEG, "PO1*1", *segments)["PO1"][0]):
        assert ["D240", "H850"] == [one["code"] for one in found["charges"]]
        assert ["C310"] == [one["code"] for one in found["allowances"]]
        assert 4 == len(found["SAC"])
        first = found["charges"][0]
        assert ("C", "2", "0.5", "3", "FREIGHT") == tuple(
            first[name] for name in ("indicator", "percent", "rate", "quantity", "description")
        )


def test_the_total_of_an_invoice_has_its_point() -> None:
    assert "1299.05" == document("810", "BIG*20260110*INV-1", "TDS*129905")["TDS"]["amount"]
    assert ("TDS", "TDS occurs twice") == defect("810", "BIG*20260110*INV-1", "TDS*129905", "TDS*1")


def test_a_line_has_its_price_basis_dates_notes_sizes_and_locations() -> None:
    found = document(
        "850",
        BEG,
        "PO1*1*500*EA*8.40*HP*VP*SCREW-M4",
        "CTP**UCP*8.40*100*EA",
        "CTP**RTL*12*100*EA",
        "PID*F****SCREW",
        "PID*F****ZINC",
        "MEA*PD*LN*30*CM",
        "PO4*100*5*EA",
        "N9*ZZ*NOTE",
        "MSG*CUT TO 30 CM",
        "MSG*BOTH ENDS",
        "DTM*002*20260201",
        "SDQ*EA*92*0007*200*0008*250",
        "SDQ*EA*92*0009*50",
        "SCH*300*EA***002*20260201",
        "SCH*200*EA***002*20260301",
        "LDT*AF*10*DA",
        "SLN*1**I*2*EA*1.10***VP*NUT-M4",
        "PID*F****NUT",
        "SLN*2**I*1*EA*0.20***VP*RING-M4",
        "AMT*1*42",
        "CTT*1",
        "AMT*TT*42",
    )
    (line,) = found["PO1"]
    assert ("HP", "8.40") == (line["05"], line["04"])
    assert [("UCP", "8.40", "100"), ("RTL", "12", "100")] == [(one["02"], one["03"], one["04"]) for one in line["CTP"]]
    assert ["SCREW", "ZINC"] == [one["05"] for one in line["all"]["PID"]]
    assert {"01": "PD", "02": "LN", "03": "30", "04": "CM"} == line["MEA"][0]
    assert "100" == line["PO4"][0]["01"]
    assert ["CUT TO 30 CM", "BOTH ENDS"] == [one["01"] for one in line["N9"]["ZZ"]["MSG"]]
    assert "20260201" == line["N9"]["ZZ"]["DTM"]["002"]["02"]
    assert [("0007", "200"), ("0008", "250"), ("0009", "50")] == [
        (one["location"], one["quantity"]) for one in line["locations"]
    ]
    assert {"unit": "EA", "qualifier": "92", "location": "0009", "quantity": "50"} == line["locations"][-1]
    assert ["20260201", "20260301"] == [one["06"] for one in line["SCH"]]
    assert "10" == line["LDT"][0]["02"]
    assert ["NUT-M4", "RING-M4"] == [part["ids"]["VP"] for part in line["SLN"]]
    assert "NUT" == line["SLN"][0]["PID"]["F"]["05"]
    assert "42" == found["AMT"]["TT"]["02"]


def test_what_concerns_the_whole_order_is_reached_from_its_root() -> None:
    found = document(
        "850",
        BEG,
        "CUR*BY*USD",
        "REF*DP*038",
        "REF*DP*039",
        "REF**NAMELESS",
        "FOB*DE",
        "ITD*01*3*2**10",
        "ITD*05*3***30",
        "DTM*002*20260114",
        "DTM*002*20260121",
        "TD5*A*92*P3",
        "NTE*ADD*LEAVE AT THE GATE",
        "PWK*OP",
        "N9*L1*TERMS",
        "MSG*NO PART DELIVERIES",
        "AMT*1*42",
    )
    assert ("USD", "DE", "A") == (found["CUR"]["02"], found["FOB"]["01"], found["TD5"][0]["01"])
    assert "038" == found["REF"]["DP"]["02"]
    assert ["038", "039", "NAMELESS"] == [one["02"] for one in found["all"]["REF"]]
    assert [{"01": "DP", "02": "039"}] == found["repeated"]["REF"]
    assert ["20260114", "20260121"] == [one["02"] for one in found["all"]["DTM"]]
    assert ["10", "30"] == [one["05"] for one in found["ITD"]]
    assert "LEAVE AT THE GATE" == found["NTE"][0]["02"]
    assert "NO PART DELIVERIES" == found["N9"]["L1"]["MSG"][0]["01"]
    assert [] == found["PO1"]


def test_a_line_keeps_all_its_product_ids_in_order() -> None:
    assert ("PO1.1", "a product id qualifier without its id") == defect("850", BEG, "PO1*1*4*EA*50*PE*BP*555*VP")
    line = document("850", BEG, "PO1*1*4*EA*50*PE*BP*555*MG*AAA*BP*556**LOST*UP*012345678905")["PO1"][0]
    assert {"BP": "555", "MG": "AAA", "UP": "012345678905"} == line["ids"]
    assert [("BP", "555"), ("MG", "AAA"), ("BP", "556"), (None, "LOST"), ("UP", "012345678905")] == [
        (pair.get("qualifier"), pair["id"]) for pair in line["id_list"]
    ]


def test_a_composite_is_one_text_and_its_components() -> None:
    found = document("850", BEG, "PO1*1", "MEA*PD*LN*30*CM", "SLN*1**I*10*PC>11.1>>EA*1.56")
    part = found["PO1"][0]["SLN"][0]
    assert "PC>11.1>>EA" == part["05"]
    assert ("PC", "11.1", "EA") == (part["05-1"], part["05-2"], part["05-4"])
    assert "05-3" not in part
    assert "04-1" not in found["PO1"][0]["MEA"][0]


def test_a_segment_that_is_allowed_only_once_is_a_defect_the_second_time() -> None:
    assert ("BEG", "BEG occurs twice") == defect("850", BEG, BEG)
    assert ("CTT", "CTT occurs twice") == defect("850", BEG, "CTT*1", "CTT*1")
    assert ("CUR", "CUR occurs twice") == defect("850", BEG, "CUR*BY*USD", "CUR*SE*EUR")
    assert document("850", BEG, "CUR*BY*USD", "PO1*1", "CUR*BY*USD", "PO1*2", "CUR*BY*USD")
