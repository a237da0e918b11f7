"""The proof that the graph of a flow is empty when its epoch is committed.

Bytewax asks a source for its next batch only when every record of the batch before has left the last operator: that
moment is the commit gate. Everything committed there rests on it, so it is counted and never assumed.
"""


class CommitGateViolated(Exception):
    """A record was still inside the graph, or was lost in it, when its epoch was to be committed: a bug."""


class CommitGate:
    """Counts what enters the graph of one flow and what leaves it."""

    def __init__(self, flow: str) -> None:
        self._flow = flow
        self._in_graph = 0
        self._to_sink = 0

    def polled(self, records: int) -> None:
        """So many records enter the graph."""
        self._in_graph += records

    def took(self, records: int) -> None:
        """The first operator has so many of them."""
        self._in_graph -= records

    def emitted(self, records: int) -> None:
        """The last operator made so many outgoing records."""
        self._to_sink += records

    def sent(self, records: int) -> None:
        """So many reached the sink."""
        self._to_sink -= records

    def dropped(self) -> None:
        """An operator raised: what was in the graph with it was dropped, and is read again."""
        self._in_graph = self._to_sink = 0

    def prove(self) -> None:
        """Raise unless the graph is empty."""
        if self._in_graph or self._to_sink:
            raise CommitGateViolated(
                f"{self._flow}: at the commit gate {self._in_graph} records were not taken and {self._to_sink} not sent"
            )
