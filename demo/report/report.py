"""The report of a run, made once the flows have nothing left to do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from connectors.topic_reader import TopicReader
from demo.report.arrivals import count_arrivals
from demo.report.audit import audit_units
from demo.report.figures import Latencies, latencies_of, per_second
from demo.report.journal_reading import read_journal
from demo.report.orders_now import count_orders
from demo.report.outcomes import (
    OutageWindow,
    count_cases,
    count_dead_letters,
    count_resolved_unknowns,
    count_status_events,
)
from domain.messages.cases import CaseClass
from schemas.channel_language.channel_file import ChannelFile
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts


@dataclass(frozen=True, slots=True)
class Report:
    """The content of `report.json`."""

    orders_sent: int
    """Distinct orders in the source topics, found by mapping the raw records again."""
    records_sent: int
    """Raw records in all source topics, those of warehouses included."""
    orders_received: int
    duplicates_dropped: int
    """Raw records that only repeated earlier ones."""
    conflicts: int
    dead_letters: int
    exceptions_by_class: Mapping[str, int]
    orders_by_status: Mapping[str, int]
    orders_booked: int
    orders_accepted_during_outage: int
    erp_documents: int | None
    """Sales orders, as the ERP counts them; None when the ERP was not asked."""
    erp_documents_per_order_max: int | None
    erp_unknown_outcomes_resolved: int
    units_conserved: bool
    oversold_units: int
    latency_ms: Latencies | None
    """From the raw record's append to the append of order.accepted; None without an accepted order, or when the run
    was not on the machine's clock."""
    orders_per_second: float
    """Accepted orders, from the first raw order record to the last acceptance."""
    lines_per_second: float
    peak_rss_mb: int | None
    seed: int | None
    audit_findings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The content of `report.json`; `audit_findings` only where there are any."""
        content = asdict(self)
        if not self.audit_findings:
            del content["audit_findings"]
        return content


def outages_of(erp_statistics: Mapping[str, Any]) -> list[OutageWindow]:
    """When the ERP simulator was down, as it reports it."""
    return [(outage["started_at_ms"], outage["ends_at_ms"]) for outage in erp_statistics["outages"]]


def make_report(  # noqa: PLR0913, PLR0917 - one argument per source of the figures
    reader: TopicReader,
    channels: Mapping[str, ChannelFile],
    erp_statistics: Mapping[str, Any] | None,
    outages: Sequence[OutageWindow],
    seed: int | None,
    peak_rss_mb: int | None,
) -> Report:
    """Read the log as of the reader's last refresh; `channels` by source topic, `erp_statistics` from the simulator."""
    codec = Codec(load_contracts())
    cases = count_cases(reader, codec)
    arrivals = count_arrivals(reader, channels, cases.unknown_moved)
    events = count_status_events(reader, codec, outages)
    orders = count_orders(reader, codec, arrivals.sent)
    audit = audit_units(reader, codec, read_journal(reader, codec), arrivals.received, orders)
    span = (arrivals.first_order_ms, events.last_accepted_ms)
    return Report(
        orders_sent=arrivals.orders,
        records_sent=arrivals.records,
        orders_received=events.received,
        duplicates_dropped=arrivals.duplicates,
        conflicts=cases.by_class.get(CaseClass.CONFLICTING_DUPLICATE, 0),
        dead_letters=count_dead_letters(reader),
        exceptions_by_class=cases.by_class,
        orders_by_status=dict(sorted(orders.by_status.items())),
        orders_booked=events.booked,
        orders_accepted_during_outage=events.accepted_during_outage,
        erp_documents=None if erp_statistics is None else int(erp_statistics["documents"].get("sales_order", 0)),
        erp_documents_per_order_max=None if erp_statistics is None else erp_statistics["sales_orders_per_order_max"],
        erp_unknown_outcomes_resolved=count_resolved_unknowns(reader, codec),
        units_conserved=not audit.unbalanced,
        oversold_units=audit.oversold_units,
        latency_ms=latencies_of(events.latencies_ms),
        orders_per_second=per_second(events.accepted, *span),
        lines_per_second=per_second(events.accepted_lines, *span),
        peak_rss_mb=peak_rss_mb,
        seed=seed,
        audit_findings=audit.findings,
    )
