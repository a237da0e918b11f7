"""What intake tells the EDI flow of a raw record, and of the orders in it."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.formats.mapping import map_record, map_with_interchanges
from connectors.formats.outcomes import Canonical, Unparsable
from connectors.formats.x12 import interchanges
from connectors.formats.x12.segments import Delimiters, Segment, segments_of
from connectors.log.port import Record
from domain.identifiers import LineId, OrderId, SourceId
from domain.messages.cases import Case
from domain.messages.edi.documents import ProductNumber
from domain.messages.edi.events import AcknowledgementReceived, InterchangeReceived, PartnerLinesAdded
from domain.messages.orders import OrderAmendRequested, OrderPictured, OrderPlaced
from operators.machines.edi.partners import NO_PARTNERS, Partners
from operators.machines.edi.received import of_envelopes, of_message
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.without_events import PassedOverRule
from tests.unit.channels.x12.given import a_set
from tests.unit.edi.story import CHANNELS, FILE, HARBOR, START_MS

CHANNEL = CHANNELS[SourceId("edi_wholesale")]
PARTNERS = Partners([FILE], CHANNELS.values())
ORDER = a_set(
    "850",
    *(
        "BEG*00*RL*HT-7*R:2*20260105",
        "REF*DP*038",
        "N1*ST*DOCK 4*92*S7",
        "N3*12 QUAY STREET",
        "N4*PORTLAND*OR*97205*US",
    ),
    *("PO1*1*24*EA*3.50**VN*HAMMER*BP*771", "CTT*1"),
)


def envelope(*sets: str, sender: str = "HARBORTOOLS", group: str = "PO") -> str:
    isa = f"ISA*00*          *00*          *ZZ*{sender:15}*ZZ*ORDERLINE      *260105*0305*U*00401*000000031*0*P*>~"
    gs = f"GS*{group}*{sender}*ORDERLINE*20260105*0305*31*X*004010~"
    return f"{isa}{gs}{''.join(sets)}GE*{len(sets)}*31~IEA*1*000000031~"


def record(text: str | bytes | None) -> Record:
    value = text.encode() if isinstance(text, str) else text
    return Record("source.edi_wholesale.v1", 0, 0, START_MS, None, value, ())


def said(text: str | bytes | None, partners: Partners = PARTNERS) -> list[Any]:
    return list(of_envelopes(CHANNEL, map_with_interchanges(CHANNEL, record(text)).interchanges, partners))


def acknowledging(verdict: str) -> str:
    return a_set("997", "AK1*PR*7", "AK2*855*0001", "AK5*R*5", f"AK9*{verdict}*1*1*0")


def test_every_interchange_of_a_partner_is_to_be_answered_whatever_is_in_it() -> None:
    for text in (envelope(ORDER), envelope(a_set("999999", "XYZ*1")), envelope(ORDER.replace("BEG*00", "BEG*77"))):
        (found,) = said(text)
        assert isinstance(found, InterchangeReceived)
        assert (HARBOR, "000000031", "HARBORTOOLS") == (found.partner_id, found.control_number, found.sender_id)


def test_an_interchange_is_read_once_to_be_mapped_and_to_be_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str, delimiters: Delimiters) -> list[Segment]:
        read.append(text)
        return segments_of(text, delimiters)

    monkeypatch.setattr(interchanges, "segments_of", counted)
    mapped = map_with_interchanges(CHANNEL, record(envelope(ORDER)))
    (answered,) = of_envelopes(CHANNEL, mapped.interchanges, PARTNERS)
    assert isinstance(answered, InterchangeReceived)
    assert [Canonical] == [type(outcome) for outcome in mapped.outcomes]
    assert 1 == len(read)


def test_several_interchanges_of_one_record_are_answered_each() -> None:
    assert ["", "001"] == [
        each.fault for each in said(envelope(ORDER) + envelope(ORDER).replace("IEA*1*000000031", "IEA*1*9"))
    ]


def test_an_acknowledgement_is_told_and_not_answered() -> None:
    (found,) = said(envelope(acknowledging("A"), group="FA"))
    assert isinstance(found, AcknowledgementReceived)
    assert (HARBOR, "PR", "7") == (found.partner_id, found.functional_id, found.control_number)


@pytest.mark.parametrize("partners", (PARTNERS, NO_PARTNERS))
def test_who_has_no_partner_file_is_answered_nothing_and_only_a_rejection_is_a_case(partners: Partners) -> None:
    assert [] == said(envelope(ORDER, sender="STRANGER"), partners)
    assert [] == said(envelope(acknowledging("A"), sender="STRANGER", group="FA"), partners)
    (found,) = said(envelope(acknowledging("R"), sender="STRANGER", group="FA"), partners)
    assert isinstance(found, Case)
    assert "ZZ/STRANGER, which has no partner file, rejects PR 7: AK5 R 5" == found.reason


@pytest.mark.parametrize("text", (None, "", "no interchange", b"\xff\xfe", "x" * 5_000_000))
def test_what_cannot_be_read_says_nothing_here(text: Any) -> None:
    assert [] == said(text)


def placed() -> OrderPlaced:
    (found,) = map_record(CHANNEL, record(envelope(ORDER)))
    assert isinstance(found, Canonical)
    assert isinstance(found.message, OrderPlaced)
    return found.message


def test_an_order_of_a_partner_is_kept_as_the_partner_wrote_it() -> None:
    found = of_message(placed(), PARTNERS)
    assert found is not None
    assert not isinstance(found, PartnerLinesAdded)
    order, (line,) = found.order, found.lines
    assert ("HT-7", "R:2", "USD", "038", "S7") == (
        order.number,
        order.release,
        order.currency,
        order.department,
        order.ship_to.location_code,
    )
    assert {ProductNumber("VN", "HAMMER"), ProductNumber("BP", "771")} == set(line.products)
    assert (24_000_000, "EA", 35_000) == (line.ordered, line.unit, line.unit_price)


def test_an_order_of_nobodys_is_not() -> None:
    assert of_message(replace(placed(), order_id=OrderId("portal:1")), PARTNERS) is None
    assert of_message(placed(), NO_PARTNERS) is None
    assert of_message(object(), PARTNERS) is None


def test_a_picture_of_an_order_and_lines_that_are_added_are_kept_as_well() -> None:
    order = placed()
    picture = OrderPictured(order.order_id, order.provenance, 1, is_cancelled=False, reason="", placed=order)
    assert of_message(order, PARTNERS) == of_message(picture, PARTNERS)
    added = (replace(order.lines[0], line_id=LineId("9")),)
    found = of_message(OrderAmendRequested(order.order_id, order.provenance, "", (), added), PARTNERS)
    assert isinstance(found, PartnerLinesAdded)
    assert ["9"] == [line.line_id for line in found.lines]
    assert of_message(OrderAmendRequested(order.order_id, order.provenance, "", ()), PARTNERS) is None


def test_an_interchange_with_a_wrong_envelope_is_answered_though_it_is_all_there_is() -> None:
    text = envelope(ORDER).replace("IEA*1*000000031", "IEA*1*000000032")
    mapped = map_with_interchanges(CHANNEL, record(text))
    assert [Unparsable("control number 000000031 in ISA13 and 000000032 in IEA02")] == list(mapped.outcomes)
    (found,) = said(text)
    assert isinstance(found, InterchangeReceived)
    assert (HARBOR, "000000031", "001") == (found.partner_id, found.control_number, found.fault)


def test_a_set_that_no_rule_reads_is_rejected_as_not_supported_and_its_neighbour_is_not() -> None:
    (found,) = said(envelope(ORDER, a_set("832", "BCT*PC*1", number="0002")))
    (group,) = found.groups
    assert 1 == group.accepted_sets
    assert [("850", ""), ("832", "1")] == [(each.kind, each.fault) for each in group.sets]


def test_of_a_file_that_does_not_say_which_sets_its_rules_read_none_is_rejected() -> None:
    events = (*CHANNEL.events, PassedOverRule(event="PassedOver"))
    fields = {name: getattr(CHANNEL, name) for name in ChannelFile.model_fields}
    anything = ChannelFile.model_construct(**{**fields, "events": events})
    mapped = map_with_interchanges(anything, record(envelope(a_set("832", "BCT*PC*1"))))
    (found,) = of_envelopes(anything, mapped.interchanges, PARTNERS)
    assert isinstance(found, InterchangeReceived)
    assert 1 == found.groups[0].accepted_sets
