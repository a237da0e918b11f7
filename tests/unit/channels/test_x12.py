"""Reading X12: delimiters, envelopes, counts; a bad set does not touch its neighbours."""

import pytest

from connectors.formats.outcomes import Refused, UnreadableRecord
from connectors.formats.x12.interchanges import read_x12
from tests.unit.channels.given import outcomes, verdict

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260105*0600*U*00401*000000007*0*P*>~"
GS = "GS*PO*BUYER*US*20260105*0600*7*X*004010~"
GE = "GE*1*7~"
IEA = "IEA*1*000000007~"


def purchase_order(number: str = "0001", order: str = "PO1", purpose: str = "00", lines: int = 1) -> str:
    body = "".join(f"PO1*{line}*2*EA*1.50**CB*B-{line}*VN*V-{line}~" for line in range(1, lines + 1))
    return f"ST*850*{number}~BEG*{purpose}*SA*{order}**20260105~{body}CTT*{lines}~SE*{lines + 4}*{number}~"


def interchange(*sets: str, count: int | None = None) -> bytes:
    return f"{ISA}{GS}{''.join(sets)}GE*{len(sets) if count is None else count}*7~{IEA}".encode()


def verdicts(value: bytes) -> list[str]:
    return [verdict(outcome) for outcome in outcomes("edi_wholesale", value)]


PLACED = "placed edi_wholesale:ZZ:BUYER:BUYER:PO1: 1 lines, 2 units, 3 USD"


def test_an_interchange_with_one_order_is_one_order() -> None:
    assert [PLACED] == verdicts(interchange(purchase_order()))


def test_a_set_that_is_broken_names_its_order() -> None:
    broken = purchase_order().replace("CTT*1~SE*5", "CTT*1~SE*9")
    (refused,) = outcomes("edi_wholesale", interchange(broken))
    assert isinstance(refused, Refused)
    assert "edi_wholesale:ZZ:BUYER:BUYER:PO1" == refused.order_id


@pytest.mark.parametrize(
    ("find", "replace"),
    (
        ("~", "~\r\n"),
        ("~", "\n"),
        ("~", "\r\n"),
        ("~", "'"),
        ("*", "|"),
        ("*", "\x1d"),
        ("~", "~\n    \t"),
        ("BUYER          ", "BUYER"),
        ("CTT*1~", "CTT*1***~"),
        ("IEA*1*000000007~", "IEA*1*000000007"),
        ("IEA*1*000000007~", "IEA*1*7~"),
        ("ISA", "\ufeffISA"),
    ),
)
def test_delimiters_and_white_space_are_the_senders_choice(find: str, replace: str) -> None:
    text = interchange(purchase_order()).decode()
    assert find in text
    assert [PLACED] == verdicts(text.replace(find, replace).encode())


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("ISA", "IXA", "does not begin with an ISA segment"),
        ("*P*>~", "*P**~", "no usable delimiters"),
        ("*P*>~", "*P*>A", "no usable delimiters"),
        (IEA, "", "ends without IEA"),
        (IEA, "IEA*1*000000008~", "control number 000000007 in ISA13 and 000000008 in IEA02"),
        (IEA, "IEA*2*000000007~", "IEA01 counts 2 groups, 1 were found"),
        (GE, "", "ends without GE"),
        (GS, f"{GS}REF*A*B~", "'REF' is outside a transaction set"),
        (GS, f"REF*A*B~{GS}", "'REF' is outside a functional group"),
        (IEA, f"{IEA}rubbish", "does not begin with an ISA segment"),
    ),
)
def test_an_envelope_that_cannot_be_read_makes_the_record_unreadable(find: str, replace: str, expected: str) -> None:
    (found,) = verdicts(interchange(purchase_order()).decode().replace(find, replace).encode())
    assert found.startswith("unreadable: ")
    assert expected in found


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("SE*5*0001", "SE*6*0001", "refused: SE.01: SE01 counts 6 segments, 5 were found"),
        ("SE*5*0001", "SE*5*0002", "refused: SE.02: control number 0001 in ST02 and 0002 in SE02"),
        ("SE*5*0001~", "", "refused: SE: the transaction set ends without SE"),
        ("CTT*1", "CTT*2", "refused: totals.line_count: 2 lines are stated, 1 were found"),
        ("CTT*1~", "CTT*1~AMT*1*9.99~", "refused: SE.01"),
        ("PO1*1*", "P*1*", "refused: P: 'P' is not a segment id"),
        ("BEG*00*SA*PO1**20260105~", "BEG*00*SA*PO1**20260105~BEG*00*SA*PO3~", "refused: SE.01"),
        ("CTT*1~SE*5", "CTT*1~CTT*1~SE*6", "refused: CTT: CTT occurs twice"),
        ("*VN*V-1", "*VN*", "refused: PO1.1: a product id qualifier without its id"),
        ("*CB*B-1*VN*V-1", "", "refused: lines.1.item_id: is missing (ids.VN or"),
        ("*EA*", "*??*", "refused: lines.1.unit: '??' is not in the code list 'unit'"),
        ("*2*EA", "*0*EA", "refused: lines.1.quantity: 0 is not above zero"),
        (
            "BEG*00",
            "BEG*05",
            "refused: : no rule of the channel file fits this document (ST.01 is '850', BEG.01 is '05'",
        ),
        ("ST*850", "ST*860", "refused: : no rule"),
        ("20260105~PO1", "20261305~PO1", "refused: occurred_at: '20261305' is not a time"),
    ),
)
def test_a_bad_set_is_refused_and_the_good_ones_continue(find: str, replace: str, expected: str) -> None:
    good_first, good_last = purchase_order("0008", "PO8"), purchase_order("0009", "PO9")
    bad = purchase_order()
    assert find in bad
    first, middle, last = verdicts(interchange(good_first, bad.replace(find, replace), good_last))
    assert "placed edi_wholesale:ZZ:BUYER:BUYER:PO8: 1 lines, 2 units, 3 USD" == first
    assert middle.startswith(expected)
    assert "placed edi_wholesale:ZZ:BUYER:BUYER:PO9: 1 lines, 2 units, 3 USD" == last


