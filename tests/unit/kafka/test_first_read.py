"""A group without offsets: new, or one that has lost them."""

from collections.abc import Collection, Mapping, Sequence

import pytest

from connectors.kafka.member.first_read import FirstRead
from connectors.log.port import LogFailed, Offsets, TopicPartition

PORTAL, PORTAL_2, SHOP = TopicPartition("portal", 0), TopicPartition("portal", 1), TopicPartition("shop", 0)
INBOX = TopicPartition("inbox", 0)


class Brokers:
    """The inputs, what the group has committed, and the end of the inbox."""

    def __init__(self, committed: Mapping[TopicPartition, int], end: int) -> None:
        self._committed = committed
        self._end = end

    def partitions(self, topics: Collection[str]) -> Sequence[TopicPartition]:
        return [source for source in (PORTAL, PORTAL_2, SHOP, INBOX) if source.topic in topics]

    def high_watermarks(self, partitions: Collection[TopicPartition]) -> Offsets:
        return {INBOX: self._end} if partitions else {}

    def committed(self, partitions: Collection[TopicPartition]) -> Offsets:
        assert INBOX not in partitions
        return self._committed


def judge(
    unread: Collection[TopicPartition],
    committed: Mapping[TopicPartition, int],
    end: int,
    results: Sequence[str] = ("inbox",),
) -> None:
    brokers = Brokers(committed, end)
    FirstRead("shop.intake", brokers, brokers, ("portal", "shop"), results).require_plausible(unread)


def test_a_group_that_has_written_and_has_no_offset_is_refused() -> None:
    with pytest.raises(
        LogFailed, match=r"the group shop\.intake has no committed offset, but inbox holds what it wrote"
    ):
        judge([PORTAL, SHOP], {}, 1)


@pytest.mark.parametrize(
    ("unread", "committed", "end", "results"),
    (
        ([PORTAL, PORTAL_2, SHOP], {}, 0, ("inbox",)),
        ([SHOP], {PORTAL: 7}, 9, ("inbox",)),
        ([], {PORTAL: 7, SHOP: 7}, 9, ("inbox",)),
        ([PORTAL], {}, 9, ()),
    ),
    ids=("a new installation", "a new source", "all is known", "a member that writes nothing of its own"),
)
def test_what_was_never_read_is_read_without_a_word(
    unread: Collection[TopicPartition],
    committed: Mapping[TopicPartition, int],
    end: int,
    results: Sequence[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    judge(unread, committed, end, results)
    assert "" == caplog.text


def test_a_lost_offset_among_others_of_its_topic_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    judge([PORTAL_2, SHOP], {PORTAL: 7}, 9)
    found = "portal/1: the group shop.intake has offsets of this topic, but none of this partition"
    assert [f"{found}: reading it from its beginning"] == caplog.messages
