"""How much is put aside of one partition before the flow stops, and what is remembered of it."""

import pytest

from connectors.log.in_flight_journal import InFlightJournal, InputPartition, Suspect
from operators.engine.poison.suspects import Suspects, TooMuchPoison

MOST = 20


class Guarded:
    """The suspects of one flow, of which each is put aside."""

    def __init__(self) -> None:
        self.suspects = Suspects(InFlightJournal(None))
        for offset in range(MOST):
            self.put_aside(offset)

    def put_aside(self, offset: int, partition: int = 0) -> None:
        suspect = Suspect(InputPartition("flow", "inbox", partition), offset)
        self.suspects.strike(suspect, "raised KeyError")
        self.suspects.put_aside(suspect)

    def offsets(self, partition: int = 0) -> list[int]:
        return [each.offset for each in self.suspects.set_aside if each.source.partition == partition]


def test_the_twenty_first_of_a_thousand_offsets_stops_the_flow() -> None:
    guarded = Guarded()
    with pytest.raises(TooMuchPoison, match=r"^flow: inbox/0/999 raised KeyError; 20 of the 1000 records before it"):
        guarded.put_aside(999)
    assert list(range(MOST)) == guarded.offsets()


def test_what_lies_further_back_is_forgotten() -> None:
    guarded = Guarded()
    guarded.put_aside(1_000)
    assert [*range(1, MOST), 1_000] == guarded.offsets()


def test_partitions_are_counted_each_for_itself_and_none_makes_another_forgotten() -> None:
    guarded = Guarded()
    guarded.put_aside(5_000, partition=1)
    assert [5_000] == guarded.offsets(partition=1)
    with pytest.raises(TooMuchPoison):
        guarded.put_aside(MOST)


def test_put_aside_again_the_same_record_counts_once() -> None:
    guarded = Guarded()
    guarded.put_aside(0)
    assert list(range(MOST)) == guarded.offsets()
