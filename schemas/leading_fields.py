"""Reads only the first fields of a record's part, where the rest is not needed.

The fields after them are not read, and so not checked: only for records of our own flows.
"""

from collections.abc import Callable
from typing import Any

from schemas.avro.direct_reading import reading
from schemas.avro.layout import Fields, layout_of
from schemas.avro.records import FRAME
from schemas.contracts.contracts import Contract

LeadingReader = Callable[[bytes], dict[str, Any]]


def leading_reader(contract: Contract, part: str, last: str) -> LeadingReader | None:
    """Reads a framed value of the current version: the fields of its first field, `part`, up to the one named `last`.

    None where the schema does not have that layout; the reader raises what `schemas.avro.direct_reading` documents.
    """
    layout = layout_of(contract.current.schema)
    if layout is None or layout.steps[0].names != (part,):
        return None
    whole = layout.steps[0].layout
    if not isinstance(whole, Fields):
        return None
    place = next((place for place, step in enumerate(whole.steps) if last in step.names), None)
    if place is None:
        return None
    step = reading(Fields(whole.steps[: place + 1]))

    def read(value: bytes) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        step(value, FRAME, found)
        return found[0]

    return read
