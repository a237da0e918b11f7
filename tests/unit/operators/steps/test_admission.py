"""Which sources are paused: the table of the rule, and what holds of it whatever comes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from operators.steps.admission import AGEING_S, LONGEST_PAUSE_S, Admission

CLASSES = {"wms": 0, "edi": 1, "portal": 1, "amazon": 2, "shopify": 2, "archive": 9}
LIMIT = 100


def admission() -> Admission:
    return Admission(CLASSES, LIMIT)


def count(rule: Admission, records: int, now_s: float = 0.0) -> None:
    """A count that finds so many, and all that was let in among them."""
    rule.settled()
    rule.counting()
    rule.counted(records, now_s)


def test_below_the_limit_nothing_is_paused() -> None:
    rule = admission()
    rule.admitted({"amazon": 99}, 0.0)
    assert ([], 1) == (rule.paused, rule.room)


def test_at_the_limit_the_source_of_the_burst_is_paused() -> None:
    rule = admission()
    rule.admitted({"amazon": 99, "shopify": 1}, 0.0)
    assert (["amazon"], 0) == (rule.paused, rule.room)


def test_a_source_of_class_0_and_one_without_a_class_are_never_paused_nor_counted() -> None:
    rule = admission()
    rule.admitted({"wms": 1_000, "erp.responses.v1": 1_000}, 0.0)
    assert ([], False) == (rule.paused, rule.wants_count)


def test_what_brings_little_passes_next_to_a_burst_even_of_a_lower_class() -> None:
    rule = admission()
    rule.admitted({"amazon": 100}, 0.0)
    for topic in ("shopify", "archive", "portal"):
        rule.admitted({topic: 1}, 0.0)
    assert ["amazon"] == rule.paused


def test_two_bursts_are_both_paused() -> None:
    rule = admission()
    rule.admitted({"amazon": 55, "shopify": 50}, 0.0)
    assert ["amazon", "shopify"] == rule.paused


def test_what_was_counted_makes_less_room() -> None:
    rule = admission()
    rule.admitted({"amazon": 60}, 0.0)
    count(rule, 60)
    assert 40 == rule.room
    rule.admitted({"amazon": 40}, 0.0)
    assert ["amazon"] == rule.paused


def test_held_sources_are_opened_at_half_the_limit_and_not_before() -> None:
    rule = admission()
    rule.admitted({"amazon": 100}, 0.0)
    count(rule, 51)
    assert ["amazon"] == rule.paused
    count(rule, 50)
    assert [] == rule.paused


def test_the_most_urgent_class_is_opened_first() -> None:
    rule = admission()
    rule.admitted({"amazon": 50, "edi": 50}, 0.0)
    count(rule, 0)
    assert ["amazon"] == rule.paused
    count(rule, 0)
    assert [] == rule.paused


def test_while_a_more_urgent_class_keeps_the_inboxes_full_the_other_waits() -> None:
    rule = admission()
    rule.admitted({"amazon": 50, "edi": 50}, 0.0)
    for _ in range(5):
        count(rule, 0)
        assert ["amazon"] == rule.paused
        rule.admitted({"edi": 100}, 0.0)
        count(rule, 60)
        assert ["amazon", "edi"] == rule.paused


def test_records_admitted_during_a_count_are_still_counted() -> None:
    rule = admission()
    rule.admitted({"amazon": 50}, 0.0)
    rule.settled()
    rule.counting()
    rule.admitted({"amazon": 30}, 0.0)
    rule.counted(50, 0.0)
    assert 20 == rule.room


def test_a_count_includes_what_no_epoch_has_committed_yet() -> None:
    rule = admission()
    rule.admitted({"amazon": 70}, 0.0)
    rule.counting()
    rule.counted(0, 0.0)
    assert 30 == rule.room


def test_a_count_is_wanted_from_half_the_limit_on_and_while_anything_is_held() -> None:
    rule = admission()
    rule.admitted({"amazon": 49}, 0.0)
    assert not rule.wants_count
    rule.admitted({"amazon": 51}, 0.0)
    count(rule, 60)
    assert rule.wants_count
    count(rule, 0)
    assert not rule.wants_count


def test_after_a_count_that_failed_sources_continue() -> None:
    rule = admission()
    rule.admitted({"amazon": 100}, 0.0)
    rule.settled()
    rule.counting()
    rule.not_counted(0.0)
    assert ([], LIMIT) == (rule.paused, rule.room)


_POLL = st.dictionaries(st.sampled_from(sorted(CLASSES)), st.integers(0, 40))


@given(st.lists(st.tuples(_POLL, st.integers(0, 80), st.booleans())))
def test_the_inboxes_stay_bounded_and_everything_is_let_in_at_last(
    steps: list[tuple[dict[str, int], int, bool]],
) -> None:
    """`steps`: what each source has ready at a poll, how much is processed, whether a count is taken."""
    rule, inbox = admission(), 0
    for ready, processed, counts in steps:
        taken = {topic: number for topic, number in ready.items() if topic not in rule.paused and CLASSES[topic]}
        rule.admitted(taken, 0.0)
        assert "wms" not in rule.paused
        inbox = max(0, inbox + sum(taken.values()) - processed)
        if counts:
            count(rule, inbox)
        # Each source may bring its fair share behind the limit, and a poll more.
        assert inbox <= 2 * LIMIT + 2 * len(CLASSES) * 40
    for _ in CLASSES:
        count(rule, 0)
    assert [] == rule.paused


@given(st.lists(st.sampled_from(["amazon", "amazon", "amazon", "edi", "shopify"]), max_size=300))
def test_who_brings_less_than_his_share_is_never_paused(order: list[str]) -> None:
    rule, brought = admission(), Counter[str]()
    for topic in order:
        if topic not in rule.paused:
            brought[topic] += 1
            rule.admitted({topic: 1}, 0.0)
        assert all(brought[held] * len(brought) >= LIMIT for held in rule.paused)


FLOOD = 40
"""What a source that floods brings at a poll."""


def seconds_to_read(rule: Admission, topic: str, *, limit_s: float, drained: int) -> float:
    """How long a paused source waits while portal floods; `drained`: what a count finds in the inboxes at best.

    A gate every 50 ms of a simulated clock; each finds the next count, and portal brings a poll whenever it is open.
    """
    now_s, found = 0.0, 0
    while topic in rule.paused:
        assert now_s < limit_s, f"{topic} is still paused after {now_s:.1f} s"
        now_s += 0.05
        count(rule, max(found, drained), now_s)
        found = 0
        if topic in rule.paused and "portal" not in rule.paused:
            found = LIMIT
            rule.admitted({"portal": FLOOD}, now_s)
    return now_s


def test_a_source_of_a_lower_class_is_opened_next_to_a_flood_of_a_higher_one() -> None:
    rule = admission()
    rule.admitted({"amazon": LIMIT, "portal": LIMIT}, 0.0)
    waited_s = seconds_to_read(rule, "amazon", limit_s=60, drained=0)
    assert AGEING_S * 0.9 <= waited_s <= AGEING_S * 1.5


def test_a_source_of_the_last_class_waits_for_the_longest_pause_at_most() -> None:
    rule = admission()
    rule.admitted({"archive": LIMIT, "portal": LIMIT}, 0.0)
    assert seconds_to_read(rule, "archive", limit_s=60, drained=0) <= LONGEST_PAUSE_S + 0.1


def test_a_source_is_opened_after_the_longest_pause_however_full_the_inboxes_are() -> None:
    rule = admission()
    rule.admitted({"amazon": LIMIT, "portal": LIMIT}, 0.0)
    assert seconds_to_read(rule, "amazon", limit_s=60, drained=10 * LIMIT) <= LONGEST_PAUSE_S + 0.1


def test_a_source_that_was_opened_is_not_paused_again_before_it_brought_anything() -> None:
    rule = admission()
    rule.admitted({"amazon": LIMIT, "portal": LIMIT}, 0.0)
    count(rule, 10 * LIMIT, LONGEST_PAUSE_S)
    for _ in range(3):
        rule.admitted({"portal": FLOOD}, LONGEST_PAUSE_S)
    assert ["portal"] == rule.paused


def test_three_records_a_minute_are_never_paused_however_small_the_share_is() -> None:
    rule = Admission(CLASSES, limit=200, each=50.0)
    for minute in range(100):
        rule.admitted({"amazon": 3}, 60.0 * minute)
        for second in range(60):
            now_s = 60.0 * minute + second
            if "portal" not in rule.paused:
                rule.admitted({"portal": 50}, now_s)
            count(rule, 200 if second % 2 else 100, now_s)
            assert "amazon" not in rule.paused
