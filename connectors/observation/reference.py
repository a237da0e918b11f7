"""The reference page of the metrics, from the instruments themselves."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from connectors.observation.instruments import instruments_in

_INTRODUCTION: Final = """
# Metrics

Served at `/metrics` of every process that runs with `--http`, in Prometheus' text format. A histogram is also there as
`_bucket`, `_sum` and `_count`. [Operations](../operations.md) says how to react to each.

| metric | kind | labels | what it is |
|---|---|---|---|
"""


def metrics_page() -> str:
    """The page as Markdown."""
    instruments = instruments_in(CollectorRegistry())
    return _INTRODUCTION + "".join(
        f"{line}\n" for name in instruments.__dataclass_fields__ for line in _rows(getattr(instruments, name))
    )


def _rows(instrument: MetricWrapperBase) -> Iterator[str]:
    for family in instrument.describe():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = ", ".join(f"`{label}`" for label in instrument._labelnames)  # noqa: SLF001 - there is no public access
        yield f"| `{name}` | {family.type} | {labels} | {family.documentation} |"
