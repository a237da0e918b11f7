"""Word of the ERP: said once a change, on enough evidence."""

from connectors.erp.availability import Availability


def gone() -> Availability:
    availability = Availability(failures_until_unreachable=3, probe_every_ms=500)
    assert [True, None, None, False, None] == [
        availability.called(reachable=reachable) for reachable in (True, False, False, False, False)
    ]
    return availability


def test_one_success_between_failures_resets_the_count() -> None:
    availability = Availability(failures_until_unreachable=2, probe_every_ms=500)
    calls = (True, False, True, False, False)
    assert [True, None, None, None, False] == [availability.called(reachable=reachable) for reachable in calls]


def test_an_answer_to_a_call_from_before_does_not_bring_it_back() -> None:
    assert None is gone().called(reachable=True)


def test_a_probe_brings_it_back() -> None:
    availability = gone()
    assert None is availability.probed(reachable=False)
    assert True is availability.probed(reachable=True)


def test_it_is_probed_at_intervals_until_it_is_known_to_be_there() -> None:
    availability = Availability(failures_until_unreachable=3, probe_every_ms=500)
    assert [True, False, True] == [availability.take_probe(now_ms) for now_ms in (1000, 1499, 1500)]
    availability.probed(reachable=True)
    assert not availability.take_probe(9000)
