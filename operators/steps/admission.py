"""Which sources are paused at their topics, so that what is urgent, or comes now and then, is processed soon.

A rule over counts and times, which are arguments. An inbox is processed in its order, so the delay of the next record
is the time that the flows need for the records before it. So sources below class 0 are admitted only as long as the
inboxes hold less than a limit. When it is reached, the sources that brought their fair share of it are paused, whatever
their class: a source with a record now and then passes next to a burst of its own class, or of a more urgent one.

As the inboxes drain, paused sources are opened again. The one with the lowest rank is first: the time at which it was
paused, plus `AGEING_S` for each class. So a burst of class 1 does not keep class 2 out, and after `LONGEST_PAUSE_S` a
source is opened however full the inboxes are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

AGEING_S: Final = 5.0
"""How much longer a source of the next class waits."""
LONGEST_PAUSE_S: Final = 30.0
FEW: Final = 10
"""Records that every source may bring between two times at which the inboxes are half empty."""


class Admission:
    """The state of the rule. `classes`: the priority class of each source topic, 0 first; others are as class 0.

    `limit`: how many records the inboxes may hold; `each`: how many of them one that is admitted becomes. Both may
    change between two counts.

    The estimate of what the inboxes hold is the last count of it, and what was admitted since: so the limit holds
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
        self._paused_at_s: dict[str, float] = {}

    @property
    def paused(self) -> Sequence[str]:
        """The topics that are paused now."""
        return sorted(self._paused_at_s)

    @property
    def room(self) -> int:
        """How many records may be admitted before the limit is reached."""
        return max(0, int((self.limit - self._estimate) / self.each))

    @property
    def wants_count(self) -> bool:
        """Whether it matters how many records the inboxes hold: never while nothing of the low classes comes."""
        return bool(self._paused_at_s) or 2 * self._estimate >= self.limit

    def admitted(self, records: Mapping[str, int], now_s: float) -> None:
        """So many of each topic were taken."""
        low = {topic: number for topic, number in records.items() if topic in self._classes}
        self._brought.update(low)
        number = sum(low.values())
        self.admitted_of_low_classes += number
        self._uncounted += number
        self._unsettled += number
        if low and self._estimate >= self.limit:
            for topic in self._busiest_sources():
                self._paused_at_s.setdefault(topic, now_s)

    def settled(self) -> None:
        """All that was admitted until now is in the inboxes, for a count to find."""
        self._unsettled = 0

    def counting(self) -> None:
        """A count begins: it finds what is settled."""
        self._uncounted = self._unsettled

    def counted(self, records: int, now_s: float) -> None:
        """The count that was begun last found so many in the inboxes that are not processed."""
        self._counted = records
        opened = self._overdue(now_s)
        if 2 * self._estimate <= self.limit:
            self._brought.clear()
            opened |= self._first_in_rank()
        for topic in opened:
            del self._paused_at_s[topic]
            del self._brought[topic]  # else it is paused again for what it brought before, unread

    def not_counted(self, now_s: float) -> None:
        """The count failed. The inboxes pass for empty: to admit too fast is better than to stand still."""
        self.counted(0, now_s)

    @property
    def _estimate(self) -> int:
        return self._counted + round(self._uncounted * self.each)

    def _busiest_sources(self) -> frozenset[str]:
        fair_share = max(FEW, self.limit / self.each / len(self._brought))
        return frozenset(topic for topic, number in self._brought.items() if number >= fair_share)

    def _overdue(self, now_s: float) -> frozenset[str]:
        return frozenset(topic for topic, since_s in self._paused_at_s.items() if now_s - since_s >= LONGEST_PAUSE_S)

    def _first_in_rank(self) -> frozenset[str]:
        """The paused source of the lowest rank, and all of its class."""
        first = min(self._paused_at_s, key=self._rank_s, default="")
        return frozenset(topic for topic in self._paused_at_s if self._classes[topic] == self._classes[first])

    def _rank_s(self, topic: str) -> float:
        return self._paused_at_s[topic] + AGEING_S * self._classes[topic]
