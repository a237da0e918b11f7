"""A changelog's new leader that does not know its end yet: nothing is set aside for its sake, and nothing served."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.kafka.member.changelog import Changelog, agree
from connectors.kafka.member.log import KafkaLog
from connectors.kafka.member.restore import Restore
from connectors.kafka.settings import Membership
from connectors.log.failpoints import Failpoints
from connectors.log.port import Offsets, TopicPartition
from connectors.state.position import Meta, Position
from connectors.state.store import StateStore

INBOX = TopicPartition("inbox", 0)
END = 40
META = Meta({"inbox": 7}, "application.flow.0", 1, 1)


class Leader:
    """A cluster whose changelog has an end that is known after some questions."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)

    def begin_offsets(self, partitions: Iterable[TopicPartition]) -> Offsets:
        return dict.fromkeys(partitions, 0)

    def high_watermarks(self, partitions: Iterable[TopicPartition]) -> Offsets:
        answer = self._answers.pop(0) if self._answers else END
        return dict.fromkeys(partitions, answer)

    def tombstones_live_ms(self, topic: str) -> int:
        assert "changelog" == topic
        return 1_000_000


def changelog(folder: Path, leader: Any) -> Changelog:
    membership = Membership("nowhere:1", "application", "flow", 0, {})
    return Changelog(membership, leader, "changelog", "id", folder, Failpoints(), lambda: 1_000)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder that has come to the end of its changelog."""
    with closing(changelog(tmp_path, Leader()).opened(0)) as store:
        store.write({b"key": b"value"}, Position(META, END, 1_000))
    return tmp_path


def kept(store: StateStore) -> bytes | None:
    with closing(store):
        return store.get(b"key")


def test_a_folder_that_is_ahead_of_a_leader_that_is_new_is_kept(copied: Path) -> None:
    assert b"value" == kept(changelog(copied, Leader(0, 3)).opened(0))


def test_a_restore_that_contradicts_the_group_is_not_whole_before_the_end_is_asked_for_again(tmp_path: Path) -> None:
    restore = Restore(
        changelog(tmp_path, Leader(0, 0, 0)), 0, None, None, lambda meta: agree({INBOX: 7}, [INBOX], meta)
    )
    try:
        assert not restore.is_restored
        assert 0 == restore.left
        restore.resume()
        assert (False, 0) == (restore.is_restored, restore.left)
        restore.resume()
        assert (False, END) == (restore.is_restored, restore.left)
    finally:
        restore.abandon()


class Described:
    """A cluster of which only one thing is known."""

    def __init__(self, replicated: bool) -> None:
        self._replicated = replicated

    def is_replicated(self, topic: str) -> bool:
        assert "commands" == topic
        return self._replicated


@pytest.mark.parametrize(("replicated", "seconds"), ((True, 5.0), (False, 0.0)))
def test_only_the_ends_of_a_topic_with_followers_have_to_settle(replicated: bool, seconds: float) -> None:
    log = KafkaLog.__new__(KafkaLog)
    log._cluster = Described(replicated)  # type: ignore[assignment]
    assert seconds == log.ends_settle_s("commands")


@pytest.mark.parametrize(
    ("committed", "meta", "agrees"),
    (
        ({}, None, True),
        ({INBOX: 7}, META, True),
        ({INBOX: 7}, None, False),
        ({INBOX: 8}, META, False),
        ({}, META, True),
    ),
)
def test_group_and_state_agree_where_they_name_the_same_offset(
    committed: Offsets, meta: Meta | None, agrees: bool
) -> None:
    assert agrees is agree(committed, [INBOX], meta)
