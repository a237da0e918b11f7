"""What `make bench` shows."""

from benchmarks.measures import MEASURES, SECTIONS


def test_every_measure_is_in_one_table() -> None:
    assert sorted(MEASURES) == sorted(name for names in SECTIONS.values() for name in names)
