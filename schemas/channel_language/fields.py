"""Lists the sources and fields that a part of a channel file names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import BaseModel

from schemas.channel_language.expressions.conditions import Condition
from schemas.channel_language.paths import OF_ELEMENTS, Steps, path_steps, template_parts
from schemas.channel_language.sources import ValueOrigin

Way = tuple[str | int, ...]
"""Names of fields and positions in lists, from the outermost."""


class NamedPath(NamedTuple):
    """A path, and how many elements are around the place where it begins: 0 at the document."""

    path: str
    levels: int

    @property
    def steps(self) -> Steps:
        """As it is followed."""
        return path_steps(self.path)

    @property
    def begins_at_document(self) -> bool:
        """Whether its first name is a field of the document itself."""
        return self.steps.from_root or self.steps.up == self.levels


def placed_sources(part: BaseModel, steps: Way = ()) -> Iterator[tuple[Way, ValueOrigin]]:
    """Every source in a part of a file, those inside others too, with the names and positions on the way to it."""
    for place, child in _placed_children(part):
        below = (*steps, *place)
        if isinstance(child, ValueOrigin):
            yield below, child
        yield from placed_sources(child, below)


def headers_read(part: BaseModel) -> Iterator[str]:
    """The name of every header that a source, a template or a condition in a part of a channel file reads."""
    if isinstance(part, ValueOrigin | Condition) and part.header is not None:
        yield part.header
    if isinstance(part, ValueOrigin) and part.template:
        yield from (piece.header for piece in template_parts(part.template) if piece.header is not None)
    for child in _children(part):
        yield from headers_read(child)


def top_level_fields(part: BaseModel) -> Iterator[str]:
    """The first step of every path that starts at the document."""
    return (each.steps.first for each in named_paths(part) if each.begins_at_document)


def named_paths(part: BaseModel, levels: int = 0) -> Iterator[NamedPath]:
    """Every path in a part of a channel file, with the elements around it."""
    for path in _own_paths(part):
        yield NamedPath(path, levels)
    inside = {levels + inner for inner in getattr(part, "levels", (0,))}
    for child in _children(part):
        for level in sorted(inside):
            yield from named_paths(child, level)


def one_field_of_several_blocks(source: ValueOrigin) -> tuple[str, ...]:
    """The paths of a `first` that are one field of different objects: a.city and b.city."""
    paths = [one.path for one in source.first if one.path and "." in one.path]
    by_field: dict[str, list[str]] = {}
    for path in paths:
        by_field.setdefault(path.rpartition(".")[2], []).append(path)
    return next((tuple(found) for found in by_field.values() if len(set(found)) > 1), ())


def require_paths_inside(part: BaseModel) -> None:
    """`ValueError` for a path that goes further out than there are elements around it."""
    for path in named_paths(part):
        if path.steps.up > path.levels:
            around = f"there are only {path.levels} around it" if path.levels else "there is none around it"
            raise ValueError(f"{path.path!r} goes {path.steps.up} elements out, and {around}")


def _own_paths(part: BaseModel) -> Iterator[str]:
    yield from getattr(part, "each", ())
    yield from getattr(part, "blocks", ())
    line_ids = getattr(part, "line_ids", None)
    if line_ids is not None:
        yield line_ids
    if isinstance(part, Condition) and part.list_:
        yield part.list_
    if isinstance(part, Condition) and part.differs_from:
        yield part.differs_from
    if isinstance(part, ValueOrigin | Condition) and part.path and part.path not in OF_ELEMENTS:
        yield part.path
    if isinstance(part, ValueOrigin):
        yield from part.total
    if isinstance(part, ValueOrigin) and part.template:
        yield from (
            piece.path for piece in template_parts(part.template) if piece.path and piece.path not in OF_ELEMENTS
        )


def _children(part: BaseModel) -> Iterator[BaseModel]:
    return (child for _, child in _placed_children(part))


def _placed_children(part: BaseModel) -> Iterator[tuple[Way, BaseModel]]:
    """The parts that its fields hold. Most fields of a part are texts, or are not given."""
    fields = type(part).model_fields
    for name, value in vars(part).items():
        if value is None or isinstance(value, str) or name not in fields:
            continue
        for place, item in _items(value):
            if isinstance(item, BaseModel):
                yield (name, *place), item


def _items(value: object) -> Iterable[tuple[Way, object]]:
    if isinstance(value, tuple):
        return (((number,), item) for number, item in enumerate(value))
    if isinstance(value, Mapping):
        return (((key,), item) for key, item in value.items())
    return (((), value),)
