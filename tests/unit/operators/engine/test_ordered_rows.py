"""Changed rows of an ordered table are read in the order of their keys, whenever they were put."""

from operators.engine.tables import OrderedRows


def _keys(rows: OrderedRows, start: str, end: str = "~", *, including_start: bool = True) -> list[str]:
    return list(rows.keys_between(start, end, including_start=including_start))


def test_keys_come_in_their_order() -> None:
    rows = OrderedRows()
    for key in ("c", "a", "b"):
        rows[key] = 1
    assert ["a", "b", "c"] == _keys(rows, "")


def test_a_key_that_is_put_after_a_look_is_seen_at_the_next_one() -> None:
    rows = OrderedRows()
    rows["b"] = 1
    assert ["b"] == _keys(rows, "")
    rows["a"] = 1
    assert ["a", "b"] == _keys(rows, "")


def test_a_key_that_is_put_twice_is_there_once_with_its_last_row() -> None:
    rows = OrderedRows()
    rows["a"] = 1
    _keys(rows, "")
    rows["a"] = None
    assert (["a"], None) == (_keys(rows, ""), rows["a"])


def test_keys_are_read_from_a_start_with_or_without_it_to_an_end() -> None:
    rows = OrderedRows()
    for key in ("a", "b", "c", "d"):
        rows[key] = 1
    assert ["b", "c"] == _keys(rows, "b", "c")
    assert ["c"] == _keys(rows, "b", "c", including_start=False)
