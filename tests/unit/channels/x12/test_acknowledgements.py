"""What we answer to an interchange: 997 and TA1, read back by our reader and by a second parser."""

from typing import Any

import pytest
import x12
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.documents import Defect
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange, read_x12
from connectors.formats.x12.segments import Delimiters
from connectors.formats.x12.sending.acknowledgements import AnswerNumbers, answer_to
from connectors.formats.x12.sending.receipts import receipt_of
from domain.identifiers import PartnerId, SourceId
from tests.unit.channels.x12.given import GS, ISA, a_set, in_an_envelope

NUMBERS = AnswerNumbers(interchange=55, first_group=700)
STANDARD = Delimiters("*", ">", "", "~")
SENT_AT_US = 1_767_600_000_000_000
"""2026-01-05 08:00 UTC."""
ANSWER = "ISA*00*          *00*          *ZZ*US             *ZZ*BUYER          *260105*0800*U*00401*000000055*0*P*>~"
ORDER = ("BEG*00*SA*PO-1**20260105", "PO1*1*2*EA*1.5**VP*L-1", "CTT*1")


def acknowledge(part: Interchange | UnreadableInterchange, delimiters: Delimiters | None = None) -> str | None:
    receipt = receipt_of(part, PartnerId("buyer"), SourceId("edi"))
    return None if receipt is None else answer_to(receipt, delimiters or STANDARD, NUMBERS, SENT_AT_US)


def answers(text: str) -> list[str | None]:
    return [acknowledge(part) for part in read_x12(text)]


def answer(text: str) -> str:
    (found,) = answers(text)
    assert found is not None
    return found


def body(text: str) -> list[str]:
    """The segments of a 997 between ST and SE."""
    lines = text.split("~")
    return lines[lines.index("ST*997*0001") + 1 : -4]


def documents(text: str) -> Any:
    return documents_of(read_x12(text))


def test_an_interchange_that_is_good_is_accepted_set_by_set() -> None:
    found = answer(in_an_envelope(a_set("850", *ORDER), a_set("860", "BCH*04*SA*PO-1", number="0002")))
    expected = (
        f"{ANSWER}GS*FA*US*BUYER*20260105*0800*700*X*004010~ST*997*0001~AK1*PO*7~"
        "AK2*850*0001~AK5*A~AK2*860*0002~AK5*A~AK9*A*2*2*2~SE*8*0001~GE*1*700~IEA*1*000000055~"
    )
    assert expected == found


@pytest.mark.parametrize(
    ("bad", "expected"),
    (
        (a_set("850", *ORDER).replace("SE*5", "SE*9"), ["AK5*R*4"]),
        (a_set("850", *ORDER).replace("SE*5*0001", "SE*5*0009"), ["AK5*R*3"]),
        (a_set("850", *ORDER).replace("SE*5*0001~", ""), ["AK5*R*2"]),
        (a_set("850", *ORDER, "CTT*1"), ["AK3*CTT*5**5", "AK5*R*5"]),
        (a_set("850", ORDER[0], "PO1*1*2*EA*1.5**VP*L-1*BP"), ["AK3*PO1*3**8", "AK4*9**2", "AK5*R*5"]),
        (a_set("850", ORDER[0], "rem*x"), ["AK3*ZZZ*3**1", "AK5*R*5"]),
        (a_set("850", ORDER[0], "K1" + "*A" * 100), ["AK3*K1*3**8", "AK4*100**3", "AK5*R*5"]),
        (a_set("856", "BSN*00*S-1", "HL*1**S", "HL*2*9*O"), ["AK3*HL*4**8", "AK4*2**7", "AK5*R*5"]),
        (a_set("856", "BSN*00*S-1", "HL*1**S", "HL*1*1*O"), ["AK3*HL*4**8", "AK4*1**7", "AK5*R*5"]),
    ),
)
def test_a_bad_set_is_rejected_with_its_place_and_the_good_ones_are_accepted(bad: str, expected: list[str]) -> None:
    good = a_set("850", *ORDER, number="0008")
    found = body(answer(in_an_envelope(good, bad, good.replace("0008", "0009"))))
    kind = bad[3:6]
    assert [
        *("AK1*PO*7", "AK2*850*0008", "AK5*A", f"AK2*{kind}*0001"),
        *expected,
        *("AK2*850*0009", "AK5*A", "AK9*P*3*3*2"),
    ] == found


