"""What the garbage collector has to walk while flows run, and what is raised when they end."""

import gc
import weakref
from collections.abc import Iterator

import bytewax.operators as op
import pytest
from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError
from bytewax.testing import TestingSink, TestingSource

from connectors.log.port import LogFailed
from operators.engine.running import run_graph, tune_garbage_collector
from operators.engine.source import StopSignal


class Knot:
    """Refers to itself, so only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _own_collector() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    gc.disable()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_what_exists_when_flows_begin_is_exempt_from_collection_and_garbage_is_not_kept_by_that() -> None:
    kept, garbage = weakref.ref(knot := Knot()), weakref.ref(Knot())
    tune_garbage_collector()
    assert None is garbage()
    del knot
    gc.collect()
    assert None is not kept()


def test_a_collection_waits_for_more_allocations_than_an_epoch_keeps_alive() -> None:
    tune_garbage_collector()
    assert gc.get_threshold()[0] >= 200_000


def test_a_graph_runs_with_the_tuned_collector() -> None:
    thresholds: list[int] = []
    graph = Dataflow("flow")
    items = op.map(
        "look", op.input("in", graph, TestingSource([1])), lambda _: thresholds.append(gc.get_threshold()[0])
    )
    op.output("out", items, TestingSink([]))
    run_graph(graph, StopSignal(lambda: False))
    assert [200_000] == thresholds


@pytest.mark.parametrize(
    ("error", "raised"), ((LogFailed("the log is gone"), LogFailed), (KeyError("a bug"), BytewaxRuntimeError))
)
def test_a_failure_of_the_log_ends_a_graph_as_itself_and_a_bug_as_an_error_of_the_graph(
    error: Exception, raised: type[Exception]
) -> None:
    def fail(_item: int) -> int:
        raise error

    graph = Dataflow("flow")
    items = op.map("fail", op.input("in", graph, TestingSource([1])), fail)
    op.output("out", items, TestingSink([]))
    with pytest.raises(raised):
        run_graph(graph, StopSignal(lambda: False))


def test_every_poll_is_an_epoch_of_its_own() -> None:
    epochs: list[int] = []
    graph = Dataflow("flow")
    items = op.input("in", graph, TestingSource([1, 2, 3]))
    seen = op.inspect_debug("epoch", items, lambda _step, _item, epoch, _worker: epochs.append(epoch))
    op.output("out", seen, TestingSink([]))
    run_graph(graph, StopSignal(lambda: False))
    assert 3 == len(set(epochs))
