"""Lists the sources and fields that a channel file names."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from schemas.channel_language.expressions.conditions import Condition
from schemas.channel_language.paths import POSITION, path_steps, template_parts
from schemas.channel_language.sources import ValueOrigin


def sources_of(part: BaseModel) -> Iterator[ValueOrigin]:
    """Every source in a part of a channel file, those inside `first` included."""
    if isinstance(part, ValueOrigin):
        yield part
    for child in _children(part):
        yield from sources_of(child)


def top_level_fields(part: BaseModel) -> Iterator[str]:
    """The first step of every path that starts at the document; a path inside a line does so only with `$.`."""
    per_line = getattr(part, "each", None)
    if per_line is not None:
        yield path_steps(per_line).names[0]
    line_ids = getattr(part, "line_ids", None)
    if line_ids is not None:
        yield path_steps(line_ids).names[0]
    for path in _own_paths(part):
        yield path_steps(path).names[0]
    for child in _children(part):
        if per_line is None:
            yield from top_level_fields(child)
        else:
            yield from (path_steps(path).names[0] for path in _root_paths(child))


def _root_paths(part: BaseModel) -> Iterator[str]:
    paths = (path for source in sources_of(part) for path in _own_paths(source))
    return (path for path in paths if path_steps(path).from_root)


def _own_paths(part: BaseModel) -> Iterator[str]:
    if isinstance(part, ValueOrigin | Condition) and part.path not in (None, POSITION):
        yield part.path or ""
    if isinstance(part, ValueOrigin) and part.template:
        yield from (piece.path for piece in template_parts(part.template) if piece.path and piece.path != POSITION)


def _children(part: BaseModel) -> Iterator[BaseModel]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        for item in _items(value):
            if isinstance(item, BaseModel):
                yield item


def _items(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, tuple) else (value,)
