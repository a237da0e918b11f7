"""Whose turn it is, when flows take turns."""

from collections.abc import Iterable
from typing import cast

from operators.engine.round_robin import RoundRobin
from operators.engine.task import Task


class Party:
    """Flows by name, each with what it still has to do; the world brings some of it when nobody can do more."""

    def __init__(self, names: str, *brought: str) -> None:
        self.turns = RoundRobin(self._between)
        self.todo = dict.fromkeys(names, 0)
        self.told: list[str] = []
        self.tasks = {name: cast("Task", object()) for name in names}
        self._brought = list(brought)
        for name, task in self.tasks.items():
            self.turns.join(task, lambda name=name: self.todo[name] == 0)  # type: ignore[misc]  # bound now

    def _between(self) -> bool:
        self.told.append("world")
        if not self._brought:
            return False
        self.give(self._brought.pop(0))
        return True

    def give(self, names: Iterable[str]) -> None:
        for name in names:
            self.todo[name] += 1

    def play(self) -> list[str]:
        """Everybody asks again and again, as sources do; who has the turn does one thing."""
        while not self.turns.now():
            for name, task in self.tasks.items():
                if self.turns.is_turn_of(task) and self.todo[name]:
                    self.todo[name] -= 1
                    self.told.append(name)
        return self.told


def test_a_flow_keeps_its_turn_until_it_has_done_all() -> None:
    assert ["world", "b", "b", "c", "world"] == Party("abc", "bbc").play()


def test_who_joined_first_comes_first_and_who_joined_last_when_all_others_are_done() -> None:
    party = Party("abc", "cab")
    assert ["world", "a", "b", "c", "world"] == party.play()


def test_the_world_moves_on_only_when_nobody_can_do_more_and_its_end_is_theirs() -> None:
    party = Party("ab", "b", "", "a")
    assert ["world", "b", "world", "world", "a", "world"] == party.play()
    assert party.turns.now()


def test_only_the_flow_whose_turn_it_is_passes_it_on_for_its_graph_alone_is_known_to_be_empty() -> None:
    party = Party("ab", "b")
    first, second = party.tasks.values()
    assert not party.turns.is_turn_of(second)
    assert [] == party.told
    assert not party.turns.is_turn_of(first)
    assert party.turns.is_turn_of(second)
    assert ["world"] == party.told
