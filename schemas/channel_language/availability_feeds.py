"""The channels with an availability feed, and the nodes that serve them."""

from collections.abc import Iterable, Mapping

from domain.identifiers import ChannelId, NodeId
from schemas.channel_language.channel_file import ChannelFile


def availability_feeds(files: Iterable[ChannelFile]) -> Mapping[ChannelId, tuple[NodeId, ...]]:
    """By channel; where several files carry a channel, the nodes of all of them."""
    feeds: dict[ChannelId, dict[NodeId, None]] = {}
    for file in files:
        for channel_id in sorted(file.channels or ()) if file.availability_feed else ():
            feeds.setdefault(ChannelId(channel_id), {}).update(dict.fromkeys(file.nodes))
    return {channel_id: tuple(nodes) for channel_id, nodes in feeds.items()}
