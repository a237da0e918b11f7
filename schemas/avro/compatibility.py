"""Whether a reader's schema can read what a writer's schema wrote: the resolution rules of the Avro specification.

Stricter than Avro in one thing: the logical types must be equal too, since a decimal of another scale or a time of
another resolution would be read without an error and mean something else. Aliases are not used by our contracts and
not followed.
"""

from collections.abc import Iterator
from typing import Any

from schemas.avro.avro_files import PRIMITIVES, AvroType, full_name, qualified

_PROMOTIONS = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}


def problems(reader: AvroType, writer: AvroType) -> list[str]:
    """Every reason why `reader` cannot read what `writer` wrote, with the path to it; empty when it can."""
    return list(_Comparison(named_types(reader), named_types(writer)).compare(reader, writer, ""))


def named_types(schema: AvroType, namespace: str = "") -> dict[str, dict[str, Any]]:
    """The records, enums and fixed types that a self-contained schema defines, by full name, names resolved."""
    found: dict[str, dict[str, Any]] = {}
    _collect(schema, namespace, found)
    return found


def _collect(kind: AvroType, namespace: str, found: dict[str, dict[str, Any]]) -> None:
    if isinstance(kind, str):
        return
    if isinstance(kind, list):
        for branch in kind:
            _collect(branch, namespace, found)
        return
    if "name" in kind:
        name = full_name(kind, namespace)
        namespace = name.rpartition(".")[0]
        found[name] = kind | {"name": name, "namespace": namespace}
    for inner in _inner_types(kind):
        _collect(inner, namespace, found)


def _inner_types(kind: dict[str, Any]) -> Iterator[AvroType]:
    yield from (field["type"] for field in kind.get("fields", ()))
    yield from (kind[key] for key in ("items", "values") if key in kind)
    if isinstance(kind["type"], dict | list):
        yield kind["type"]


class _Comparison:
    """One comparison of two self-contained schemas; it terminates because recursive types are refused."""

    def __init__(self, reader_names: dict[str, dict[str, Any]], writer_names: dict[str, dict[str, Any]]) -> None:
        self._reader_names = reader_names
        self._writer_names = writer_names

    def compare(self, reader: AvroType, writer: AvroType, path: str, spaces: tuple[str, str] = ("", "")) -> list[str]:
        read = _resolved(reader, spaces[0], self._reader_names)
        written = _resolved(writer, spaces[1], self._writer_names)
        if isinstance(written, list):
            return [problem for branch in written for problem in self.compare(read, branch, path, spaces)]
        if isinstance(read, list):
            return self._reader_union(read, written, path, spaces)
        return self._plain(read, written, path, spaces)

    def _reader_union(self, read: list[Any], written: AvroType, path: str, spaces: tuple[str, str]) -> list[str]:
        if any(not self.compare(branch, written, path, spaces) for branch in read):
            return []
        return [f"{path}: no branch of the reader's union reads {_kind(written)}"]

    def _plain(self, read: AvroType, written: AvroType, path: str, spaces: tuple[str, str]) -> list[str]:
        read_kind, written_kind = _kind(read), _kind(written)
        if read_kind != written_kind:
            promoted = read_kind in _PROMOTIONS.get(written_kind, ())
            return [] if promoted else [f"{path}: {written_kind} cannot be read as {read_kind}"]
        if _logical(read) != _logical(written):
            return [f"{path}: logical type {_logical(written)} cannot be read as {_logical(read)}"]
        if isinstance(read, dict) and isinstance(written, dict):
            return self._same_kind(read_kind, read, written, path, spaces)
        return []

    def _same_kind(
        self, kind: str, read: dict[str, Any], written: dict[str, Any], path: str, spaces: tuple[str, str]
    ) -> list[str]:
        if "name" in read and read["name"] != written["name"]:
            return [f"{path}: {written['name']} cannot be read as {read['name']}"]
        for inner, mark in (("items", "[]"), ("values", "{}")):
            if inner in read:
                return self.compare(read[inner], written[inner], path + mark, spaces)
        if kind == "record":
            return self._record(read, written, path)
        return _enum(read, written, path) if kind == "enum" else _fixed(read, written, path)

    def _record(self, read: dict[str, Any], written: dict[str, Any], path: str) -> list[str]:
        sent = {field["name"]: field for field in written["fields"]}
        spaces = (read["namespace"], written["namespace"])
        found = []
        for field in read["fields"]:
            place = f"{path}.{field['name']}" if path else field["name"]
            if field["name"] in sent:
                found += self.compare(field["type"], sent[field["name"]]["type"], place, spaces)
            elif "default" not in field:
                found.append(f"{place}: is not written and has no default")
        return found


def _enum(read: dict[str, Any], written: dict[str, Any], path: str) -> list[str]:
    missing = [symbol for symbol in written["symbols"] if symbol not in read["symbols"]]
    if not missing or "default" in read:
        return []
    return [f"{path}: the reader does not know {', '.join(missing)} and has no default symbol"]


def _fixed(read: dict[str, Any], written: dict[str, Any], path: str) -> list[str]:
    sizes = (read.get("size"), written.get("size"))
    return [] if sizes[0] == sizes[1] else [f"{path}: size {sizes[1]} is not {sizes[0]}"]


def _resolved(kind: AvroType, namespace: str, names: dict[str, dict[str, Any]]) -> AvroType:
    if isinstance(kind, dict):
        if isinstance(kind["type"], dict | list):
            return _resolved(kind["type"], namespace, names)
        return names[full_name(kind, namespace)] if "name" in kind else kind
    if isinstance(kind, str) and kind not in PRIMITIVES:
        return names[qualified(kind, namespace)]
    return kind


def _kind(kind: AvroType) -> str:
    if isinstance(kind, list):
        return "union"
    return kind if isinstance(kind, str) else str(kind["type"])


def _logical(kind: AvroType) -> tuple[Any, ...] | None:
    if not isinstance(kind, dict) or "logicalType" not in kind:
        return None
    return (kind["logicalType"], kind.get("precision"), kind.get("scale"))
