"""Assembles the flows from a log, rules and limits, for the command line and for tests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bytewax.dataflow import Dataflow

import schemas
from connectors.embedded.group_positions import EmbeddedGroupPositions
from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.erp.conversations.known_erps import load_erp_files
from connectors.log.failpoints import Failpoints
from connectors.log.followed_topic import FollowedTopic
from connectors.log.lag import LagMeter
from connectors.log.lag_count import ImmediateLagCount
from connectors.log.port import Log
from connectors.observation.observer import UNOBSERVED, Observer
from dataflows import dispatch, edi, insights, intake, inventory, orders
from dataflows.admission import COUNTED_INBOXES, intake_backpressure
from dataflows.settings import RuleSettings
from domain.cases.policy import CasePolicy
from domain.deduplication import Horizons
from domain.dispatch.policy import DispatchPolicy
from domain.identifiers import ErpId, SourceId
from domain.inventory.reconciliation.policy import ReconciliationPolicy
from domain.orders.decision import OrderRules
from operators.engine.backpressure import NO_BACKPRESSURE, Backpressure
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from operators.engine.task import Task
from operators.machines.edi.edi_inputs import INPUTS as EDI_INPUTS
from operators.machines.edi.partners import NO_PARTNERS, Partners
from operators.machines.insights.insight_inputs import INPUTS as INSIGHTS_INPUTS
from operators.machines.insights.windows import is_waiting
from operators.steps.channel_versions import NOTHING_PUBLISHED, ChannelVersions, PublishedFiles
from schemas.case_policy_file import CASE_POLICY, load_case_policy
from schemas.channel_language.availability_feeds import availability_feeds
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.channel_language.mistakes.nodes_without_stock import stocked_nodes
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import (
    DISPATCH_INBOX,
    ERP_RESPONSES,
    INVENTORY_INBOX,
    ORDERS_INBOX,
    REFERENCE_CHANNELS,
    erp_command_topic,
)
from schemas.contracts.source_topics import release_sources, source_topic, topics_with
from schemas.contracts.topics import load_topics
from schemas.erp_file import ErpFile
from schemas.partner_files.loader import PARTNERS, load_partner_files
from schemas.reconciliation_file import RECONCILIATION_POLICY, load_reconciliation_policy
from schemas.shops import NO_SHOPS, Shops, shops_of
from schemas.yaml_files import YamlFileInvalid

ERP_FILES = Path(schemas.__file__).parent / "erps"

FLOWS = (intake.FLOW, orders.FLOW, inventory.FLOW, dispatch.FLOW, edi.FLOW, insights.FLOW)

_REST_UNTIL_IDLE_S: Final = 0.004
"""Flows that end when all are idle rest for less: who asked for that waits for the last of them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the channel files, the ERP files and the policies configure."""

    channels: Mapping[str, ChannelFile]
    """By source topic."""
    orders: OrderRules
    erps: Mapping[ErpId, DispatchPolicy]
    """By erp_id."""
    horizons: Horizons
    cases: CasePolicy
    reconciliation: ReconciliationPolicy
    partners: Partners = NO_PARTNERS
    shops: Shops = NO_SHOPS


def load_rules(
    channel_folder: Path | None = None,
    erp_folder: Path = ERP_FILES,
    case_policy: Path = CASE_POLICY,
    reconciliation: Path = RECONCILIATION_POLICY,
    partner_folder: Path | None = None,
) -> Rules:
    """Read the channel files, the ERP files, the partner files and the policies: those of the release, or others.

    Other channel files come with partner files of their own, or with none.
    """
    channels = load_channel_files(channel_folder or CHANNELS, _erps_in(erp_folder).keys())
    if partner_folder is None and channel_folder is None:
        partner_folder = PARTNERS
    partners = {} if partner_folder is None else load_partner_files(channels.values(), partner_folder)
    rules = rules_with(channels, erp_folder, case_policy, reconciliation)
    return replace(rules, partners=Partners(partners.values(), channels.values()))


def rules_with(
    channels: Mapping[SourceId, ChannelFile],
    erp_folder: Path = ERP_FILES,
    case_policy: Path = CASE_POLICY,
    reconciliation: Path = RECONCILIATION_POLICY,
) -> Rules:
    """The rules with these channel files, which are read already, and without partner files."""
    erps = _erps_in(erp_folder)
    shops = shops_of(channels.values(), erps)
    return Rules(
        channels={source_topic(source_id): channel for source_id, channel in channels.items()},
        orders=OrderRules(
            postings={erp_id: erp.posting_table() for erp_id, erp in erps.items()},
            reports_to=shops.of_orders,
            stocked_nodes=stocked_nodes(channels.values()),
            notifying=frozenset(each.source_id for each in channels.values() if each.notify_customers),
        ),
        erps={erp_id: erp.policy() for erp_id, erp in erps.items()},
        horizons=Horizons({source_id: channel.dedup_horizon_days for source_id, channel in channels.items()}),
        cases=load_case_policy(case_policy),
        reconciliation=load_reconciliation_policy(reconciliation),
        shops=shops,
    )


def _erps_in(folder: Path) -> Mapping[ErpId, ErpFile]:
    erps = load_erp_files(folder)
    if not erps:
        raise YamlFileInvalid(f"{folder}: no ERP file (*.yaml) in this folder")
    return erps


def rules_of(settings: RuleSettings) -> Rules:
    """The rules as the settings of a run ask for them."""
    rules = load_rules(
        settings.channels, settings.erps, settings.case_policy, settings.reconciliation, settings.partners
    )
    return replace(rules, orders=replace(rules.orders, orphan_after_ms=settings.orphan_after_s * 1_000))


def inputs_of(flow: str, rules: Rules) -> Sequence[str]:
    """The topics that a flow reads; a flow with state drains them in this order."""
    match flow:
        case intake.FLOW:
            return (ERP_RESPONSES, REFERENCE_CHANNELS, *sorted(rules.channels))
        case orders.FLOW:
            return (ORDERS_INBOX,)
        case inventory.FLOW:
            return (INVENTORY_INBOX,)
        case dispatch.FLOW:
            return (DISPATCH_INBOX,)
        case edi.FLOW:
            return EDI_INPUTS
        case insights.FLOW:
            return INSIGHTS_INPUTS
        case _:
            raise ValueError(f"no flow {flow!r}: choose from {', '.join(FLOWS)}")


def embedded_log(
    store: EmbeddedStore, application: str, flow: str, rules: Rules, failpoints: Failpoints | None = None
) -> EmbeddedLog:
    """A flow's log on an embedded store: intake's sources share each poll by priority class."""
    classes = {topic: channel.priority_class for topic, channel in rules.channels.items()}
    inputs = inputs_of(flow, rules)
    return EmbeddedLog(store, application, flow, inputs, failpoints, classes if flow == intake.FLOW else None)


def published_on(store: EmbeddedStore, log: Log) -> PublishedFiles:
    """The published channel files on an embedded log: one process writes it, so each counts from its own append on."""
    topic = FollowedTopic(lambda: log.end_offsets(REFERENCE_CHANNELS), store.reader.records)
    return PublishedFiles(topic, log.partitions_of(REFERENCE_CHANNELS), takes_effect_after_ms=0)


def outputs_of(flow: str, rules: Rules) -> Sequence[str]:
    """The topics that a flow writes to, by their descriptors."""
    topics = topics_with((), rules.erps)
    return tuple(name for name, topic in topics.items() if flow in topic.producers)


def inbox_of(flow: str, rules: Rules) -> str | None:
    """The inbox whose partitions a flow keeps state for; None for intake, which is stateless."""
    return None if flow == intake.FLOW else inputs_of(flow, rules)[0]


def add_flow(  # noqa: PLR0913, PLR0917  made in two places
    graph: Dataflow,
    name: str,
    log: Log,
    rules: Rules,
    stop_signal: StopSignal,
    limits: EpochLimits,
    poison_guard: PoisonGuard | None = None,
    observer: Observer = UNOBSERVED,
    backpressure: Backpressure = NO_BACKPRESSURE,
    published: PublishedFiles = NOTHING_PUBLISHED,
) -> Task:
    """Add one flow to a graph; the task that runs it. `published`: what intake reads of channel files."""
    guard = None if poison_guard is None else poison_guard.flow(name)
    inbox, inputs = inbox_of(name, rules), inputs_of(name, rules)
    codec = Codec(load_contracts())
    task = Task(name, log, codec, inbox, limits, guard, inputs, observer, backpressure)
    task.case_policy = rules.cases
    match name:
        case intake.FLOW:
            versions = ChannelVersions(rules.channels, codec, rules.erps.keys(), published)
            intake.build(graph, task, versions, rules.partners, stop_signal)
        case orders.FLOW:
            orders.build(graph, task, rules.orders, rules.horizons, stop_signal)
        case inventory.FLOW:
            feeds = availability_feeds(rules.channels.values())
            shown_by = {channel_id: shop.erp_id for channel_id, shop in rules.shops.of_stock.items()}
            inventory.build(graph, task, rules.horizons, feeds, rules.reconciliation, shown_by, stop_signal)
        case dispatch.FLOW:
            dispatch.build(graph, task, rules.erps, stop_signal)
        case edi.FLOW:
            edi.build(graph, task, rules.partners, rules.shops.of_stock, stop_signal)
        case _:
            insights.build(graph, task, stop_signal)
    return task


def topics_of(rules: Rules) -> Sequence[str]:
    """The topics that the files of these rules give rise to: one a source, and one an ERP."""
    return (*rules.channels, *map(erp_command_topic, rules.erps))


def topics_for(partitions: int, of_files: Iterable[str] = ()) -> dict[str, int]:
    """Every topic of the release and of these files with a partition count; an embedded log needs no changelogs."""
    names = (*load_topics(), *release_sources(), *of_files)
    return {name: partitions for name in names if not name.endswith(".changelog.v1")}


class EmbeddedFlows:
    """All flows in one process and one graph on an embedded log."""

    def __init__(  # noqa: PLR0913, PLR0917  made in two places
        self,
        store: EmbeddedStore,
        application: str,
        rules: Rules,
        wanted: Callable[[], bool],
        failpoints: Failpoints | None = None,
        limits: EpochLimits | None = None,
        poison_guard: PoisonGuard | None = None,
        observer_of: Callable[[str], Observer] = lambda _flow: UNOBSERVED,
    ) -> None:
        self._store = store
        self._wanted = wanted
        self._until_idle = self._until_published = False
        self._stop = False
        self._logs: list[EmbeddedLog] = []
        self._tasks: list[Task] = []
        self._graph = Dataflow("orderline")
        self._stopping = StopSignal(self._should_stop)
        for name in FLOWS:
            log = embedded_log(store, application, name, rules, failpoints)
            self._logs.append(log)
            limited, observer = limits or EpochLimits(), observer_of(name)
            backpressure, published = NO_BACKPRESSURE, NOTHING_PUBLISHED
            if name == intake.FLOW:
                published = published_on(store, log)
                positions = EmbeddedGroupPositions(store.reader, application)
                count = ImmediateLagCount(LagMeter(positions, COUNTED_INBOXES))
                backpressure = intake_backpressure(rules.channels, log, count, observer)
            self._tasks.append(
                add_flow(
                    self._graph,
                    name,
                    log,
                    rules,
                    self._stopping,
                    limited,
                    poison_guard,
                    observer,
                    backpressure,
                    published,
                )
            )

    def run(self, *, until_idle: bool = False, until_published: bool = False) -> None:
        """Run until `wanted` says so; with `until_idle`, also stop when all input is processed and no timer is due.

        With `until_published`, the flows are idle only when insights has published all that it has counted. That
        takes a second or two of the log's clock. Flows that have stopped may run again, with what they know; those of
        which a log failed may not.
        """
        self._stop = False
        self._until_idle, self._until_published = until_idle, until_published
        self._stopping.longest_rest_s = _REST_UNTIL_IDLE_S if until_idle else StopSignal.longest_rest_s
        run_graph(self._graph, self._stopping)

    @property
    def stopped_inputs(self) -> frozenset[str]:
        """Inputs that a flow stopped reading because of their failure limit."""
        return frozenset(topic for task in self._tasks for topic in task.stopped_inputs)

    def _should_stop(self) -> bool:
        self._stop = self._stop or self._wanted() or (self._until_idle and self._is_idle())
        return self._stop

    def _is_idle(self) -> bool:
        tasks_idle = all(task.partitions or task.inbox is None for task in self._tasks) and all(
            task.is_idle() for task in self._tasks
        )
        return tasks_idle and self._has_read_all() and not self._has_pending_windows()

    def _has_read_all(self) -> bool:
        pairs = zip(self._logs, self._tasks, strict=True)
        return all(log.caught_up(task.stopped_inputs) for log, task in pairs)

    def _has_pending_windows(self) -> bool:
        partitions = (partition for task in self._tasks for partition in task.partitions.values())
        return self._until_published and any(map(is_waiting, partitions))
