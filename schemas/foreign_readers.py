"""Readers for schema ids that `ids.lock` does not know: asked of a registry, checked, remembered."""

from collections.abc import Callable, Mapping

from schemas.avro_files import full_name
from schemas.compatibility import problems
from schemas.contracts import Contract
from schemas.foreign_schemas import RefusedSchema, checked
from schemas.records import RecordReader, record_reader

Resolve = Callable[[int], str | None]
"""Asks a registry for the text of a schema id: None when it has none. It raises when it cannot be asked."""

_REMEMBERED = 1024


class ForeignReaders:
    """What a registry's schemas came to, a topic and an id: a reader, or the reason of a refusal.

    Both are remembered, so that a record costs no question; when there are too many, all are asked again.
    """

    def __init__(self, resolve: Resolve | None) -> None:
        self._resolve = resolve
        self._known: dict[tuple[str, int], RecordReader | str] = {}

    def reader_of(self, topic: str, schema_id: int, carried: Mapping[str, Contract]) -> RecordReader:
        """The reader for an id, given what the topic carries by record name; `RefusedSchema` when there is none."""
        known = self._known.get((topic, schema_id))
        if known is None:
            known = self._ask(topic, schema_id, carried)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[topic, schema_id] = known
        if isinstance(known, str):
            raise RefusedSchema(known)
        return known

    def _ask(self, topic: str, schema_id: int, carried: Mapping[str, Contract]) -> RecordReader | str:
        text = self._resolve(schema_id) if self._resolve else None
        if text is None:
            return f"unknown schema id {schema_id}"
        try:
            return _reader(text, topic, carried)
        except Exception as error:  # noqa: BLE001 - a hostile schema breaks a parser in many ways
            told = str(error) if isinstance(error, RefusedSchema) else repr(error)
            return f"schema id {schema_id} is refused: {told[:200]}"


def _reader(text: str, topic: str, carried: Mapping[str, Contract]) -> RecordReader:
    writer = checked(text)
    contract = carried.get(full_name(writer))
    if contract is None:
        raise RefusedSchema(f"{topic} does not carry {full_name(writer)}")
    found = problems(reader=contract.current.schema, writer=writer)
    if found:
        raise RefusedSchema(f"it cannot be read as {contract.record}: {found[0]}")
    return record_reader(contract.message, contract.current.schema, writer)
