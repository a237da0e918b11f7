"""What an epoch may hold, to the byte: the last that it takes, and the first that it does not."""

import pytest

from connectors.log.port import Batch, Outgoing, Record, TopicPartition
from operators.engine.epoch.open_epoch import EpochLimits, EpochTooLarge, OpenEpoch

SOURCE = TopicPartition("in", 0)
LIMITS = EpochLimits(age_s=1e9, records=3, written_bytes=1_000, most_records=4, most_bytes=2_000, most_record_bytes=900)


def record(size: int) -> Outgoing:
    return Outgoing("out", "key", bytes(size - 3))


def batch(*offsets: int) -> Batch:
    records = [Record("in", 0, offset, 0, None, b"", ()) for offset in offsets]
    return Batch(SOURCE, records, offsets[-1] + 1)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    (
        ([900], ""),
        ([901], "leads to a record of 901 bytes; its topic takes 900 at most"),
        ([800, 800, 400], ""),
        ([800, 800, 401], "leads to more than the 2000 bytes"),
        ([3] * 4, ""),
        ([3] * 5, "leads to more than the 4 records"),
        ([400] * 5, "leads to more than the 4 records"),
        ([900] * 3, "leads to more than the 2000 bytes"),
    ),
)
def test_an_epoch_takes_what_its_limits_say_and_not_one_more(sizes: list[int], reason: str) -> None:
    epoch = OpenEpoch(LIMITS)
    records = (record(size) for size in sizes)
    if not reason:
        assert len(sizes) == len(epoch.collect(records))
        return
    with pytest.raises(EpochTooLarge, match=reason):
        epoch.collect(records)


def test_headers_and_a_key_that_is_not_ascii_count_as_their_bytes() -> None:
    epoch = OpenEpoch(LIMITS)
    epoch.collect([Outgoing("out", "\u00e9", b"x" * 10, (("name", bytes(861)),))])
    with pytest.raises(EpochTooLarge, match="901 bytes"):
        epoch.collect([Outgoing("out", "\u00e9", b"x" * 10, (("name", bytes(865)),))])


def test_rows_of_state_count_as_records_do() -> None:
    epoch = OpenEpoch(LIMITS)
    epoch.collect([record(600)])
    epoch.collect_state({b"key": bytes(597), b"deleted": None})
    with pytest.raises(EpochTooLarge, match="leads to more than the 2000 bytes"):
        epoch.collect_state({b"k" * 100: bytes(694)})


def test_what_is_published_at_the_end_counts_too() -> None:
    epoch = OpenEpoch(LIMITS)
    epoch.publish_at_end("out", "key", lambda: record(901))
    with pytest.raises(EpochTooLarge):
        epoch.final_records()


@pytest.mark.parametrize(
    ("offsets", "sizes", "is_over"),
    (
        ((0, 1), (3,), False),
        ((0, 1, 2), (), True),
        ((0,), (3, 3, 3), True),
        ((0,), (500, 499), False),
        ((0,), (500, 500), True),
    ),
)
def test_an_epoch_is_full_by_what_it_read_or_wrote(
    offsets: tuple[int, ...], sizes: tuple[int, ...], is_over: bool
) -> None:
    epoch = OpenEpoch(LIMITS)
    epoch.open()
    epoch.read(batch(*offsets))
    epoch.collect(record(size) for size in sizes)
    assert is_over is epoch.is_over()


def test_an_epoch_is_over_when_it_is_as_old_as_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    epoch = OpenEpoch(EpochLimits(age_s=0.5))
    epoch.open()
    epoch.read(batch(0))
    ages = []
    for age_s in (0.0, 0.25, 0.5):
        now_s[0] = 1_000.0 + age_s
        ages.append(epoch.is_over())
    assert [False, False, True] == ages


def test_the_last_instant_of_a_transaction_still_takes_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    epoch = OpenEpoch(EpochLimits(most_writing_s=2.0))
    epoch.read(batch(0, 1))
    for _ in range(2):
        epoch.sent([record(3)])
        now_s[0] += 1
    epoch.require_time()
    now_s[0] += 0.5
    with pytest.raises(EpochTooLarge, match=r"takes more than 2.0 s"):
        epoch.require_time()


def timed_out(*offsets: int) -> OpenEpoch:
    epoch = OpenEpoch(EpochLimits(most_writing_s=-1.0))
    epoch.read(batch(*offsets))
    epoch.sent([record(3)])
    return epoch


def test_only_an_epoch_of_several_records_is_cut_by_time() -> None:
    assert [record(3)] == timed_out(0).collect([record(3)])
    with pytest.raises(EpochTooLarge, match=r"takes more than -1.0 s"):
        timed_out(0, 1).collect([record(3)])


def test_an_epoch_of_timers_before_a_record_that_was_handed_back_is_cut_by_time_between_its_timers() -> None:
    epoch = timed_out(0)
    epoch.hand_back(SOURCE, 0)
    epoch.timers_fired = 1
    epoch.require_time()
    epoch.timers_fired = 2
    with pytest.raises(EpochTooLarge, match=r"takes more than -1.0 s"):
        epoch.require_time()


def test_the_time_counts_from_the_first_record_written() -> None:
    epoch = OpenEpoch(EpochLimits(most_writing_s=-1.0))
    epoch.read(batch(0, 1))
    epoch.collect([record(3)])
    epoch.require_time()
    epoch.sent([record(3)])
    with pytest.raises(EpochTooLarge):
        epoch.require_time()
