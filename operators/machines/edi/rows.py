"""The tables of the EDI flow. Keys begin with the partner and a zero byte; a partner lives in one partition."""

from typing import Final

from domain.edi.notices import KeptNotice
from domain.edi.orders import KeptOrder
from domain.edi.rows import ChangedStock, PartnerNumbers, ReceivedInterchange, ReleasedLines, SentDocument
from domain.identifiers import PartnerId
from domain.messages.edi.events import PartnerOrderMoved, PartnerWarehouseOrdered
from operators.engine.tables import Table, as_it_is

NUMBERS: Table[PartnerNumbers] = Table("partner numbers", PartnerNumbers)
ORDERS: Table[KeptOrder] = Table("partner order", KeptOrder)
SENT: Table[SentDocument] = Table("sent document", SentDocument, version=2, upgrades={1: as_it_is})
"""By the control number of its group."""
SENT_IN: Table[int] = Table("sent interchange", int)
"""The group's number, by that of its interchange."""
SENT_AS: Table[int] = Table("sent document number", int)
"""The group's number, by that of the document in it; of several of one number, the last."""
RECEIVED: Table[ReceivedInterchange] = Table("received interchange", ReceivedInterchange)
STOCK: Table[ChangedStock] = Table("changed stock", ChangedStock, ordered=True)
ADVICE_DUE: Table[int] = Table("advice due", int)
"""When the next advice is due, by partner; there is none while nothing has changed."""
UNWRITTEN: Table[PartnerOrderMoved] = Table(
    "unwritten", PartnerOrderMoved, version=3, upgrades={1: as_it_is, 2: as_it_is}
)
"""The step whose document could not be written, by the key of its case."""
UNWRITTEN_ORDERS: Table[PartnerWarehouseOrdered] = Table("unwritten order", PartnerWarehouseOrdered)
"""The order to a warehouse that could not be written, likewise."""
NOTICES: Table[KeptNotice] = Table("ship notice", KeptNotice, ordered=True)
"""By order, shipment and node."""
RELEASED: Table[ReleasedLines] = Table("released to partner", ReleasedLines)
"""By order and node."""

ACKNOWLEDGEMENT_DUE: Final = "acknowledgement"
ANSWER_DUE: Final = "answer"
INVOICE_DUE: Final = "invoice"
ADVICE: Final = "advice"
FORGET_ORDER: Final = "forget order"
FORGET_SENT: Final = "forget sent"
FORGET_RECEIVED: Final = "forget received"
FORGET_RELEASED: Final = "forget released"
"""The timers, stored by these names."""


def key(partner_id: PartnerId, *parts: object) -> str:
    """The key of a row, and the subject of a timer."""
    return "\0".join((partner_id, *map(str, parts)))
