"""The demo's feed in pieces, so that there is work left for every life of a program that is to die."""

from collections.abc import Sequence

from connectors.log import Outgoing
from connectors.simulators.channels import demo_records

_DURATION_MS = 5_000


def feed_in_pieces(seed: int, orders: int, pieces: int) -> list[Sequence[Outgoing]]:
    """All records of a feed in their order, cut into as many equal pieces."""
    records = [planned.outgoing for planned in demo_records(seed, orders, _DURATION_MS)]
    cuts = [len(records) * number // pieces for number in range(pieces + 1)]
    return [records[begin:end] for begin, end in zip(cuts, cuts[1:], strict=False)]
