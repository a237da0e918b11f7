"""A page of metrics as a mapping from series to value."""

from collections.abc import Mapping

from connectors.observation.observation import Observation


def series_of(observation: Observation) -> Mapping[str, float]:
    """Ours only, each as it is written: `name{label="value"}`, without the common prefix."""
    lines = observation.answer("/metrics").body.decode().splitlines()
    ours = (line.rpartition(" ") for line in lines if line.startswith("orderline_"))
    return {series.removeprefix("orderline_"): float(value) for series, _, value in ours}
