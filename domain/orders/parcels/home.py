"""The home of a parcel: what carriers have reported of it, and the orders that have units in it.

| event | nothing known | reports known | orders known |
|---|---|---|---|
| ParcelReported | kept | kept; came before: dropped | its orders are told |
| ParcelSent | kept | the order is told all of them, in their order | kept; came before: dropped |

A delivery is told to an order once, however often and in how many words a carrier reports it: what follows is told as
news of a parcel that is delivered.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from domain.messages.orders import ParcelEvent, ParcelSent, ParcelTold
from domain.messages.parcels import ParcelReported

MOST_REPORTS: Final = 50
"""Reports of a parcel that are kept for an order that comes later: the latest of them."""
MOST_ORDERS: Final = 100
"""Orders that have units in one parcel."""


class Parcel(NamedTuple):
    """What is known of a parcel; reports are in the order in which they occurred."""

    reports: tuple[ParcelReported, ...] = ()
    sent: tuple[ParcelSent, ...] = ()
    until_ms: int = 0
    """When it is forgotten."""


class ParcelVerdict(NamedTuple):
    """What becomes of an event: the parcel as it is now, what orders are told, or why nothing comes of it."""

    parcel: Parcel
    told: Sequence[ParcelTold] = ()
    dropped: str = ""


def heard(known: Parcel, event: ParcelEvent) -> ParcelVerdict:
    """The effect of one event."""
    return _reported(known, event) if isinstance(event, ParcelReported) else _sent(known, event)


def _reported(known: Parcel, report: ParcelReported) -> ParcelVerdict:
    if any(_says_the_same(report, each) for each in known.reports):
        return ParcelVerdict(known, dropped="report of a parcel that came before")
    reports = sorted((*known.reports, report), key=lambda each: each.provenance.occurred_at_us)
    told = tuple(_told(sent, report) for sent in known.sent)
    return ParcelVerdict(known._replace(reports=tuple(reports[-MOST_REPORTS:])), told)


def _sent(known: Parcel, sent: ParcelSent) -> ParcelVerdict:
    if any((each.order_id, each.shipment_id) == (sent.order_id, sent.shipment_id) for each in known.sent):
        return ParcelVerdict(known, dropped="parcel that its order has sent before")
    if len(known.sent) == MOST_ORDERS:
        return ParcelVerdict(known, dropped="parcel of more orders than are told")
    return ParcelVerdict(
        known._replace(sent=(*known.sent, sent)), tuple(_told(sent, report) for report in known.reports)
    )


def _says_the_same(one: ParcelReported, other: ParcelReported) -> bool:
    """Carriers repeat themselves under other message ids, also when they are asked again."""
    return (one.status, one.provenance.occurred_at_us, one.estimated_us, one.signed_by) == (
        other.status,
        other.provenance.occurred_at_us,
        other.estimated_us,
        other.signed_by,
    )


def _told(sent: ParcelSent, report: ParcelReported) -> ParcelTold:
    return ParcelTold(sent.order_id, report, sent.shipment_id, sent.lines)
