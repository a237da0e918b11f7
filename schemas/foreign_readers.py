"""Readers for schema ids that `ids.lock` does not know: asked of a registry, checked, remembered."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from schemas.avro.avro_files import full_name
from schemas.avro.compatibility import problems
from schemas.avro.records import RecordReader, record_reader
from schemas.contracts.contracts import Contract
from schemas.foreign_schemas import RefusedSchema, checked

Resolve = Callable[[int], str | None]
"""Asks a registry for the text of a schema id: None when it has none. It raises when it cannot be asked."""

Found = TypeVar("Found")

_REMEMBERED = 1024
_QUESTIONS = 64
_RECORDS_A_QUESTION = 64


class ForeignReaders:
    """What a registry's schemas came to, a topic and an id: a reader, or the reason of a refusal.

    Both are remembered, the latest of each, so that a record costs no question. Ids that nobody knows, by the
    thousand, cost few: after `_QUESTIONS` of them there is one question for every `_RECORDS_A_QUESTION` records.
    """

    def __init__(self, resolve: Resolve | None) -> None:
        self._resolve = resolve
        self._readers: dict[tuple[str, int], RecordReader] = {}
        self._refusals: dict[tuple[str, int], str] = {}
        self._credit = _QUESTIONS * _RECORDS_A_QUESTION

    def reader_of(self, topic: str, schema_id: int, carried: Mapping[str, Contract]) -> RecordReader:
        """The reader for an id, given what the topic carries by record name; `RefusedSchema` when there is none."""
        self._credit = min(self._credit + 1, _QUESTIONS * _RECORDS_A_QUESTION)
        reader = self._readers.get((topic, schema_id))
        if reader is not None:
            return reader
        refusal = self._refusals.get((topic, schema_id))
        if refusal is not None:
            raise RefusedSchema(refusal)
        if self._credit < _RECORDS_A_QUESTION:
            raise RefusedSchema(f"unknown schema id {schema_id}, one of too many to ask for")
        self._credit -= _RECORDS_A_QUESTION
        found = self._ask(topic, schema_id, carried)
        if isinstance(found, str):
            _remember(self._refusals, (topic, schema_id), found)
            raise RefusedSchema(found)
        _remember(self._readers, (topic, schema_id), found)
        return found

    def _ask(self, topic: str, schema_id: int, carried: Mapping[str, Contract]) -> RecordReader | str:
        text = self._resolve(schema_id) if self._resolve else None
        if text is None:
            return f"unknown schema id {schema_id}"
        try:
            return _reader(text, topic, carried)
        except Exception as error:  # noqa: BLE001 - a hostile schema breaks a parser in many ways
            told = str(error) if isinstance(error, RefusedSchema) else repr(error)
            return f"schema id {schema_id} is refused: {told[:200]}"


def _remember(known: dict[tuple[str, int], Found], key: tuple[str, int], found: Found) -> None:
    """The first to come is the first to go."""
    known[key] = found
    if len(known) > _REMEMBERED:
        del known[next(iter(known))]


def _reader(text: str, topic: str, carried: Mapping[str, Contract]) -> RecordReader:
    writer = checked(text)
    contract = carried.get(full_name(writer))
    if contract is None:
        raise RefusedSchema(f"{topic} does not carry {full_name(writer)}")
    found = problems(reader=contract.current.schema, writer=writer)
    if found:
        raise RefusedSchema(f"it cannot be read as {contract.record}: {found[0]}")
    return record_reader(contract.message, contract.current.schema, writer)
