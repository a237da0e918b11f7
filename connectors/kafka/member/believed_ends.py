"""The ends of a topic as they may be relied on: a new leader may name one that lies before its end.

A connector looks up what lies before the end and sends what comes after it, so an end that is too low books twice. It
catches up when the followers have fetched; a partition with one replica has no followers, and its end is the end.
"""

from collections.abc import Sequence
from time import monotonic, sleep

from connectors.kafka.cluster import Cluster
from connectors.kafka.member.changelog import BELIEVED_AFTER_S
from connectors.log.port import Offsets, TopicPartition

_AGAIN_S = 0.1


def believed_ends(
    cluster: Cluster, topic: str, sources: Sequence[TopicPartition], patience_s: float = BELIEVED_AFTER_S
) -> Offsets:
    """The last stable offsets; of a replicated topic the highest that are named within `patience_s`, all of it."""
    ends = dict(cluster.end_offsets(sources))
    if not cluster.is_replicated(topic):
        return ends
    deadline = monotonic() + patience_s
    while monotonic() < deadline:
        sleep(_AGAIN_S)
        for source, end in cluster.end_offsets(sources).items():
            ends[source] = max(ends[source], end)
    return ends
