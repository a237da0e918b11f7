"""What a transition sees of its partition: the open epoch, then the cache, then the store."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.log.port import LogFailed
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from tests.memory_log import MemoryState


@dataclass(frozen=True, slots=True)
class Mark:
    """A row."""

    text: str
    number: int


MARKS: Table[Mark] = Table("mark", Mark)
QUEUE: Table[int] = Table("queue", int, ordered=True)
KEY_BYTES = 50
KEYS = st.sampled_from(["a", "a1", "ab", "b", "b2", "c", "\U0010fffe"])


class Rows:
    """Stored pairs, and the state over them."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, bytes] = {}
        self.state = PartitionState(MemoryState(self.pairs))

    def commit(self) -> None:
        for key, value in self.state.changes().items():
            if value is None:
                self.pairs.pop(key, None)
            else:
                self.pairs[key] = value
        self.state.absorb()


def test_a_row_is_seen_at_once_and_stored_at_the_commit() -> None:
    rows = Rows()
    rows.state.put(MARKS, "k", Mark("one", 1))
    assert Mark("one", 1) == rows.state.get(MARKS, "k")
    assert {} == rows.pairs
    rows.commit()
    assert [b"mark\0k"] == list(rows.pairs)
    assert Mark("one", 1) == PartitionState(MemoryState(rows.pairs)).get(MARKS, "k")


def test_a_lost_epoch_leaves_nothing_behind() -> None:
    rows = Rows()
    rows.state.put(MARKS, "k", Mark("one", 1))
    rows.commit()
    rows.state.put(MARKS, "k", Mark("two", 2))
    rows.state.put(MARKS, "new", Mark("three", 3))
    rows.state.forget()
    assert Mark("one", 1) == rows.state.get(MARKS, "k")
    assert None is rows.state.get(MARKS, "new")
    assert {} == rows.state.changes()


def test_after_a_lost_epoch_the_store_counts_even_where_it_has_changed_meanwhile() -> None:
    rows = Rows()
    rows.state.put(MARKS, "k", Mark("one", 1))
    rows.commit()
    rows.pairs[b"mark\0k"] = MARKS.encode(Mark("restored", 9))
    rows.state.forget()
    assert Mark("restored", 9) == rows.state.get(MARKS, "k")


def test_a_row_changed_ten_times_is_written_once() -> None:
    rows = Rows()
    for number in range(10):
        rows.state.put(MARKS, "k", Mark("n", number))
    assert {b"mark\0k": MARKS.encode(Mark("n", 9))} == rows.state.changes()


def test_an_unordered_table_cannot_be_scanned() -> None:
    with pytest.raises(TypeError, match="not ordered"):
        Rows().state.scan(MARKS)


def test_a_scan_ends_behind_the_last_key_that_a_text_can_be() -> None:
    rows = Rows()
    for key in ("\U0010ffff", "a"):
        rows.state.put(QUEUE, key, 1)
    assert ["a", "\U0010ffff"] == [key for key, _ in rows.state.scan(QUEUE)]


def test_the_stored_form_of_a_row_is_a_version_byte_and_msgpack() -> None:
    assert bytes.fromhex("0182a474657874a36f6e65a66e756d62657201") == MARKS.encode(Mark("one", 1))


def test_the_cache_forgets_the_oldest_rows_and_reads_them_again() -> None:
    pairs: dict[bytes, bytes] = {}
    state = PartitionState(MemoryState(pairs), cached_bytes=1_200)
    for number in range(100):
        state.put(MARKS, f"k{number}", Mark("n", number))
    pairs.update({key: value for key, value in state.changes().items() if value is not None})
    state.absorb()
    assert [Mark("n", number) for number in range(100)] == [state.get(MARKS, f"k{number}") for number in range(100)]


def test_the_cache_keeps_the_newest_rows_that_fit_into_its_bytes() -> None:
    state = PartitionState(MemoryState({}), cached_bytes=10_000)
    for number in range(1_000):
        state.put(MARKS, f"k{number}", Mark("n", number))
    state.changes()
    state.absorb()
    cached_bytes = state.cached_rows * (KEY_BYTES + len(MARKS.encode(Mark("n", 999))))
    assert 8_000 < cached_bytes <= 10_000
    assert Mark("n", 999) == state.get(MARKS, "k999")
    assert None is state.get(MARKS, "k0")


def test_the_cache_keeps_to_its_bytes_where_each_epoch_changes_one_row() -> None:
    state = PartitionState(MemoryState({}), cached_bytes=10_000)
    for number in range(1_000):
        state.put(MARKS, f"k{number}", Mark("n", number))
        state.changes()
        state.absorb()
    cached_bytes = state.cached_rows * (KEY_BYTES + len(MARKS.encode(Mark("n", 999))))
    assert 8_000 < cached_bytes <= 10_000


@pytest.mark.parametrize(("rows", "kept"), ((20, 20), (21, 18)))
def test_a_cache_that_is_full_to_the_byte_keeps_all_and_one_row_more_makes_room_for_others(
    rows: int, kept: int
) -> None:
    row = Mark("n", 1)
    state = PartitionState(MemoryState({}), cached_bytes=20 * (KEY_BYTES + len(MARKS.encode(row))))
    for number in range(rows):
        state.put(MARKS, f"k{number}", row)
    state.changes()
    state.absorb()
    assert kept == state.cached_rows