def test_a_group_of_bad_sets_only_is_rejected() -> None:
    bad = a_set("850", *ORDER).replace("SE*5", "SE*9")
    assert "AK9*R*1*1*0" == body(answer(in_an_envelope(bad)))[-1]


@pytest.mark.parametrize(
    ("find", "replace", "expected"),
    (
        ("GE*1*7", "GE*2*7", "AK9*R*2*1*0*5"),
        ("GE*1*7", "GE*1*8", "AK9*R*1*1*0*4"),
        ("GE*1*7", "GE*one*7", "AK9*R*1*1*0*5"),
    ),
)
def test_a_wrong_group_is_rejected_whole(find: str, replace: str, expected: str) -> None:
    text = in_an_envelope(a_set("850", *ORDER)).replace(find, replace)
    assert ["AK1*PO*7", expected] == body(answer(text))


@pytest.mark.parametrize(
    ("find", "replace", "note"),
    (
        ("IEA*1*000000007", "IEA*1*000000008", "001"),
        ("IEA*1*", "IEA*2*", "021"),
        ("GE*1*7~", "", "022"),
        ("SE*5*0001~", "SE*5*0001~REF*A*B~", "022"),
        (GS, f"REF*A~{GS}", "022"),
    ),
)
def test_a_wrong_envelope_is_rejected_by_a_ta1_and_its_neighbours_are_accepted(
    find: str, replace: str, note: str
) -> None:
    good = in_an_envelope(a_set("850", *ORDER))
    accepted, rejected = answers(good + good.replace(find, replace))
    assert f"{ANSWER}TA1*000000007*260105*0600*R*{note}~IEA*0*000000055~" == rejected
    assert accepted == answer(good)


def test_an_interchange_that_ends_early_is_rejected_by_a_ta1() -> None:
    good = in_an_envelope(a_set("850", *ORDER))
    _, rejected = answers(good + good[: good.index("CTT")])
    assert rejected is not None
    assert "TA1*000000007*260105*0600*R*023~" in rejected


def test_who_asks_for_a_ta1_gets_one() -> None:
    found = answer(in_an_envelope(a_set("850", *ORDER)).replace("*0*P*>", "*1*P*>"))
    assert found.startswith(f"{ANSWER}TA1*000000007*260105*0600*A*000~GS*FA*")


def test_acknowledgements_and_what_has_no_envelope_are_not_answered() -> None:
    answered = answer(in_an_envelope(a_set("850", *ORDER)))
    assert [None] == answers(answered)
    assert [None] == answers(f"{ISA}TA1*000000001*260105*0600*A*000~IEA*0*000000007~")
    assert [answered, None] == answers(in_an_envelope(a_set("850", *ORDER)) + "Best regards")


def test_each_group_is_answered_by_a_group_of_its_own() -> None:
    one = in_an_envelope(a_set("850", *ORDER))
    group = one[one.index("GS*") : one.index("IEA")]
    other = group.replace("GS*PO*BUYER", "GS*IN*BILLING").replace("*7*X*", "*8*X*").replace("GE*1*7", "GE*1*8")
    found = answer(one.replace("IEA*1", f"{other}IEA*2"))
    assert "GS*FA*US*BUYER*20260105*0800*700*X*004010~" in found
    assert "GS*FA*US*BILLING*20260105*0800*701*X*004010~ST*997*0001~AK1*IN*8~" in found


