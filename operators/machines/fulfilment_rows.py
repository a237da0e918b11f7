"""Rows of orders, and of what is parked for them, from before lines said from whose stock they are served."""

from typing import Any

_FROM_STOCK = "STOCK"
_ADDED = 3
"""The place of the lines that an amendment adds among its fields."""


def with_fulfilment(order: Any) -> Any:  # noqa: ANN401 - as version 55 wrote it
    """Version 56 says from whose stock a line is served; before, every line was served from ours."""
    amendments = {name: [_with_added(each) for each in order[name]] for name in ("amendments", "early_amendments")}
    return {**order, **amendments, "lines": [[*line, _FROM_STOCK, 0] for line in order["lines"]]}


def _with_added(amendment: Any) -> Any:  # noqa: ANN401 - as version 55 wrote it
    added = [{**line, "fulfilment": _FROM_STOCK} for line in amendment[_ADDED]]
    return [*amendment[:_ADDED], added, *amendment[_ADDED + 1 :]]


def with_parked_fulfilment(parked: Any) -> Any:  # noqa: ANN401 - as version 12 of an event wrote it
    """Version 13 of a parked event likewise, of the lines that an amendment adds."""
    amend = parked["amend"]
    if not amend:
        return parked
    return {**parked, "amend": {**amend, "added": [{**line, "fulfilment": _FROM_STOCK} for line in amend["added"]]}}


def with_parked_fulfilment_in_head(parked: Any) -> Any:  # noqa: ANN401 - as version 15 wrote it
    """Version 16 likewise, of the events that the head itself keeps."""
    return {**parked, "events": [with_parked_fulfilment(each) for each in parked["events"]]}
