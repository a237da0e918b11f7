"""The package's tests share one broker."""

import gc
from collections.abc import Iterator

import pytest

from tests.brokers import kafka

__all__ = ("kafka",)


@pytest.fixture(scope="module", autouse=True)
def _clients_are_freed() -> Iterator[None]:
    """Each client takes one of the 1,024 keys for values of threads that a process has, until it is collected."""
    yield
    gc.unfreeze()
    gc.collect()