def test_the_answer_is_written_in_the_delimiters_of_the_partner_and_a_test_is_answered_by_a_test() -> None:
    text = in_an_envelope(a_set("850", *ORDER)).replace("*U*00401*", "*^*00501*").replace("*0*P*>", "*0*T*>")
    (part,) = read_x12(text)
    found = acknowledge(part, Delimiters("|", "<", "^", "\n"))
    assert found is not None
    assert found.splitlines()[0].endswith("|260105|0800|^|00501|000000055|0|T|<")
    assert "AK9|A|1|1|1" in found.splitlines()


def regular(text: str) -> x12.X12Interchange:
    return x12.parse_x12_interchange(x12.tokenize_x12(text.encode()))


KINDS = st.sampled_from(("good", "wrong count", "no end", "wrong segment", "wrong element"))


@given(st.lists(st.lists(KINDS, min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_answer_is_regular_for_a_second_parser_and_says_what_we_read(groups: list[list[str]]) -> None:
    text = ISA + "".join(a_group(number, kinds) for number, kinds in enumerate(groups, start=1))
    found = answer(f"{text}IEA*{len(groups)}*000000007~")
    assert [b"997"] * len(groups) == [
        one.transaction_set_code for group in regular(found).groups for one in group.transactions
    ]
    for kinds, read in zip(groups, documents(found), strict=True):
        assert not isinstance(read, Defect)
        assert ["A" if kind == "good" else "R" for kind in kinds] == [one["AK5"]["01"] for one in read["AK2"]]
        good = kinds.count("good")
        assert (str(len(kinds)), str(good)) == (read["AK9"]["02"], read["AK9"]["04"])


def a_group(number: int, kinds: list[str]) -> str:
    sets = "".join(written(kind, f"{position:04}") for position, kind in enumerate(kinds, start=1))
    return f"{GS.replace('*7*X*', f'*{number}*X*')}{sets}GE*{len(kinds)}*{number}~"


def written(kind: str, number: str) -> str:
    good = a_set("850", *ORDER, number=number)
    return {
        "good": good,
        "wrong count": good.replace("SE*5", "SE*6"),
        "no end": good.replace(f"SE*5*{number}~", ""),
        "wrong segment": good.replace("PO1*", "po1*"),
        "wrong element": good.replace("*VP*L-1", "*VP"),
    }[kind]


@given(st.text(st.sampled_from("ISAGEST*~>\n P0185ABX"), max_size=80))
def test_whatever_is_read_has_a_regular_answer_or_none(text: str) -> None:
    try:
        parts = read_x12(in_an_envelope(a_set("850", text)) + text)
    except UnreadableRecord:
        return
    for part in parts:
        found = acknowledge(part)
        assert found is None or regular(found)


def test_who_writes_its_ids_too_long_is_answered_by_a_regular_envelope() -> None:
    text = in_an_envelope(a_set("850", *ORDER)).replace("*ZZ*US             *", "*ZZZ*A-NAME-THAT-IS-TOO-LONG*")
    assert regular(answer(text))


def test_of_a_group_with_very_many_sets_only_those_that_are_rejected_are_named() -> None:
    good = (a_set("850", *ORDER, number=f"{number:04}") for number in range(1, 1_501))
    bad = a_set("850", *ORDER, number="9999").replace("SE*5", "SE*6")
    found = body(answer(in_an_envelope(*good, bad)))
    assert ["AK1*PO*7", "AK2*850*9999", "AK5*R*4", "AK9*P*1501*1501*1500"] == found


def test_the_same_content_has_the_same_hash_and_any_other_another_one() -> None:
    text = in_an_envelope(a_set("850", *ORDER))
    one, again, other = (
        receipt_of(read_x12(each)[0], PartnerId("buyer"), SourceId("edi"))
        for each in (text, text.replace("~", "~\n"), text.replace("1.5", "1.6"))
    )
    assert one is not None
    assert one == again
    assert other is not None
    assert one.content_hash != other.content_hash
