"""Reading X12: delimiters, envelopes, counts; a bad set does not touch its neighbours."""

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused
from domain.identifiers import SourceId
from domain.messages.orders import OrderCancelRequested
from tests.unit.channels.given import CHANNELS, message, outcomes, record, verdict

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
        ("*2*EA", "*-2*EA", "refused: lines.1.quantity: -2 is not above zero"),
        (
            "BEG*00",
            "BEG*06",
            "refused: : no rule of the channel file fits this document (ST.01 is '850', BEG.01 is '06'",
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


@pytest.mark.parametrize(
    ("begin", "expected"),
    (
        ("BCH*01*SA*PO1***20260105", "edi_wholesale:ZZ:BUYER:BUYER:PO1"),
        ("BCH*01*SA*PO1***20260105*****20260107", "edi_wholesale:ZZ:BUYER:BUYER:PO1"),
        ("BCH*01*BK*PO1*R7**20260105", "edi_wholesale:ZZ:BUYER:BUYER:PO1:R7"),
    ),
)
def test_an_860_cancels_the_order_that_the_850_placed(begin: str, expected: str) -> None:
    (outcome,) = outcomes("edi_wholesale", interchange(f"ST*860*0001~{begin}~SE*3*0001~"))
    cancelled = message(outcome)
    assert isinstance(cancelled, OrderCancelRequested)
    assert (expected, "cancelled by 860") == (cancelled.order_id, cancelled.reason)


@pytest.mark.parametrize(
    ("acknowledgement", "expected"),
    (
        ("TA1*000000007*260105*0600*A*000~", "passed over: interchange acknowledgement"),
        ("TA1*000000007*260105*0600*R*001~", "passed over: interchange acknowledgement"),
        ("TA1*000000007*260105*0600*E*022~", "passed over: interchange acknowledgement"),
        (f"{GS}ST*997*0001~AK1*IN*1~AK9*A*1*1*1~SE*4*0001~{GE}", "passed over: functional acknowledgement"),
        (f"{GS}ST*997*0001~AK1*IN*1~AK9*R*1*1*0~SE*4*0001~{GE}", "passed over: functional acknowledgement"),
        (f"{GS}ST*997*0001~AK1*IN*1~AK9*P*2*2*1~SE*4*0001~{GE}", "passed over: functional acknowledgement"),
    ),
)
def test_an_acknowledgement_is_left_to_the_edi_flow(acknowledgement: str, expected: str) -> None:
    groups = acknowledgement.count("GS*")
    (found,) = verdicts(f"{ISA}{acknowledgement}IEA*{groups}*000000007~".encode())
    assert found.startswith(expected)


@pytest.mark.parametrize("usage", ("T", "I", "t"))
def test_what_is_no_production_data_has_no_effect_even_if_it_is_damaged(usage: str) -> None:
    broken = purchase_order("0002", "PO2").replace("SE*5", "SE*9")
    value = interchange(
        purchase_order(), broken, purchase_order("0003", purpose="01"), purchase_order("0004", purpose="05")
    )
    test = value.decode().replace("*0*P*>", f"*0*{usage}*>").encode()
    assert [f"passed over: interchange of usage {usage.upper()}"] * 4 == verdicts(test)


def test_one_test_interchange_beside_a_live_one_has_no_effect() -> None:
    live = interchange(purchase_order()).decode()
    test = live.replace("*0*P*>", "*0*T*>").replace("PO1*", "PO9*")
    assert ["passed over: interchange of usage T", PLACED] == verdicts((test + live).encode())


def test_a_file_may_say_that_test_interchanges_are_live() -> None:
    value = interchange(purchase_order()).decode().replace("*0*P*>", "*0*T*>").encode()
    live = CHANNELS[SourceId("edi_wholesale")].model_copy(update={"test_interchanges": "live"})
    (outcome,) = map_record(live, record(value))
    assert PLACED == verdict(outcome)


def test_a_good_interchange_is_read_and_the_rubbish_behind_it_is_refused() -> None:
    value = interchange(purchase_order()) + b"Best regards"
    expected = "refused: ISA: 'Best regards' after IEA does not begin with an ISA segment"
    assert [PLACED, expected] == verdicts(value)


def test_a_wrapped_interchange_is_the_same_order() -> None:
    text = interchange(purchase_order()).decode()
    wrapped = "\n".join(text[start : start + 80] for start in range(0, len(text), 80))
    assert [PLACED] == verdicts(wrapped.encode())


def test_an_interchange_without_content_is_refused_not_dropped() -> None:
    assert ["refused: ISA: the interchange contains no functional group"] == verdicts(f"{ISA}IEA*0*000000007~".encode())
    assert ["refused: GS: the functional group contains no transaction set"] == verdicts(interchange())


def test_bytes_that_are_no_utf_8_are_read_as_latin_1() -> None:
    value = interchange(purchase_order(order="PO\u00e9")).decode().encode("latin-1")
    assert verdicts(value)[0].startswith("placed edi_wholesale:ZZ:BUYER:BUYER:PO\u00e9: ")
