"""Admin clients: closed by their owner alone, whatever the garbage collector, other threads or the exit do."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from threading import Event, Thread

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient

from connectors.kafka import admin
from connectors.kafka.admin import Admin
from connectors.kafka.settings import Membership

NOBODY = Membership("127.0.0.1:1", "test", "admin", 0)
ROOT = Path(__file__).parents[3]
ENDS_WITHIN_S = 30


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own, which may abort or hang."""
    begin = """
        import gc
        from threading import Thread
        from confluent_kafka import TopicCollection
        from connectors.kafka.admin import Admin
        from connectors.kafka.settings import Membership

        NOBODY = Membership("127.0.0.1:1", "test", "admin", 0)

        def question(client):
            return client.describe_topics(TopicCollection(["topic"]), request_timeout=0.3)["topic"]
    """
    return subprocess.run(
        [sys.executable, "-c", dedent(begin) + dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
    )


def test_a_dropped_owner_leaves_no_client_to_a_thread_of_the_library() -> None:
    """Destroyed by the collector there, it aborts the process."""
    ended = run(
        """
        class Owner:
            def __init__(self):
                self.itself = self
                self.admin = Admin(NOBODY)

        gc.disable()
        future = Owner().admin.ask(question)
        future.add_done_callback(lambda _: gc.collect())
        print(type(future.exception()).__name__)
        """
    )
    assert (0, "KafkaException\n", "") == (ended.returncode, ended.stdout, ended.stderr)


def test_a_process_ends_at_once_while_a_question_is_open() -> None:
    ended = run(
        """
        admin = Admin(NOBODY)
        Thread(target=lambda: admin.ask(lambda client: question(client).result()), daemon=True).start()
        print("end")
        """
    )
    assert (0, "end\n") == (ended.returncode, ended.stdout)


def test_a_client_that_was_replaced_is_closed_behind_its_last_question() -> None:
    asker = Admin(NOBODY)
    asks, may_answer = Event(), Event()
    asked: list[AdminClient] = []

    def question(client: AdminClient) -> None:
        asked.append(client)
        asks.set()
        assert may_answer.wait(ENDS_WITHIN_S)

    thread = Thread(target=asker.ask, args=(question,))
    thread.start()
    assert asks.wait(ENDS_WITHIN_S)
    asker.reconnect()
    assert asked[0] in admin._OPEN
    may_answer.set()
    thread.join()
    assert asked[0] not in admin._OPEN
    asker.close()


def test_a_client_with_an_open_question_is_closed_without_waiting_for_the_answer() -> None:
    asker = Admin(NOBODY)
    future = asker.ask(lambda client: client.describe_topics(TopicCollection(["topic"]), request_timeout=60.0)["topic"])
    asker.close()
    assert future.done()
