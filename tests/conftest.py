"""What tests of several tiers need: names of their own, and sample payloads.

A test of `fixtures` runs once for each set of payloads that is here (tests/fixture_sets.py).
"""

import gc
import logging
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from hypothesis import HealthCheck, settings

from dataflows import logs
from tests.fixture_sets import FixtureSet, fixture_sets

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
"""In the background of a script SIGINT is ignored, by all programs that tests start too: those that are interrupted
would never end."""

settings.register_profile("orderline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("orderline")
"""No property has a limit in time: a busy machine would fail it."""

_QUESTIONS_END_WITHIN_S = 90.0


@pytest.fixture(scope="module", autouse=True)
def _garbage_is_found_again() -> Iterator[None]:
    """Flows that a test runs in this process freeze what is there, garbage too, and have the collector look seldom.

    Not after each test: the next one that runs flows would walk through all that was ever imported.
    """
    thresholds = gc.get_threshold()
    yield
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.set_threshold(*thresholds)


@pytest.fixture(autouse=True)
def _logging_ends_with_its_test() -> Iterator[None]:
    """A command that a test runs in this process configures logging for the whole process."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    level, before = root.level, list(root.handlers)
    yield
    for handler in [each for each in root.handlers if each not in before and type(each).__module__ == logs.__name__]:
        root.removeHandler(handler)
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture(scope="session", autouse=True)
def _admin_clients_outlive_their_questions() -> Iterator[None]:
    """Tests drop admin clients whose broker is gone; each is kept, mute, until its questions have timed out.

    One that is destroyed by the garbage collector may end or hang the process (connectors/kafka/admin.py).
    """
    kept: deque[tuple[float, AdminClient]] = deque()
    make = AdminClient.__init__

    def make_and_keep(self: AdminClient, properties: dict[str, Any]) -> None:
        make(self, {"log_level": 0} | properties)
        while kept and kept[0][0] < monotonic() - _QUESTIONS_END_WITHIN_S:
            kept.popleft()
        kept.append((monotonic(), self))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AdminClient, "__init__", make_and_keep)
        yield


@pytest.fixture
def application_prefix() -> str:
    """Begins the names of a test's topics, groups and transactions, so that tests never meet."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture(scope="session", params=fixture_sets(), ids=lambda fixtures: fixtures.name)
def fixtures(request: pytest.FixtureRequest) -> FixtureSet:
    """One set of sample payloads."""
    given: FixtureSet = request.param
    return given
