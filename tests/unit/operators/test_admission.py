"""Which sources are held back: the table of the rule, and what holds of it whatever comes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from operators.steps.admission import Admission

CLASSES = {"wms": 0, "edi": 1, "portal": 1, "amazon": 2, "shopify": 2, "archive": 9}
LIMIT = 100


def admission() -> Admission:
    return Admission(CLASSES, LIMIT)


def count(rule: Admission, records: int) -> None:
    """A count that finds so many, and all that was let in among them."""
    rule.settled()
    rule.counting()
    rule.counted(records)


def test_below_the_limit_nothing_is_held_back() -> None:
    rule = admission()
    rule.admitted({"amazon": 99})
    assert ([], 1) == (rule.held, rule.room)


def test_at_the_limit_the_source_of_the_burst_is_held_back() -> None:
    rule = admission()
    rule.admitted({"amazon": 99, "shopify": 1})
    assert (["amazon"], 0) == (rule.held, rule.room)


def test_a_source_of_class_0_and_one_without_a_class_are_never_held_back_nor_counted() -> None:
    rule = admission()
    rule.admitted({"wms": 1_000, "erp.responses.v1": 1_000})
    assert ([], False) == (rule.held, rule.wants_count)


def test_what_brings_little_passes_beside_a_burst_even_of_a_lower_class() -> None:
    rule = admission()
    rule.admitted({"amazon": 100})
    for topic in ("shopify", "archive", "portal"):
        rule.admitted({topic: 1})
    assert ["amazon"] == rule.held


def test_two_bursts_are_both_held_back() -> None:
    rule = admission()
    rule.admitted({"amazon": 55, "shopify": 50})
    assert ["amazon", "shopify"] == rule.held


def test_what_was_counted_makes_less_room() -> None:
    rule = admission()
    rule.admitted({"amazon": 60})
    count(rule, 60)
    assert 40 == rule.room
    rule.admitted({"amazon": 40})
    assert ["amazon"] == rule.held


def test_held_sources_are_opened_at_half_the_limit_and_not_before() -> None:
    rule = admission()
    rule.admitted({"amazon": 100})
    count(rule, 51)
    assert ["amazon"] == rule.held
    count(rule, 50)
    assert [] == rule.held


def test_the_most_urgent_class_is_opened_first() -> None:
    rule = admission()
    rule.admitted({"amazon": 50, "edi": 50})
    count(rule, 0)
    assert ["amazon"] == rule.held
    count(rule, 0)
    assert [] == rule.held


def test_while_a_more_urgent_class_keeps_the_inboxes_full_the_other_waits() -> None:
    rule = admission()
    rule.admitted({"amazon": 50, "edi": 50})
    for _ in range(5):
        count(rule, 0)
        assert ["amazon"] == rule.held
        rule.admitted({"edi": 100})
        count(rule, 60)
        assert ["amazon", "edi"] == rule.held


def test_what_is_let_in_while_a_count_goes_on_is_not_forgotten() -> None:
    rule = admission()
    rule.admitted({"amazon": 50})
    rule.settled()
    rule.counting()
    rule.admitted({"amazon": 30})
    rule.counted(50)
    assert 20 == rule.room


def test_what_no_epoch_has_committed_yet_is_not_forgotten_by_a_count() -> None:
    rule = admission()
    rule.admitted({"amazon": 70})
    rule.counting()
    rule.counted(0)
    assert 30 == rule.room


def test_a_count_is_wanted_from_half_the_limit_on_and_while_anything_is_held() -> None:
    rule = admission()
    rule.admitted({"amazon": 49})
    assert not rule.wants_count
    rule.admitted({"amazon": 51})
    count(rule, 60)
    assert rule.wants_count
    count(rule, 0)
    assert not rule.wants_count


def test_after_a_count_that_failed_sources_go_on() -> None:
    rule = admission()
    rule.admitted({"amazon": 100})
    rule.settled()
    rule.counting()
    rule.not_counted()
    assert ([], LIMIT) == (rule.held, rule.room)


_POLL = st.dictionaries(st.sampled_from(sorted(CLASSES)), st.integers(0, 40))


@given(st.lists(st.tuples(_POLL, st.integers(0, 80), st.booleans())))
def test_the_inboxes_stay_bounded_and_everything_is_let_in_at_last(
    steps: list[tuple[dict[str, int], int, bool]],
) -> None:
    """`steps`: what each source has ready at a poll, how much is worked off, whether a count is taken."""
    rule, inbox = admission(), 0
    for ready, processed, counts in steps:
        taken = {topic: number for topic, number in ready.items() if topic not in rule.held and CLASSES[topic]}
        rule.admitted(taken)
        assert "wms" not in rule.held
        inbox = max(0, inbox + sum(taken.values()) - processed)
        if counts:
            count(rule, inbox)
        # Each source may bring its fair share behind the limit, and a poll more.
        assert inbox <= 2 * LIMIT + 2 * len(CLASSES) * 40
    for _ in CLASSES:
        count(rule, 0)
    assert [] == rule.held


@given(st.lists(st.sampled_from(["amazon", "amazon", "amazon", "edi", "shopify"]), max_size=300))
def test_who_brings_less_than_his_share_is_never_held_back(order: list[str]) -> None:
    rule, brought = admission(), Counter[str]()
    for topic in order:
        if topic not in rule.held:
            brought[topic] += 1
            rule.admitted({topic: 1})
        assert all(brought[held] * len(brought) >= LIMIT for held in rule.held)