class AskedState(MemoryState):
    """Remembers which keys were read."""

    def __init__(self) -> None:
        super().__init__({b"mark\0k": MARKS.encode(Mark("one", 1))})
        self.asked: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        self.asked.append(key)
        return super().get(key)


@pytest.mark.parametrize(("key", "row"), (("k", Mark("one", 1)), ("missing", None)))
def test_the_store_is_asked_once_for_a_row_that_does_not_change(key: str, row: Mark | None) -> None:
    store = AskedState()
    state = PartitionState(store)
    assert [row] * 3 == [state.get(MARKS, key) for _ in range(3)]
    assert [MARKS.stored_key(key)] == store.asked


class FailingState(MemoryState):
    """A store of which nothing can be read."""

    def __init__(self, error: Exception) -> None:
        super().__init__({})
        self._error = error

    def get(self, key: bytes) -> bytes | None:  # noqa: ARG002 - whatever is asked for
        raise self._error

    def scan(  # whatever is asked for
        self,
        prefix: bytes,  # noqa: ARG002
        after: bytes | None = None,  # noqa: ARG002
        limit: int = 1000,  # noqa: ARG002
    ) -> Sequence[tuple[bytes, bytes]]:
        raise self._error


class CountingState(MemoryState):
    """Counts the rows that it hands out."""

    rows = 0

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        found = super().scan(prefix, after, limit)
        self.rows += len(found)
        return found


def test_what_was_deleted_from_the_front_of_a_queue_is_not_read_again_though_it_was_put_once_more() -> None:
    store = CountingState({QUEUE.stored_key(f"q{number}"): QUEUE.encode(number) for number in range(9)})
    state = PartitionState(store)
    for number in range(9):
        assert (f"q{number}", number) == state.first(QUEUE, "q")
        state.put(QUEUE, f"q{number}", number)
        state.delete(QUEUE, f"q{number}")
    assert 9 == store.rows


@pytest.mark.parametrize(
    ("error", "message"),
    (
        (LogFailed("the store is closed"), "^the store is closed$"),
        (RuntimeError("Corruption"), "^the state cannot be read: Corruption$"),
    ),
)
def test_a_store_that_cannot_be_read_is_a_failure_of_the_log(error: Exception, message: str) -> None:
    state = PartitionState(FailingState(error))
    with pytest.raises(LogFailed, match=message):
        state.get(MARKS, "k")
    with pytest.raises(LogFailed, match=message):
        list(state.scan(QUEUE))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(0, 9)),
        st.tuples(st.just("delete"), KEYS, st.just(0)),
        st.tuples(st.just("commit"), st.just(""), st.just(0)),
        st.tuples(st.just("forget"), st.just(""), st.just(0)),
    ),
    max_size=30,
)


@given(STEPS, st.sampled_from(["", "a", "b", "zz"]), st.one_of(st.none(), KEYS))
@settings(deadline=None)
def test_a_scan_is_what_a_sorted_dictionary_would_give(
    steps: list[tuple[str, str, int]], prefix: str, after: str | None
) -> None:
    rows, stored, model = Rows(), {}, {}
    for verb, key, number in steps:
        match verb:
            case "put":
                rows.state.put(QUEUE, key, number)
                model[key] = number
            case "delete":
                rows.state.delete(QUEUE, key)
                model.pop(key, None)
            case "commit":
                rows.commit()
                stored = dict(model)
            case _:
                rows.state.forget()
                model = dict(stored)
    start = after if after is not None and after.startswith(prefix) else None
    expected = [(key, model[key]) for key in sorted(model) if key.startswith(prefix) and (start is None or key > start)]
    assert expected == list(rows.state.scan(QUEUE, prefix, start))


QUEUE_STEPS = st.tuples(st.sampled_from(("put", "delete", "commit", "lose")), st.integers(0, 2), st.booleans())


@example(steps=[("put", 2, True), ("put", 1, False), ("delete", 2, True)])
@example(steps=[("put", 1, True), ("delete", 1, True), ("put", 1, True)])
@given(steps=st.lists(QUEUE_STEPS, min_size=5))
def test_the_first_row_is_found_whatever_was_put_and_deleted_before_it(steps: list[tuple[str, int, bool]]) -> None:
    stored: dict[bytes, bytes] = {}
    state, committed = PartitionState(MemoryState(stored)), set[str]()
    rows = set(committed)
    for step, number, is_looked_at in steps:
        key = f"q{number}"
        match step:
            case "put":
                state.put(QUEUE, key, number)
                rows.add(key)
            case "delete":
                state.delete(QUEUE, key)
                rows.discard(key)
            case "commit":
                for name, value in state.changes().items():
                    stored.pop(name, None) if value is None else stored.update({name: value})
                state.absorb()
                committed = set(rows)
            case _:
                state.forget()
                rows = set(committed)
        if is_looked_at:
            found = state.first(QUEUE, "q")
            assert min(rows, default=None) == (None if found is None else found[0])
