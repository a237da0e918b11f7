"""Whether a published channel file may take the place of the one that is in force.

The same rule holds for the command that publishes and for every replica of intake that reads: what passes here is used.
"""

from collections.abc import Collection, Iterable
from typing import Final

from domain.identifiers import ErpId
from domain.messages.reference_data import ChannelFilePublished
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import parse_channel_file, require_alike_scopes
from schemas.channel_language.tables.reading import published_tables
from schemas.yaml_files import YamlFileInvalid

_READ_AT_START: Final = (
    "channel_id",
    "kind",
    "format",
    "priority_class",
    "dedup_horizon_days",
    "max_record_bytes",
    "availability_feed",
    "notify_customers",
    "reports_to",
    "order_scope",
    "order_release",
    "ingest",
)
"""Fields of which something else knows the value since its start: the flows behind intake, the door for HTTP, the
topic, the ids of orders that are there already."""
_OF_A_FEED: Final = ("nodes", "channels")
"""What the inventory flow knows of a file with an availability feed."""


class PublicationRefused(ValueError):
    """The file that is in force stays; the message is one line."""


def accepted_channel(
    published: ChannelFilePublished,
    in_force: ChannelFile | None,
    others: Iterable[ChannelFile],
    erp_ids: Collection[ErpId],
) -> ChannelFile:
    """The channel file that a publication brings; `PublicationRefused` where it may not take the place of another.

    `in_force`: the source's newest file, which is returned where it is published again; `others`: those of the other
    sources.
    """
    name = f"{published.source_id}, version {published.version}"
    channel = _read(published, name, erp_ids)
    if (channel.source_id, channel.version) != (published.source_id, published.version):
        raise PublicationRefused(f"{name}: the file is version {channel.version} of {channel.source_id}")
    if in_force is None:
        raise PublicationRefused(
            f"{name}: intake does not read this source: put the file into the folder of channel files, and start the "
            "flows again"
        )
    if (channel.version, channel.fingerprint) == (in_force.version, in_force.fingerprint):
        return in_force
    if channel.version <= in_force.version:
        raise PublicationRefused(f"{name}: version {in_force.version} is in force: publish a higher one")
    for field in (*_READ_AT_START, *(_OF_A_FEED if channel.availability_feed else ())):
        if getattr(channel, field) != getattr(in_force, field):
            raise PublicationRefused(
                f"{name}: {field} differs from version {in_force.version}, and counts from a start on: put the file "
                "into the folder of channel files, and start the flows again"
            )
    try:
        require_alike_scopes(name, channel, others)
    except YamlFileInvalid as invalid:
        raise PublicationRefused(str(invalid)) from None
    return channel


def _read(published: ChannelFilePublished, name: str, erp_ids: Collection[ErpId]) -> ChannelFile:
    tables = published_tables({table.file: table.text for table in published.tables}, name)
    try:
        return parse_channel_file(published.text, name, tables, erp_ids)
    except YamlFileInvalid as invalid:
        raise PublicationRefused(str(invalid)) from None
    except Exception as error:  # anybody may write to the topic, and no text of theirs may stop every replica for ever
        raise PublicationRefused(f"{name}: {type(error).__name__}: {str(error)[:200]}") from error
