"""Maps a document of a carrier to `ParcelReported`."""

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, checked_text, microseconds
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.messages.parcels import ParcelReported, ParcelStatus, parcel_of
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.orders.parcel_rules import ParcelReportedRule
from schemas.channel_language.sources import ValueOrigin


def reported_parcel(
    channel: ChannelFile, rule: ParcelReportedRule, place: DocumentPlace, origin: Origin
) -> ParcelReported:
    """The report of a document; `BrokenForm` when it violates the contract."""

    def text(source: ValueOrigin, field: str) -> str:
        return checked_text(required_text(source, field, place), field)

    return with_content_hash(
        ParcelReported(
            parcel_id=parcel_of(
                checked_id(required_text(rule.tracking_number, "tracking_number", place), "tracking_number")
            ),
            provenance=origin.provenance,
            carrier=text(rule.carrier, "carrier"),
            status=_status(text(rule.status, "status")),
            estimated_us=_estimated(channel, rule, place),
            place=text(rule.place, "place"),
            signed_by=text(rule.signed_by, "signed_by"),
            reason=text(rule.reason, "reason"),
        )
    )


def _status(text: str) -> ParcelStatus:
    if text not in ParcelStatus.__members__:
        raise BrokenForm("status", f"{text[:40]!r} is none of {', '.join(ParcelStatus)}")
    return ParcelStatus(text)


def _estimated(channel: ChannelFile, rule: ParcelReportedRule, place: DocumentPlace) -> int:
    said = optional_text(rule.estimated_at, "estimated_at", place) if rule.estimated_at else None
    return microseconds(said, "estimated_at", channel.timezone) if said else 0
