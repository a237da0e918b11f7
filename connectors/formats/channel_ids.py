"""The channel of a record: its file's, or, for a hub that carries several, the one that the record names."""

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import ChannelId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.sources import ValueOrigin


def channel_id_of(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> ChannelId:
    """The channel's id; it must not contain a colon, the separator in order ids."""
    if source is None:
        return channel.channel_id
    channel_id = checked_id(required_text(source, "channel_id", place), "channel_id")
    if ":" in channel_id:
        raise BrokenForm("channel_id", f"{channel_id!r} contains a colon")
    return ChannelId(channel_id)
