"""One flow over what its inputs hold, on a log in memory."""

from bytewax.dataflow import Dataflow

from connectors.observation.observer import UNOBSERVED, Observer
from dataflows.assembly import add_flow, inputs_of, load_rules
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.poison_guard import PoisonGuard
from operators.engine.running import run_graph
from operators.engine.source import StopSignal
from schemas.contracts.source_topics import release_topics
from tests.memory_log import MemoryLog, MemoryTopics

RULES = load_rules()
TOPICS = {topic: 1 for topic in release_topics() if not topic.endswith("changelog.v1")}
_GATES = 12


def run(
    flow: str,
    topics: MemoryTopics,
    log: MemoryLog | None = None,
    observer: Observer = UNOBSERVED,
    poison_guard: PoisonGuard | None = None,
) -> MemoryLog:
    """Run for a few gates: enough for all that a test lays into the inputs."""
    log = log or MemoryLog(topics, f"orderline.{flow}", inputs_of(flow, RULES))
    gates = iter(range(_GATES))
    stop_signal = StopSignal(lambda: next(gates, None) is None)
    graph = Dataflow(flow)
    add_flow(graph, flow, log, RULES, stop_signal, EpochLimits(age_s=1e9, least_s=0), poison_guard, observer)
    run_graph(graph, stop_signal)
    return log
