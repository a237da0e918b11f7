"""The provenance of a message (source, time, correlation id), as its rule finds it."""

from dataclasses import dataclass

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, microseconds, whole_number
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import CorrelationId
from domain.provenance import Provenance
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.paths import INGESTED
from schemas.channel_language.rule import Rule


@dataclass(frozen=True, slots=True)
class Origin:
    """The provenance without the content hash, and the time that the source stated."""

    provenance: Provenance
    claimed_at_us: int

    @property
    def is_clamped(self) -> bool:
        """Whether the source's time was too far in the future."""
        return self.claimed_at_us != self.provenance.occurred_at_us


def origin_of(channel: ChannelFile, rule: Rule, place: DocumentPlace, ingested_at_us: int) -> Origin:
    """The origin of the document's message."""
    correlation_id = correlation_id_of(channel, rule, place)
    revision = whole_number(required_text(rule.revision, "revision", place), "revision")
    text = required_text(rule.occurred_at, "occurred_at", place)
    claimed = ingested_at_us if text == INGESTED else microseconds(text, "occurred_at", channel.timezone)
    latest = ingested_at_us + channel.future_tolerance_s * 1_000_000
    provenance = Provenance(
        source_id=channel.source_id,
        correlation_id=correlation_id,
        revision=revision,
        content_hash="",
        occurred_at_us=min(claimed, latest),
        ingested_at_us=ingested_at_us,
    )
    return Origin(provenance, claimed)


def correlation_id_of(channel: ChannelFile, rule: Rule | None, place: DocumentPlace) -> CorrelationId:
    """The correlation id of this event; `BrokenForm` when it is missing."""
    recipe = (rule.correlation_id if rule else None) or channel.correlation_id
    return CorrelationId(checked_id(required_text(recipe, "correlation_id", place), "correlation_id"))


def known_correlation_id(channel: ChannelFile, rule: Rule | None, place: DocumentPlace) -> CorrelationId | None:
    """The same for a refusal, which may have none."""
    try:
        return correlation_id_of(channel, rule, place)
    except BrokenForm:
        return None
