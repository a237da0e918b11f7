"""One partner's history at the EDI machine: what it sends, what happens to its orders, what it is told."""

from dataclasses import replace
from typing import Any

from connectors.formats.x12.interchanges import Interchange, read_x12
from connectors.log.port import Record
from domain.addresses import Address
from domain.cases.policy import CasePolicy
from domain.identifiers import CorrelationId, EventId, ItemId, LineId, OrderId, PartnerId, SourceId
from domain.messages.cases import Case, CaseChange, CaseHome
from domain.messages.edi.documents import PartnerLine, PartnerOrder, ProductNumber
from domain.messages.edi.events import (
    AcknowledgedAs,
    AcknowledgementReceived,
    EdiDocumentSent,
    InterchangeReceived,
    PartnerOrderMoved,
    PartnerOrderPlaced,
    PartnerStep,
    ReceivedGroup,
    StepLine,
    StepUnits,
)
from domain.quantities import UNIT
from operators.engine.event import Event
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.edi.machine import EdiMachine
from operators.machines.edi.partners import Partners
from schemas.channel_language.loader import load_channel_files
from schemas.partner_files.loader import AnyPartnerFile, load_partner_files
from schemas.partner_files.x12_partner import X12PartnerFile
from tests.memory_state import MemoryRows

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
START_MS = 1_767_600_000_000
"""2026-01-05 08:00 UTC."""
HARBOR = PartnerId("harbor_tools")
CHANNELS = load_channel_files()
_FOUND = load_partner_files(CHANNELS.values())[HARBOR]
assert isinstance(_FOUND, X12PartnerFile)
FILE = _FOUND
ORDER_ID = OrderId("edi_wholesale:ZZ:HARBORTOOLS:HARBORTOOLS:PO-1")
DOCK = Address("Dock 4", "12 Quay Street", "Portland", "97205", "OR", "US")
ORDER = PartnerOrder(ORDER_ID, "PO-1", "", START_MS * 1000, "USD", DOCK)


def line(line_id: str, ordered: int, unit: str = "EA") -> PartnerLine:
    item_id = ItemId(f"ITEM-{line_id}")
    named = (ProductNumber("VN", item_id),)
    return PartnerLine(LineId(line_id), item_id, named, ordered * UNIT, unit, 25_000)


def step_line(line_id: str, ordered: int, **counters: int) -> StepLine:
    said = {name: counters.get(name, 0) * UNIT for name in ("cancelled", "allocated", "backordered", "shipped")}
    return StepLine(
        LineId(line_id), ItemId(f"ITEM-{line_id}"), ordered * UNIT, **said, promised_us=counters.get("promised_us", 0)
    )


def moved(step: PartnerStep, *lines: StepLine, **said: Any) -> PartnerOrderMoved:
    return replace(PartnerOrderMoved(HARBOR, ORDER_ID, step, 1, 0, 0, lines), **said)


def units(line_id: str, quantity: int, value: int = 0) -> StepUnits:
    return StepUnits(LineId(line_id), ItemId(f"ITEM-{line_id}"), quantity * UNIT, value)


def received(control_number: str = "31", content_hash: str = "a", **said: Any) -> InterchangeReceived:
    group = ReceivedGroup("PO", "HARBORTOOLS", "ORDERLINE", control_number, "004010", 1, 1, 1)
    receipt = InterchangeReceived(
        partner_id=HARBOR,
        source_id=SourceId("edi_wholesale"),
        sender_qualifier="ZZ",
        sender_id="HARBORTOOLS",
        receiver_qualifier="ZZ",
        receiver_id="ORDERLINE",
        control_number=control_number,
        sent_day="260105",
        sent_minute="0800",
        version="00401",
        usage="P",
        fault="",
        asks_for_ta1=False,
        content_hash=content_hash,
        groups=(group,),
    )
    return replace(receipt, **said)


def acknowledgement(group: int, functional_id: str, verdict: AcknowledgedAs) -> AcknowledgementReceived:
    return AcknowledgementReceived(HARBOR, functional_id, str(group), verdict, "AK5 R 5")


class Story:
    """The machine with its cases, on rows in memory."""

    def __init__(self, file: AnyPartnerFile = FILE) -> None:
        self.rows = MemoryRows()
        self.now_ms = START_MS
        self._count = 0
        self._load(file)

    def _load(self, file: AnyPartnerFile) -> None:
        documents = EdiMachine(Partners([file], CHANNELS.values()))
        self._machine = CaseKeeper(CaseHome.EDI, documents, CasePolicy(), documents.react)

    def restart(self, file: AnyPartnerFile = FILE) -> None:
        """The flow starts again, perhaps with another partner file."""
        self.rows.restart()
        self._load(file)

    def takes(self, message: Any) -> list[Any]:
        """What one message leads to."""
        self._count += 1
        if isinstance(message, PartnerOrderMoved):
            message = replace(message, occurred_us=self.now_ms * 1000, version=self._count)
        partition = self.rows.partition
        now_ms = partition.advance(self.now_ms)
        record = Record("edi.inbox.v1", 0, self._count, now_ms, HARBOR, b"", ())
        event = Event(EventId(f"e{self._count}"), CorrelationId("c"), (), message, record, 1)
        return list(self._machine.apply(partition, event, now_ms))

    def placed(self, *lines: PartnerLine) -> None:
        assert [] == self.takes(PartnerOrderPlaced(HARBOR, ORDER, lines))

    def passes(self, length_ms: int) -> list[Any]:
        """What falls due."""
        self.now_ms += length_ms
        partition = self.rows.partition
        partition.advance(self.now_ms)
        effects: list[Any] = []
        for timer in partition.timers.take_due(self.now_ms):
            effects += self._machine.fire(partition, timer, EventId(f"t{timer.key}"))
        return effects


def documents(effects: list[Any]) -> list[EdiDocumentSent]:
    return [effect for effect in effects if isinstance(effect, EdiDocumentSent)]


def cases(effects: list[Any]) -> list[tuple[str, str]]:
    found = [effect.case for effect in effects if isinstance(effect, CaseChange)]
    assert not any(isinstance(effect, Case) for effect in effects)
    return [(case.case_class.value, case.state.value) for case in found]


def body(document: EdiDocumentSent) -> list[str]:
    """The segments between ST and SE."""
    (part,) = read_x12(document.content)
    assert isinstance(part, Interchange)
    (group,) = part.groups
    (one,) = group.sets
    assert one.defect is None
    assert [str(document.interchange_number), str(document.group_number)] == [part.isa[13].lstrip("0"), group.gs[6]]
    return ["*".join(segment) for segment in one.segments[1:-1]]
