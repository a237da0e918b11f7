"""Latencies in bins of equal relative width (DDSketch): sums of bins are exact, quantiles right within one percent.

The library numbers the bins and finds the quantiles; the counts are ours (`domain.insights.sums`), so what is stored
and sent has our own versioned form. One latency always falls into the same bin, in whatever order they come, so a
replay gives the same bytes.
"""

from collections.abc import Sequence
from functools import lru_cache

from ddsketch.ddsketch import BaseDDSketch
from ddsketch.mapping import LogarithmicMapping
from ddsketch.store import DenseStore

from domain.messages.insights import LatencyBin, LatencyQuantile

_RELATIVE_ACCURACY = 0.01
_SHORTEST_MS = 1
_PERCENTS = (50, 95, 99)
_HUNDRED = 100

_mapping = LogarithmicMapping(_RELATIVE_ACCURACY)


@lru_cache(maxsize=16_384)
def bin_of(latency_ms: int) -> int:
    """The bin of a latency; one below a millisecond counts as one."""
    index: int = _mapping.key(max(_SHORTEST_MS, latency_ms))
    return index


def quantiles_of(bins: Sequence[LatencyBin]) -> tuple[LatencyQuantile, ...]:
    """The median, and the 95th and 99th percentile; nothing of nothing."""
    if not bins:
        return ()
    store = DenseStore()
    for each in bins:
        store.add(each.index, each.count)
    sketch = BaseDDSketch(mapping=_mapping, store=store, negative_store=DenseStore(), zero_count=0)
    found = ((percent, sketch.get_quantile_value(percent / _HUNDRED)) for percent in _PERCENTS)
    return tuple(LatencyQuantile(percent, round(latency_ms)) for percent, latency_ms in found if latency_ms is not None)