def test_a_wrong_group_count_refuses_every_set_of_the_group() -> None:
    found = verdicts(interchange(purchase_order("0001"), purchase_order("0002", "PO2"), count=3))
    assert ["refused: GE.01: GE01 counts 3 transaction sets, 2 were found"] * 2 == found


def test_several_interchanges_with_delimiters_of_their_own_lie_in_one_record() -> None:
    one = interchange(purchase_order())
    other = interchange(purchase_order("0002", "PO2")).replace(b"*", b"|").replace(b"~", b"\n")
    assert [PLACED, "placed edi_wholesale:ZZ:BUYER:BUYER:PO2: 1 lines, 2 units, 3 USD"] == verdicts(
        one + b"\n\n" + other
    )


def test_purpose_01_asks_to_cancel() -> None:
    assert ["OrderCancelRequested"] == verdicts(interchange(purchase_order(purpose="01")))


def test_an_interchange_of_acknowledgements_only_is_refused_not_dropped() -> None:
    value = f"{ISA}TA1*000000007*260105*0600*A*000~IEA*0*000000007~".encode()
    assert ["refused: TA1: interchange acknowledgements are not mapped"] == verdicts(value)
    assert ["refused: : the record contains no document"] == verdicts(f"{ISA}IEA*0*000000007~".encode())


def test_the_repetition_separator_counts_from_version_00402_on() -> None:
    new = ISA.replace("*U*00401*", "*^*00501*")
    text = interchange(purchase_order()).decode().replace(ISA, new).encode()
    assert "^" == read_x12(text)[0].delimiters.repetition
    assert "" == read_x12(interchange(purchase_order()))[0].delimiters.repetition


def test_latin_1_is_read_only_where_the_file_says_so() -> None:
    value = interchange(purchase_order(order="PO\u00e9")).decode().encode("latin-1")
    with pytest.raises(UnreadableRecord, match="not utf-8"):
        read_x12(value)
    assert read_x12(value, "latin-1")
