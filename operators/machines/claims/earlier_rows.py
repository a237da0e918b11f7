"""Rows of reservations as earlier releases wrote them."""

from typing import Any

_OF_VERSION_2 = (
    "reservation_id",
    "order_id",
    "line_id",
    "item_id",
    "node_id",
    "nodes",
    "priority_class",
    "arrival",
    "pending",
    "allocated",
    "picked",
    "backordered",
    "reached",
    "confirmed",
    "answer",
    "recalled",
    "kept",
    "placed_at_us",
)


def at_several_nodes(reservation: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it
    """Version 3 holds units at several nodes. Version 2 held them at one, except picked ones.

    Its order has heard of no numbered message: whatever it sends next is answered with all of the claim. Units picked
    without a reservation have an id made from their line, which no message names.
    """
    row = dict(zip(_OF_VERSION_2, reservation, strict=True))
    at = {node_id: [node_id, 0, 0, picked, 0, 0] for node_id, picked in row["picked"]}
    if row["pending"] or row["allocated"] or row["recalled"]:
        held = [row["node_id"], row["pending"], row["allocated"]]
        picked = at.get(row["node_id"], [0] * 4)[3]
        at[row["node_id"]] = [*held, picked, row["recalled"], row["kept"]]
    answer = row["answer"]
    return [
        *(row[name] for name in ("reservation_id", "order_id", "line_id", "item_id", "nodes")),
        False,
        *(row[name] for name in ("priority_class", "arrival")),
        answer["granted"] + answer["backordered"] + answer["denied"],
        row["confirmed"],
        row["backordered"],
        [at[node_id] for node_id in sorted(at)],
        row["placed_at_us"],
        int("/" not in row["reservation_id"]),
        0,
    ]
