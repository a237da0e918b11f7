"""Maps documents that ask to hold an order or to release it: decisions about credit, address, fraud, tax and price."""

from connectors.formats.channel_ids import named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_text, microseconds
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.messages.orders import HoldKind, HoldRequest, OrderHoldReleaseRequested, OrderHoldRequested
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import OrderHoldReleaseRequestedRule, OrderHoldRequestedRule

HoldRequestRule = OrderHoldRequestedRule | OrderHoldReleaseRequestedRule


def hold_request(
    channel: ChannelFile,
    rule: HoldRequestRule,
    place: DocumentPlace,
    origin: Origin,
) -> HoldRequest:
    """The request of a document; `BrokenForm` when it violates the contract."""
    order_id = named_order_id(channel, rule, place)
    hold = _hold_kind(required_text(rule.hold, "hold", place))
    requested_by = checked_text(required_text(rule.requested_by, "requested_by", place), "requested_by")
    reason = checked_text(required_text(rule.reason, "reason", place), "reason")
    if isinstance(rule, OrderHoldReleaseRequestedRule):
        return with_content_hash(OrderHoldReleaseRequested(order_id, origin.provenance, hold, requested_by, reason))
    until_us = _until_us(channel, rule, place)
    return with_content_hash(OrderHoldRequested(order_id, origin.provenance, hold, requested_by, reason, until_us))


def _until_us(channel: ChannelFile, rule: OrderHoldRequestedRule, place: DocumentPlace) -> int:
    until = optional_text(rule.until, "until", place) if rule.until else None
    return microseconds(until, "until", channel.timezone) if until else 0


def _hold_kind(name: str) -> HoldKind:
    try:
        return HoldKind(name)
    except ValueError:
        raise BrokenForm("hold", f"{name[:40]!r} is none of {', '.join(HoldKind)}") from None
