"""Ids as a channel file makes them of a record: of the channel, and of a business document.

The channel is the file's, or, for a hub that carries several, the one that the record names.
"""

from urllib.parse import quote

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import ChannelId
from schemas.channel_language.business_documents import DocumentMode, NumberedDocument
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


def document_id_of(rule: NumberedDocument, place: DocumentPlace, *scoped_number: str) -> str:
    """The number with its scope and its part, joined so that no two are alike; empty: only message ids count."""
    match rule.document:
        case DocumentMode.BY_MESSAGE:
            return ""
        case DocumentMode.WHOLE:
            return _joined(*scoped_number)
        case DocumentMode.IN_PARTS:
            if rule.part is None:
                raise ValueError("a document in parts without a rule for their numbers")
            return _joined(*scoped_number, checked_id(required_text(rule.part, "part", place), "part"))


def _joined(*names: str) -> str:
    return "/".join(quote(name, safe=" #:") for name in names)
