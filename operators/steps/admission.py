"""Which sources are held back at their topics, so that what is urgent, or comes now and then, is done soon.

A rule over counts, without clock and log. What lies in the inboxes is done in its order: the delay of whatever comes
next is the time that the flows need for it. So of the sources below class 0 only so many records are let in as keep
the inboxes below a limit. When it is reached, those are held back that brought their fair share of it or more, whatever
their class: a source with an order now and then passes beside a burst of its own class. As the inboxes empty, the held
sources are opened again, the most urgent class first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence


class Admission:
    """The state of the rule. `classes`: the priority class of each source topic, 0 first; others are as class 0.

    `limit`: how many records may lie in the inboxes; `each`: how many of them one that is let in becomes. Both may
    change between two counts.

    The estimate of what lies in the inboxes is the last count of it, and what was let in since: so a limit is kept
    between two counts as well.
    """

    def __init__(self, classes: Mapping[str, int], limit: int, each: float = 1.0) -> None:
        self._classes = {topic: number for topic, number in classes.items() if number > 0}
        self.limit = limit
        self.each = each
        self._counted = 0
        self._uncounted = 0
        self._unsettled = 0
        self._brought: Counter[str] = Counter()
        self.admitted_of_low_classes = 0
        """Since the beginning."""
        self._held: frozenset[str] = frozenset()

    @property
    def held(self) -> Sequence[str]:
        """The topics that are held back now."""
        return sorted(self._held)

    @property
    def room(self) -> int:
        """How many records may be let in before the limit is reached."""
        return max(0, int((self.limit - self._estimate) / self.each))

    @property
    def wants_count(self) -> bool:
        """Whether it matters how many records lie in the inboxes: never while nothing of the low classes comes."""
        return bool(self._held) or 2 * self._estimate >= self.limit

    def admitted(self, records: Mapping[str, int]) -> None:
        """So many of each topic were taken."""
        low = {topic: number for topic, number in records.items() if topic in self._classes}
        self._brought.update(low)
        number = sum(low.values())
        self.admitted_of_low_classes += number
        self._uncounted += number
        self._unsettled += number
        if low and self._estimate >= self.limit:
            self._held |= self._busiest_sources()

    def settled(self) -> None:
        """All that was let in until now is in the inboxes, for a count to find."""
        self._unsettled = 0

    def counting(self) -> None:
        """A count begins: it finds what is settled."""
        self._uncounted = self._unsettled

    def counted(self, records: int) -> None:
        """The count that was begun last found so many in the inboxes, not worked off."""
        self._counted = records
        if 2 * self._estimate <= self.limit:
            self._brought.clear()
            self._held -= self._most_urgent_held()

    def not_counted(self) -> None:
        """The count failed. It passes for empty inboxes: to go on too fast is better than to stand still."""
        self.counted(0)

    @property
    def _estimate(self) -> int:
        return self._counted + round(self._uncounted * self.each)

    def _busiest_sources(self) -> frozenset[str]:
        fair_share = self.limit / self.each / len(self._brought)
        return frozenset(topic for topic, number in self._brought.items() if number >= fair_share)

    def _most_urgent_held(self) -> frozenset[str]:
        first = min((self._classes[topic] for topic in self._held), default=0)
        return frozenset(topic for topic in self._held if self._classes[topic] == first)
