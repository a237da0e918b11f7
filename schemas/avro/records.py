"""Encoding and decoding of one record, prepared once for a schema and a message class.

Two implementations give the same bytes: the direct one for the version that we write ourselves, and fastavro for
every other version, where the reader's schema has to be resolved against the writer's.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import msgspec
from fastavro import schemaless_reader, schemaless_writer

from schemas.avro.direct_reading import reading
from schemas.avro.direct_writing import writing
from schemas.avro.layout import Fields, layout_of
from schemas.avro.wire_numbers import prepared

FRAME = 5
"""Bytes before the Avro part: zero, and the schema id."""

RecordReader = Callable[[bytes], object]
RecordWriter = Callable[[object], bytes]


def record_reader(message: type, schema: dict[str, Any], writer: dict[str, Any]) -> RecordReader:
    """Reads a framed value that was written with `writer` as a `message`, whose schema is `schema`.

    Raises whatever the decoder raises, and `ValueError` for extra or missing bytes at the end of the record.
    """
    layout = layout_of(schema) if schema == writer else None
    return resolving_reader(message, schema, writer) if layout is None else _direct_reader(message, layout)


def record_writer(schema: dict[str, Any], schema_id: int) -> RecordWriter:
    """Writes a message as a framed value."""
    frame = b"\0" + schema_id.to_bytes(4, "big")
    layout = layout_of(schema)
    return general_writer(schema, frame) if layout is None else _direct_writer(layout, frame)


def _direct_reader(message: type, layout: Fields) -> RecordReader:
    step = reading(layout)

    def read(value: bytes) -> object:
        found: list[Any] = []
        end = step(value, FRAME, found)
        if end != len(value):
            raise ValueError(f"the record ends at byte {end} of {len(value)}")
        return msgspec.convert(found[0], message)

    return read


def resolving_reader(message: type, schema: dict[str, Any], writer: dict[str, Any]) -> RecordReader:
    """Reads with fastavro."""
    written_as = prepared(writer)
    read_as = None if schema == writer else prepared(schema)

    def read(value: bytes) -> object:
        stream = BytesIO(value)
        stream.seek(FRAME)
        fields = schemaless_reader(stream, written_as, read_as)
        if stream.tell() != len(value):
            raise ValueError(f"the record ends at byte {stream.tell()} of {len(value)}")
        return msgspec.convert(fields, message)

    return read


def _direct_writer(layout: Fields, frame: bytes) -> RecordWriter:
    step = writing(layout)

    def write(message: object) -> bytes:
        parts = [frame]
        step(message, parts)
        return b"".join(parts)

    return write


def general_writer(schema: dict[str, Any], frame: bytes) -> RecordWriter:
    """Writes with fastavro."""
    written_as = prepared(schema)

    def write(message: object) -> bytes:
        stream = BytesIO()
        stream.write(frame)
        schemaless_writer(stream, written_as, msgspec.to_builtins(message))
        return stream.getvalue()

    return write
