"""What raises, kills or leads to too much is found alone and put aside; all else is processed once."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from bytewax.errors import BytewaxRuntimeError

from connectors.log.in_flight_journal import InFlightJournal
from connectors.log.port import LogFailed, Outgoing
from domain.invariants import InvariantViolated
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.suspects import TooMuchPoison
from schemas.headers import header
from tests.memory_log import MemoryState
from tests.unit.operators.poison.guarded_flow import CASES, MANY, GuardedFlow, cause_of

HUGE = 5_000_000


@pytest.fixture
def flow(tmp_path: Path) -> GuardedFlow:
    return GuardedFlow(tmp_path)


def numbered(count: int) -> list[str]:
    return [f"say {number}" for number in range(count)]


@pytest.mark.parametrize(
    ("poison", "reason"),
    (
        ("raise no such row", "raised KeyError twice in _harm"),
        ("surrogate", "raised UnicodeEncodeError twice"),
        ("unreadable", "raised TypeError twice"),
        (f"large {HUGE}", "leads to a record of 5"),
        (f"row {HUGE}", "leads to a record of 5"),
        ("many 2500", "leads to more than the 2000 records"),
        ("wide 80", "leads to more than the 33554432 bytes"),
    ),
)
def test_a_record_that_cannot_be_processed_is_put_aside_in_the_same_process_and_all_others_are_processed_once(
    flow: GuardedFlow, poison: str, reason: str
) -> None:
    before, behind = numbered(5), ["say 6", "say 7"]
    flow.write(*before, poison, *behind)
    assert flow.live()
    assert [*before, *behind] == flow.cases()
    (letter,) = flow.letters()
    assert poison.encode() in (letter.value or b"")
    assert reason in (header(letter.headers, "reason") or "")
    names = ("stage", "original_topic", "original_partition", "original_offset")
    assert ["dispatch/poison", "dispatch.inbox.v1", "0", "5"] == [header(letter.headers, name) for name in names]
    assert [f"dispatch.inbox.v1/0/5 was passed over: {header(letter.headers, 'reason')}"] == flow.holes()
    assert {*before, *behind} == flow.rows()


@pytest.mark.parametrize(("poison", "is_bug"), (("raise", True), ("many 2500", False)))
def test_a_bug_is_logged_with_where_it_was_raised_and_an_epoch_that_is_too_large_without(
    flow: GuardedFlow, caplog: pytest.LogCaptureFixture, poison: str, is_bug: bool
) -> None:
    flow.write(poison)
    assert flow.live()
    aborted = [record for record in caplog.records if "reprocessing in smaller steps" in record.getMessage()]
    assert {is_bug} == {bool(record.exc_info) for record in aborted}


def test_of_many_records_the_one_that_raises_is_found_in_few_epochs(flow: GuardedFlow) -> None:
    flow.write(*numbered(400), "raise", *numbered(99))
    assert flow.live()
    assert 499 == len(flow.cases())
    assert len(flow.log.commits) < 30


def test_two_that_raise_are_both_found(flow: GuardedFlow) -> None:
    flow.write("say 1", "raise a", "raise b", "say 2", "say 3", "raise c")
    assert flow.live()
    assert ["say 1", "say 2", "say 3"] == flow.cases()
    assert 3 == len(flow.letters())


def test_a_record_that_raises_once_and_not_again_is_processed(flow: GuardedFlow) -> None:
    flow.write("say 1", "say 2")
    raises = iter((True, False))
    apply = flow.machine.apply

    def once(*arguments: object) -> Sequence[object]:
        if next(raises, False):
            raise OSError("for a moment")
        return apply(*arguments)  # type: ignore[arg-type]  # passed on as they came

    flow.machine.apply = once  # type: ignore[method-assign,assignment]
    assert flow.live()
    assert ["say 1", "say 2"] == flow.cases()
    assert [] == flow.letters()


def test_a_strike_outlives_the_process(flow: GuardedFlow) -> None:
    flow.write("raise")
    for gates in range(1, 10):
        flow.live(gates=gates)
        if flow.poison_guard.suspects.strikes:
            break
    (strikes,) = flow.poison_guard.suspects.strikes.values()
    assert 1 == strikes.times
    assert flow.poison_guard.suspects.strikes == InFlightJournal(flow.file).left.strikes
    raised = flow.machine.applied.count("raise")
    assert flow.live()
    assert 1 == len(flow.letters())
    assert raised + 1 == flow.machine.applied.count("raise")


@pytest.mark.parametrize(
    ("words", "error"), (("break a law", InvariantViolated), ("violate the gate", CommitGateViolated))
)
def test_a_broken_invariant_stops_the_flow_and_nothing_of_its_epoch_is_committed(
    flow: GuardedFlow, words: str, error: type[Exception]
) -> None:
    flow.write("say 1", words)
    for _ in range(3):
        with pytest.raises(BytewaxRuntimeError) as raised:
            flow.live()
        assert isinstance(cause_of(raised.value), error)
    assert ([], [], {}) == (flow.cases(), flow.letters(), flow.topics.offsets)


class BrokenState(MemoryState):
    """A store with a damaged block."""

    def __init__(self) -> None:
        super().__init__({})

    def get(self, key: bytes) -> bytes | None:
        raise RuntimeError(f"Corruption: block checksum mismatch at {key!r}")


def test_a_store_that_fails_stops_the_flow_and_blames_no_record(flow: GuardedFlow) -> None:
    flow.write("say 1")
    flow.state = BrokenState()
    for _ in range(3):
        with pytest.raises(LogFailed, match="the state cannot be read: Corruption"):
            flow.live()
    assert [] == flow.letters()


def test_an_exception_without_a_guard_ends_the_flow_at_once(flow: GuardedFlow) -> None:
    flow.write("say 1", "raise")
    with pytest.raises(BytewaxRuntimeError):
        flow.live(guarded=False)
    assert 1 == flow.machine.applied.count("raise")


def test_what_hits_every_record_stops_the_flow_after_twenty_and_stops_it_again_after_a_restart(
    flow: GuardedFlow,
) -> None:
    flow.write(*[f"raise {number}" for number in range(50)])
    for _ in range(3):
        with pytest.raises(TooMuchPoison, match=r"20 of the 1000 records before it were put aside already"):
            flow.live()
    assert 20 == len(flow.letters())


def test_far_apart_more_than_twenty_are_put_aside(flow: GuardedFlow) -> None:
    flow.limits = EpochLimits(age_s=1e9, least_s=0, poll_records=5_000)
    for number in range(3):
        flow.write(*[f"raise {number} {each}" for each in range(10)], *numbered(990))
    assert flow.live()
    assert 30 == len(flow.letters())


def test_a_batch_that_leads_to_too_much_is_cut_between_its_records(flow: GuardedFlow) -> None:
    words = [f"large {1_000_000 + number}" for number in range(100)]
    flow.write(*words)
    assert flow.live(guarded=False)
    assert [1_000_000 + number for number in range(100)] == [len(said) for said in flow.cases()]
    assert [] == flow.letters()
    assert len(flow.log.commits) < 20


def test_records_of_which_only_one_fits_into_an_epoch_are_processed_one_by_one_without_a_guard_too(
    flow: GuardedFlow,
) -> None:
    flow.write("many 900", "many 900")
    assert flow.live(guarded=False)
    assert 1_800 == len(flow.cases())
    assert [1, 2] == [next(iter(commit.values())) for commit in flow.log.commits]


def test_an_epoch_is_full_by_what_it_wrote(flow: GuardedFlow) -> None:
    flow.limits = EpochLimits(age_s=1e9, least_s=0, poll_records=1, written_bytes=3_500)
    flow.write(*["large 500"] * 9)
    assert flow.live(guarded=False)
    assert [2, 4, 6, 8, 9] == [next(iter(commit.values())) for commit in flow.log.commits]


@pytest.mark.parametrize(("how", "deaths"), (("raise", 0), ("large 5000000", 0), ("kill", 3)))
def test_a_timer_that_cannot_fire_is_put_aside_and_no_record_with_it(flow: GuardedFlow, how: str, deaths: int) -> None:
    flow.write(f"wake 1000 {how}", "wake 1000 well", "say 1")
    assert flow.live()
    flow.topics.now_ms += 1_000
    flow.write("say 2", "say 3")
    assert [False] * deaths + [True] == [flow.live() for _ in range(deaths + 1)]
    assert [f"wake 1000 {how}", "wake 1000 well", "say 1", "fired well", "say 2", "say 3"] == flow.cases()
    (letter,) = flow.letters()
    assert (how, "alarm") == (letter.key, header(letter.headers, "timer_kind"))
    assert f"the timer 'alarm' of '{how}'" in (header(letter.headers, "reason") or "")
    assert "3" == header(letter.headers, "original_offset")
    (hole,) = flow.holes()
    assert hole.startswith("a timer due at dispatch.inbox.v1/0/3 was passed over: the timer")


def test_a_timer_that_kills_at_a_tick_is_put_aside_and_the_tick_is_not(flow: GuardedFlow) -> None:
    flow.write("wake 1000 kill")
    assert flow.live()
    flow.topics.now_ms += 1_000
    assert [False, False, False, True] == [flow.live() for _ in range(4)]
    assert ["kill"] == [letter.key for letter in flow.letters()]
    assert 4 > flow.machine.fired.count("kill")
    assert flow.live()
    assert 1 == len(flow.letters())


def test_timers_due_before_one_record_are_cut_as_records_are_and_lead_to_the_same_bytes(tmp_path: Path) -> None:
    written = [_written_by_many_timers(tmp_path / str(most), most, epochs) for most, epochs in CUTS]
    assert written[0] == written[1] == written[2]


CUTS = ((30, 80), (200, 14), (5_000, 2))
"""Records that an epoch may write, and the number of epochs that 400 timers and two records may take."""


def _written_by_many_timers(folder: Path, most_records: int, most_epochs: int) -> list[Outgoing]:
    folder.mkdir()
    flow = GuardedFlow(folder)
    alarms = [f"alarm {number:03d}" for number in range(MANY)]
    flow.write(*[f"wake 1000 {alarm}" for alarm in alarms])
    assert flow.live()
    flow.topics.now_ms += 1_000
    flow.write("say 1", "say 2")
    flow.limits = EpochLimits(age_s=1e9, least_s=0, most_records=most_records)
    assert flow.live()
    assert [*[f"fired {alarm}" for alarm in alarms], "say 1", "say 2"] == flow.cases()[MANY:]
    assert [] == flow.letters()
    assert most_epochs >= len(flow.log.commits)
    return [Outgoing(CASES, each.key, each.value, each.headers) for each in flow.topics.all_of(CASES)]


def test_a_timer_that_fails_among_many_is_found_in_few_epochs(flow: GuardedFlow) -> None:
    alarms = [f"alarm {number:03d}" for number in range(MANY)]
    flow.write(*[f"wake 1000 {alarm}" for alarm in (*alarms, "alarm 200 large 5000000", "large 5000000")])
    assert flow.live()
    flow.topics.now_ms += 1_000
    flow.write("say 1")
    assert flow.live()
    assert ["large 5000000"] == [letter.key for letter in flow.letters()]
    assert "say 1" == flow.cases()[-1]
    assert {f"fired {alarm}" for alarm in alarms} <= set(flow.cases())
    assert 60 > len(flow.log.commits)


def test_all_timers_that_are_due_fire_before_a_portion_of_several_records(flow: GuardedFlow) -> None:
    flow.write(*[f"wake 1000 {alarm}" for alarm in "abc"])
    assert flow.live()
    flow.topics.now_ms += 1_000
    flow.write("say 1", "say 2", "say 3", "raise")
    assert flow.live()
    assert ["fired a", "fired b", "fired c", "say 1", "say 2", "say 3"] == flow.cases()[3:]


def test_timers_and_records_that_fail_at_one_place_are_distinguished(flow: GuardedFlow) -> None:
    flow.write("wake 1000 raise a", "wake 1000 raise b", "wake 1000 well")
    assert flow.live()
    flow.topics.now_ms += 1_000
    flow.write("raise c", "say 1")
    assert flow.live()
    assert ["raise a", "raise b", None] == [letter.key for letter in flow.letters()]
    assert ["fired well", "say 1"] == flow.cases()[-2:]
    assert 3 == len({header(record.headers, "ce_id") for record in flow.topics.all_of("exceptions.v1")[-5:-2]})


def test_steps_grow_again_behind_what_failed(flow: GuardedFlow) -> None:
    flow.write("raise")
    assert flow.live()
    assert ({}, {}) == (flow.poison_guard.suspects.strikes, flow.poison_guard.suspects.ends)
    flow.write(*numbered(100))
    assert flow.live()
    assert 1 == len(flow.log.commits)


def test_what_is_written_in_a_transaction_that_would_time_out_is_cut_and_no_record_is_blamed(flow: GuardedFlow) -> None:
    flow.limits = EpochLimits(age_s=1e9, least_s=1e9, poll_records=10, most_writing_s=0.0)
    flow.write(*numbered(25))
    assert flow.live()
    assert numbered(25) == flow.cases()
    assert [] == flow.letters()


def test_a_timer_that_cannot_fire_is_put_aside_at_a_record_that_was_appended_before_the_time_it_brought(
    flow: GuardedFlow,
) -> None:
    flow.write("wake 0 raise")
    flow.topics.now_ms -= 500
    flow.write("say 1")
    flow.topics.now_ms += 500
    assert flow.live()
    assert ["raise"] == [letter.key for letter in flow.letters()]
    assert ["wake 0 raise", "say 1"] == flow.cases()


def test_no_further_record_is_applied_in_a_transaction_that_would_time_out(
    flow: GuardedFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: now_s[0])
    apply = flow.machine.apply

    def a_second_long(*arguments: object) -> Sequence[object]:
        now_s[0] += 1
        return apply(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(flow.machine, "apply", a_second_long)
    flow.limits = EpochLimits(age_s=1e9, least_s=0, poll_records=10, most_writing_s=4.5)
    flow.write(*numbered(20))
    assert flow.live()
    assert numbered(20) == flow.cases()
    applied_in_all = 10 + 5
    assert applied_in_all == flow.machine.applied.index("say 0", 1)
