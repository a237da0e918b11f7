"""What the garbage collector has to walk while flows run."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from operators.engine.running import tune_garbage_collector


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
